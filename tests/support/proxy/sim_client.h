#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/http/message.h"
#include "core/ir/answer.h"
#include "proxy/app_sim.h"
#include "support/test_socket.h"

namespace llmgw::test {

/// The format of a request to the simulator.
enum class Api { chat, messages };

/// What came back on one connection.
struct SimAnswer {
  Api api = Api::chat;
  bool streamed = false;
  std::string raw;     ///< every byte
  int status = 0;      ///< 0: no head came
  std::string body;    ///< without chunk framing
  bool whole = false;  ///< HTTP says that the body is complete
  Ending ending = Ending::fin;
  http::Headers headers;

  [[nodiscard]] std::string header(std::string_view name) const { return headers.joined(name); }
  /// The answer as the format's decoder reads it.
  [[nodiscard]] ir::Answer collected() const;
  /// Deltas of text in the stream.
  [[nodiscard]] int deltas() const;
};

/// A simulator on a port of its own, as fast as possible, and a client for it.
class Sim {
 public:
  using Options = sim::SimOptions;
  explicit Sim(Options options = {});

  /// Asks for "hello" with an `X-Sim` script; `headers` are further header lines with CR LF.
  SimAnswer ask(Api api, std::string_view script, bool streamed, std::string_view headers = "") const;
  [[nodiscard]] SimAnswer post(std::string_view path, std::string_view body) const;
  [[nodiscard]] SimAnswer get(std::string_view path, std::string_view headers = "") const;
  /// Only sends the request.
  [[nodiscard]] TestSocket send(Api api, std::string_view script, bool streamed, std::string_view headers) const;

 private:
  [[nodiscard]] TestSocket connect() const;
  std::unique_ptr<proxy::SimHost> host_;
  std::uint16_t port_ = 0;
};

}  // namespace llmgw::test
