#pragma once

#include <boost/asio/awaitable.hpp>

namespace llmgw::net {

/// A coroutine that runs on one worker's io_context. Await it exactly once; see docs/STYLE.md for the forms of
/// co_await that GCC 12.2 compiles correctly.
template <class T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace llmgw::net
