#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/gpu/model.h"

namespace llmgw::gpu {

/// What an Xid error says of a GPU (docs.nvidia.com/deploy/xid-errors).
enum class XidClass : std::uint8_t {
  critical,     ///< the GPU cannot be trusted: drain it
  warning,      ///< handled by the GPU, but to be watched
  application,  ///< most often a program's own fault
  other,        ///< shown only
};

struct XidRow {
  int number;
  XidClass kind;
  std::string_view says;
};

/// The class and the words of a number; unknown numbers are `other`.
XidRow xid_row(int number);

/// One Xid message of the kernel's log.
struct XidMessage {
  std::string bus_id;  ///< as the log writes it: `0000:3b:00`
  int number = 0;
  std::optional<double> seconds_after_boot;
};

/// Finds them in the log: lines of /dev/kmsg (`prio,sequence,microseconds,...;text`) or of dmesg (`[seconds] text`).
std::vector<XidMessage> parse_kernel_log(std::string_view log);

/// True when two PCI addresses name one device, whatever their letter case, width of the domain, and function number.
bool same_device(std::string_view a, std::string_view b);

/// Adds a message to those that are kept: of each device the one that counts most.
void keep(XidMessage message, std::vector<XidMessage>& kept);

/// Notes for each GPU the last Xid, 0 for one of which the log has none. Of several the most serious class wins, the
/// newest within it. `boot_s` is when the kernel started, if that is known.
void add_xids(const std::vector<XidMessage>& messages, std::optional<double> boot_s, Snapshot& snapshot);

}  // namespace llmgw::gpu
