#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/gpu/health.h"
#include "core/gpu/model.h"
#include "core/json/view.h"

/// Snapshots as JSON, schema `llmgw.gpu/1`: both ways, so that what was recorded can be looked at later.
namespace llmgw::cli::gpu_command {

/// One host on one line. What is not known is null, with its reason in `na`. `verdicts`, one for each GPU or none, add
/// `state` and `checks`.
std::string document(const gpu::Snapshot& snapshot, std::span<const gpu::Verdict> verdicts = {});

/// Reads such a document. `config` error for anything else.
Result<gpu::Snapshot> read_document(std::string_view line);

/// The JSON Schema of a document, made from the table of figures.
std::string document_schema();

}  // namespace llmgw::cli::gpu_command
