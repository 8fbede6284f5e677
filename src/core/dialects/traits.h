#pragma once

#include <cstdint>
#include <string>

namespace llmgw::dialect {

/// What an upstream takes beyond its format's common ground; one per provider row.
struct Traits {
  bool max_completion_tokens = false;  ///< Chat: `max_completion_tokens` instead of `max_tokens`
  bool developer_role = false;         ///< Chat: the `developer` role is known; else it becomes `system`
  bool top_k = false;                  ///< Chat: `top_k`, `min_p` are known
  bool stop_four = false;              ///< Chat: at most four stop texts
  bool replay_reasoning = false;       ///< Chat: past reasoning goes back as `reasoning` and `reasoning_content`
  bool reasoning_details = false;      ///< Chat: past `reasoning_details` are taken back, with what is opaque in them
  bool continues_prefill = false;      ///< Chat: `continue_final_message` makes it go on with an assistant's text
  bool strict_tools = false;           ///< Chat: `function.strict` is known
  bool stream_usage = true;            ///< Chat: `stream_options.include_usage` is known
  bool reasoning_effort = true;        ///< Chat: `reasoning_effort` is known
  bool thinking_kwargs = false;        ///< Chat: reasoning is switched by `chat_template_kwargs`
  bool parallel_tool_calls = true;     ///< Chat: `parallel_tool_calls` is known
  bool cache_marks = false;            ///< Chat: `cache_control` on parts is known
  std::int64_t default_max_output = 4096;  ///< Messages: `max_tokens` when the client gave none
};

}  // namespace llmgw::dialect
