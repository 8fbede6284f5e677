#pragma once

#include "core/health/answer.h"
#include "core/health/check.h"
#include "core/health/subject.h"

/// The checks of levels 3 and 4, a file each: what to ask (`NAME_plan`), and what to make of the answers (`NAME`).
/// Pure: the runner does the asking in between. `registry.cpp` names them.
namespace llmgw::health::deep {

// Level 3: one request each.
Plan chat_plan(const Facts& facts, const Expectations& expectations);
Finding chat(const Facts& facts, const Expectations& expectations);
Plan stream_plan(const Facts& facts, const Expectations& expectations);
Finding stream(const Facts& facts, const Expectations& expectations);
Plan embed_plan(const Facts& facts, const Expectations& expectations);
Finding embed(const Facts& facts, const Expectations& expectations);
Plan rerank_plan(const Facts& facts, const Expectations& expectations);
Finding rerank(const Facts& facts, const Expectations& expectations);
Plan fim_plan(const Facts& facts, const Expectations& expectations);
Finding fim(const Facts& facts, const Expectations& expectations);

// Level 4.
Plan tools_plan(const Facts& facts, const Expectations& expectations);
Finding tools(const Facts& facts, const Expectations& expectations);
Plan anthropic_plan(const Facts& facts, const Expectations& expectations);
Finding anthropic(const Facts& facts, const Expectations& expectations);
Plan responses_plan(const Facts& facts, const Expectations& expectations);
Finding responses(const Facts& facts, const Expectations& expectations);
Plan json_plan(const Facts& facts, const Expectations& expectations);
Finding json(const Facts& facts, const Expectations& expectations);
Plan vision_plan(const Facts& facts, const Expectations& expectations);
Finding vision(const Facts& facts, const Expectations& expectations);
Plan cancel_plan(const Facts& facts, const Expectations& expectations);
Finding cancel(const Facts& facts, const Expectations& expectations);
Plan context_limit_plan(const Facts& facts, const Expectations& expectations);
Finding context_limit(const Facts& facts, const Expectations& expectations);
Finding rate_limits(const Facts& facts, const Expectations& expectations);
Finding fallback(const Facts& facts, const Expectations& expectations);
Plan gpu_plan(const Facts& facts, const Expectations& expectations);
Finding gpu(const Facts& facts, const Expectations& expectations);

}  // namespace llmgw::health::deep
