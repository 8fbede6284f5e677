#include <fmt/format.h>

#include "cli/commands/gpu/document.h"
#include "core/json/writer.h"

namespace llmgw::cli::gpu_command {
namespace gpu_schema {

constexpr std::string_view text = R"({"type":["string","null"]})";
constexpr std::string_view figure = R"({"type":["number","null"]})";

void write_figures(json::Writer& json) {
  std::string_view open;
  for (const auto& row : gpu::fields()) {
    const auto dot = row.path.find('.');
    const auto group = row.path.substr(0, dot);
    if (group != open) {
      if (!open.empty()) {
        json.end_object();
        json.end_object();
      }
      json.key(group);
      json.begin_object();
      json.member("type", "object");
      json.key("properties");
      json.begin_object();
      if (group == "mem") json.member_raw("kind", text);
      open = group;
    }
    json.key(row.path.substr(dot + 1));
    json.begin_object();
    json.member_raw("type", R"(["number","null"])");
    json.member("description", row.says);
    json.end_object();
  }
  json.end_object();
  json.end_object();
}

void write_gpu(json::Writer& json) {
  json.begin_object();
  json.member("type", "object");
  json.member_raw("required", R"(["index","presence","name","uuid","mem","util","temp","power","na"])");
  json.key("properties");
  json.begin_object();
  json.member_raw("index", R"({"type":"integer"})");
  json.member_raw("presence", R"({"enum":["ok","lost","reset_required","silent"]})");
  json.member_raw("trouble", R"({"type":"string"})");
  json.member_raw("state", R"({"enum":["ok","unknown","warn","crit","skipped"]})");
  json.member_raw("checks", R"({"type":"array","items":{"type":"object","required":["id","state","says"]}})");
  for (const auto& row : gpu::labels()) {
    if (row.label != gpu::Label::mem_kind) json.member_raw(row.path, text);
  }
  write_figures(json);
  json.member_raw("throttle", R"({"type":["array","null"],"items":{"type":"string"}})");
  json.member_raw("mig", R"({"type":["array","null"],"items":{"type":"object"}})");
  json.member_raw(
      "procs",
      R"({"type":["array","null"],"items":{"type":"object","required":["pid","type","mem_b","server","model","kv","running","na"]}})");
  json.member_raw("na", R"({"type":"object","additionalProperties":{"type":"string"}})");
  json.end_object();
  json.end_object();
}

}  // namespace gpu_schema

std::string document_schema() {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  json.member("$schema", "https://json-schema.org/draft/2020-12/schema");
  json.member("title", "llmgw.gpu/1");
  json.member("type", "object");
  json.member_raw("required", R"(["schema","host","source","ts","unix_s","driver","cuda","gpus"])");
  json.key("properties");
  json.begin_object();
  json.member_raw("schema", R"({"const":"llmgw.gpu/1"})");
  for (const auto* name : {"host", "source", "ts"}) json.member_raw(name, R"({"type":"string"})");
  json.member_raw("unix_s", R"({"type":"number"})");
  json.member_raw("state", R"({"enum":["ok","unknown","warn","crit","skipped"]})");
  for (const auto* name : {"driver", "cuda", "kernel"}) json.member_raw(name, gpu_schema::text);
  for (const auto* name : {"uptime_s", "host_mem_total_b", "host_mem_free_b"}) {
    json.member_raw(name, gpu_schema::figure);
  }
  json.member_raw("notes", R"({"type":"array","items":{"type":"string"}})");
  json.key("gpus");
  json.begin_object();
  json.member("type", "array");
  json.key("items");
  gpu_schema::write_gpu(json);
  json.end_object();
  json.end_object();
  json.end_object();
  return out;
}

}  // namespace llmgw::cli::gpu_command
