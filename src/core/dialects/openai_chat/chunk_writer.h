#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace llmgw::dialect::chat {

/// Writes the chunks of one stream. What all chunks share is rendered once, so a token costs three appends.
class ChunkWriter {
 public:
  ChunkWriter() = default;
  /// `usage_key`: every chunk carries `usage: null`, as clients that asked for usage expect.
  ChunkWriter(std::string_view id, std::int64_t created, std::string_view model, bool usage_key);

  /// Appends a chunk with that `delta` object, whose braces are added here.
  void delta(std::string& out, int choice, std::string_view members) const;
  /// Appends a chunk whose delta has one text member.
  void text(std::string& out, int choice, std::string_view member, std::string_view text) const;
  /// Appends a chunk with an empty delta and log-probabilities.
  void logprobs(std::string& out, int choice, std::string_view json) const;
  /// Appends the chunk that ends a choice.
  void finish(std::string& out, int choice, std::string_view reason) const;
  /// Appends the chunk without choices that carries usage.
  void usage(std::string& out, std::string_view usage_json) const;

 private:
  void open(std::string& out, int choice) const;
  void close(std::string& out, std::string_view logprobs, std::string_view finish) const;
  std::string head_;    // `data: {"id":...,"choices":[`
  std::string first_;   // head_ up to the open delta of choice 0
  std::string tail_;    // from the closed delta to the blank line, of a chunk that only adds
  std::string ending_;  // what follows `choices`
};

}  // namespace llmgw::dialect::chat
