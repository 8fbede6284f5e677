#include "core/gpu/smi.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "core/gpu/command_line.h"
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

void put_scaled(Figure& figure, const Text& text, double factor) {
  const auto value = text ? number(*text) : std::nullopt;
  figure = value ? Figure(*value * factor) : Figure::unknown(text ? "nvidia-smi says " + *text : text.why);
}

template <Field F>
void put(Gpu& gpu, const Text& text) {
  put_scaled(gpu[F], text, 1);
}

template <Field F>
void put_mib(Gpu& gpu, const Text& text) {
  put_scaled(gpu[F], text, mib);
}

template <Field F>
void put_us_as_ns(Gpu& gpu, const Text& text) {
  put_scaled(gpu[F], text, 1000);
}

template <Label L>
void put_text(Gpu& gpu, const Text& text) {
  gpu[L] = text;
}

void put_index(Gpu& gpu, const Text& text) {
  if (text) gpu.index = static_cast<std::int64_t>(number(*text).value_or(0));
}

template <Field F>
void put_flag(Gpu& gpu, const Text& text) {
  gpu[F] = text ? Figure(*text == "Enabled" || *text == "Yes" || *text == "1" ? 1 : 0) : Figure::unknown(text.why);
}

void put_mig(Gpu& gpu, const Text& text) {
  using Parts = Fact<std::vector<MigDevice>>;
  gpu[Label::mig_mode] = text ? Text(*text == "Enabled" ? "enabled" : "disabled") : text;
  gpu.mig = !text                ? Parts::unknown(text.why)
            : *text == "Enabled" ? Parts::unknown("nvidia-smi's query does not list MIG devices")
                                 : Parts(std::vector<MigDevice>{});
}

/// `Drain and Reset` is `drain and reset` with us; `P2P` and `HMM` stay as they are.
std::string in_small_letters(std::string text) {
  const auto is = [&text](std::size_t i, char first, char last) { return text[i] >= first && text[i] <= last; };
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (is(i, 'A', 'Z') && is(i + 1, 'a', 'z')) text[i] = static_cast<char>(text[i] - 'A' + 'a');
  }
  return text;
}

template <Label L>
void put_words(Gpu& gpu, const Text& text) {
  gpu[L] = text ? Text(in_small_letters(*text)) : text;
}

/// The architecture follows from the compute capability (developer.nvidia.com/cuda-gpus).
void put_capability(Gpu& gpu, const Text& text) {
  struct Row {
    std::string_view from;  ///< the first capability of the architecture
    std::string_view name;
  };
  constexpr std::array rows{Row{"10.", "Blackwell"}, Row{"11.", "Blackwell"}, Row{"12.", "Blackwell"},
                            Row{"9.0", "Hopper"},    Row{"8.9", "Ada"},       Row{"8.", "Ampere"},
                            Row{"7.5", "Turing"},    Row{"7.", "Volta"},      Row{"6.", "Pascal"},
                            Row{"5.", "Maxwell"},    Row{"3.", "Kepler"}};
  gpu[Label::compute_capability] = text;
  gpu[Label::arch] = Text::unknown(text ? "unknown compute capability " + *text : text.why);
  for (const auto& row : rows) {
    if (!text || !text->starts_with(row.from)) continue;
    gpu[Label::arch] = std::string(row.name);
    return;
  }
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
    Column{"compute_cap", put_capability},
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
    Column{"power.default_limit", put<Field::power_default_limit>},
    Column{"power.max_limit", put<Field::power_max_limit>},
    Column{"clocks.sm", put<Field::clock_sm>},
    Column{"clocks.mem", put<Field::clock_mem>},
    Column{"clocks.max.sm", put<Field::clock_sm_max>},
    Column{"clocks.max.mem", put<Field::clock_mem_max>},
    Column{"pstate", put_text<Label::pstate>},
    Column{"fan.speed", put<Field::fan>},
    Column{"persistence_mode", put_flag<Field::persistence>},
    Column{"pcie.link.gen.current", put<Field::pcie_gen>},
    Column{"pcie.link.gen.max", put<Field::pcie_gen_max>},
    Column{"pcie.link.width.current", put<Field::pcie_width>},
    Column{"pcie.link.width.max", put<Field::pcie_width_max>},
    Column{"ecc.errors.corrected.volatile.total", put<Field::ecc_corrected>},
    Column{"ecc.errors.uncorrected.volatile.total", put<Field::ecc_uncorrected>},
    Column{"mig.mode.current", put_mig},
    Column{"clocks_event_reasons.active", put_reasons},
    Column{"clocks_throttle_reasons.active", put_reasons},
    Column{"temperature.gpu.tlimit", put<Field::temp_margin>},
    Column{"addressing_mode", put_words<Label::addressing>},
    Column{"gpu_recovery_action", put_words<Label::recovery>},
    Column{"remapped_rows.correctable", put<Field::remap_correctable>},
    Column{"remapped_rows.uncorrectable", put<Field::remap_uncorrectable>},
    Column{"remapped_rows.pending", put_flag<Field::remap_pending>},
    Column{"remapped_rows.failure", put_flag<Field::remap_failed>},
    Column{"clocks_event_reasons_counters.sw_thermal_slowdown", put_us_as_ns<Field::slow_sw_thermal>},
    Column{"clocks_event_reasons_counters.hw_thermal_slowdown", put_us_as_ns<Field::slow_hw_thermal>},
    Column{"clocks_event_reasons_counters.hw_power_brake_slowdown", put_us_as_ns<Field::slow_brake>},
};

constexpr std::array<std::string_view, 44> current{"index",
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
                                                   "power.default_limit",
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
                                                   "remapped_rows.correctable",
                                                   "remapped_rows.uncorrectable",
                                                   "remapped_rows.pending",
                                                   "remapped_rows.failure",
                                                   "mig.mode.current",
                                                   "clocks_event_reasons.active",
                                                   "temperature.gpu.tlimit",
                                                   "addressing_mode",
                                                   "gpu_recovery_action",
                                                   "clocks_event_reasons_counters.sw_thermal_slowdown",
                                                   "clocks_event_reasons_counters.hw_thermal_slowdown",
                                                   "clocks_event_reasons_counters.hw_power_brake_slowdown"};
// Drivers before 575 or so do not know the last six; older ones than that take the rest.
constexpr std::size_t newest = 6;
constexpr auto since_535 = [] {
  std::array<std::string_view, current.size() - newest> names;
  std::ranges::copy_n(current.begin(), names.size(), names.begin());
  return names;
}();
// Drivers before 535 say throttle for event and know neither memory.reserved nor, some of them, compute_cap.
constexpr auto before_535 = [] {
  std::array<std::string_view, since_535.size() - 2> names;
  auto next = names.begin();
  for (const auto name : since_535) {
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
    Tier{"since 535", since_535},
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
  for (auto& figure : gpu.figures) figure.why = "nvidia-smi's query does not tell";
  for (auto& label : gpu.texts) label.why = "nvidia-smi's query does not tell";
  gpu.throttle.why = gpu.mig.why = "nvidia-smi's query does not tell";
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

std::vector<std::string> version_query() { return {"--version"}; }

void add_version(const Answer& answer, Snapshot& snapshot) {
  snapshot.cuda = Text::unknown("nvidia-smi --version does not tell");
  if (answer.exit != 0) return;
  smi_reading::each_line(answer.out, [&snapshot](std::string_view line) {
    const auto colon = line.find(':');
    if (line.starts_with("CUDA Version") && colon != std::string_view::npos) {
      snapshot.cuda = smi_reading::fact(smi_reading::trimmed(line.substr(colon + 1)));
    }
  });
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
    process.sm = Figure::unknown("nvidia-smi's list of processes does not tell");
    process.mig = Text::unknown("nvidia-smi's list of processes does not tell");
    const auto used = smi_reading::fact(cells[2]);
    const auto mib = used ? smi_reading::number(*used) : std::nullopt;
    process.mem_b = mib ? Figure(*mib * smi_reading::mib) : Figure::unknown(used.why);
    process.name = shown_command(line.substr(static_cast<std::size_t>(cells[3].data() - line.data())));
    gpu->procs->push_back(std::move(process));
  });
}

}  // namespace llmgw::gpu::smi
