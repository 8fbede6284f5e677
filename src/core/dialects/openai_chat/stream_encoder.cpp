#include <algorithm>
#include <deque>
#include <utility>

#include "core/base/overloaded.h"
#include "core/dialects/openai_chat/answer_words.h"
#include "core/dialects/openai_chat/chunk_writer.h"
#include "core/dialects/openai_chat/one_line.h"
#include "core/dialects/openai_chat/parts.h"
#include "core/dialects/openai_chat/usage.h"
#include "core/dialects/openai_chat/words.h"
#include "core/dialects/upstream_error.h"
#include "core/json/writer.h"
#include "core/sse/encoder.h"

namespace llmgw::dialect::chat {
namespace stream_encoding {

// A block that is open towards the client.
struct Block {
  int index = 0;
  ir::BlockKind kind = ir::BlockKind::text;
  ir::ToolKind tool_kind = ir::ToolKind::function;
  int tool = -1;  // number of the tool call in its choice
  ir::Origin origin;
  std::string text;       // of reasoning that may get a signature
  std::string opaque_id;  // of what is opaque in the reasoning
};

struct Choice {
  std::vector<Block> open;
  int tools = 0;
  int reasonings = 0;
  bool greeted = false;  // its role chunk is out
  ir::Finish finish;
  std::string citations;  // JSON objects joined with commas
};

class ChatStreamEncoder final : public StreamEncoder {
 public:
  explicit ChatStreamEncoder(const ClientContext& client) : client_(client) {}

  void encode(const ir::Event& event, std::string& out) override {
    if (ended_) return;
    std::visit(overloaded{
                   [&](const ir::Start& start) { begin(start, out); },
                   [&](const ir::BlockOpen& block) { open(block, out); },
                   [&](const ir::Delta& delta) { add(delta, out); },
                   [&](const ir::BlockClose& block) { close(block); },
                   [&](const ir::Logprobs& logprobs) {
                     greet(logprobs.choice, out);
                     chunks_.logprobs(out, logprobs.choice, one_line(logprobs.json));
                   },
                   [&](const ir::Finish& finish) {
                     greet(finish.choice, out);
                     choice(finish.choice).finish = finish;
                   },
                   [&](const ir::Usage& usage) { usage_ = usage; },
                   [&](const ir::Fault& fault) { fail(fault.error, out); },
                   [](const ir::Heartbeat&) {},
                   [&](const ir::End& end) { finish(end, out); },
               },
               event);
  }

  void keep_alive(std::string& out) override {
    if (!ended_) sse::append_comment(out, "keep-alive");
  }

 private:
  void begin(const ir::Start& start, std::string& out) {
    if (started_) return;
    started_ = true;
    chunks_ = ChunkWriter(answer_id(start.id, client_), start.created != 0 ? start.created : client_.created,
                          client_.model.empty() ? start.model : client_.model, client_.include_usage);
    greet(0, out);
  }

  // The role comes first in every choice, with an empty content: clients take it as the start of the message.
  void greet(int number, std::string& out) {
    if (!started_) return begin(ir::Start{}, out), greet(number, out);
    Choice& target = choice(number);
    if (std::exchange(target.greeted, true)) return;
    chunks_.delta(out, number, R"("role":"assistant","content":"")");
  }

  void open(const ir::BlockOpen& block, std::string& out) {
    greet(block.choice, out);
    Choice& target = choice(block.choice);
    Block opened;
    opened.index = block.index;
    opened.kind = block.kind;
    opened.tool_kind = block.tool_kind;
    opened.origin = block.origin;
    const bool call = block.kind == ir::BlockKind::tool_call && block.tool_kind != ir::ToolKind::server;
    if (call) {
      opened.tool = target.tools++;
      chunks_.delta(out, block.choice, tool_head(block, opened.tool));
    }
    if (block.kind == ir::BlockKind::image && !block.json.empty()) {
      chunks_.delta(out, block.choice, "\"images\":[" + one_line(block.json) + "]");
    }
    target.open.push_back(std::move(opened));
  }

  static std::string tool_head(const ir::BlockOpen& block, int number) {
    const bool custom = block.tool_kind == ir::ToolKind::custom;
    std::string out = "\"tool_calls\":[{\"index\":" + std::to_string(number) + ",\"id\":";
    json::append_string(out, block.id);
    out += custom ? R"(,"type":"custom","custom":{"name":)" : R"(,"type":"function","function":{"name":)";
    json::append_string(out, block.name);
    out += custom ? R"(,"input":""}}])" : R"(,"arguments":""}}])";
    return out;
  }

  void add(const ir::Delta& delta, std::string& out) {
    Choice& target = choice(delta.choice);
    const auto found = std::ranges::find(target.open, delta.index, &Block::index);
    if (found == target.open.end()) return;
    switch (delta.kind) {
      case ir::DeltaKind::text: return chunks_.text(out, delta.choice, "content", delta.text);
      case ir::DeltaKind::refusal: return chunks_.text(out, delta.choice, "refusal", delta.text);
      case ir::DeltaKind::args: return add_args(*found, delta, out);
      case ir::DeltaKind::reasoning: return add_reasoning(*found, delta, out);
      case ir::DeltaKind::opaque_id: found->opaque_id = delta.text; return;
      case ir::DeltaKind::signature:
      case ir::DeltaKind::encrypted: return add_opaque(target, *found, delta, out);
      case ir::DeltaKind::citation: return add_citation(target, delta);
      case ir::DeltaKind::data: return;  // sound and pictures in pieces have no form in this format
    }
  }

  void add_args(const Block& block, const ir::Delta& delta, std::string& out) {
    if (block.tool < 0) return;  // a call that the service runs itself is not the client's business
    scratch_ = "\"tool_calls\":[{\"index\":";
    scratch_ += std::to_string(block.tool);
    scratch_ += block.tool_kind == ir::ToolKind::custom ? ",\"custom\":{\"input\":" : ",\"function\":{\"arguments\":";
    json::append_string(scratch_, delta.text);
    scratch_ += "}}]";
    chunks_.delta(out, delta.choice, scratch_);
  }

  // Both names: DeepSeek's clients read `reasoning_content`, OpenRouter's and newer vLLM's `reasoning`.
  void add_reasoning(Block& block, const ir::Delta& delta, std::string& out) {
    if (!client_.show_reasoning) return;
    block.text += delta.text;
    scratch_ = "\"reasoning_content\":";
    json::append_string(scratch_, delta.text);
    const auto value = std::string_view(scratch_).substr(std::string_view("\"reasoning_content\":").size());
    std::string members = scratch_ + ",\"reasoning\":";
    members += value;
    chunks_.delta(out, delta.choice, members);
  }

  void add_opaque(Choice& target, const Block& block, const ir::Delta& delta, std::string& out) {
    if (!client_.show_reasoning) return;
    ir::Reasoning reasoning;
    reasoning.origin = block.origin;
    reasoning.id = block.opaque_id;
    if (delta.kind == ir::DeltaKind::signature) {
      reasoning.text = block.text;
      reasoning.signature = delta.text;
    } else {
      reasoning.encrypted = delta.text;
    }
    chunks_.delta(out, delta.choice,
                  "\"reasoning_details\":[" + reasoning_details(reasoning, target.reasonings++) + "]");
  }

  static void add_citation(Choice& target, const ir::Delta& delta) {
    if (!target.citations.empty()) target.citations += ',';
    target.citations += one_line(annotation(delta.text));
  }

  void close(const ir::BlockClose& block) {
    std::erase_if(choice(block.choice).open, [&](const Block& open) { return open.index == block.index; });
  }

  // After an error nothing follows, the end mark neither: the client must see that the answer is broken.
  void fail(const Error& error, std::string& out) {
    sse::append_data(out, encode_error(error, {}));
    ended_ = true;
  }

  void finish(const ir::End& end, std::string& out) {
    if (!end.complete) return fail(stream_incomplete(), out);
    greet(0, out);
    for (const Choice& done : choices_) {
      if (done.finish.reason == ir::FinishReason::error) return fail(model_stopped(done.finish.raw), out);
    }
    for (std::size_t number = 0; number < choices_.size(); ++number) end_choice(static_cast<int>(number), out);
    if (client_.include_usage && usage_) {
      scratch_.clear();
      json::Writer writer(scratch_);
      write_usage(writer, *usage_);
      chunks_.usage(out, scratch_);
    }
    sse::append_data(out, "[DONE]");
    ended_ = true;
  }

  void end_choice(int number, std::string& out) {
    const Choice& done = choice(number);
    if (!done.greeted) return;  // a gap in the upstream's numbering
    if (!done.citations.empty()) chunks_.delta(out, number, "\"annotations\":[" + done.citations + "]");
    chunks_.finish(out, number, last_word(done.finish.reason, done.tools > 0));
  }

  Choice& choice(int number) {
    const auto position = static_cast<std::size_t>(std::max(number, 0));
    if (choices_.size() <= position) choices_.resize(position + 1);
    return choices_[position];
  }

  ClientContext client_;
  ChunkWriter chunks_;
  std::deque<Choice> choices_;
  std::optional<ir::Usage> usage_;
  std::string scratch_;
  bool started_ = false;
  bool ended_ = false;
};

}  // namespace stream_encoding

std::unique_ptr<StreamEncoder> stream_encoder(const ClientContext& client) {
  return std::make_unique<stream_encoding::ChatStreamEncoder>(client);
}

}  // namespace llmgw::dialect::chat
