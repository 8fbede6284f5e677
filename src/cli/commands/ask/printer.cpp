#include "cli/commands/ask/printer.h"

#include <fmt/format.h>

#include "cli/client/http_failure.h"
#include "cli/client/statistics.h"
#include "cli/term/visible_text.h"
#include "core/base/overloaded.h"

namespace llmgw::cli::ask {
namespace printing {

/// Text on standard output; nothing else ever goes there.
class TextPrinter final : public Printer {
 public:
  using Printer::Printer;
  void on_events(const ir::Events& events) override {
    for (const auto& event : events) {
      const auto* delta = std::get_if<ir::Delta>(&event);
      if (delta == nullptr || delta->choice != 0) continue;
      if (delta->kind == ir::DeltaKind::text || delta->kind == ir::DeltaKind::refusal) text(delta->text);
      if (delta->kind == ir::DeltaKind::reasoning && options_.show_reasoning) reasoning(delta->text);
    }
    context_.err.flush();
    context_.out.flush();
  }
  void finish(const Exchanged& exchanged) override {
    if (!exchanged.answer.choices.empty()) {
      for (const auto& block : exchanged.answer.choices.front().blocks) tool_call(block);
    }
    end_line();
  }
  void broken(const Failure& /*told by the caller*/) override { end_line(); }

 private:
  void end_line() {
    if (open_) context_.out.write("\n");
    open_ = false;
    context_.out.flush();
  }
  void text(const std::string& piece) {
    if (in_reasoning_) context_.err.write("\n");
    in_reasoning_ = false;
    context_.err.flush();
    context_.out.write(context_.out_terminal.tty ? for_terminal(piece) : piece);
    open_ = !piece.ends_with('\n');
  }
  void reasoning(const std::string& piece) {
    in_reasoning_ = true;
    context_.err.write(styled(context_.err_terminal, Style::dim, for_terminal(piece)));
  }
  void tool_call(const ir::Block& block) {
    const auto* call = std::get_if<ir::ToolCall>(&block.value);
    if (call == nullptr) return;
    context_.err.write(
        fmt::format("llmgw: the model calls the tool {} with {}\n", on_one_line(call->name), on_one_line(call->args)));
  }
  bool open_ = false;  ///< the last line has no line feed yet
  bool in_reasoning_ = false;
};

void write_tool_call(json::Writer& json, const ir::ToolCall& call) {
  json.begin_object();
  json.member("id", call.id);
  json.member("name", call.name);
  json.member("arguments", call.args);
  json.end_object();
}

/// What the model said when it refused, or empty.
std::string refusal_of(const ir::Answer& answer) {
  std::string text;
  if (answer.choices.empty()) return text;
  for (const auto& block : answer.choices.front().blocks) {
    if (const auto* refusal = std::get_if<ir::Refusal>(&block.value)) text += refusal->text;
  }
  return text;
}

/// The members that tell of an exchange as a whole.
void write_ending(json::Writer& json, const Exchanged& exchanged, const std::string& model) {
  json.member("model", model);
  json.member("resolved_model", exchanged.answer.model);
  json.member("finish_reason", finish_of(exchanged.answer));
  json.member("request_id", exchanged.request_id);
  write_statistics(json, exchanged);
  json.member("applied", exchanged.applied);
  json.member("notes", exchanged.notes);
  json.member("retries", exchanged.retries);
}

/// One object at the end.
class JsonPrinter final : public Printer {
 public:
  using Printer::Printer;
  void on_events(const ir::Events&) override {}
  void broken(const Failure& /*told by the caller*/) override {}
  void finish(const Exchanged& exchanged) override {
    std::string line;
    json::Writer json(line);
    json.begin_object();
    json.member("text", exchanged.answer.text());
    json.member("reasoning", exchanged.answer.reasoning());
    json.member("refusal", refusal_of(exchanged.answer));
    json.key("tool_calls");
    json.begin_array();
    if (!exchanged.answer.choices.empty()) {
      for (const auto& block : exchanged.answer.choices.front().blocks) {
        if (const auto* call = std::get_if<ir::ToolCall>(&block.value)) write_tool_call(json, *call);
      }
    }
    json.end_array();
    write_ending(json, exchanged, options_.model);
    json.end_object();
    context_.out.write(line + "\n");
    context_.out.flush();
  }
};

/// One object for each step of the answer.
class JsonLinesPrinter final : public Printer {
 public:
  using Printer::Printer;
  void on_events(const ir::Events& events) override {
    for (const auto& event : events) {
      std::visit(overloaded{[this](const ir::Start& start) { on_start(start); },
                            [this](const ir::BlockOpen& open) { on_open(open); },
                            [this](const ir::Delta& delta) { on_delta(delta); }, [](const auto&) {}},
                 event);
    }
    context_.out.flush();
  }
  void broken(const Failure& failure) override {
    std::string line;
    json::Writer json(line);
    json.begin_object();
    json.member("type", "error");
    json.key("error");
    write_failure(json, failure);
    json.end_object();
    context_.out.write(line + "\n");
    context_.out.flush();
  }
  void finish(const Exchanged& exchanged) override {
    std::string line;
    json::Writer json(line);
    json.begin_object();
    json.member("type", "end");
    write_ending(json, exchanged, options_.model);
    json.end_object();
    context_.out.write(line + "\n");
    context_.out.flush();
  }

 private:
  void on_start(const ir::Start& start) {
    if (started_) return;
    started_ = true;
    print("start", {{"id", start.id}, {"model", start.model}});
  }
  void on_open(const ir::BlockOpen& open) {
    if (open.choice == 0 && open.kind == ir::BlockKind::tool_call)
      print("tool_call", {{"id", open.id}, {"name", open.name}});
  }
  void on_delta(const ir::Delta& delta) {
    if (delta.choice != 0) return;
    switch (delta.kind) {
      case ir::DeltaKind::text: print("text", {{"text", delta.text}}); break;
      case ir::DeltaKind::reasoning: print("reasoning", {{"text", delta.text}}); break;
      case ir::DeltaKind::refusal: print("refusal", {{"text", delta.text}}); break;
      case ir::DeltaKind::args: print("tool_arguments", {{"text", delta.text}}); break;
      case ir::DeltaKind::signature:
      case ir::DeltaKind::encrypted:
      case ir::DeltaKind::opaque_id:
      case ir::DeltaKind::citation:
      case ir::DeltaKind::data: break;
    }
  }
  void print(std::string_view type, std::initializer_list<std::pair<std::string_view, std::string_view>> members) {
    std::string line;
    json::Writer json(line);
    json.begin_object();
    json.member("type", type);
    for (const auto& [name, value] : members) json.member(name, value);
    json.end_object();
    context_.out.write(line + "\n");
  }
  bool started_ = false;
};

}  // namespace printing

void Printer::on_retry(const Failure& failure, net::milliseconds pause) {
  if (options_.quiet) return;
  context_.err.write(retry_notice(failure, pause));
  context_.err.flush();
}

std::unique_ptr<Printer> make_printer(Context& context, PrinterOptions options) {
  switch (options.format) {
    case Format::json: return std::make_unique<printing::JsonPrinter>(context, std::move(options));
    case Format::jsonl: return std::make_unique<printing::JsonLinesPrinter>(context, std::move(options));
    case Format::text: break;
  }
  return std::make_unique<printing::TextPrinter>(context, std::move(options));
}

}  // namespace llmgw::cli::ask
