#pragma once

#include <memory>

#include "core/net/client.h"
#include "core/net/foreground.h"

namespace llmgw::net {

/// A room on the loop of its caller. `io` must outlive it.
std::unique_ptr<ClientRoom> make_client_room(boost::asio::io_context& io, ClientOptions options);

}  // namespace llmgw::net
