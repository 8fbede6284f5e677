#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

namespace llmgw::net {

/// A TCP or unix stream socket of one worker.
using Socket =
    boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, boost::asio::io_context::executor_type>;
/// An address of either kind.
using SocketAddress = boost::asio::generic::stream_protocol::endpoint;

/// Non-blocking, and small writes leave at once (TCP_NODELAY; without effect on unix sockets).
void prepare(Socket& socket);

}  // namespace llmgw::net
