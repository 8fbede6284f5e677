#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>

namespace llmgw::net {

/// Where tasks run. Named instead of Asio's type-erased executor, whose copies cost a virtual call and a reference
/// count at every wait.
using Executor = boost::asio::io_context::executor_type;

/// A coroutine that runs on one worker's io_context. Await it exactly once; see docs/STYLE.md for the forms of
/// co_await that GCC 12.2 compiles correctly.
template <class T = void>
using Task = boost::asio::awaitable<T, Executor>;

/// Completion token of Asio's operations inside a Task. A deferred operation lives in the frame that awaits it, where
/// `use_awaitable` makes a coroutine for each.
inline constexpr boost::asio::deferred_t use_task = boost::asio::deferred;
/// The same for operations that can fail: the error code comes as the first value and nothing is thrown.
inline constexpr boost::asio::as_tuple_t<boost::asio::deferred_t> use_result{boost::asio::deferred};

/// For the io_context of one thread: whatever does I/O on it runs on that thread, so descriptors need no lock. Posting
/// from other threads stays safe.
inline constexpr int one_thread = BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO;

}  // namespace llmgw::net
