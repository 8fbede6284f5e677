#include "core/net/client_room.h"

#include <utility>

#include "core/net/event.h"
#include "core/net/resolver.h"

namespace llmgw::net {
namespace client_room {

class Room final : public ClientRoom {
 public:
  Room(boost::asio::io_context& io, ClientOptions options)
      : io_(io), client_(make_http_client(io, std::move(options))) {}
  HttpClient& client() override { return *client_; }
  Task<Result<std::vector<std::string>>> addresses(std::string host) override {
    Resolver resolver(io_, ResolverTimes{});
    constexpr std::chrono::seconds patience{10};
    CO_TRY(const auto found, co_await resolver.resolve(std::move(host), std::chrono::steady_clock::now() + patience));
    std::vector<std::string> texts;
    for (const auto& address : found) texts.push_back(address.to_string());
    co_return texts;
  }
  Task<bool> pause(milliseconds time) override {
    Event never_set(io_);
    const auto wake = co_await never_set.wait(std::chrono::steady_clock::now() + time);
    co_return wake == Wake::expired;
  }

 private:
  boost::asio::io_context& io_;
  std::unique_ptr<HttpClient> client_;
};

}  // namespace client_room

std::unique_ptr<ClientRoom> make_client_room(boost::asio::io_context& io, ClientOptions options) {
  return std::make_unique<client_room::Room>(io, std::move(options));
}

}  // namespace llmgw::net
