#include <map>
#include <utility>

#include "core/dialects/opaque.h"
#include "core/dialects/openai_chat/reasoning_parts.h"
#include "core/dialects/openai_chat/request_read.h"

namespace llmgw::dialect::chat {
namespace message_reading {

std::string text_of(json::View value) { return value.string().value_or(std::string{}); }

class MessagesReader {
 public:
  explicit MessagesReader(ir::Request& request) : request_(request) {}

  Result<> read(json::View message, const json::Path& path) {
    TRY_VOID(json::read_object(message, path));
    TRY(const auto role, json::read_string(message["role"], path / "role"));
    if (role == "system") return read_text_turn(message, path, ir::Role::system);
    if (role == "developer") return read_text_turn(message, path, ir::Role::developer);
    if (role == "user") return read_text_turn(message, path, ir::Role::user);
    if (role == "assistant") return read_assistant(message, path);
    if (role == "tool") return read_result(message, path, "tool_call_id");
    if (role == "function") return read_legacy_result(message, path);
    const std::string place = (path / "role").text();
    return fail(Errc::invalid_request,
                place + " must be one of system, developer, user, assistant, tool, function; got \"" + role + "\"",
                place, "invalid_value");
  }

 private:
  ir::Message begin(json::View message, const json::Path& path, ir::Role role) {
    ir::Message turn;
    turn.role = role;
    turn.path = path.text();
    turn.name = text_of(message["name"]);
    return turn;
  }

  Result<> read_text_turn(json::View message, const json::Path& path, ir::Role role) {
    const auto content_path = path / "content";
    if (message["content"].absent()) {
      std::string place = content_path.text();
      return fail(Errc::invalid_request, place + " must be a string or a list of parts", place,
                  "missing_required_parameter");
    }
    ir::Message turn = begin(message, path, role);
    TRY(turn.blocks, read_content(message["content"], content_path));
    const bool instruction = role != ir::Role::user && request_.messages.empty();
    if (!instruction) {
      request_.messages.push_back(std::move(turn));
      return {};
    }
    for (auto& block : turn.blocks) request_.instructions.push_back(std::move(block));
    return {};
  }

  Result<> read_assistant(json::View message, const json::Path& path) {
    ir::Message turn = begin(message, path, ir::Role::assistant);
    read_past_reasoning(message, turn);
    TRY(auto content, read_content(message["content"], path / "content"));
    for (auto& block : content) turn.blocks.push_back(std::move(block));
    if (auto refusal = text_of(message["refusal"]); !refusal.empty()) {
      add(turn, ir::Refusal{std::move(refusal)}, path / "refusal");
    }
    TRY_VOID(read_calls(message["tool_calls"], path / "tool_calls", turn));
    if (message["function_call"].is_object()) read_legacy_call(message["function_call"], path, turn);
    request_.messages.push_back(std::move(turn));
    return {};
  }

  template <class Value>
  static void add(ir::Message& turn, Value value, const json::Path& path) {
    ir::Block block;
    block.value = std::move(value);
    block.path = path.text();
    turn.blocks.push_back(std::move(block));
  }

  // What the client got as reasoning it may send back: text, and signatures in `reasoning_details`. A signature holds
  // for its exact text, so parts are joined only up to one.
  static void read_past_reasoning(json::View message, ir::Message& turn) {
    bool text_seen = false;
    const ReasoningMembers members{message["reasoning"], message["reasoning_content"], message["reasoning_details"]};
    std::vector<ir::Reasoning> blocks;
    std::optional<std::int64_t> index;
    for (auto& part : read_reasoning(members, text_seen)) {
      const bool open = !blocks.empty() && blocks.back().signature.empty() && blocks.back().encrypted.empty();
      const bool same = open && (part.text.empty() || part.index == index);
      if (!same) blocks.emplace_back().origin = part.origin;
      index = part.index;
      ir::Reasoning& block = blocks.back();
      block.text += part.text;
      block.summary = part.summary;
      if (!part.id.empty()) block.id = part.id;
      if (!part.signature.empty()) read_signature(part.signature, part.origin, block);
      if (!part.encrypted.empty()) read_encrypted(part.encrypted, part.origin, block);
    }
    for (auto& block : blocks) {
      if (block.text.empty() && block.signature.empty() && block.encrypted.empty()) continue;
      turn.blocks.emplace_back().value = std::move(block);
      turn.blocks.back().path = turn.path + (text_seen ? ".reasoning" : ".reasoning_details");
    }
  }

  static Result<> read_calls(json::View calls, const json::Path& path, ir::Message& turn) {
    if (calls.absent()) return {};
    TRY_VOID(json::read_array(calls, path));
    std::size_t number = 0;
    for (const json::View call : calls.elements()) {
      const auto call_path = path[number++];
      TRY_VOID(json::read_object(call, call_path));
      TRY_VOID(read_call(call, call_path, turn));
    }
    return {};
  }

  static Result<> read_call(json::View call, const json::Path& path, ir::Message& turn) {
    const bool custom = call["custom"].is_object();
    const std::string_view kind = custom ? "custom" : "function";
    const auto body_path = path / kind;
    TRY(const auto body, json::read_object(call[kind], body_path));
    ir::ToolCall out;
    out.kind = custom ? ir::ToolKind::custom : ir::ToolKind::function;
    TRY(out.name, json::read_string(body["name"], body_path / "name"));
    TRY(out.id, json::read_string(call["id"], path / "id"));
    const auto args = body[custom ? "input" : "arguments"];
    if (args.is_string())
      out.args = text_of(args);
    else if (!args.absent())
      out.args = std::string(args.raw());  // an object, where text belongs
    add(turn, std::move(out), path);
    return {};
  }

  // The deprecated form has no ids: a call and its result belong together by name and order.
  void read_legacy_call(json::View call, const json::Path& path, ir::Message& turn) {
    ir::ToolCall out;
    out.name = text_of(call["name"]);
    out.id = "call_function_" + std::to_string(request_.messages.size());
    out.args = text_of(call["arguments"]);
    legacy_ids_[out.name] = out.id;
    add(turn, std::move(out), path / "function_call");
  }

  Result<> read_legacy_result(json::View message, const json::Path& path) {
    TRY(const auto name, json::read_string(message["name"], path / "name"));
    const auto found = legacy_ids_.find(name);
    if (found == legacy_ids_.end()) {
      const std::string place = (path / "name").text();
      return fail(Errc::invalid_request, place + " names no earlier function call", place);
    }
    return add_result(message, path, found->second);
  }

  Result<> read_result(json::View message, const json::Path& path, std::string_view id_key) {
    TRY(auto id, json::read_string(message[id_key], path / id_key));
    return add_result(message, path, std::move(id));
  }

  Result<> add_result(json::View message, const json::Path& path, std::string call_id) {
    ir::Message turn = begin(message, path, ir::Role::tool);
    turn.name.clear();
    ir::ToolResult result;
    result.call_id = std::move(call_id);
    const auto content = message["content"];
    const auto content_path = path / "content";
    if (content.is_object()) {  // JSON where its text belongs
      result.content.emplace_back().value = ir::Text{std::string(content.raw()), {}};
      result.content.back().path = content_path.text();
    } else {
      TRY(result.content, read_content(content, content_path));
    }
    add(turn, std::move(result), path);
    request_.messages.push_back(std::move(turn));
    return {};
  }

  ir::Request& request_;
  std::map<std::string, std::string, std::less<>> legacy_ids_;
};

}  // namespace message_reading

Result<> read_messages(json::View messages, const json::Path& path, ir::Request& request) {
  TRY_VOID(json::read_array(messages, path));
  if (messages.empty_value()) {
    return fail(Errc::invalid_request, "messages must hold at least one message", "messages", "empty_array");
  }
  request.instructions.clear();  // of a repeated key the last one counts
  request.messages.clear();
  message_reading::MessagesReader reader(request);
  std::size_t number = 0;
  for (const json::View message : messages.elements()) TRY_VOID(reader.read(message, path[number++]));
  return {};
}

}  // namespace llmgw::dialect::chat
