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
  net::Task<Result<>> attempt_once();
  net::Task<Result<>> attempt_whole(const Attempt& attempt, net::HttpRequest& request);
  net::Task<Result<>> attempt_stream(const Attempt& attempt, net::HttpRequest& request);
  net::Task<Result<>> relay(net::HttpRequest& request, const Attempt& attempt, Conveyor& conveyor);
  net::Task<Result<>> await_head(net::HttpStream& stream, Conveyor& conveyor);
  net::Task<Result<>> answer_stream(net::HttpStream& stream, Conveyor& conveyor);
  net::Task<Result<>> pump(net::HttpStream& stream, Conveyor& conveyor, std::string first);
  net::Task<Result<>> refused(net::HttpStream& stream, const Attempt& attempt);
  net::Task<Result<>> flush(Conveyor& conveyor, const http::ResponseHead& upstream);
  net::Task<Result<>> close_stream(Conveyor& conveyor, const http::ResponseHead& upstream);
  net::Task<> fail_stream(Conveyor& conveyor, Error error);
  void note(const Tap& tap);
  void note_id(const http::ResponseHead& upstream);
  [[nodiscard]] bool retries_left() const;
  [[nodiscard]] net::milliseconds patience() const;

  Exchange& exchange_;
  const Upstream& upstream_;
  Services& services_;
  server::Responder& responder_;
  Record& record_;
};

/// Answers with an error in the client's envelope; notes it in the record.
net::Task<> send_error(const Exchange& exchange, Error error, server::Responder& responder, Record& record);

}  // namespace llmgw::proxy
