#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/health/facts.h"
#include "core/health/runner.h"
#include "core/health/target.h"

/// One target in work: what the files that ask share.
namespace llmgw::health {

struct Session {
  const Service& service;
  const Target& target;
  const RunOptions& options;
  const std::int64_t& deadline_ns;  ///< of the run; in the past once that is cancelled
  net::SharedEndpoint endpoint;
  /// Where the first exchange leaves the certificate; null afterwards.
  std::shared_ptr<std::optional<net::PeerCertificate>> certificate =
      std::make_shared<std::optional<net::PeerCertificate>>();
  Facts facts = {};
  std::int64_t requests = 0;
  Spent spent = {};
  std::vector<Error> retried = {};
  std::optional<Scrape> scrape = {};
};

/// True when this path of the kind is answered by another server: it is not the target's to see its key.
bool elsewhere(const Session& session, std::string_view path);

/// The error of a question that the run has no time for any more. The target is not to blame: `cancelled`. `reached` is
/// how far it came.
Error out_of_time(NetFault reached = NetFault::none);

/// The error of a question that was given less time than it is allowed, since the run had no more: that it ran into
/// this limit says nothing of the target.
Error of_short_question(Error error);

/// What is left of the run's time; zero or less: nothing more is asked.
net::milliseconds left(const Session& session);

/// A GET of a path as kinds name it. The key goes along only where it is the target's to see.
net::HttpRequest request_for(const Session& session, std::string_view path, bool keyed, net::milliseconds limit);

/// Asks the questions of the selected checks of levels 3 and 4 in the order of the registry, one at a time. A check
/// that is blocked is not asked, nor one whose cost would pass the limit.
net::Task<> probe(Session& session);

}  // namespace llmgw::health
