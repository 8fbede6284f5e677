#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/ir/block.h"

namespace llmgw::dialect {

/// Opaque reasoning data of one service on its way through a client of another format: `llmgw1.` followed by
/// base64url JSON. Clients store it as a signature and send it back; only llmgw reads it.
struct Carried {
  ir::Origin origin;  ///< family of the service that made `data`
  std::string kind;   ///< "signature", "encrypted", or "call" (a signature that belongs to a tool call)
  std::string data;   ///< empty: the service does not sign its reasoning
  std::string text;   ///< text that the carrier field cannot hold
  std::string id;     ///< an item or call id
};

/// The wrapped form.
std::string wrap(const Carried& carried);
/// Reads a wrapped form; nullopt for anything else (a service's own signature).
std::optional<Carried> unwrap(std::string_view text);
/// True for text that llmgw wrapped.
bool is_wrapped(std::string_view text);

/// The `signature` to write for a reasoning block to a client of `family`: the service's own where the families are
/// the same, else the wrapped form (also without data: clients drop or refuse thinking with an empty signature).
std::string signature_for(const ir::Reasoning& reasoning, std::string_view family);
/// The same for encrypted or redacted data.
std::string encrypted_for(const ir::Reasoning& reasoning, std::string_view family);

/// Takes a signature that a client of `family` sent: unwrapped data goes back to its origin and kind, anything else
/// is the family's own.
void read_signature(std::string_view received, std::string_view family, ir::Reasoning& reasoning);
/// The same for encrypted or redacted data.
void read_encrypted(std::string_view received, std::string_view family, ir::Reasoning& reasoning);

}  // namespace llmgw::dialect
