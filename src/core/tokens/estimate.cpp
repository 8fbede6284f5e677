#include "core/tokens/estimate.h"

#include <variant>

#include "core/base/base64.h"
#include "core/base/overloaded.h"

namespace llmgw::tokens {
namespace estimate {

// Anthropic documents about (width * height) / 750 tokens for an image, at most about 1600
// (docs.claude.com/en/docs/build-with-claude/vision); its size is not known here.
constexpr std::size_t media_tokens = 1600;
constexpr std::size_t media_bytes = media_tokens * 7 / 2;
// No word or identifier is this long in the base64 alphabet alone; a file is.
constexpr std::size_t base64_length = 1024;

std::size_t bytes_of(const ir::Block& block);

std::size_t bytes_of(const std::vector<ir::Block>& blocks) {
  std::size_t sum = 0;
  for (const auto& block : blocks) sum += bytes_of(block);
  return sum;
}

std::size_t bytes_of(const ir::File& file) {
  const bool media = !file.data.empty() || !file.url.empty() || !file.file_id.empty();
  return file.text.size() + file.title.size() + file.context.size() + (media ? media_bytes : 0);
}

std::size_t bytes_of(const ir::Block& block) {
  return std::visit(overloaded{
                        [](const ir::Text& text) { return text.text.size(); },
                        [](const ir::Image&) { return media_bytes; },
                        [](const ir::File& file) { return bytes_of(file); },
                        [](const ir::Audio&) { return media_bytes; },
                        [](const ir::Refusal& refusal) { return refusal.text.size(); },
                        [](const ir::Reasoning& reasoning) { return reasoning.text.size(); },
                        [](const ir::ToolCall& call) { return call.name.size() + call.args.size(); },
                        [](const ir::ToolResult& result) { return bytes_of(result.content); },
                        [](const ir::Opaque& opaque) { return opaque.json.size(); },
                    },
                    block.value);
}

bool looks_like_media(std::string_view raw) {
  if (raw.size() < base64_length) return false;
  return raw.starts_with("\"data:") || is_base64(raw.substr(1, base64_length - 4));
}

std::size_t bytes_of(json::View value) {
  std::size_t sum = 0;
  switch (value.kind()) {
    case json::Kind::string: return looks_like_media(value.raw()) ? media_bytes : value.raw().size() - 2;
    case json::Kind::array:
      for (const auto& element : value.elements()) sum += bytes_of(element);
      return sum;
    case json::Kind::object:
      for (const auto& [key, member] : value.members()) {
        // Marks and names of kinds are no part of the prompt.
        if (key == "type" || key == "role" || key == "cache_control" || key == "signature") continue;
        sum += key.size() + bytes_of(member);
      }
      return sum;
    default: return value.raw().size();
  }
}

}  // namespace estimate

std::int64_t from_bytes(std::size_t bytes) { return static_cast<std::int64_t>((bytes * 2 + 6) / 7); }

std::int64_t estimate_input(const ir::Request& request) {
  std::size_t bytes = estimate::bytes_of(request.instructions);
  for (const auto& message : request.messages) bytes += estimate::bytes_of(message.blocks);
  for (const auto& tool : request.tools)
    bytes += tool.name.size() + tool.description.size() + tool.schema.size() + tool.raw.size();
  return from_bytes(bytes);
}

std::int64_t estimate_input(json::View body) {
  std::size_t bytes = 0;
  for (const auto& [key, value] : body.members()) {
    if (key == "messages" || key == "system" || key == "tools" || key == "input" || key == "instructions" ||
        key == "prompt" || key == "functions")
      bytes += estimate::bytes_of(value);
  }
  return from_bytes(bytes);
}

void OutputCounter::add(const ir::Event& event) {
  if (const auto* delta = std::get_if<ir::Delta>(&event)) {
    const bool reasoning = delta->kind == ir::DeltaKind::reasoning;
    const bool hidden = delta->kind == ir::DeltaKind::signature || delta->kind == ir::DeltaKind::encrypted ||
                        delta->kind == ir::DeltaKind::opaque_id;
    if (hidden) return;
    bytes_ += delta->text.size();
    if (reasoning) reasoning_bytes_ += delta->text.size();
  } else if (const auto* open = std::get_if<ir::BlockOpen>(&event)) {
    bytes_ += open->name.size();
  }
}

std::int64_t estimate_output(const ir::Answer& answer) {
  std::size_t bytes = 0;
  for (const auto& choice : answer.choices) bytes += estimate::bytes_of(choice.blocks);
  return from_bytes(bytes);
}

}  // namespace llmgw::tokens
