#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/health/kind.h"
#include "core/http/headers.h"
#include "core/json/view.h"
#include "core/metrics/exposition.h"

namespace llmgw::health {

/// The answer to one question, or why there was none.
struct Reply {
  std::optional<Error> error;  ///< no answer came, or no whole one
  int status = 0;              ///< 0 with `error`
  http::Headers headers;
  std::string body;
  double seconds = 0;        ///< from sending to the end of the answer
  std::int64_t unix_s = 0;   ///< the local clock when the answer had come
  std::vector<Error> tries;  ///< failures of earlier tries

  [[nodiscard]] bool ok() const { return !error && status >= 200 && status < 300; }
  /// The body as JSON; a missing view when it is none.
  [[nodiscard]] json::View json() const;
};

/// How far an exchange came before it failed.
enum class Phase : std::uint8_t { look_up, connect, tls, exchange };
/// The phase in which a transport error arose.
Phase phase_of(const Error& error);

/// Everything that was learnt about one target. Checks read it and ask for nothing.
struct Facts {
  // What is known beforehand.
  std::string host;
  bool tls = false;
  bool named = false;          ///< the host is a name that had to be looked up
  bool loopback = false;       ///< the bytes stay on this machine
  bool keyed = false;          ///< a key was sent
  bool key_withheld = false;   ///< there is a key, and it was not sent over plain http to another machine
  bool scale_to_zero = false;  ///< being down is no fault: the first request starts it
  std::string model;           ///< the one that is meant to be there; empty: any
  // What was found.
  const Kind* kind = nullptr;  ///< null: not known
  Confidence confidence = Confidence::none;
  Reply contact;                         ///< the first exchange
  std::map<std::string, Reply> replies;  ///< by path as the kind's row names it
  std::optional<Reply> without_key;      ///< the list of models asked for without the key
  std::optional<metrics::Exposition> page;
  std::optional<metrics::Exposition> earlier_page;
  double between_pages_s = 0;

  /// The answer for a path, or null when it was not asked for.
  [[nodiscard]] const Reply* reply(std::string_view path) const;
};

/// One row of a list of models, in whichever shape the server lists them.
struct ModelRow {
  std::string id;
  std::optional<std::int64_t> context;  ///< tokens, where the row tells
};
/// The rows of an answer to GET /models; nullopt when it is no list.
std::optional<std::vector<ModelRow>> model_rows(const Reply& reply);

}  // namespace llmgw::health
