#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/dialects/dialect.h"
#include "core/ir/answer.h"

namespace chat_request_encoding {

using namespace llmgw;

struct Encoded {
  std::string body;
  std::string notes;
};

ir::Request read(const dialect::Dialect& dialect, const std::string& body) {
  const auto view = json::parse(body);
  REQUIRE(view);
  auto request = dialect.decode_request(*view);
  if (!request) FAIL(request.error().message);
  return *std::move(request);
}

Encoded encode(const ir::Request& request, const dialect::Traits& traits = {}) {
  ir::Notes notes;
  const auto body = dialect::openai_chat.encode_request(request, traits, notes);
  if (!body) FAIL(body.error().message);
  Encoded out{*body, {}};
  for (const auto& note : notes.all()) {
    out.notes += (out.notes.empty() ? "" : ", ") + note.path + "=" + std::string(ir::action_name(note.action));
  }
  return out;
}

// A Messages client's request on its way to a Chat upstream.
Encoded from_messages(const std::string& members, const dialect::Traits& traits = {}) {
  return encode(read(dialect::anthropic_messages, R"({"model":"m","max_tokens":100,)" + members + "}"), traits);
}

std::string messages_of(const Encoded& encoded) {
  const auto view = json::parse(encoded.body);
  REQUIRE(view);
  return std::string((*view)["messages"].raw());
}

TEST_CASE("a Messages conversation becomes a Chat one", "[dialects][chat]") {
  const auto out = from_messages(R"("system":[{"type":"text","text":"Be brief."},{"type":"text","text":"Really."}],
    "messages":[
      {"role":"user","content":[{"type":"text","text":"Weather?"},{"type":"text","text":"In Seoul."}]},
      {"role":"assistant","content":[{"type":"text","text":"Let me "},{"type":"text","text":"see."},
        {"type":"tool_use","id":"a","name":"f","input":{"city": "Seoul"}},
        {"type":"tool_use","id":"b","name":"g","input":{}}]},
      {"role":"user","content":[{"type":"tool_result","tool_use_id":"b","content":"B"},
        {"type":"tool_result","tool_use_id":"a","content":[{"type":"text","text":"18"},{"type":"text","text":"C"}]},
        {"type":"text","text":"go on"}]}])");
  CHECK(messages_of(out) ==
        R"([{"role":"system","content":"Be brief.\n\nReally."},)"
        R"({"role":"user","content":"Weather?\n\nIn Seoul."},)"
        R"({"role":"assistant","content":"Let me see.","tool_calls":[)"
        R"({"id":"a","type":"function","function":{"name":"f","arguments":"{\"city\":\"Seoul\"}"}},)"
        R"({"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]},)"
        R"({"role":"tool","tool_call_id":"b","content":"B"},)"
        R"({"role":"tool","tool_call_id":"a","content":"18\nC"},)"
        R"({"role":"user","content":"go on"}])");
  CHECK(out.notes.empty());
}

TEST_CASE("media of tool results move behind all results of the turn", "[dialects][chat][req-25]") {
  const auto out = from_messages(R"("messages":[{"role":"user","content":"u"},
    {"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}},
                                   {"type":"tool_use","id":"b","name":"f","input":{}}]},
    {"role":"user","content":[
      {"type":"tool_result","tool_use_id":"a","is_error":true,"content":[{"type":"text","text":"A"},
        {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]},
      {"type":"tool_result","tool_use_id":"b","content":"B"},
      {"type":"text","text":"go on"}]}])");
  CHECK(
      messages_of(out).find(
          R"({"role":"tool","tool_call_id":"a","content":"A"},{"role":"tool","tool_call_id":"b","content":"B"},)"
          R"({"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}},)"
          R"({"type":"text","text":"go on"}]})") != std::string::npos);
  CHECK(out.notes.find("messages[2].content[0].content[1]=moved") != std::string::npos);
  CHECK(out.notes.find("messages[2].content[0].is_error=dropped") != std::string::npos);
}

TEST_CASE("results stand behind their calls wherever the client put them", "[dialects][chat]") {
  const auto request = read(dialect::openai_chat, R"({"model":"m","messages":[{"role":"user","content":"u"},
    {"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":""}},
                                      {"id":"b","function":{"name":"f","arguments":"{}"}}]},
    {"role":"system","content":"between"},{"role":"user","content":"x"},{"role":"tool","tool_call_id":"a","content":""}]})");
  const auto out = encode(request);
  CHECK(messages_of(out) ==
        R"([{"role":"user","content":"u"},{"role":"assistant","content":null,"tool_calls":[)"
        R"({"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},)"
        R"({"id":"b","type":"function","function":{"name":"f","arguments":"{}"}}]},)"
        R"({"role":"tool","tool_call_id":"a","content":""},{"role":"tool","tool_call_id":"b","content":"[no result]"},)"
        R"({"role":"system","content":"between"},{"role":"user","content":"x"}])");
  CHECK(out.notes == "messages[1].tool_calls[1]=added");
}

TEST_CASE("ids that repeat over turns pair with the nearest open call", "[dialects][chat]") {
  const auto request = read(dialect::openai_chat, R"({"model":"m","messages":[
    {"role":"assistant","tool_calls":[{"id":"0","function":{"name":"f","arguments":"1"}}]},
    {"role":"tool","tool_call_id":"0","content":"one"},
    {"role":"assistant","tool_calls":[{"id":"0","function":{"name":"f","arguments":"2"}}]},
    {"role":"tool","tool_call_id":"0","content":"two"}]})");
  const auto messages = messages_of(encode(request));
  CHECK(messages.find("one") < messages.find("\"2\""));
  CHECK(messages.find("two") > messages.find("\"2\""));
}

TEST_CASE("results that answer no call are refused by name", "[dialects][chat][req-5]") {
  const auto last = GENERATE(R"({"role":"tool","tool_call_id":"zzz","content":"r"})",
                             R"({"role":"tool","tool_call_id":"a","content":"again"})");
  const auto request = read(dialect::openai_chat, R"({"model":"m","messages":[
    {"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}}]},
    {"role":"tool","tool_call_id":"a","content":"r"},)" +
                                                      std::string(last) + "]}");
  ir::Notes notes;
  const auto body = dialect::openai_chat.encode_request(request, {}, notes);
  REQUIRE_FALSE(body);
  CHECK(body.error().code == Errc::invalid_request);
  CHECK(body.error().param == "messages[2]");
}

TEST_CASE("past reasoning goes back only to those who take it", "[dialects][chat][req-9]") {
  const std::string members = R"("messages":[{"role":"user","content":"u"},
    {"role":"assistant","content":[{"type":"thinking","thinking":"why","signature":"S"},{"type":"text","text":"x"}]},
    {"role":"user","content":"v"}])";
  const auto plain = from_messages(members);
  CHECK(plain.body.find("reasoning") == std::string::npos);
  CHECK(plain.notes == "messages[1].content[0]=dropped");
  dialect::Traits traits;
  traits.replay_reasoning = true;
  const auto replayed = from_messages(members, traits);
  CHECK(replayed.body.find(R"("content":"x","reasoning_content":"why","reasoning":"why")") != std::string::npos);
  CHECK(replayed.notes.empty());
}

TEST_CASE("every turn of a thinking conversation carries reasoning, known or not", "[dialects][chat]") {
  dialect::Traits traits;
  traits.replay_reasoning = true;
  const auto out = from_messages(R"("thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"u"},
    {"role":"assistant","content":"x"},{"role":"user","content":"v"}])",
                                 traits);
  CHECK(out.body.find(R"("content":"x","reasoning_content":"","reasoning":"")") != std::string::npos);
}

TEST_CASE("what agents add for one service stays there, with a note", "[dialects][chat]") {
  const auto out = from_messages(R"("system":[{"type":"text","text":"x-anthropic-billing-header: cc=1;"},
      {"type":"text","text":"S","cache_control":{"type":"ephemeral"}}],
    "messages":[{"role":"user","content":"u"}],"context_management":{"edits":[]},"top_k":5,
    "tools":[{"type":"web_search_20250305","name":"web_search"}],"tool_choice":{"type":"auto"})");
  CHECK(messages_of(out) == R"([{"role":"system","content":"S"},{"role":"user","content":"u"}])");
  for (const std::string note : {"system[0]=dropped", "system[1].cache_control=dropped", "context_management=dropped",
                                 "top_k=dropped", "tools[0]=dropped", "tool_choice=dropped"}) {
    INFO(note << " in " << out.notes);
    CHECK(out.notes.find(note) != std::string::npos);
  }
  CHECK(out.body.find("web_search") == std::string::npos);
}

TEST_CASE("parameters are written under the names that the upstream knows", "[dialects][chat]") {
  dialect::Traits traits;
  const auto plain = from_messages(R"("messages":[{"role":"user","content":"u"}],"temperature":0.5,"stream":true,
    "stop_sequences":["a","b","c","d","e"],"top_k":3,"metadata":{"user_id":"me"})");
  CHECK(plain.body ==
        R"({"model":"m","messages":[{"role":"user","content":"u"}],"max_tokens":100,"temperature":0.5,)"
        R"("stop":["a","b","c","d","e"],"user":"me","stream":true,"stream_options":{"include_usage":true}})");
  traits.max_completion_tokens = true;
  traits.stop_four = true;
  traits.top_k = true;
  traits.stream_usage = false;
  const auto other = from_messages(R"("messages":[{"role":"user","content":"u"}],"stream":true,
    "stop_sequences":["a","b","c","d","e"],"top_k":3)",
                                   traits);
  CHECK(other.body ==
        R"({"model":"m","messages":[{"role":"user","content":"u"}],"max_completion_tokens":100,"top_k":3,)"
        R"("stop":["a","b","c","d"],"stream":true})");
  CHECK(other.notes == "stop_sequences=clamped");
}

TEST_CASE("usage is asked for unless the client said no", "[dialects][chat]") {
  const auto [options, asked] = GENERATE(table<std::string, bool>({
      {"", true},
      {R"(,"stream_options":{"include_usage":true})", true},
      {R"(,"stream_options":{"include_usage":false})", false},
  }));
  const auto request = read(dialect::openai_chat,
                            R"({"model":"m","stream":true,"messages":[{"role":"user","content":"u"}])" + options + "}");
  CHECK((encode(request).body.find("include_usage") != std::string::npos) == asked);
}

TEST_CASE("reasoning is asked for in the upstream's way", "[dialects][chat]") {
  dialect::Traits none;
  none.reasoning_effort = false;
  dialect::Traits kwargs;
  kwargs.thinking_kwargs = true;
  kwargs.reasoning_effort = false;
  struct Row {
    std::string thinking;
    dialect::Traits traits;
    std::string written;
    std::string notes;
  };
  const Row row =
      GENERATE_COPY(Row{R"("thinking":{"type":"enabled","budget_tokens":2000})", dialect::Traits{},
                        R"("reasoning_effort":"high")", "thinking=approximated"},
                    Row{R"("thinking":{"type":"adaptive"})", dialect::Traits{}, R"("reasoning_effort":"high")", ""},
                    Row{R"("thinking":{"type":"disabled"})", dialect::Traits{}, "", "thinking=dropped"},
                    Row{R"("thinking":{"type":"adaptive"})", none, "", "thinking=dropped"},
                    Row{R"("thinking":{"type":"disabled"})", kwargs,
                        R"("chat_template_kwargs":{"thinking":false,"enable_thinking":false})", ""},
                    Row{R"("thinking":{"type":"adaptive"})", kwargs,
                        R"("chat_template_kwargs":{"thinking":true,"enable_thinking":true})", ""});
  const auto out =
      encode(read(dialect::anthropic_messages,
                  R"({"model":"m","max_tokens":3000,"messages":[{"role":"user","content":"u"}],)" + row.thinking + "}"),
             row.traits);
  INFO(row.thinking << " gives " << out.body);
  CHECK(out.notes == row.notes);
  if (row.written.empty())
    CHECK(out.body.find("reasoning") == std::string::npos);
  else
    CHECK(out.body.find(row.written) != std::string::npos);
}

// What a Messages client is sent of an OpenRouter answer, and sends back with the next request.
std::string through_messages_client(const std::string& details) {
  const std::string body =
      R"({"id":"gen-1","model":"m","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant",)"
      R"("content":null,"reasoning":"why","reasoning_details":)" +
      details + R"(,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]}}]})";
  const auto view = json::parse(body);
  REQUIRE(view);
  IdSource ids(3);
  ir::Events events;
  dialect::openai_chat.decode_response(*view, ids, events);
  ir::Collector collector;
  collector.add(events);
  dialect::ClientContext client;
  client.ids = &ids;
  const auto answer = dialect::anthropic_messages.encode_response(collector.answer(), client);
  const auto seen = json::parse(answer);
  REQUIRE(seen);
  return R"("messages":[{"role":"user","content":"u"},{"role":"assistant","content":)" +
         std::string((*seen)["content"].raw()) +
         R"(},{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"r"}]}])";
}

TEST_CASE("reasoning details go back to the service that made them, unchanged", "[dialects][chat][req-9]") {
  const std::string details = GENERATE(
      R"([{"type":"reasoning.text","text":"why","signature":"EvgC","format":"anthropic-claude-v1","index":0}])",
      R"([{"type":"reasoning.encrypted","data":"EjQK","format":"google-gemini-v1","id":"1","index":0}])",
      R"([{"type":"reasoning.encrypted","data":"gAAA","format":"openai-responses-v1","id":"rs_1","index":0}])");
  const auto members = through_messages_client(details);
  dialect::Traits traits;
  traits.replay_reasoning = true;
  traits.reasoning_details = true;
  const auto replayed = from_messages(members, traits);
  CHECK(replayed.body.find("\"reasoning_details\":" + details) != std::string::npos);
  CHECK(replayed.body.find(R"("reasoning":"why")") != std::string::npos);
  CHECK(replayed.notes.empty());
  // To other servers of the format it means nothing.
  CHECK(from_messages(members).body.find("reasoning_details") == std::string::npos);
}

TEST_CASE("members of a tool that no other format has are told", "[dialects][chat][req-27]") {
  const auto out = from_messages(R"("messages":[{"role":"user","content":"u"}],"tools":[
    {"name":"f","input_schema":{},"input_examples":[{}],"defer_loading":false,"eager_input_streaming":true}])");
  CHECK(out.notes == "tools[0].input_examples=dropped, tools[0].eager_input_streaming=dropped");
  CHECK(out.body.find("input_examples") == std::string::npos);
}

TEST_CASE("cache marks that the upstream cannot take are told, wherever they stand", "[dialects][chat]") {
  const auto [members, path] = GENERATE(table<std::string, std::string>({
      {R"("tools":[{"name":"f","input_schema":{},"cache_control":{"type":"ephemeral"}}],
        "messages":[{"role":"user","content":"u"}])",
       "tools[0].cache_control=dropped"},
      {R"("messages":[{"role":"assistant","content":[{"type":"tool_use","id":"1","name":"f","input":{}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"r",
          "cache_control":{"type":"ephemeral"}}]}])",
       "messages[1].content[0].cache_control=dropped"},
  }));
  CHECK(from_messages(members).notes == path);
}

TEST_CASE("reasoning that is opaque alone is enough for a turn", "[dialects][chat]") {
  dialect::Traits traits;
  traits.replay_reasoning = true;
  traits.reasoning_details = true;
  const auto out = from_messages(R"("messages":[{"role":"user","content":"u"},
    {"role":"assistant","content":[{"type":"redacted_thinking","data":"abc"}]},{"role":"user","content":"v"}])",
                                 traits);
  CHECK(out.body.find(R"("reasoning_details":[{"type":"reasoning.encrypted","data":"abc",)"
                      R"("format":"anthropic-claude-v1","index":0}])") != std::string::npos);
  CHECK(out.notes.empty());
}

TEST_CASE("the beginning of an answer is continued where the server can, and told where it cannot",
          "[dialects][chat]") {
  const std::string members = R"("messages":[{"role":"user","content":"u"},{"role":"assistant","content":"{"}])";
  const auto asked = from_messages(members);
  CHECK(asked.body.find("continue_final_message") == std::string::npos);
  CHECK(asked.notes == "messages[1]=approximated");
  dialect::Traits traits;
  traits.continues_prefill = true;
  const auto continued = from_messages(members, traits);
  CHECK(continued.body.find(R"("add_generation_prompt":false,"continue_final_message":true)") != std::string::npos);
  CHECK(continued.notes.empty());
  for (const std::string last :
       {R"({"role":"user","content":"v"})",
        R"({"role":"assistant","content":[{"type":"tool_use","id":"1","name":"f","input":{}}]})"}) {
    const auto whole = from_messages(R"("messages":[{"role":"user","content":"u"},)" + last + "]", traits);
    CHECK(whole.body.find("continue_final_message") == std::string::npos);
  }
}

TEST_CASE("tools, choices and output schemas are written in full", "[dialects][chat]") {
  const auto out = from_messages(R"("messages":[{"role":"user","content":"u"}],
    "tools":[{"name":"f","description":"d","input_schema":{"type":"object","properties":{}}}],
    "tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},
    "output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}})");
  CHECK(out.body.find(R"("tools":[{"type":"function","function":{"name":"f","description":"d",)"
                      R"("parameters":{"type":"object","properties":{}}}}],)"
                      R"("tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false)") !=
        std::string::npos);
  CHECK(out.body.find(R"("response_format":{"type":"json_schema","json_schema":{"name":"response",)"
                      R"("schema":{"type":"object"},"strict":false}})") != std::string::npos);
}

TEST_CASE("names that the upstream would refuse are changed the same way everywhere", "[dialects][chat]") {
  const auto request = read(dialect::openai_chat, R"({"model":"m","tools":[{"name":"a.b/c"}],
    "tool_choice":{"type":"function","function":{"name":"a.b/c"}},
    "messages":[{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"a.b/c","arguments":"{}"}}]},
                {"role":"tool","tool_call_id":"1","content":"r"}]})");
  const auto out = encode(request);
  CHECK(out.body.find("a.b/c") == std::string::npos);
  CHECK(out.notes == "tools[0].name=renamed");
}

TEST_CASE("content that the format cannot carry is an error that names it", "[dialects][chat]") {
  const auto [content, param] = GENERATE(table<std::string, std::string>({
      {R"({"type":"image","source":{"type":"file","file_id":"f"}})", "messages[0].content[0]"},
      {R"({"type":"document","source":{"type":"url","url":"https://x/a.pdf"}})", "messages[0].content[0]"},
  }));
  const auto request = read(dialect::anthropic_messages,
                            R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":[)" + content + "]}]}");
  ir::Notes notes;
  const auto body = dialect::openai_chat.encode_request(request, {}, notes);
  REQUIRE_FALSE(body);
  CHECK(body.error().wire_code == "unsupported_content");
  CHECK(body.error().param.starts_with(param));
}

TEST_CASE("documents become file parts or words", "[dialects][chat]") {
  const auto out = from_messages(R"("messages":[{"role":"user","content":[
    {"type":"document","title":"T","source":{"type":"text","media_type":"text/plain","data":"words"}},
    {"type":"document","title":"r.pdf","source":{"type":"base64","media_type":"application/pdf","data":"AAAA"}}]}])");
  CHECK(out.body.find(R"({"type":"text","text":"T\nwords"},{"type":"file","file":{"filename":"r.pdf",)"
                      R"("file_data":"data:application/pdf;base64,AAAA"}})") != std::string::npos);
}

TEST_CASE("a document's wish to be cited is told, since no other format knows it", "[dialects][chat][req-27]") {
  const auto out = from_messages(R"("messages":[{"role":"user","content":[
    {"type":"document","citations":{"enabled":true},"source":{"type":"text","media_type":"text/plain","data":"words"}},
    {"type":"document","citations":{"enabled":false},"source":{"type":"text","media_type":"text/plain","data":"w"}},
    {"type":"document","citations":{"enabled":true},
     "source":{"type":"base64","media_type":"application/pdf","data":"AAAA"}},
    {"type":"search_result","source":"s","title":"t","citations":{"enabled":true},
     "content":[{"type":"text","text":"found"}]}]}])");
  CHECK(out.notes ==
        "messages[0].content[0].citations=dropped, messages[0].content[2].citations=dropped, "
        "messages[0].content[3].citations=dropped");
}

TEST_CASE("the tools that may be called keep their kind, and those that are not sent are not named",
          "[dialects][chat]") {
  const auto request = read(dialect::openai_chat, R"({"model":"m","messages":[{"role":"user","content":"u"}],
    "tools":[{"type":"function","function":{"name":"f"}},{"type":"custom","custom":{"name":"c"}}],
    "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[
      {"type":"function","function":{"name":"f"}},{"type":"custom","custom":{"name":"c"}},
      {"type":"function","function":{"name":"gone"}}]}}})");
  const auto out = encode(request);
  CHECK(out.body.contains(R"("allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"f"}},)"
                          R"({"type":"custom","custom":{"name":"c"}}]})"));
  CHECK(out.notes == "tool_choice=dropped");
}

TEST_CASE("a conversation of nothing that the upstream takes is refused", "[dialects][chat]") {
  ir::Request request;
  request.model = "m";
  ir::Notes notes;
  CHECK_FALSE(dialect::openai_chat.encode_request(request, {}, notes));
}

TEST_CASE("a Chat request comes through the model of requests unchanged", "[dialects][chat]") {
  const std::string body =
      R"({"model":"m","messages":[{"role":"system","content":"S"},{"role":"user","content":[)"
      R"({"type":"text","text":"t"},{"type":"image_url","image_url":{"url":"https://x/y","detail":"low"}}]},)"
      R"({"role":"assistant","content":"a","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},)"
      R"({"role":"tool","tool_call_id":"1","content":"r"},{"role":"user","content":"u","name":"ann"}],)"
      R"("tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}}],)"
      R"("tool_choice":"auto","parallel_tool_calls":true,"max_tokens":9,"temperature":0.5,"seed":1,"stop":["x"],)"
      R"("reasoning_effort":"low","response_format":{"type":"json_object"},"n":2,"logprobs":true,"store":true})";
  // `name` stands behind the role when it is written.
  auto expected = body;
  expected.replace(expected.find(R"("content":"u","name":"ann")"), 26, R"("name":"ann","content":"u")");
  CHECK(encode(read(dialect::openai_chat, body)).body == expected);
}

}  // namespace chat_request_encoding
