#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/dialects/dialect.h"
#include "core/http/deflate.h"
#include "core/net/task.h"
#include "proxy/server/responder.h"
#include "proxy/sim/frame_quirks.h"
#include "proxy/sim/plan.h"
#include "proxy/sim/tally.h"
#include "proxy/sim/truth.h"

namespace llmgw::sim {

/// The way of a stream's bytes from the encoder to the client: bent, gathered, compressed, cut into writes.
class Outlet {
 public:
  /// `chat`: see FrameQuirks. Writes are noted in `truth` and `lateness`.
  struct Books {
    TruthRecord& truth;
    TallyHistogram& lateness;
  };
  Outlet(server::Responder& responder, const Behaviour& behaviour, bool chat, Books books);

  /// Encodes a step and writes it, or keeps it for a later write. False when the client has left.
  net::Task<bool> put(dialect::StreamEncoder& encoder, const Step& step, Cost cost, std::int64_t due_ns);
  /// Keeps an event that is not JSON for the next write.
  void put_broken() { quirks_.broken(out_); }
  /// Writes what was kept. False when the client has left.
  net::Task<bool> flush();
  /// Writes what was kept and ends the body.
  net::Task<bool> finish();

 private:
  net::Task<bool> write(std::string bytes);
  struct Due {
    std::int64_t due_ns;
    const Step* step;
  };
  server::Responder& responder_;
  const Behaviour& behaviour_;
  FrameQuirks quirks_;
  Books books_;
  SystemClock clock_;
  std::optional<http::Gzip> gzip_;
  std::string encoded_;
  std::string out_;
  std::vector<Due> kept_;
};

}  // namespace llmgw::sim
