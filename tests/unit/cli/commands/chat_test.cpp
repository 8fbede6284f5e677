#include <catch2/catch_test_macros.hpp>
#include <deque>

#include "../fake_room.h"
#include "../program.h"

namespace chat_test {

using llmgw::cli::LineRead;

/// Plays a person: what is entered, in order; then Ctrl-D.
struct Person {
  std::deque<LineRead> lines = {};
  std::vector<std::string> remembered = {};
};

class Editor final : public llmgw::cli::LineEditor {
 public:
  explicit Editor(Person& person) : person_(person) {}
  LineRead read(const std::string&) override {
    if (person_.lines.empty()) return {.kind = LineRead::Kind::end};
    auto line = std::move(person_.lines.front());
    person_.lines.pop_front();
    return line;
  }
  void remember(const std::string& text) override { person_.remembered.push_back(text); }

 private:
  Person& person_;
};

LineRead text(std::string line) { return {.kind = LineRead::Kind::text, .text = std::move(line)}; }

program::Ran chat(fake::Room& room, Person& person, std::vector<std::string> args = {}) {
  args.insert(args.begin(), {"chat", "--config", "none", "-m", "m"});
  program::Surroundings around{.input_kind = llmgw::cli::InputKind::terminal, .terminal = true};
  around.run_client = [&room](const llmgw::net::ClientWork& work) { return room.run(work); };
  around.make_editor = [&person](const llmgw::cli::EditorOptions&) { return std::make_unique<Editor>(person); };
  return program::run(args, around);
}

}  // namespace chat_test

using chat_test::chat;
using chat_test::Person;
using chat_test::text;

TEST_CASE("a model's name cannot steer the terminal of a chat", "[cli]") {
  fake::Room room;
  room.replies = {fake::models({"a\\u001b[2J"}), fake::models({"a\\u001b[2J"}), fake::chat({"x"})};
  Person person{.lines = {text("/model"), text("hi")}};
  const auto ran = chat(room, person, {"-m", ""});
  CHECK(ran.out.starts_with("a [2J at "));
  CHECK(ran.out.contains("* a [2J\n"));
  CHECK_FALSE((ran.out + ran.err).contains('\x1b'));
}

TEST_CASE("SIGTERM ends a chat that waits for the list of models, SIGINT only the waiting", "[cli]") {
  for (const auto& [signal, code] : {std::pair(2, 0), std::pair(15, 143)}) {
    fake::Room room;
    room.replies = {fake::models({"a"}), fake::models({"a"})};
    room.signals = {0, signal, signal};  // the first work of a chat chooses the model
    Person person{.lines = {text("/model"), text("/model")}};
    CHECK(chat(room, person).code == code);
    CHECK(room.requests.size() == (code == 0 ? 2 : 1));
  }
}

TEST_CASE("chat keeps the conversation and prints figures under each answer", "[cli]") {
  fake::Room room;
  room.replies = {fake::chat({"Hello"}), fake::chat({"Again"})};
  Person person{.lines = {text("hi"), text("more")}};
  const auto ran = chat(room, person);
  CHECK(ran.code == 0);
  CHECK(ran.out.contains("Hello\n"));
  CHECK(ran.err.contains("m  5>2 tok  ttft "));
  CHECK(ran.err.contains("  stop\n"));
  REQUIRE(room.requests.size() == 2);
  CHECK(room.requests[1].message.body.contains("\"Hello\""));
  CHECK(person.remembered == std::vector<std::string>{"hi", "more"});
}

TEST_CASE("an unknown slash command is an error and is never sent", "[cli]") {
  fake::Room room;
  room.replies = {fake::chat({"x"})};
  Person person{.lines = {text("/modle"), text("//literal")}};
  const auto ran = chat(room, person);
  CHECK(ran.err.contains("there is no command /modle; did you mean /model?"));
  REQUIRE(room.requests.size() == 1);
  CHECK(room.requests[0].message.body.contains("\"/literal\""));
}

TEST_CASE("slash commands change model and system prompt and forget the conversation", "[cli]") {
  fake::Room room;
  room.replies = {fake::chat({"one"}), fake::models({"m", "Other"}), fake::models({"m", "Other"}), fake::chat({"two"})};
  Person person{.lines = {text("first"), text("/model other"), text("/model Other"), text("/system Be brief"),
                          text("/clear"), text("second"), text("/quit"), text("never")}};
  const auto ran = chat(room, person);
  CHECK(ran.err.contains("did you mean Other?"));
  REQUIRE(room.requests.size() == 4);
  const auto& body = room.requests[3].message.body;
  CHECK(body.contains("\"Other\""));
  CHECK(body.contains("Be brief"));
  CHECK_FALSE(body.contains("first"));
}

TEST_CASE("a failed turn is told, forgotten, and the chat goes on", "[cli]") {
  fake::Room room;
  room.replies = {fake::json(R"({"error":{"message":"too long"}})", 400), fake::chat({"fine"})};
  Person person{.lines = {text("bad"), text("good")}};
  const auto ran = chat(room, person);
  CHECK(ran.code == 0);
  CHECK(ran.err.contains("llmgw: error: too long"));
  CHECK_FALSE(room.requests.at(1).message.body.contains("\"bad\""));
}

TEST_CASE("a cancelled answer stays in the conversation as far as it came", "[cli]") {
  fake::Room room;
  auto cut = fake::chat({"half an"}, "");
  cut.broken = llmgw::fail(llmgw::Errc::cancelled, "cancelled").error();
  room.replies = {cut, cut};
  room.signal = 2;
  Person person{.lines = {text("go"), text("on"), {.kind = llmgw::cli::LineRead::Kind::interrupted}}};
  const auto ran = chat(room, person, {});
  CHECK(ran.code == 130);  // already the question which model to use was interrupted
  room.signal = 0;
  room.replies = {cut};
  CHECK(chat(room, person).code == 0);
}

TEST_CASE("chat needs a terminal", "[cli]") {
  const auto ran = program::run({"chat"});
  CHECK(ran.code == 2);
  CHECK(ran.err.contains("terminal"));
}
