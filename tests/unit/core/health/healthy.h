#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "core/health/facts.h"

/// Facts of a server that has nothing wrong, for tests to damage.
namespace healthy {

inline llmgw::health::Reply reply(int status, std::string_view body) {
  llmgw::health::Reply reply;
  reply.status = status;
  reply.body = std::string(body);
  reply.seconds = 0.02;
  reply.unix_s = 1'763'600'000;
  return reply;
}

inline llmgw::metrics::Exposition page(std::string_view text) {
  return llmgw::metrics::Exposition::parse(std::string(text));
}

inline constexpr std::string_view vllm_page =
    "process_start_time_seconds 5\n"
    "vllm:num_requests_running{engine=\"0\"} 4\nvllm:num_requests_running{engine=\"1\"} 2\n"
    "vllm:num_requests_waiting{engine=\"0\"} 0\nvllm:num_requests_waiting{engine=\"1\"} 0\n"
    "vllm:kv_cache_usage_perc{engine=\"0\"} 0.2\nvllm:kv_cache_usage_perc{engine=\"1\"} 0.5\n"
    "vllm:num_preemptions_total{engine=\"0\"} 10\n"
    "vllm:engine_sleep_state{sleep_state=\"awake\"} 1\nvllm:engine_sleep_state{sleep_state=\"discard_all\"} 0\n";

/// A vLLM server over https with a key.
inline llmgw::health::Facts vllm() {
  llmgw::health::Facts facts;
  facts.host = "llm.example";
  facts.tls = facts.named = facts.keyed = true;
  facts.model = "Qwen/Qwen3";
  facts.kind = llmgw::health::find_kind("vllm");
  facts.confidence = llmgw::health::Confidence::high;
  facts.contact = reply(200, "");
  facts.contact.headers.set("date", "Thu, 20 Nov 2025 00:53:20 GMT");
  facts.replies["/health"] = reply(200, "");
  facts.replies["/version"] = reply(200, R"({"version":"0.24.1"})");
  facts.replies["{api}/models"] = reply(200, R"({"data":[{"id":"Qwen/Qwen3","max_model_len":32768}]})");
  facts.replies["/metrics"] = reply(200, vllm_page);
  facts.without_key = reply(401, "{}");
  facts.page = page(vllm_page);
  facts.earlier_page = page(vllm_page);
  facts.between_pages_s = 1;
  return facts;
}

/// A LiteLLM proxy on this machine with a key that has a budget.
inline llmgw::health::Facts litellm() {
  llmgw::health::Facts facts;
  facts.host = "127.0.0.1";
  facts.loopback = facts.keyed = true;
  facts.kind = llmgw::health::find_kind("litellm");
  facts.confidence = llmgw::health::Confidence::configured;
  facts.contact = reply(200, "\"I'm alive!\"");
  facts.replies["/health/liveliness"] = reply(200, "\"I'm alive!\"");
  facts.replies["/health/readiness"] =
      reply(200, R"({"status":"healthy","db":"Not connected","litellm_version":"1.94.0","is_detailed_debug":false})");
  facts.replies["{api}/models"] = reply(200, R"({"data":[{"id":"coder"}]})");
  facts.replies["/key/info"] = reply(200, R"({"key":"x","info":{"spend":2.0,"max_budget":10.0}})");
  facts.without_key = reply(401, "{}");
  return facts;
}

}  // namespace healthy
