#pragma once

#include "core/config/schema.h"
#include "core/net/http_client.h"

namespace llmgw::proxy {

/// Takes over what the configuration says about the way to a server.
inline void set_transport(net::Endpoint& endpoint, const config::Transport& transport) {
  endpoint.ca_file = transport.ca_file;
  endpoint.insecure_tls = transport.insecure_tls;
  endpoint.client_cert = transport.client_cert;
  endpoint.client_key = transport.client_key;
  endpoint.proxy = transport.proxy.reveal();
}

}  // namespace llmgw::proxy
