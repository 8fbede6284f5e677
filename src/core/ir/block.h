#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace llmgw::ir {

/// JSON kept as text: schemas, opaque blocks and unknown fields are carried, never re-serialised.
using Json = std::string;

/// A family of wire formats, as the origin of opaque data: "anthropic", "openai", "gemini", ...
using Origin = std::string;

/// Plain text; `citations` is a JSON array or empty.
struct Text {
  std::string text;
  Json citations;
};

/// An image: exactly one of `data` (base64, with `media_type`), `url` (http) or `file_id`.
struct Image {
  std::string media_type;
  std::string data;
  std::string url;
  std::string file_id;
  std::string detail;
};

/// A document: one of `data` (base64), `text`, `url` or `file_id`.
struct File {
  std::string media_type;
  std::string data;
  std::string text;
  std::string url;
  std::string file_id;
  std::string filename;
  std::string title;
  std::string context;
};

/// Sound: base64 data and its format (wav, mp3).
struct Audio {
  std::string data;
  std::string format;
};

/// The model declined, in words.
struct Refusal {
  std::string text;
};

/// The model's reasoning. Opaque data (`signature`, `encrypted`) is valid only for the family in `origin`.
struct Reasoning {
  std::string text;
  std::string signature;
  std::string encrypted;  ///< redacted or encrypted reasoning without text
  std::string id;         ///< what the service calls the opaque data by (an item, a tool call), or empty
  Origin origin;
  bool summary = false;  ///< a summary rather than the full text
};

/// Who runs a tool.
enum class ToolKind { function, custom, server };

/// A call of a tool. `args` is the text as received: JSON for functions, free text for custom tools.
struct ToolCall {
  std::string id;
  std::string name;
  ToolKind kind = ToolKind::function;
  std::string args;
};

struct Block;

/// The result of a tool call.
struct ToolResult {
  std::string call_id;
  std::vector<Block> content;
  bool is_error = false;
};

/// A block of one family that no other can read; dropped with a note when it has to cross.
struct Opaque {
  Origin origin;
  std::string type;
  Json json;
};

/// One block of a message with the path it was read from (for notes and errors).
struct Block {
  std::variant<Text, Image, File, Audio, Refusal, Reasoning, ToolCall, ToolResult, Opaque> value;
  std::optional<Json> cache;  ///< the cache mark (`cache_control` object), as received
  std::string path;           ///< `messages[2].content[0]`
};

}  // namespace llmgw::ir
