#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <utility>

#include "core/net/task.h"

namespace llmgw::test {

/// Runs the loop until the condition holds; a loop that takes twenty seconds hangs, and fails the test.
inline void run_until(boost::asio::io_context& io, const std::function<bool()>& condition) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    io.restart();
    io.run_one_until(limit);
    if (std::chrono::steady_clock::now() >= limit) throw std::runtime_error("the loop hangs");
  }
}

/// Runs a task to its end on the calling thread and gives its value.
template <class T>
T run(boost::asio::io_context& io, net::Task<T> task) {
  std::optional<T> value;
  std::exception_ptr failure;
  boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr thrown, T result) {
    failure = thrown;
    value.emplace(std::move(result));
  });
  run_until(io, [&] { return value.has_value(); });
  if (failure) std::rethrow_exception(failure);
  return std::move(*value);
}

}  // namespace llmgw::test
