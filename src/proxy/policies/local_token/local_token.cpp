#include "proxy/policies/local_token/local_token.h"

#include "proxy/credential.h"

namespace llmgw::proxy {

Result<> LocalToken::on_arrival(const http::Request& request, const Snapshot& snapshot) const {
  if (!snapshot.token_required || presents(request, snapshot.token.reveal())) return {};
  if (!find_credential(request)) {
    return fail(Errc::authentication,
                "no credential: send llmgw's local token as a Bearer token or x-api-key (`llmgw env` prints it), or "
                "start the server with --auth none");
  }
  return fail(Errc::authentication, "the credential is not llmgw's local token (`llmgw env` prints it)");
}

}  // namespace llmgw::proxy
