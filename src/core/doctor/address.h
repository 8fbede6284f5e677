#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/secret.h"
#include "core/doctor/check.h"

namespace llmgw::doctor {

/// A value that a client would use, and where it stands.
struct Setting {
  Secret value;
  std::string where;  ///< "ANTHROPIC_BASE_URL", "ANTHROPIC_BASE_URL in ~/.claude/settings.json"
};
using MaybeSetting = std::optional<Setting>;

/// What a client appends to its address.
enum class Appends : std::uint8_t {
  version,   ///< `/v1/messages`: the address ends before `/v1`
  endpoint,  ///< `/chat/completions`: the address ends with `/v1`
};

/// The variable's value, or nullopt when it is not set or empty.
MaybeSetting shell_setting(const Facts& facts, std::string_view name);

/// True when the address is that of a gateway of this machine: one that runs, or the port where one would.
bool is_local_gateway(const Facts& facts, std::string_view address);

/// Whether the client would reach a server by that address. One finding.
void judge_address(const Facts& facts, const Setting& address, Appends appends, Findings& findings);

/// The key that goes to an address.
struct KeyInUse {
  const Setting& address;
  const MaybeSetting& key;  ///< nullopt: none is sent
  std::string_view advice;  ///< what sets the key right
};

/// Whether the local gateway would take the key; no finding for other servers.
void judge_key(const Facts& facts, const KeyInUse& use, Findings& findings);

/// A file of the client that cannot be read as what it is.
void judge_readable(const File& file, std::string_view problem, Findings& findings);

}  // namespace llmgw::doctor
