#include "core/metrics/exposition.h"
#include "core/metrics/exposition_line.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>

using llmgw::metrics::Exposition;
using llmgw::metrics::FamilyType;

namespace exposition_test {

Exposition read(std::string_view text) { return Exposition::parse(std::string(text)); }

TEST_CASE("metric names are exact", "[metrics]") {
  const auto page = read(
      "vllm:num_requests_waiting{engine=\"0\"} 3\n"
      "vllm:num_requests_waiting_by_reason{engine=\"0\",reason=\"capacity\"} 2\n");
  CHECK(page.value("vllm:num_requests_waiting") == 3);
  CHECK(page.value("vllm:num_requests_waiting_by_reason") == 2);
  CHECK(page.series("vllm:num_requests").empty());
  CHECK(page.any_with_prefix("vllm:"));
  CHECK_FALSE(page.any_with_prefix("sglang:"));
}

TEST_CASE("a counter is found with and without its suffix", "[metrics]") {
  const auto page = read(
      "# TYPE preemptions_total counter\npreemptions_total 7\n"
      "# TYPE old counter\nold 8\n"
      "# TYPE gauge_total gauge\ngauge_total 9\n"
      "# TYPE waiting gauge\nwaiting_total 10\n"
      "untyped_total 11\n");
  CHECK(page.value("preemptions") == 7);
  CHECK(page.value("preemptions_total") == 7);
  CHECK(page.value("old_total") == 8);
  CHECK(page.value("untyped") == 11);
  CHECK_FALSE(page.value("gauge"));
  CHECK_FALSE(page.value("waiting"));
}

TEST_CASE("a histogram whose name ends in _total is no counter", "[metrics]") {
  const auto page = read(
      "# TYPE vllm:iteration_tokens_total histogram\n"
      "vllm:iteration_tokens_total_bucket{le=\"+Inf\"} 4\n"
      "vllm:iteration_tokens_total_sum 90\nvllm:iteration_tokens_total_count 4\n"
      "vllm:iteration_tokens 5\n");
  CHECK(page.type("vllm:iteration_tokens_total") == FamilyType::histogram);
  CHECK(page.series("vllm:iteration_tokens_total").empty());
  CHECK(page.value("vllm:iteration_tokens_total_count") == 4);
}

TEST_CASE("a metric that is missing is not zero", "[metrics]") {
  const auto page = read("there 0\n");
  CHECK(page.value("there") == 0);
  CHECK(page.sum("there") == 0);
  CHECK_FALSE(page.value("elsewhere"));
  CHECK_FALSE(page.sum("elsewhere"));
  CHECK_FALSE(page.max("elsewhere"));
  CHECK_FALSE(page.sum("there", {{"engine", "0"}}));
}

TEST_CASE("escapes in label values are resolved", "[metrics]") {
  const auto page = read("m{path=\"C:\\\\dir\",text=\"a \\\"b\\\"\\nc\",odd=\"\\t\",brace=\"}{,=\"} 1\n");
  REQUIRE(page.series("m").size() == 1);
  const auto& sample = page.series("m")[0];
  CHECK(sample.label("path") == "C:\\dir");
  CHECK(sample.label("text") == "a \"b\"\nc");
  CHECK(sample.label("odd") == "\\t");
  CHECK(sample.label("brace") == "}{,=");
  CHECK_FALSE(sample.label("other"));
}

TEST_CASE("numbers are read in every spelling", "[metrics]") {
  const auto [text, value] = GENERATE(table<std::string_view, double>({
      {"1", 1},
      {"-1.5", -1.5},
      {"+2", 2},
      {"1e3", 1000},
      {"1.7E-3", 0.0017},
      {"+Inf", std::numeric_limits<double>::infinity()},
      {"-Inf", -std::numeric_limits<double>::infinity()},
      {"inf", std::numeric_limits<double>::infinity()},
      {"9223372036854775794", 9223372036854775794.0},
  }));
  CAPTURE(text);
  CHECK(read("m " + std::string(text) + "\n").value("m") == value);
}

TEST_CASE("a NaN is a sample that counts for nothing", "[metrics]") {
  const auto spelling = GENERATE("NaN", "nan", "NAN");
  const auto page = read("m{e=\"0\"} " + std::string(spelling) + "\nm{e=\"1\"} 4\n");
  REQUIRE(page.series("m").size() == 2);
  CHECK(std::isnan(page.series("m")[0].value));
  CHECK(page.sum("m") == 4);
  CHECK(page.max("m") == 4);
  CHECK_FALSE(page.value("m", {{"e", "0"}}));
  CHECK_FALSE(page.sum("m", {{"e", "0"}}));
}

TEST_CASE("timestamps and exemplars are passed over", "[metrics]") {
  const auto page = read(
      "a 1 1763600000000\n"
      "b 2 1763600000.123\n"
      "c_bucket{le=\"1\"} 3 # {trace_id=\"x\"} 0.5 1763600000.1\n"
      "d 4 -1 # {} 1\n"
      "e 5 tomorrow\n");
  CHECK(page.value("a") == 1);
  CHECK(page.value("b") == 2);
  CHECK(page.value("c_bucket") == 3);
  CHECK(page.value("d") == 4);
  CHECK_FALSE(page.value("e"));
  CHECK(page.malformed_lines() == 1);
}

TEST_CASE("OpenMetrics pages are read like the older format", "[metrics]") {
  const auto page = read(
      "# TYPE requests counter\n# UNIT requests requests\n# HELP requests All of them.\n"
      "requests_total{code=\"200\"} 5.0\nrequests_created{code=\"200\"} 1.7e9\n"
      "# TYPE state stateset\nstate{state=\"on\"} 1\n# TYPE build info\nbuild_info{v=\"1\"} 1\n# EOF\n");
  CHECK(page.value("requests") == 5);
  CHECK(page.series("requests_created").empty());
  CHECK(page.type("state") == FamilyType::state_set);
  CHECK(page.type("build") == FamilyType::info);
  CHECK(page.malformed_lines() == 0);
}

TEST_CASE("types that are not known are no obstacle", "[metrics]") {
  const auto page = read("# TYPE a quantum\na 1\n# TYPE b untyped\nb 2\n# TYPE c unknown\nc 3\nd 4\n");
  for (const auto* name : {"a", "b", "c", "d"}) CHECK(page.type(name) == FamilyType::unknown);
  CHECK(page.value("a") == 1);
  CHECK(page.malformed_lines() == 0);
}

TEST_CASE("times of creation are left out beside their family alone", "[metrics]") {
  const auto page = read(
      "# TYPE http_requests_total counter\nhttp_requests_total 1\n"
      "# TYPE http_requests_created gauge\nhttp_requests_created 1.7e9\n"
      "# TYPE latency histogram\nlatency_bucket{le=\"+Inf\"} 1\nlatency_created 1.7e9\n"
      "kube_pod_created 1.6e9\n");
  CHECK(page.series("http_requests_created").empty());
  CHECK(page.series("latency_created").empty());
  CHECK(page.value("kube_pod_created") == 1.6e9);
}

TEST_CASE("of a repeated series the last one counts, and it is flagged", "[metrics]") {
  const auto page =
      read("m{a=\"1\",b=\"2\"} 1\nm{a=\"1\",b=\"3\"} 10\nm{b=\"2\",a=\"1\"} 2\nn 1\nm{a=\"1\",b=\"2\"} 3\n");
  REQUIRE(page.series("m").size() == 2);
  CHECK(page.sum("m") == 13);
  CHECK(page.value("m", {{"b", "2"}}) == 3);
  CHECK(page.series("m")[1].repeated);
  CHECK_FALSE(page.series("m")[0].repeated);
  CHECK(page.repeated_lines() == 2);
  CHECK(page.value("n") == 1);
}

TEST_CASE("several series are summed, compared and picked by their labels", "[metrics]") {
  const auto page = read(
      "kv{engine=\"0\",model_name=\"m\"} 0.25\nkv{engine=\"1\",model_name=\"m\"} "
      "0.75\nkv{engine=\"1\",model_name=\"n\"} 0.5\n");
  CHECK(page.sum("kv") == 1.5);
  CHECK(page.max("kv") == 0.75);
  CHECK_FALSE(page.value("kv"));
  CHECK(page.value("kv", {{"engine", "0"}}) == 0.25);
  CHECK(page.sum("kv", {{"engine", "1"}}) == 1.25);
  CHECK(page.max("kv", {{"model_name", "n"}}) == 0.5);
}

TEST_CASE("lines that cannot be read are counted and the others stay", "[metrics]") {
  const auto line = GENERATE(values<std::string_view>({
      "9name 1",
      "name",
      "name{",
      "name{a} 1",
      "name{a=1} 1",
      "name{a=\"1} 1",
      "name{a=\"1\" b=\"2\"} 1",
      "name{a=\"1\\",
      "name{,} 1",
      "name{a=\"1\",a=\"2\"} 1",
      "name{a=\"1\"} x",
      "name 1 2 3",
      "name 1x",
      "name{a=\"1\"}",
      "{a=\"1\"} 1",
      "name ++1",
      "name 1e999",
      "# TYPE name",
      "# TYPE 9 gauge",
      "name{a:b=\"1\"} 1",
      "<html><body>502</body></html>",
  }));
  CAPTURE(line);
  const auto page = read("before 1\n" + std::string(line) + "\nafter{x=\"y\"} 2\n");
  CHECK(page.malformed_lines() == 1);
  CHECK(page.all().size() == 2);
  CHECK(page.value("after", {{"x", "y"}}) == 2);
}

TEST_CASE("white space, line ends and a missing last line feed are no obstacle", "[metrics]") {
  const auto page = read("\n  a \t 1  \r\n\r\nb { x = \"1\" , y=\"2\", } 2 \nc{} 3\n#\n# comment\n#TYPE d gauge\nd\t4");
  CHECK(page.value("a") == 1);
  CHECK(page.value("b", {{"x", "1"}, {"y", "2"}}) == 2);
  CHECK(page.value("c") == 3);
  CHECK(page.value("d") == 4);
  CHECK(page.malformed_lines() == 0);
}

TEST_CASE("invalid UTF-8 and binary bytes are survived", "[metrics]") {
  std::string text = "a{l=\"\xff\xfe\x80\"} 1\n";
  for (int i = 0; i < 4096; ++i) text += static_cast<char>((i * 131) & 0xff);
  text += "\nb 2\n";
  text += std::string("c\0d 3\n", 6);
  const auto page = Exposition::parse(text);
  REQUIRE(page.series("a").size() == 1);
  CHECK(page.series("a")[0].label("l") == "\xff\xfe\x80");
  CHECK(page.value("b") == 2);
  CHECK(page.malformed_lines() > 1);
}

TEST_CASE("a page over the limit is cut at a whole line", "[metrics]") {
  std::string text = "first 1\n";
  while (text.size() <= Exposition::max_bytes) text += "# padding that is skipped, line after line after line\n";
  text.resize(Exposition::max_bytes - 4);
  text += "\nlast 123456\n";
  const auto page = Exposition::parse(text);
  CHECK(page.truncated());
  CHECK(page.value("first") == 1);
  CHECK_FALSE(page.value("last"));
  CHECK(page.malformed_lines() == 0);
}

TEST_CASE("a page of too many series keeps the first ones", "[metrics]") {
  std::string text;
  for (std::size_t i = 0; i <= Exposition::max_series; ++i) text += "m{i=\"" + std::to_string(i) + "\"} 1\n";
  const auto page = Exposition::parse(text);
  CHECK(page.truncated());
  CHECK(page.sum("m") == static_cast<double>(Exposition::max_series));
}

TEST_CASE("a page that is moved keeps its samples", "[metrics]") {
  auto page = read("a{x=\"1\"} 1\n");
  const auto moved = std::move(page);
  CHECK(moved.series("a")[0].label("x") == "1");
  CHECK(moved.value("a") == 1);
  CHECK(read("").all().empty());
  CHECK(Exposition().all().empty());
}

TEST_CASE("a label's value is written so that it is read as it was", "[metrics]") {
  const std::string value = "a \"b\" \\ c\nd";
  CHECK(llmgw::metrics::escape_label(value) == R"(a \"b\" \\ c\nd)");
  const auto page = read("m{x=\"" + llmgw::metrics::escape_label(value) + "\"} 1\n");
  CHECK(page.series("m")[0].label("x") == value);
}

}  // namespace exposition_test
