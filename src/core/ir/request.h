#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ir/block.h"

namespace llmgw::ir {

enum class Role { system, developer, user, assistant, tool };

/// One turn. A `tool` message holds ToolResult blocks only.
struct Message {
  Role role = Role::user;
  std::vector<Block> blocks;
  std::string name;  ///< OpenAI's participant name, or empty
  std::string path;  ///< `messages[2]`
};

/// A tool the model may call. `schema` is JSON Schema text, empty when the client gave none.
struct Tool {
  std::string name;
  std::string description;
  Json schema;
  std::optional<bool> strict;
  ToolKind kind = ToolKind::function;
  std::string server_type;  ///< a hosted tool's type (`web_search_20250305`), with `raw`
  Json raw;                 ///< a hosted tool's definition as received, or a custom tool's format
  std::optional<Json> cache;
  std::string path;
};

struct ToolChoice {
  enum class Mode { automatic, none, required, tool, allowed };
  Mode mode = Mode::automatic;
  std::string name;                ///< for Mode::tool
  std::vector<std::string> names;  ///< for Mode::allowed
  bool allowed_required = false;   ///< Mode::allowed with mode "required"
  ToolKind kind = ToolKind::function;
};

/// How much the model should think, and in which of the three ways the client said it.
struct ReasoningRequest {
  enum class GivenAs { effort, budget, on_off };
  GivenAs given_as = GivenAs::effort;
  bool enabled = true;
  std::string effort;                  ///< none, minimal, low, medium, high, xhigh, max; empty when not said
  std::optional<std::int64_t> budget;  ///< tokens
  bool adaptive = false;               ///< Messages `thinking.type = "adaptive"`
};

/// What shape the answer's text must have.
struct ResponseFormat {
  enum class Kind { text, json_object, json_schema };
  Kind kind = Kind::text;
  std::string name;
  std::string description;
  Json schema;
  std::optional<bool> strict;
};

/// A member that the model of requests has no field for; written back only by an encoder of the same family.
struct Extension {
  std::string key;
  Json value;
};

/// A chat request, free of any wire format. An absent optional means: the client did not say.
struct Request {
  std::string model;
  bool stream = false;
  std::vector<Block> instructions;  ///< the leading system and developer texts, one block per message or part
  std::vector<Message> messages;
  std::vector<Tool> tools;
  std::optional<ToolChoice> tool_choice;
  std::optional<bool> parallel_tool_calls;
  std::optional<std::int64_t> max_output;
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<std::int64_t> top_k;
  std::optional<double> min_p;
  std::optional<std::int64_t> seed;
  std::optional<double> presence_penalty;
  std::optional<double> frequency_penalty;
  std::vector<std::string> stop;
  std::optional<std::int64_t> n;
  std::optional<bool> logprobs;
  std::optional<std::int64_t> top_logprobs;
  Json logit_bias;
  std::optional<ReasoningRequest> reasoning;
  std::optional<bool> show_reasoning;  ///< nullopt: the format's default
  std::optional<ResponseFormat> format;
  std::string user;
  std::string service_tier;
  std::string verbosity;
  std::string cache_key;
  Json metadata;
  std::optional<bool> include_usage;  ///< Chat `stream_options.include_usage`
  Origin origin;                      ///< family of the format it was read from
  std::vector<Extension> extensions;  ///< members of `origin` that have no field above
  std::vector<std::string>
      unread;  ///< paths of members inside of tools and content that have no field: lost in any format
};

/// What a request says about itself, read in one pass over the top level without decoding the conversation.
struct Facts {
  std::string model;
  bool stream = false;
  std::optional<std::int64_t> max_output;  ///< whichever of the format's names was given (the smallest if several)
  std::optional<bool> include_usage;       ///< nullopt: the client did not say
  bool has_tools = false;
};

/// What llmgw changes in a request. Policies fill it; a dialect's `patch` splices it into the received bytes, and
/// `apply` puts it into a decoded request, so both ways of forwarding see the same changes.
struct Changes {
  std::optional<std::string> model;
  std::optional<std::int64_t> max_output;  ///< written to every limit field that the client sent
  bool reasoning_off = false;              ///< remove effort and budget, ask for no reasoning
  bool template_switch = false;            ///< the upstream switches reasoning by `chat_template_kwargs`
  bool drop_billing_header = false;        ///< remove Claude Code's volatile `x-anthropic-billing-header` text
  bool ask_usage = false;                  ///< add `stream_options.include_usage` for accounting

  [[nodiscard]] bool empty() const {
    return !model && !max_output && !reasoning_off && !drop_billing_header && !ask_usage;
  }
};

/// Carries the changes out on a decoded request.
void apply(const Changes& changes, Request& request);

/// The wire name of a role.
std::string_view role_name(Role role);

/// True for the text block that Claude Code puts in front of its system prompt with numbers that change on every
/// request (anthropics/claude-code sends it as `x-anthropic-billing-header: ...`), which defeats prompt caches.
bool is_billing_header(std::string_view text);

}  // namespace llmgw::ir
