#include <algorithm>

#include "core/base/url.h"
#include "core/doctor/judges.h"

namespace llmgw::doctor {
namespace cursor {

bool beyond_loopback(const std::string& url) {
  const auto parsed = parse_server_url(url);
  return parsed && !parsed->loopback();
}

}  // namespace cursor

void judges::cursor(const Facts& facts, Findings& findings) {
  const bool reachable = std::ranges::any_of(facts.running, [](const Running& one) {
    return std::ranges::any_of(one.status.listeners, cursor::beyond_loopback);
  });
  // developers.cloudflare.com/ai-gateway, "Cursor", and cursor/cursor's forum: requests come from Cursor's servers.
  Finding where{.subject = "Override OpenAI Base URL"};
  where.says = "Cursor's own servers send the requests, so the gateway needs a public https address; ";
  if (reachable) {
    where.says += "a gateway of this machine listens beyond loopback";
  } else {
    where.state = State::warn;
    where.says += "localhost and private addresses cannot work";
    where.mend =
        "put a tunnel or a reverse proxy with https in front of llmgw serve, add its name to [server] allow_hosts, and "
        "keep the token";
  }
  findings.push_back(std::move(where));
  findings.push_back({.state = State::skipped,
                      .subject = "Cursor Settings > Models",
                      .says = "Cursor keeps its settings in a database of its own, which is not read; the address must "
                              "end with /v1, the key is the local token, and the model is added by hand"});
}

}  // namespace llmgw::doctor
