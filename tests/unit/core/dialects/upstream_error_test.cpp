#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "core/dialects/error_body.h"
#include "core/dialects/retry_hint.h"
#include "core/dialects/upstream_error.h"

namespace upstream_errors_test {

using namespace llmgw;

struct Row {
  int status;
  std::string body;
  Errc code;
  int kept;  // Error::status
  std::string message;
};

TEST_CASE("upstream errors of every shape keep class, status and words", "[dialects]") {
  const Row row = GENERATE(from_range(std::vector<Row>{
      {400, R"({"error":{"message":"bad","type":"invalid_request_error","param":"p","code":"c"}})",
       Errc::invalid_request, 400, "bad"},
      {400, R"({"error":"text"})", Errc::invalid_request, 400, "text"},
      {500, R"({"error":{"error":{"message":"deep"}}})", Errc::upstream_error, 500, "deep"},
      {400,
       R"([{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}])",
       Errc::authentication, 400, "API key not valid."},
      {404, R"({"object":"error","message":"no model","type":"NotFoundError","code":404})", Errc::not_found, 404,
       "no model"},
      {422, R"({"detail":[{"loc":["body","messages",0,"role"],"msg":"field required","type":"missing"}]})",
       Errc::invalid_request, 422, "field required"},
      {401, R"({"detail":"Unauthorized"})", Errc::authentication, 401, "Unauthorized"},
      {403, R"({"detail":{"error":"not yours"}})", Errc::permission, 403, "not yours"},
      {400, R"({"errors":[{"message":"one"},{"message":"two"}]})", Errc::invalid_request, 400, "one"},
      {400, R"({"code":"Client specified an invalid argument","error":"Model not found: x"})", Errc::invalid_request,
       400, "Model not found: x"},
      {503, "<!DOCTYPE html><html><head><title>503</title></head><body><h1>Down for\nrepair</h1></body></html>",
       Errc::overloaded, 0, "503 Down for repair"},
      {502, "upstream connect error", Errc::upstream_error, 0, "upstream connect error"},
      {500, "", Errc::upstream_error, 500, "The upstream answered HTTP 500 without a message."},
      {529, R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})", Errc::overloaded, 0,
       "Overloaded"},
      {429, R"({"error":{"message":"quota","type":"insufficient_quota","code":"insufficient_quota"}})", Errc::quota,
       429, "quota"},
      {402, R"({"error":{"code":402,"message":"Insufficient credits","metadata":{"raw":"pay"}},"user_id":"u"})",
       Errc::quota, 402, "Insufficient credits: pay"},
      {408, R"({"message":"too slow"})", Errc::timeout, 408, "too slow"},
      {504, "", Errc::timeout, 0, "The upstream answered HTTP 504 without a message."},
      {400,
       R"({"error":{"message":"This model's maximum context length is 8192 tokens. However, you requested 9000"}})",
       Errc::context_length, 400, "This model's maximum context length is 8192 tokens. However, you requested 9000"},
      {400, R"({"error":{"message":"max_tokens must be at least 1"}})", Errc::invalid_request, 400,
       "max_tokens must be at least 1"},
      {400,
       R"({"error":{"message":"filtered","code":"content_filter","innererror":{"code":"ResponsibleAIPolicyViolation"}}})",
       Errc::content_policy, 400, "filtered"},
      {503, R"({"error":{"code":503,"message":"Loading model","type":"unavailable_error"}})", Errc::overloaded, 0,
       "Loading model"},
      {400,
       R"({"object":"error","message":{"detail":[{"type":"missing","loc":["body","model"],"msg":"Field required"}]}})",
       Errc::invalid_request, 400, "Field required"},
  }));
  INFO(row.body);
  const Error error = dialect::read_upstream_error(row.status, {}, row.body);
  CHECK(error_class(error.code).name == error_class(row.code).name);
  CHECK(error.status == row.kept);
  CHECK(error.message == row.message);
}

TEST_CASE("a page of a proxy is told by its title, or by its words where the title has none", "[dialects]") {
  const auto [page, message] = GENERATE(table<std::string, std::string>({
      {"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad "
       "Gateway</h1></center>\r\n"
       "<hr><center>nginx/1.24.0</center>\r\n</body>\r\n</html>\r\n",
       "502 Bad Gateway"},
      {"<!DOCTYPE html><html><head><TITLE lang=\"en\">\n example.com | 502: Bad\ngateway </TITLE>"
       "<style>body{color:red}</style></head><body>Ray ID: 1</body></html>",
       "example.com | 502: Bad gateway"},
      {"<html><head><title></title><style>h1 > b {color:red}</style><script>if (a<b && b>c) go();</script></head>"
       "<body><!-- <p>no</p> --><p>Down for repair</p></body></html>",
       "Down for repair"},
      {"<!doctype html><script>never closed", "The upstream answered HTTP 502 without a message."},
      {"<html><title>cut off", "cut off"},
  }));
  CHECK(dialect::read_upstream_error(502, {}, page).message == message);
}

TEST_CASE("upstream errors keep param and words of OpenAI's envelope but not Anthropic's types", "[dialects]") {
  const auto openai = dialect::read_upstream_error(
      400, {}, R"({"error":{"message":"m","type":"invalid_request_error","param":"messages","code":"empty_array"}})");
  CHECK(openai.param == "messages");
  CHECK(openai.wire_code == "empty_array");
  CHECK(openai.wire_type == "invalid_request_error");
  const auto anthropic =
      dialect::read_upstream_error(404, {}, R"({"type":"error","error":{"type":"not_found_error","message":"m"}})");
  CHECK(anthropic.wire_type.empty());
  const auto fastapi =
      dialect::read_upstream_error(422, {}, R"({"detail":[{"loc":["body","messages",0,"role"],"msg":"no"}]})");
  CHECK(fastapi.param == "messages[0].role");
}

TEST_CASE("upstream errors say when to try again", "[dialects]") {
  http::Headers seconds;
  seconds.add("Retry-After", "2.3");
  CHECK(dialect::read_upstream_error(429, seconds, "").retry_after == "3");
  http::Headers date;
  date.add("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT");
  CHECK(dialect::read_upstream_error(503, date, "").retry_after == "Wed, 21 Oct 2026 07:28:00 GMT");
  http::Headers milliseconds;
  milliseconds.add("retry-after-ms", "1500");
  CHECK(dialect::read_upstream_error(429, milliseconds, "").retry_after == "2");
  const auto google = R"({"error":{"code":429,"message":"m","details":[{"retryDelay":"34s"}]}})";
  CHECK(dialect::read_upstream_error(429, {}, google).retry_after == "34");
  CHECK(dialect::read_upstream_error(429, {}, R"({"error":{"message":"Please try again in 1.2s."}})").retry_after ==
        "2");
  CHECK(dialect::read_upstream_error(400, {}, R"({"error":{"message":"try again in 1.2s"}})").retry_after.empty());
}

TEST_CASE("a time in a message is read in every spelling", "[dialects]") {
  const auto [text, seconds] = GENERATE(table<std::string, std::string>({
      {"try again in 20s", "20"},
      {"Please try again in 6m0s.", "360"},
      {"Please try again in 350ms", "1"},
      {"retry in 1 minute", "60"},
      {"Please retry after 10 seconds", "10"},
      {"try again in a while", ""},
      {"try again in 5 apples", ""},
      {"try again in 999999999999h", ""},
      {"nothing", ""},
  }));
  CHECK(dialect::retry_after_text(text) == seconds);
}

TEST_CASE("upstream errors follow what the server says about retries", "[dialects]") {
  http::Headers headers;
  headers.add("x-should-retry", "false");
  CHECK(dialect::read_upstream_error(500, headers, "").retryable == false);
  CHECK_FALSE(dialect::read_upstream_error(500, {}, "").retryable.has_value());
}

TEST_CASE("upstream errors hide keys and long texts", "[dialects]") {
  const auto error = dialect::read_upstream_error(
      401, {}, R"({"error":{"message":"Incorrect API key provided: sk-proj-abcd1234efgh5678. Find it at x."}})");
  CHECK(error.message == "Incorrect API key provided: [key]. Find it at x.");
  CHECK(dialect::hide_keys("task-force sk-short") == "task-force sk-short");
  const std::string text = std::string(4095, 'a') + "\xC3\xA9" + std::string(5000, 'b');
  const auto cut = dialect::read_upstream_error(500, {}, text).message;
  CHECK(cut == std::string(4095, 'a'));
}

TEST_CASE("a deep error body does not exhaust the stack", "[dialects]") {
  std::string body;
  for (int i = 0; i < 200; ++i) body += R"({"error":)";
  body += R"("x")";
  for (int i = 0; i < 200; ++i) body += "}";
  CHECK(dialect::read_upstream_error(500, {}, body).code == Errc::upstream_error);
}

TEST_CASE("no field of an upstream's error carries a key or grows without bound", "[dialects]") {
  const auto error = dialect::read_upstream_error(
      400, {},
      R"({"error":{"message":"m","param":"sk-secretsecretsecret","code":"sk-secretsecretsecret","type":"sk-secretsecretsecret"}})");
  CHECK(error.param == "[key]");
  CHECK(error.wire_code == "[key]");
  CHECK(error.wire_type == "[key]");
  const auto long_one =
      dialect::read_upstream_error(400, {}, R"({"error":{"param":")" + std::string(5000, 'p') + R"("}})");
  CHECK(long_one.param == std::string(256, 'p'));
}

}  // namespace upstream_errors_test
