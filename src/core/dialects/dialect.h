#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/base/ids.h"
#include "core/dialects/traits.h"
#include "core/http/headers.h"
#include "core/ir/answer.h"
#include "core/ir/event.h"
#include "core/ir/notes.h"
#include "core/ir/request.h"
#include "core/json/view.h"
#include "core/sse/decoder.h"

namespace llmgw::dialect {

/// Turns an upstream's event stream into events. Not tied to I/O: give it frames cut out by sse::Decoder.
class StreamDecoder {
 public:
  virtual ~StreamDecoder() = default;
  /// Appends what one frame says. A frame that breaks the protocol gives a Fault and an incomplete End.
  virtual void frame(const sse::Frame& frame, ir::Events& events) = 0;
  /// The upstream closed: appends what is missing up to End (once).
  virtual void end(ir::Events& events) = 0;
  /// The last frame's data differed from that of the frame before in the text of its delta alone: whatever else was
  /// found out about that one holds for this one too.
  [[nodiscard]] virtual bool repeats() const { return false; }
};

/// Writes events as a client's stream. Appends to one buffer; the caller writes it out per batch.
class StreamEncoder {
 public:
  virtual ~StreamEncoder() = default;
  /// Appends the bytes that one event means to the client, possibly none.
  virtual void encode(const ir::Event& event, std::string& out) = 0;
  /// Appends a keep-alive that is legal at this point of the stream.
  virtual void keep_alive(std::string& out) = 0;
};

/// What an encoder must know about the client it answers.
struct ClientContext {
  std::string model;                ///< the name the client asked for; empty: the upstream's
  bool include_usage = false;       ///< Chat: the client asked for the usage chunk
  bool show_reasoning = true;       ///< the client wants to see reasoning
  std::int64_t created = 0;         ///< seconds since 1970, for formats that carry it
  std::int64_t input_estimate = 0;  ///< tokens; Messages needs a figure before the upstream tells one
  IdSource* ids = nullptr;          ///< makes ids where the upstream sent none; required
};

/// What a same-format stream gets changed on its way: nothing else in its bytes moves.
struct FrameEdits {
  std::string model;         ///< restamp `model`; empty: leave it
  bool strip_usage = false;  ///< Chat: the client did not ask for usage, llmgw did
  [[nodiscard]] bool empty() const { return model.empty() && !strip_usage; }
};

/// A wire format in both roles: facing clients and facing upstreams. One row in `registry.cpp`. Every function is pure.
struct Dialect {
  std::string_view name;                 ///< "openai-chat"
  std::string_view family;               ///< origin of opaque data: "openai", "anthropic"
  std::string_view path;                 ///< of the endpoint below the version segment: "/chat/completions"
  std::string_view version_header = {};  ///< what every request of this format must carry; empty: nothing
  std::string_view version = {};         ///< the header's value where llmgw writes the request

  /// Reads the top level only. Errors name the field.
  Result<ir::Facts> (*facts)(json::View body);
  /// Splices changes into a request of this format; all other bytes stay.
  std::string (*patch)(json::View body, const ir::Changes& changes);
  /// Reads a client's request. Errors name the field by its dotted path.
  Result<ir::Request> (*decode_request)(json::View body);
  /// Writes a request for an upstream; what it cannot carry becomes a note, or an error where silence would change
  /// the answer's meaning.
  Result<std::string> (*encode_request)(const ir::Request& request, const Traits& traits, ir::Notes& notes);

  std::unique_ptr<StreamDecoder> (*stream_decoder)(IdSource& ids);
  std::unique_ptr<StreamEncoder> (*stream_encoder)(const ClientContext& client);
  /// Appends the frame's bytes to `out` with the edits spliced in, or nothing when the frame is to be dropped.
  void (*edit_frame)(const sse::Frame& frame, const FrameEdits& edits, std::string& out);

  /// Reads a whole answer; an error object in a 200 becomes a Fault. Always ends with End.
  void (*decode_response)(json::View body, IdSource& ids, ir::Events& events);
  /// Reads of a whole answer that is passed on as it is what the books need: Usage, Finish, a Fault, End; the same as
  /// `decode_response` gives of these, at a fraction of its cost.
  void (*outline_response)(json::View body, ir::Events& events);
  /// Writes a whole answer.
  std::string (*encode_response)(const ir::Answer& answer, const ClientContext& client);
  /// Splices the model name into a whole answer of this format.
  std::string (*restamp_response)(json::View body, std::string_view model);

  /// Reads an upstream's error body of any shape (JSON of any vendor, HTML, text, empty).
  Error (*decode_error)(int status, const http::Headers& headers, std::string_view body);
  /// The body of an error answer in this format's envelope.
  std::string (*encode_error)(const Error& error, std::string_view request_id);
  /// The HTTP status of an error for clients of this format.
  int (*error_status)(const Error& error);
};

/// All dialects, in the order in which documentation lists them.
std::span<const Dialect* const> dialects();
/// A dialect by name, or nullptr.
const Dialect* find_dialect(std::string_view name);

/// OpenAI Chat Completions.
extern const Dialect openai_chat;
/// Anthropic Messages.
extern const Dialect anthropic_messages;

}  // namespace llmgw::dialect
