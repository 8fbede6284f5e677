#pragma once

namespace llmgw {

/// Joins lambdas into one visitor for std::visit over a closed set.
template <class... Fs>
struct overloaded : Fs... {
  using Fs::operator()...;
};

}  // namespace llmgw
