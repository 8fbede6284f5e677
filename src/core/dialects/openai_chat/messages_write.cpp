#include <algorithm>
#include <utility>

#include "core/base/overloaded.h"
#include "core/dialects/openai_chat/answer_words.h"
#include "core/dialects/openai_chat/model_rules.h"
#include "core/dialects/openai_chat/request_write.h"

namespace llmgw::dialect::chat {
namespace message_writing {

// The blocks of an assistant turn sorted into the fields of a message.
struct Fields {
  std::string content;
  std::string refusal;
  std::string reasoning;
  std::string details;  // entries of `reasoning_details`
  int detailed = 0;
  std::vector<const ir::ToolCall*> calls;
};

class MessagesWriter {
 public:
  explicit MessagesWriter(Encoding& encoding)
      : encoding_(encoding),
        writer_(encoding.writer),
        replays_(encoding.traits.replay_reasoning || encoding.rules.wants_reasoning_back) {}

  Result<> write() {
    TRY(const auto turns, plan_turns(encoding_.request));
    thinks_ = thinks(turns);
    writer_.key("messages");
    writer_.begin_array();
    TRY_VOID(write_instructions());
    for (const Turn& turn : turns) TRY_VOID(write_turn(turn));
    TRY_VOID(write_media({}));
    writer_.end_array();
    if (written_ == 0) {
      return fail(Errc::invalid_request, "no message is left that the upstream could take", "messages");
    }
    finish_prefill();
    note_caches();
    if (reasoning_left_out_ > 0) {
      encoding_.dropped(first_reasoning_, std::to_string(reasoning_left_out_) + " past reasoning blocks");
    }
    return {};
  }

 private:
  void begin(std::string_view role) {
    ++written_;
    prefill_.clear();
    writer_.begin_object();
    writer_.member("role", role);
  }

  // One system message: templates of many open models take one only, and only in front.
  Result<> write_instructions() {
    std::vector<const ir::Block*> blocks;
    for (const auto& block : encoding_.request.instructions) {
      const auto* text = std::get_if<ir::Text>(&block.value);
      // Claude Code's first system text changes with every request, so it would defeat the upstream's prefix cache.
      if (text != nullptr && ir::is_billing_header(text->text)) {
        encoding_.dropped(block.path, "billing header");
        continue;
      }
      if (text == nullptr || !text->text.empty()) blocks.push_back(&block);
    }
    if (blocks.empty()) return {};
    count_caches(blocks);
    begin("system");
    TRY_VOID(write_content(encoding_, blocks));
    writer_.end_object();
    return {};
  }

  Result<> write_turn(const Turn& turn) {
    switch (turn.message->role) {
      case ir::Role::assistant: return write_assistant(turn);
      case ir::Role::user:
      case ir::Role::tool: return write_media(turn);
      case ir::Role::system:
      case ir::Role::developer: return write_late_instruction(turn);
    }
    return {};
  }

  Result<> write_late_instruction(const Turn& turn) {
    TRY_VOID(write_media({}));
    const bool developer = turn.message->role == ir::Role::developer && encoding_.traits.developer_role;
    count_caches(turn.blocks);
    begin(developer ? "developer" : "system");
    write_name(*turn.message);
    TRY_VOID(write_content(encoding_, turn.blocks));
    writer_.end_object();
    return {};
  }

  // A user message: the media of the tool results before it, then its own blocks.
  Result<> write_media(const Turn& turn) {
    auto blocks = std::exchange(media_, {});
    blocks.insert(blocks.end(), turn.blocks.begin(), turn.blocks.end());
    std::erase_if(blocks, [&](const ir::Block* block) { return !user_can_say(*block); });
    if (blocks.empty()) return {};
    count_caches(blocks);
    begin("user");
    if (turn.message != nullptr) write_name(*turn.message);
    TRY_VOID(write_content(encoding_, blocks));
    writer_.end_object();
    return {};
  }

  bool user_can_say(const ir::Block& block) const {
    const auto* opaque = std::get_if<ir::Opaque>(&block.value);
    const bool foreign = opaque != nullptr && opaque->origin != "openai";
    const bool model_only =
        std::holds_alternative<ir::Reasoning>(block.value) || std::holds_alternative<ir::ToolCall>(block.value);
    if (foreign || model_only) encoding_.dropped(block.path, foreign ? opaque->type : std::string{});
    return !foreign && !model_only;
  }

  Result<> write_assistant(const Turn& turn) {
    TRY_VOID(write_media({}));
    Fields fields;
    for (const auto* block : turn.blocks) TRY_VOID(sort_in(*block, fields));
    const bool said = !fields.content.empty() || !fields.refusal.empty();
    const bool replays = replays_ && !(fields.reasoning.empty() && fields.details.empty());
    if (!said && fields.calls.empty() && !replays) return {};
    count_caches(turn.blocks);
    begin("assistant");
    if (fields.calls.empty()) prefill_ = turn.message->path;
    write_name(*turn.message);
    if (fields.content.empty() && (!fields.calls.empty() || !fields.refusal.empty()))
      writer_.member_null("content");
    else
      writer_.member("content", fields.content);
    if (!fields.refusal.empty()) writer_.member("refusal", fields.refusal);
    write_reasoning(fields);
    write_calls(fields.calls);
    writer_.end_object();
    return write_results(turn);
  }

  bool thinks(const std::vector<Turn>& turns) const {
    if (!replays_) return false;
    if (encoding_.request.reasoning && encoding_.request.reasoning->enabled) return true;
    const auto reasons = [](const ir::Block* block) { return std::holds_alternative<ir::Reasoning>(block->value); };
    return std::ranges::any_of(turns, [&](const Turn& turn) { return std::ranges::any_of(turn.blocks, reasons); });
  }

  // Both names where the server is known to take them: vLLM 0.16 and later ignores `reasoning_content` on input.
  // DeepSeek and others know only that one, and refuse a thinking conversation in which an assistant turn lacks it
  // (NousResearch/hermes-agent#17212).
  void write_reasoning(const Fields& fields) {
    if (!thinks_) return;
    writer_.member("reasoning_content", fields.reasoning);
    if (encoding_.traits.replay_reasoning) writer_.member("reasoning", fields.reasoning);
    if (!fields.details.empty()) writer_.member_raw("reasoning_details", "[" + fields.details + "]");
  }

  void write_calls(const std::vector<const ir::ToolCall*>& calls) {
    if (calls.empty()) return;
    writer_.key("tool_calls");
    writer_.begin_array();
    for (const auto* call : calls) {
      const bool custom = call->kind == ir::ToolKind::custom;
      writer_.begin_object();
      writer_.member("id", call->id);
      writer_.member("type", custom ? "custom" : "function");
      writer_.key(custom ? "custom" : "function");
      writer_.begin_object();
      writer_.member("name", encoding_.names.wire(call->name));
      // Templates parse the arguments of past calls as JSON; an empty text would break them.
      const bool bare = !custom && call->args.find_first_not_of(" \t\r\n") == std::string::npos;
      writer_.member(custom ? "input" : "arguments", bare ? std::string_view("{}") : std::string_view(call->args));
      writer_.end_object();
      writer_.end_object();
    }
    writer_.end_array();
  }

  Result<> sort_in(const ir::Block& block, Fields& fields) {
    return std::visit(overloaded{
                          [&](const ir::Text& text) -> Result<> {
                            fields.content += text.text;
                            return {};
                          },
                          [&](const ir::Refusal& refusal) -> Result<> {
                            fields.refusal += refusal.text;
                            return {};
                          },
                          [&](const ir::Reasoning& reasoning) -> Result<> {
                            sort_in_reasoning(block, reasoning, fields);
                            return {};
                          },
                          [&](const ir::ToolCall& call) -> Result<> {
                            if (call.kind == ir::ToolKind::server)
                              encoding_.dropped(block.path, call.name);
                            else
                              fields.calls.push_back(&call);
                            return {};
                          },
                          [&](const ir::Opaque& opaque) -> Result<> {
                            encoding_.dropped(block.path, opaque.type);
                            return {};
                          },
                          [&](const auto&) -> Result<> {
                            return fail(Errc::invalid_request,
                                        block.path + ": an assistant message cannot hold this kind of content",
                                        block.path, "unsupported_content");
                          },
                      },
                      block.value);
  }

  void sort_in_reasoning(const ir::Block& block, const ir::Reasoning& reasoning, Fields& fields) {
    fields.reasoning += reasoning.text;
    if (encoding_.traits.reasoning_details) {
      const auto details = reasoning_details(reasoning, fields.detailed);
      if (!details.empty()) {
        fields.details += (fields.details.empty() ? "" : ",") + details;
        ++fields.detailed;
        return;
      }
    }
    if (replays_ && !reasoning.text.empty()) return;
    if (reasoning_left_out_++ == 0) first_reasoning_ = block.path;
  }

  // Results stand directly behind the calls, all of them before anything else.
  Result<> write_results(const Turn& turn) {
    for (const auto* block : turn.results) write_result(*block);
    for (const auto* block : turn.unanswered) {
      const auto& call = std::get<ir::ToolCall>(block->value);
      encoding_.notes.add(block->path, ir::NoteAction::added, "a result for a call that has none");
      begin("tool");
      writer_.member("tool_call_id", call.id);
      writer_.member("content", "[no result]");
      writer_.end_object();
    }
    return {};
  }

  // A tool message holds text; what else a result holds goes into the next user message.
  void write_result(const ir::Block& block) {
    const auto& result = std::get<ir::ToolResult>(block.value);
    std::string text;
    bool first = true;
    for (const auto& part : result.content) {
      const auto* said = std::get_if<ir::Text>(&part.value);
      if (said == nullptr) {
        media_.push_back(&part);
        encoding_.notes.add(part.path, ir::NoteAction::moved, "to the user message after the tool results");
        continue;
      }
      if (!std::exchange(first, false)) text += '\n';
      text += said->text;
    }
    if (block.cache) count_cache(block.path);
    if (result.is_error) encoding_.dropped(block.path + ".is_error");
    begin("tool");
    writer_.member("tool_call_id", result.call_id);
    writer_.member("content", text);
    writer_.end_object();
  }

  void write_name(const ir::Message& message) {
    if (!message.name.empty()) writer_.member("name", message.name);
  }

  void count_caches(const std::vector<const ir::Block*>& blocks) {
    for (const auto* block : blocks) {
      if (!encoding_.traits.cache_marks && block->cache) count_cache(block->path);
    }
  }

  void count_cache(const std::string& path) {
    if (caches_++ == 0) first_cache_ = path;
  }

  // Upstreams of this format cache by themselves; those that take marks take none on a tool message.
  void note_caches() {
    for (const auto& tool : encoding_.request.tools) {
      if (!encoding_.traits.cache_marks && tool.cache) count_cache(tool.path);
    }
    if (caches_ > 0) encoding_.dropped(first_cache_ + ".cache_control", std::to_string(caches_) + " cache marks");
  }

  // A last message of the assistant's is the beginning of the answer.
  void finish_prefill() {
    if (prefill_.empty()) return;
    if (encoding_.traits.continues_prefill) {
      writer_.member("add_generation_prompt", false);
      writer_.member("continue_final_message", true);
      return;
    }
    encoding_.notes.add(prefill_, ir::NoteAction::approximated,
                        "the upstream may answer instead of continuing the last assistant message");
  }

  Encoding& encoding_;
  json::Writer& writer_;
  bool replays_;  ///< the upstream, or the model on it, takes past reasoning
  std::vector<const ir::Block*> media_;
  bool thinks_ = false;  ///< a thinking conversation with an upstream that takes reasoning back
  std::size_t written_ = 0;
  std::string prefill_;  ///< path of the last message, when it is an assistant's text to go on with
  std::size_t caches_ = 0;
  std::string first_cache_;
  std::size_t reasoning_left_out_ = 0;
  std::string first_reasoning_;
};

}  // namespace message_writing

Result<> write_messages(Encoding& encoding) { return message_writing::MessagesWriter(encoding).write(); }

}  // namespace llmgw::dialect::chat
