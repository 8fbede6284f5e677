#include "cli/commands/gpu/document.h"

#include <algorithm>
#include <cmath>

#include "core/base/clock.h"
#include "core/gpu/command_line.h"
#include "core/json/writer.h"

namespace llmgw::cli::gpu_command {
namespace gpu_document {

using gpu::Field;
using gpu::Gpu;
using gpu::Label;

constexpr std::string_view schema_name = "llmgw.gpu/1";

void number(json::Writer& json, double value) {
  constexpr double exact = 9007199254740992.0;  // up to here every whole number is a double
  if (value == std::floor(value) && std::abs(value) < exact) return json.integer(static_cast<std::int64_t>(value));
  json.number(value);
}

void member(json::Writer& json, std::string_view name, const gpu::Figure& figure) {
  json.key(name);
  if (figure) return number(json, *figure);
  json.null();
}

void member(json::Writer& json, std::string_view name, const gpu::Text& text) {
  json.key(name);
  if (text) return json.string(*text);
  json.null();
}

std::pair<std::string_view, std::string_view> split(std::string_view path) {
  const auto dot = path.find('.');
  return {path.substr(0, dot), path.substr(dot + 1)};
}

/// The figures, group by group; the kind of memory is a member of its group.
void write_figures(json::Writer& json, const Gpu& gpu) {
  std::string_view open;
  for (const auto& row : gpu::fields()) {
    const auto [group, name] = split(row.path);
    if (group != open) {
      if (!open.empty()) json.end_object();
      json.key(group);
      json.begin_object();
      if (group == "mem") member(json, "kind", gpu[Label::mem_kind]);
      open = group;
    }
    member(json, name, gpu[row.field]);
  }
  json.end_object();
}

void write_throttle(json::Writer& json, const Gpu& gpu) {
  json.key("throttle");
  if (!gpu.throttle) return json.null();
  json.begin_array();
  for (const auto& name : *gpu.throttle) json.string(name);
  json.end_array();
}

void write_mig(json::Writer& json, const Gpu& gpu) {
  json.key("mig");
  if (!gpu.mig) return json.null();
  json.begin_array();
  for (const auto& part : *gpu.mig) {
    json.begin_object();
    member(json, "uuid", part.uuid);
    member(json, "name", part.name);
    member(json, "gpu_instance", part.gpu_instance);
    member(json, "compute_instance", part.compute_instance);
    member(json, "mem_total_b", part.mem_total_b);
    member(json, "mem_used_b", part.mem_used_b);
    json.end_object();
  }
  json.end_array();
}

void write_process_reasons(json::Writer& json, const gpu::Process& process) {
  const auto tell = [&json](std::string_view name, const auto& fact) {
    if (!fact) json.member(name, fact.why);
  };
  json.key("na");
  json.begin_object();
  tell("mem_b", process.mem_b);
  tell("sm", process.sm);
  tell("name", process.name);
  tell("user", process.user);
  tell("container", process.container);
  tell("mig", process.mig);
  tell("server", process.server);
  tell("model", process.model);
  tell("kv", process.kv);
  tell("running", process.running);
  json.end_object();
}

void write_processes(json::Writer& json, const Gpu& gpu) {
  json.key("procs");
  if (!gpu.procs) return json.null();
  json.begin_array();
  for (const auto& process : *gpu.procs) {
    json.begin_object();
    json.member("pid", process.pid);
    json.member("type", process.type);
    member(json, "mem_b", process.mem_b);
    member(json, "sm", process.sm);
    member(json, "name", process.name);
    member(json, "user", process.user);
    member(json, "container", process.container);
    member(json, "mig", process.mig);
    member(json, "server", process.server);
    member(json, "model", process.model);
    member(json, "kv", process.kv);
    member(json, "running", process.running);
    write_process_reasons(json, process);
    json.end_object();
  }
  json.end_array();
}

void write_reasons(json::Writer& json, const Gpu& gpu) {
  json.key("na");
  json.begin_object();
  for (const auto& row : gpu::labels()) {
    if (!gpu[row.label]) json.member(row.path, gpu[row.label].why);
  }
  for (const auto& row : gpu::fields()) {
    if (!gpu[row.field]) json.member(row.path, gpu[row.field].why);
  }
  if (!gpu.throttle) json.member("throttle", gpu.throttle.why);
  if (!gpu.mig) json.member("mig", gpu.mig.why);
  if (!gpu.procs) json.member("procs", gpu.procs.why);
  json.end_object();
}

constexpr std::string_view presences[] = {"ok", "lost", "reset_required", "silent"};

void write_verdict(json::Writer& json, const gpu::Verdict& verdict) {
  json.member("state", gpu::name_of(verdict.state));
  json.key("checks");
  json.begin_array();
  for (const auto& finding : verdict.findings) {
    json.begin_object();
    json.member("id", finding.check);
    json.member("state", gpu::name_of(finding.state));
    json.member("says", finding.says);
    if (!finding.hint.empty()) json.member("hint", finding.hint);
    json.end_object();
  }
  json.end_array();
}

void write_gpu(json::Writer& json, const Gpu& gpu, const gpu::Verdict* verdict) {
  json.begin_object();
  json.member("index", gpu.index);
  json.member("presence", presences[static_cast<std::size_t>(gpu.presence)]);
  if (!gpu.trouble.empty()) json.member("trouble", gpu.trouble);
  if (verdict != nullptr) write_verdict(json, *verdict);
  for (const auto& row : gpu::labels()) {
    if (row.label != Label::mem_kind) member(json, row.path, gpu[row.label]);
  }
  write_figures(json, gpu);
  write_throttle(json, gpu);
  write_mig(json, gpu);
  write_processes(json, gpu);
  write_reasons(json, gpu);
  json.end_object();
}

template <class T>
gpu::Fact<T> fact(std::optional<T> value, std::string why) {
  return value ? gpu::Fact<T>(*std::move(value)) : gpu::Fact<T>::unknown(std::move(why));
}

std::string reason(json::View reasons, std::string_view path) {
  return reasons[path].string().value_or("the recording does not tell");
}

gpu::Process read_process(json::View view) {
  const auto reasons = view["na"];
  const auto text = [&](std::string_view name) { return fact(view[name].string(), reason(reasons, name)); };
  const auto figure = [&](std::string_view name) { return fact(view[name].number(), reason(reasons, name)); };
  gpu::Process process;
  process.pid = view["pid"].integer().value_or(0);
  process.type = view["type"].string().value_or("");
  process.mem_b = figure("mem_b");
  process.sm = figure("sm");
  process.name = text("name");
  if (process.name) process.name = gpu::shown_command(*process.name);  // older recordings show more
  process.user = text("user");
  process.container = text("container");
  process.mig = text("mig");
  process.server = text("server");
  process.model = text("model");
  process.kv = figure("kv");
  process.running = figure("running");
  return process;
}

gpu::MigDevice read_part(json::View view) {
  const std::string why = "the recording does not tell";
  gpu::MigDevice part;
  part.uuid = fact(view["uuid"].string(), why);
  part.name = fact(view["name"].string(), why);
  part.gpu_instance = fact(view["gpu_instance"].number(), why);
  part.compute_instance = fact(view["compute_instance"].number(), why);
  part.mem_total_b = fact(view["mem_total_b"].number(), why);
  part.mem_used_b = fact(view["mem_used_b"].number(), why);
  return part;
}

template <class T, class Read>
gpu::Fact<std::vector<T>> list(json::View view, std::string why, const Read& read) {
  if (!view.is_array()) return gpu::Fact<std::vector<T>>::unknown(std::move(why));
  std::vector<T> all;
  for (const auto& element : view.elements()) all.push_back(read(element));
  return all;
}

Gpu read_gpu(json::View view) {
  Gpu gpu;
  const auto reasons = view["na"];
  gpu.index = view["index"].integer().value_or(0);
  const auto presence = view["presence"].string().value_or("ok");
  const auto* place = std::ranges::find(presences, presence);
  if (place != std::end(presences)) gpu.presence = static_cast<gpu::Presence>(place - std::begin(presences));
  gpu.trouble = view["trouble"].string().value_or("");
  for (const auto& row : gpu::labels()) {
    const auto value = row.label == Label::mem_kind ? view["mem"]["kind"] : view[row.path];
    gpu[row.label] = fact(value.string(), reason(reasons, row.path));
  }
  for (const auto& row : gpu::fields()) {
    const auto [group, name] = split(row.path);
    gpu[row.field] = fact(view[group][name].number(), reason(reasons, row.path));
  }
  gpu.throttle = list<std::string>(view["throttle"], reason(reasons, "throttle"),
                                   [](json::View element) { return element.string().value_or(""); });
  gpu.mig = list<gpu::MigDevice>(view["mig"], reason(reasons, "mig"), read_part);
  gpu.procs = list<gpu::Process>(view["procs"], reason(reasons, "procs"), read_process);
  return gpu;
}

}  // namespace gpu_document

std::string document(const gpu::Snapshot& snapshot, std::span<const gpu::Verdict> verdicts) {
  using namespace gpu_document;
  std::string out;
  json::Writer json(out);
  json.begin_object();
  json.member("schema", schema_name);
  json.member("host", snapshot.host);
  json.member("source", snapshot.source);
  json.member("ts", rfc3339(static_cast<std::int64_t>(snapshot.taken_s)));
  json.key("unix_s");
  number(json, snapshot.taken_s);
  if (!verdicts.empty()) json.member("state", gpu::name_of(gpu::worst(verdicts)));
  member(json, "driver", snapshot.driver);
  member(json, "cuda", snapshot.cuda);
  member(json, "kernel", snapshot.kernel);
  member(json, "uptime_s", snapshot.uptime_s);
  member(json, "host_mem_total_b", snapshot.host_mem_total_b);
  member(json, "host_mem_free_b", snapshot.host_mem_free_b);
  json.key("notes");
  json.begin_array();
  for (const auto& note : snapshot.notes) json.string(note);
  json.end_array();
  json.key("gpus");
  json.begin_array();
  for (std::size_t i = 0; i < snapshot.gpus.size(); ++i) {
    write_gpu(json, snapshot.gpus[i], i < verdicts.size() ? &verdicts[i] : nullptr);
  }
  json.end_array();
  json.end_object();
  return out;
}

Result<gpu::Snapshot> read_document(std::string_view line) {
  using namespace gpu_document;
  const auto view = json::parse(line);
  if (!view || !(*view)["schema"].equals(schema_name)) {
    return fail(Errc::config, "not a recording of llmgw gpu record: no document of schema llmgw.gpu/1");
  }
  const std::string why = "the recording does not tell";
  gpu::Snapshot snapshot;
  snapshot.host = (*view)["host"].string().value_or("");
  snapshot.source = (*view)["source"].string().value_or("file");
  snapshot.taken_s = (*view)["unix_s"].number().value_or(0);
  snapshot.driver = fact((*view)["driver"].string(), why);
  snapshot.cuda = fact((*view)["cuda"].string(), why);
  snapshot.kernel = fact((*view)["kernel"].string(), why);
  snapshot.uptime_s = fact((*view)["uptime_s"].number(), why);
  snapshot.host_mem_total_b = fact((*view)["host_mem_total_b"].number(), why);
  snapshot.host_mem_free_b = fact((*view)["host_mem_free_b"].number(), why);
  for (const auto& note : (*view)["notes"].elements()) snapshot.notes.push_back(note.string().value_or(""));
  for (const auto& each : (*view)["gpus"].elements()) snapshot.gpus.push_back(read_gpu(each));
  return snapshot;
}

}  // namespace llmgw::cli::gpu_command
