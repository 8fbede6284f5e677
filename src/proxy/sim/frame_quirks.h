#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/json/view.h"
#include "core/sse/decoder.h"
#include "proxy/sim/behaviour.h"

namespace llmgw::sim {

/// Tokens that an answer has cost so far.
struct Cost {
  std::int64_t prompt = 0;
  std::int64_t output = 0;
};

/// Bends the events that an encoder wrote into the shapes that servers really send. Works on finished bytes, so that
/// the formats themselves are written in one place only.
class FrameQuirks {
 public:
  /// `chat`: the events are those of OpenAI Chat, else those of Anthropic Messages.
  FrameQuirks(const Behaviour& behaviour, bool chat);

  /// Appends whole events, bent; `cost` is that of the answer up to them.
  void rewrite(std::string_view events, const Cost& cost, std::string& out);
  /// Appends what was held back.
  void flush(std::string& out);
  /// Appends an event that is not JSON.
  void broken(std::string& out) const;

 private:
  void frame(const sse::Frame& frame, const Cost& cost, std::string& out);
  void chat_frame(const sse::Frame& frame, const Cost& cost, std::string& out);
  void messages_frame(const sse::Frame& frame, std::string& out);
  bool merge_finish(json::View data, std::string& out);
  [[nodiscard]] std::string bent_chunk(json::View data, const Cost& cost) const;
  void write(std::string_view event, std::string_view data, std::string& out) const;

  const Behaviour& behaviour_;
  bool chat_;
  bool plain_;
  std::string held_;  ///< the last chunk with text, while a finish may have to be put into it
};

/// The same for a whole answer.
std::string bend_answer(const Behaviour& behaviour, bool chat, std::string body);

}  // namespace llmgw::sim
