#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/net/http_client.h"
#include "core/net/task.h"
#include "proxy/pipeline/attempt.h"
#include "proxy/pipeline/conveyor.h"
#include "proxy/pipeline/exchange.h"
#include "proxy/pipeline/record.h"
#include "proxy/server/responder.h"
#include "proxy/services.h"

namespace llmgw::proxy {

/// Gets one answer from an upstream to the client: attempts, commit point, relay. The 200 leaves with the first event
/// of the upstream (or the first keep-alive), so until then an error keeps its status and another attempt is possible;
/// after that an error is told inside the stream.
class Execution {
 public:
  Execution(Exchange& exchange, const Upstream& upstream, Services& services, server::Responder& responder,
            Record& record);
  /// Runs to the end. An error means: nothing was sent yet, the caller tells the client.
  net::Task<Result<>> run();

 private:
  net::Task<Result<>> attempts();
  net::Task<Result<>> attempt_once();
  /// Waits before the next attempt; the client of a stream is kept alive meanwhile.
  net::Task<Result<>> wait(net::milliseconds time);
  net::Task<Result<>> attempt_whole(Attempt& attempt, net::HttpRequest& request);
  /// Turns the upstream's whole body into the client's, and notes what it says.
  Result<> convert(const Attempt& attempt, const http::ResponseHead& upstream, std::string& body);
  net::Task<Result<>> attempt_stream(Attempt& attempt, net::HttpRequest& request);
  net::Task<Result<>> await_head(net::HttpStream& stream, Conveyor& conveyor);
  net::Task<Result<>> answer_stream(net::HttpStream& stream, Conveyor& conveyor);
  /// The next piece of a body of which nothing can be passed on yet; the client is kept alive meanwhile.
  net::Task<Result<net::Chunk>> next_piece(net::HttpStream& stream, Conveyor& conveyor);
  net::Task<Result<>> pump(net::HttpStream& stream, Conveyor& conveyor, std::string first);
  net::Task<Result<>> refused(net::HttpStream& stream, const Attempt& attempt);
  net::Task<Result<>> flush(std::string& out, const http::ResponseHead& upstream);
  net::Task<Result<>> close_stream(Conveyor& conveyor, const http::ResponseHead& upstream);
  /// Ends a stream that has begun with `last_words`, which tell the error.
  net::Task<> fail_stream(std::string last_words, Error error);
  void note(const Tap& tap, const std::optional<ir::Usage>& usage);
  [[nodiscard]] bool retries_left() const;
  /// The longest silence before a stream gets a keep-alive.
  [[nodiscard]] net::milliseconds patience() const;

  Exchange& exchange_;
  const Upstream& upstream_;
  Services& services_;
  server::Responder& responder_;
  Record& record_;
};

/// The error that a client is told: where the server's shutdown cancelled its request, that.
Error told_to_client(Error error, const server::Responder& responder);

/// Answers with llmgw's own JSON under `head`; notes in the record how that went.
net::Task<> send_answer(http::ResponseHead head, std::string body, server::Responder& responder, Record& record);

/// Answers with an error in the client's envelope; notes it in the record.
net::Task<> send_error(const Exchange& exchange, Error error, server::Responder& responder, Record& record);

}  // namespace llmgw::proxy
