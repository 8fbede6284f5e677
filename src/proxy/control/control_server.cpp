#include "proxy/control/control_server.h"

#include <filesystem>
#include <utility>

#include "core/base/files.h"
#include "core/json/writer.h"
#include "proxy/server/server.h"

namespace llmgw::proxy {
namespace control {

constexpr std::string_view status_path = "/llmgw/status";

std::string error_object(std::string_view message) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  json.key("error");
  json.begin_object();
  json.member("message", message);
  json.end_object();
  json.end_object();
  return out + "\n";
}

/// Answers with the status of the moment.
class Handler final : public server::Handler {
 public:
  explicit Handler(ControlServer::Source source) : source_(std::move(source)) {}

  net::Task<> handle(const http::Request& request, const server::Peer&, server::Responder& responder) override {
    http::ResponseHead head;
    head.headers.add("content-type", "application/json");
    head.headers.add("cache-control", "no-store");
    std::string body;
    if (request.path() != status_path) {
      head.status = 404;
      body = error_object("the control socket answers GET /llmgw/status alone");
    } else if (request.method != "GET" && request.method != "HEAD") {
      head.status = 405;
      head.headers.add("allow", "GET, HEAD");
      body = error_object("the status can only be read");
    } else {
      head.status = 200;
      body = status::encode(source_());
    }
    auto sent = co_await responder.send(std::move(head), std::move(body));
    (void)sent;  // whoever asked and left asks again
  }

  std::string error_body(const Error& error, const http::Request&, const server::Peer&) override {
    return error_object(error.message);
  }

 private:
  ControlServer::Source source_;
};

}  // namespace control

struct ControlServer::State {
  State(boost::asio::io_context& io, std::string where, Source source)
      : path(std::move(where)), handler(std::move(source)), server(io, handler, options()) {}

  static server::ServerOptions options() {
    server::ServerOptions limits;
    limits.limits.body_bytes = 1024;  // requests have no body
    limits.max_connections = 64;
    return limits;
  }

  std::string path;
  control::Handler handler;
  server::Server server;
};

ControlServer::ControlServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
ControlServer::~ControlServer() = default;

Result<std::unique_ptr<ControlServer>> ControlServer::open(boost::asio::io_context& io, const std::string& path,
                                                           Source source) {
  TRY_VOID(make_folder(std::filesystem::path(path).parent_path().string()));
  ListenAddress address;
  address.unix_path = path;
  TRY(auto socket, server::ListenSocket::open(address));
  auto state = std::make_unique<State>(io, path, std::move(source));
  state->server.listen(std::move(socket));
  return std::unique_ptr<ControlServer>(new ControlServer(std::move(state)));
}

const std::string& ControlServer::path() const { return state_->path; }

net::Task<> ControlServer::close() {
  auto tidy = co_await state_->server.drain(server::milliseconds(0));
  (void)tidy;  // an answer that nobody waits for is cut
}

}  // namespace llmgw::proxy
