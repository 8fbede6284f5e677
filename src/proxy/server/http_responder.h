#pragma once

#include <string>

#include "core/http/message.h"
#include "core/http/writer.h"
#include "proxy/server/client_socket.h"
#include "proxy/server/responder.h"

namespace llmgw::server {

/// What a response needs to know of its request.
struct RequestTraits {
  bool head = false;        ///< HEAD: the response has no body
  bool http10 = false;      ///< no chunked framing
  bool keep_alive = false;  ///< the connection may go on afterwards
};

/// Writes one response to a client's socket.
class HttpResponder final : public Responder {
 public:
  /// `out` is scratch space, kept by the connection so that its memory is used again.
  HttpResponder(ClientSocket& socket, std::string& out, RequestTraits traits)
      : socket_(socket), out_(out), traits_(traits), keep_alive_(traits.keep_alive) {}

  net::Task<Result<>> send(http::ResponseHead head, std::string body) override;
  net::Task<Result<>> begin(http::ResponseHead head) override;
  net::Task<Result<>> write(std::string_view bytes) override;
  bool write_now(std::string_view bytes) override;
  net::Task<Result<>> rest() override;
  net::Task<Result<>> finish(std::string_view last) override;
  void abort() override;
  void hang_up() override { stage_ = Stage::hanging_up; }
  void reset() override;
  [[nodiscard]] bool begun() const override { return stage_ != Stage::idle; }
  [[nodiscard]] bool client_left() const override { return socket_.left(); }

  /// The whole response was written.
  [[nodiscard]] bool complete() const { return stage_ == Stage::complete; }
  /// The stream is over; `abort` is due once the client had time to read its last words.
  [[nodiscard]] bool hanging_up() const { return stage_ == Stage::hanging_up; }
  /// The connection may carry another request.
  [[nodiscard]] bool keep_alive() const { return complete() && keep_alive_; }

 private:
  enum class Stage { idle, begun, complete, hanging_up, aborted };
  void append_head(http::ResponseHead& head, http::Framing framing, std::size_t body_size);
  [[nodiscard]] bool has_body(int status) const;
  /// The pieces that carry these body bytes, the `last` ones or not.
  Pieces framed(std::string_view bytes, bool last = false);

  ClientSocket& socket_;
  std::string& out_;
  RequestTraits traits_;
  http::Framing framing_ = http::Framing::none;
  Stage stage_ = Stage::idle;
  bool keep_alive_;
  bool flushed_ = false;    ///< what is in the scratch space has been written
  std::string chunk_line_;  ///< the size of the chunk being written; too short to need memory of its own
  Pieces rest_;             ///< what `write_now` left over
};

}  // namespace llmgw::server
