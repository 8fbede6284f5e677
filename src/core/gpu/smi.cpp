#include "core/gpu/smi.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "core/gpu/throttle.h"

namespace llmgw::gpu::smi {
namespace smi_reading {

constexpr double mib = 1024.0 * 1024;

using Put = void (*)(Gpu&, const Text&);

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

template <Field F, int Unit = 1>
void put(Gpu& gpu, const Text& text) {
  if (!text) {
    gpu[F] = Figure::unknown(text.why);
    return;
  }
  const auto value = number(*text);
  gpu[F] = value ? Figure(*value * (Unit == 2 ? mib : 1)) : Figure::unknown("nvidia-smi says " + *text);
}

template <Field F>
void put_mib(Gpu& gpu, const Text& text) {
  put<F, 2>(gpu, text);
}

template <Label L>
void put_text(Gpu& gpu, const Text& text) {
  gpu[L] = text;
}

void put_index(Gpu& gpu, const Text& text) {
  if (text) gpu.index = static_cast<std::int64_t>(number(*text).value_or(0));
}

void put_switch(Gpu& gpu, const Text& text) {
  gpu[Field::persistence] = text ? Figure(*text == "Enabled" ? 1 : 0) : Figure::unknown(text.why);
}

void put_mig(Gpu& gpu, const Text& text) {
  gpu[Label::mig_mode] = text ? Text(*text == "Enabled" ? "enabled" : "disabled") : text;
}

void put_reasons(Gpu& gpu, const Text& text) {
  if (!text) {
    gpu.throttle = Fact<std::vector<std::string>>::unknown(text.why);
    return;
  }
  std::string_view digits = *text;
  if (digits.starts_with("0x")) digits.remove_prefix(2);
  std::uint64_t bits = 0;
  constexpr int hexadecimal = 16;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits, hexadecimal);
  gpu.throttle = error == std::errc{} && end == digits.data() + digits.size()
                     ? Fact<std::vector<std::string>>(names_of_reasons(bits))
                     : Fact<std::vector<std::string>>::unknown("nvidia-smi says " + *text);
}

void skip(Gpu&, const Text&) {}

struct Column {
  std::string_view name;
  Put put;
};

// `nvidia-smi --help-query-gpu` explains each.
constexpr std::array columns{
    Column{"index", put_index},
    Column{"uuid", put_text<Label::uuid>},
    Column{"name", put_text<Label::name>},
    Column{"pci.bus_id", put_text<Label::bus_id>},
    Column{"driver_version", skip},
    Column{"serial", put_text<Label::serial>},
    Column{"compute_cap", put_text<Label::compute_capability>},
    Column{"memory.total", put_mib<Field::mem_total>},
    Column{"memory.used", put_mib<Field::mem_used>},
    Column{"memory.free", put_mib<Field::mem_free>},
    Column{"memory.reserved", put_mib<Field::mem_reserved>},
    Column{"utilization.gpu", put<Field::util_gpu>},
    Column{"utilization.memory", put<Field::util_mem>},
    Column{"temperature.gpu", put<Field::temp_gpu>},
    Column{"temperature.memory", put<Field::temp_mem>},
    Column{"power.draw", put<Field::power>},
    Column{"enforced.power.limit", put<Field::power_limit>},
    Column{"power.max_limit", put<Field::power_max_limit>},
    Column{"clocks.sm", put<Field::clock_sm>},
    Column{"clocks.mem", put<Field::clock_mem>},
    Column{"clocks.max.sm", put<Field::clock_sm_max>},
    Column{"clocks.max.mem", put<Field::clock_mem_max>},
    Column{"pstate", put_text<Label::pstate>},
    Column{"fan.speed", put<Field::fan>},
    Column{"persistence_mode", put_switch},
    Column{"pcie.link.gen.current", put<Field::pcie_gen>},
    Column{"pcie.link.gen.max", put<Field::pcie_gen_max>},
    Column{"pcie.link.width.current", put<Field::pcie_width>},
    Column{"pcie.link.width.max", put<Field::pcie_width_max>},
    Column{"ecc.errors.corrected.volatile.total", put<Field::ecc_corrected>},
    Column{"ecc.errors.uncorrected.volatile.total", put<Field::ecc_uncorrected>},
    Column{"mig.mode.current", put_mig},
    Column{"clocks_event_reasons.active", put_reasons},
    Column{"clocks_throttle_reasons.active", put_reasons},
};

constexpr std::array<std::string_view, 33> current{"index",
                                                   "uuid",
                                                   "name",
                                                   "pci.bus_id",
                                                   "driver_version",
                                                   "serial",
                                                   "compute_cap",
                                                   "memory.total",
                                                   "memory.used",
                                                   "memory.free",
                                                   "memory.reserved",
                                                   "utilization.gpu",
                                                   "utilization.memory",
                                                   "temperature.gpu",
                                                   "temperature.memory",
                                                   "power.draw",
                                                   "enforced.power.limit",
                                                   "power.max_limit",
                                                   "clocks.sm",
                                                   "clocks.mem",
                                                   "clocks.max.sm",
                                                   "clocks.max.mem",
                                                   "pstate",
                                                   "fan.speed",
                                                   "persistence_mode",
                                                   "pcie.link.gen.current",
                                                   "pcie.link.gen.max",
                                                   "pcie.link.width.current",
                                                   "pcie.link.width.max",
                                                   "ecc.errors.corrected.volatile.total",
                                                   "ecc.errors.uncorrected.volatile.total",
                                                   "mig.mode.current",
                                                   "clocks_event_reasons.active"};
// Drivers before 535 say throttle for event and know neither memory.reserved nor, some of them, compute_cap.
constexpr auto before_535 = [] {
  std::array<std::string_view, current.size() - 2> names;
  auto next = names.begin();
  for (const auto name : current) {
    if (name == "compute_cap" || name == "memory.reserved") continue;
    *next++ = name == "clocks_event_reasons.active" ? "clocks_throttle_reasons.active" : name;
  }
  return names;
}();
constexpr std::array<std::string_view, 14> any{
    "index",        "uuid",        "name",        "pci.bus_id",      "driver_version",
    "memory.total", "memory.used", "memory.free", "utilization.gpu", "temperature.gpu",
    "power.draw",   "clocks.sm",   "clocks.mem",  "pstate"};

constexpr std::array tier_rows{
    Tier{"current", current},
    Tier{"before 535", before_535},
    Tier{"any", any},
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> cells;
  while (true) {
    const auto comma = line.find(',');
    cells.push_back(trimmed(line.substr(0, comma)));
    if (comma == std::string_view::npos) return cells;
    line.remove_prefix(comma + 1);
  }
}

/// `[N/A]`, `[Not Supported]`, `[Unknown Error]`, `[GPU requires reset]` stand where there is no value.
Text fact(std::string_view cell) {
  if (cell == "N/A" || cell.empty()) return Text::unknown("nvidia-smi says N/A");
  if (cell.front() != '[') return std::string(cell);
  return Text::unknown(fmt::format("nvidia-smi says {}", cell.substr(1, cell.find(']') - 1)));
}

void note_trouble(Gpu& gpu, std::string_view cell) {
  if (gpu.presence != Presence::ok) return;
  if (cell.contains("requires reset")) gpu.presence = Presence::reset_required;
  if (cell.contains("is lost")) gpu.presence = Presence::lost;
  if (gpu.presence != Presence::ok) gpu.trouble = fmt::format("nvidia-smi says {}", cell);
}

template <class Each>
void each_line(std::string_view text, const Each& each) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (const auto line = trimmed(text.substr(0, end)); !line.empty()) each(line);
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

std::string first_line(const Answer& answer) {
  std::string first;
  const auto take = [&first](std::string_view line) {
    if (first.empty()) first = line;
  };
  each_line(answer.out, take);
  each_line(answer.err, take);
  return first;
}

std::string_view advice_for(std::string_view message) {
  if (message.contains("version mismatch")) {
    return "reboot, or reload the nvidia modules: the driver was upgraded while it was loaded";
  }
  if (message.contains("couldn't communicate"))
    return "load the driver with modprobe nvidia; see dmesg when that fails";
  if (message.contains("nsufficient Permissions")) return "run as root, or let this user open /dev/nvidia*";
  return {};
}

Result<Gpu> read_gpu(const Tier& tier, std::string_view line, Snapshot& snapshot) {
  const auto cells = split(line);
  if (cells.size() != tier.fields.size()) {
    return fail(Errc::not_found, fmt::format("nvidia-smi: {} values where {} were asked for: {}", cells.size(),
                                             tier.fields.size(), line));
  }
  Gpu gpu;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto text = fact(cells[i]);
    std::ranges::find(columns, tier.fields[i], &Column::name)->put(gpu, text);
    note_trouble(gpu, cells[i]);
    if (tier.fields[i] == "driver_version") snapshot.driver = text;
  }
  if (gpu[Field::mem_total]) gpu[Label::mem_kind] = "dedicated";
  return gpu;
}

constexpr bool all_known() {
  for (const auto& tier : tier_rows) {
    for (const auto field : tier.fields) {
      if (std::ranges::find(columns, field, &Column::name) == columns.end()) return false;
    }
  }
  return true;
}
static_assert(all_known(), "every field of a tier has a column");

}  // namespace smi_reading

std::span<const Tier> tiers() { return smi_reading::tier_rows; }

std::vector<std::string> query(const Tier& tier) {
  std::string fields;
  for (const auto field : tier.fields) {
    if (!fields.empty()) fields += ",";
    fields += field;
  }
  return {"--query-gpu=" + fields, "--format=csv,noheader,nounits"};
}

std::vector<std::string> process_query() {
  return {"--query-compute-apps=gpu_uuid,pid,used_memory,process_name", "--format=csv,noheader,nounits"};
}

bool refuses_field(const Answer& answer) {
  return answer.exit != 0 &&
         (answer.out.contains("is not a valid field") || answer.err.contains("is not a valid field"));
}

Result<Snapshot> read(const Tier& tier, const Answer& answer) {
  const auto first = smi_reading::first_line(answer);
  if (answer.exit != 0) {
    auto error = fail(Errc::not_found,
                      fmt::format("nvidia-smi: {}", first.empty() ? fmt::format("exit {}", answer.exit) : first))
                     .error();
    error.param = smi_reading::advice_for(answer.out + answer.err);
    return std::unexpected(std::move(error));
  }
  Snapshot snapshot;
  snapshot.source = "smi";
  snapshot.driver = Text::unknown("no GPU was listed");
  std::optional<Error> broken;
  smi_reading::each_line(answer.out, [&](std::string_view line) {
    if (broken || line == "No devices were found") return;
    auto gpu = smi_reading::read_gpu(tier, line, snapshot);
    if (!gpu) {
      broken = std::move(gpu).error();
      return;
    }
    snapshot.gpus.push_back(*std::move(gpu));
  });
  if (broken) return std::unexpected(*std::move(broken));
  return snapshot;
}

void add_processes(const Answer& answer, Snapshot& snapshot) {
  using List = Fact<std::vector<Process>>;
  if (answer.exit != 0) {
    for (auto& gpu : snapshot.gpus) gpu.procs = List::unknown("nvidia-smi: " + smi_reading::first_line(answer));
    return;
  }
  for (auto& gpu : snapshot.gpus) gpu.procs = std::vector<Process>{};
  smi_reading::each_line(answer.out, [&snapshot](std::string_view line) {
    // The name stands last, since it may hold a comma.
    auto cells = smi_reading::split(line);
    constexpr std::size_t asked = 4;
    if (cells.size() < asked) return;
    const auto pid = smi_reading::number(cells[1]);
    const auto gpu = std::ranges::find_if(
        snapshot.gpus, [&](const Gpu& each) { return each[Label::uuid] && *each[Label::uuid] == cells[0]; });
    if (!pid || gpu == snapshot.gpus.end()) return;
    Process process;
    process.pid = static_cast<std::int64_t>(*pid);
    process.type = "compute";
    const auto used = smi_reading::fact(cells[2]);
    const auto mib = used ? smi_reading::number(*used) : std::nullopt;
    process.mem_b = mib ? Figure(*mib * smi_reading::mib) : Figure::unknown(used.why);
    process.name = std::string(line.substr(static_cast<std::size_t>(cells[3].data() - line.data())));
    gpu->procs->push_back(std::move(process));
  });
}

}  // namespace llmgw::gpu::smi
