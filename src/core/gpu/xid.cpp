#include "core/gpu/xid.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace llmgw::gpu {
namespace xid_table {

constexpr std::array rows{
    XidRow{13, XidClass::application, "graphics engine exception, most often a program's fault"},
    XidRow{31, XidClass::application, "memory page fault, most often a program's fault"},
    XidRow{43, XidClass::application, "the GPU stopped processing for one program"},
    XidRow{45, XidClass::application, "a program was ended while it used the GPU"},
    XidRow{48, XidClass::critical, "a memory error that could not be corrected"},
    XidRow{63, XidClass::warning, "a memory row or page was marked for replacement"},
    XidRow{64, XidClass::critical, "a memory row or page could not be replaced"},
    XidRow{74, XidClass::critical, "NVLink error"},
    XidRow{79, XidClass::critical, "the GPU fell off the bus"},
    XidRow{94, XidClass::warning, "a memory error that was contained to one program"},
    XidRow{95, XidClass::critical, "a memory error that was not contained"},
    XidRow{119, XidClass::critical, "the GPU's system processor (GSP) does not answer"},
    XidRow{120, XidClass::critical, "the GPU's system processor (GSP) failed"},
    XidRow{140, XidClass::critical, "an ECC error that was not recovered"},
};

constexpr std::string_view mark = "NVRM: Xid (PCI:";

std::optional<double> time_of(std::string_view line) {
  double value = 0;
  if (line.starts_with('[')) {
    const auto first = line.find_first_not_of(' ', 1);
    if (first == std::string_view::npos) return std::nullopt;
    const auto [end, error] = std::from_chars(line.data() + first, line.data() + line.size(), value);
    return error == std::errc{} ? std::optional(value) : std::nullopt;
  }
  constexpr double micro = 1e-6;
  const auto sequence = line.find(',');
  const auto time = sequence == std::string_view::npos ? sequence : line.find(',', sequence + 1);
  if (time == std::string_view::npos) return std::nullopt;
  const auto [end, error] = std::from_chars(line.data() + time + 1, line.data() + line.size(), value);
  return error == std::errc{} ? std::optional(value * micro) : std::nullopt;
}

std::optional<XidMessage> read_line(std::string_view line) {
  const auto start = line.find(mark);
  if (start == std::string_view::npos) return std::nullopt;
  const auto rest = line.substr(start + mark.size());
  const auto close = rest.find("): ");
  if (close == std::string_view::npos) return std::nullopt;
  XidMessage message{.bus_id = std::string(rest.substr(0, close)), .seconds_after_boot = time_of(line)};
  const auto number = rest.substr(close + 3);
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), message.number);
  if (error != std::errc{}) return std::nullopt;
  return message;
}

/// Domain, bus and device of a PCI address; nullopt for anything else.
std::optional<std::array<unsigned, 3>> address(std::string_view text) {
  std::array<unsigned, 3> parts{};
  constexpr int hexadecimal = 16;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parts.at(i), hexadecimal);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (i + 1 == parts.size()) break;
    if (!text.starts_with(':')) return std::nullopt;
    text.remove_prefix(1);
  }
  return parts;
}

/// True when `a` counts for more than `b`.
bool outweighs(const XidMessage& a, const XidMessage& b) {
  const auto left = xid_row(a.number).kind;
  const auto right = xid_row(b.number).kind;
  if (left != right) return left < right;
  return a.seconds_after_boot.value_or(0) >= b.seconds_after_boot.value_or(0);
}

}  // namespace xid_table

XidRow xid_row(int number) {
  const auto* found = std::ranges::find(xid_table::rows, number, &XidRow::number);
  return found == xid_table::rows.end() ? XidRow{number, XidClass::other, "see NVIDIA's list of Xid errors"} : *found;
}

std::vector<XidMessage> parse_kernel_log(std::string_view log) {
  std::vector<XidMessage> messages;
  while (!log.empty()) {
    const auto end = log.find('\n');
    if (auto message = xid_table::read_line(log.substr(0, end))) messages.push_back(*std::move(message));
    if (end == std::string_view::npos) break;
    log.remove_prefix(end + 1);
  }
  return messages;
}

bool same_device(std::string_view a, std::string_view b) {
  const auto left = xid_table::address(a);
  return left && left == xid_table::address(b);
}

void keep(XidMessage message, std::vector<XidMessage>& kept) {
  const auto same = std::ranges::find(kept, message.bus_id, &XidMessage::bus_id);
  if (same == kept.end()) {
    kept.push_back(std::move(message));
  } else if (xid_table::outweighs(message, *same)) {
    *same = std::move(message);
  }
}

void add_xids(const std::vector<XidMessage>& messages, std::optional<double> boot_s, Snapshot& snapshot) {
  for (auto& gpu : snapshot.gpus) {
    const XidMessage* worst = nullptr;
    for (const auto& message : messages) {
      if (!gpu[Label::bus_id] || !same_device(*gpu[Label::bus_id], message.bus_id)) continue;
      if (worst == nullptr || xid_table::outweighs(message, *worst)) worst = &message;
    }
    if (worst == nullptr) {
      gpu[Field::xid_last] = 0;
      gpu[Field::xid_time] = Figure::unknown("the kernel's log has no Xid of this GPU");
      continue;
    }
    gpu[Field::xid_last] = worst->number;
    gpu[Field::xid_time] = worst->seconds_after_boot && boot_s ? Figure(*boot_s + *worst->seconds_after_boot)
                                                               : Figure::unknown("the message has no time");
  }
}

}  // namespace llmgw::gpu
