#include <csignal>

#include "cli/client/http_failure.h"
#include "cli/client/request.h"
#include "cli/client/statistics.h"
#include "cli/commands/chat/conversation.h"
#include "cli/exit_code.h"
#include "cli/term/visible_text.h"
#include "core/base/ids.h"

namespace llmgw::cli::chat {
namespace turn {

/// Shows an answer on the terminal and keeps it, so that a cancelled one is not lost.
class View final : public Listener {
 public:
  View(Context& context, bool show_reasoning) : context_(context), show_reasoning_(show_reasoning) {}

  void on_events(const ir::Events& events) override {
    for (const auto& event : events) {
      const auto* delta = std::get_if<ir::Delta>(&event);
      if (delta == nullptr || delta->choice != 0) continue;
      if (delta->kind == ir::DeltaKind::text || delta->kind == ir::DeltaKind::refusal) answer(delta->text);
      if (delta->kind == ir::DeltaKind::reasoning) reasoning(delta->text);
    }
    context_.out.flush();
  }
  void on_retry(const Failure& failure, net::milliseconds pause) override {
    context_.err.write(retry_notice(failure, pause));
    context_.err.flush();
  }
  [[nodiscard]] bool gone() const override { return context_.out.error() != 0; }
  /// Ends the last line.
  void close() {
    if (at_line_start_) return;
    context_.out.write("\n");
    context_.out.flush();
    at_line_start_ = true;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void answer(const std::string& piece) {
    if (thinking_) context_.out.write("\n\n");
    thinking_ = false;
    text_ += piece;
    show(for_terminal(piece));
  }
  void reasoning(const std::string& piece) {
    if (!show_reasoning_) return;
    thinking_ = true;
    show(styled(context_.out_terminal, Style::dim, for_terminal(piece)));
  }
  void show(const std::string& piece) {
    context_.out.write(piece);
    if (!piece.empty()) at_line_start_ = piece.ends_with('\n');
  }
  Context& context_;
  bool show_reasoning_;
  bool thinking_ = false;
  bool at_line_start_ = true;
  std::string text_;
};

struct Answering {
  Conversation& conversation;
  View& view;
  Step<Exchanged> result = give_up(Errc::internal, "the exchange did not run");
};

net::Task<> answer(net::ClientRoom& room, Answering& answering) {
  const auto& conversation = answering.conversation;
  const ExchangePlan plan{.target = conversation.target,
                          .request = conversation.request,
                          .fields = conversation.fields,
                          .clock = conversation.context.clock,
                          .seed = random_seed()};
  answering.result = co_await exchange(room, plan, answering.view);
}

void say(Context& context, const std::string& text) {
  context.err.write(styled(context.err_terminal, Style::dim, text) + "\n");
  context.err.flush();
}

/// The model's own blocks go back to it: reasoning with its signature, tool calls, text.
void keep(Conversation& conversation, const ir::Answer& answer) {
  ir::Message message;
  message.role = ir::Role::assistant;
  if (!answer.choices.empty()) message.blocks = answer.choices.front().blocks;
  if (message.blocks.empty()) {
    conversation.request.messages.pop_back();
    say(conversation.context, "(the answer is empty)");
    return;
  }
  conversation.request.messages.push_back(std::move(message));
}

void cancelled(Conversation& conversation, const View& view) {
  say(conversation.context, "(cancelled)");
  if (view.text().empty()) {
    conversation.request.messages.pop_back();
  } else {
    conversation.request.messages.push_back(text_message(ir::Role::assistant, view.text()));
  }
}

}  // namespace turn

void end_by_signal(Conversation& conversation, int number) {
  if (number == SIGINT) return;
  conversation.over = true;
  conversation.exit_code = exit_of_signal(number);
}

void take_turn(Conversation& conversation, std::string text) {
  auto& context = conversation.context;
  conversation.request.messages.push_back(text_message(ir::Role::user, std::move(text)));
  turn::View view(context, conversation.show_reasoning);
  turn::Answering answering{.conversation = conversation, .view = view};
  const auto signal = context.run_client([&](net::ClientRoom& room) { return turn::answer(room, answering); });
  view.close();
  if (!signal) answering.result = std::unexpected(Failure(signal.error()));
  if (signal && *signal == SIGINT) return turn::cancelled(conversation, view);
  if (signal && *signal != 0) return end_by_signal(conversation, *signal);
  if (!answering.result) {
    conversation.request.messages.pop_back();
    report(context.err, answering.result.error(), ReportStyle::people);
    return;
  }
  turn::keep(conversation, answering.result->answer);
  turn::say(context, statistics_line(*answering.result, conversation.request.model, context.err_terminal.columns));
}

}  // namespace llmgw::cli::chat
