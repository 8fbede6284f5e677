#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "proxy/server/responder.h"

namespace llmgw::test {

/// Keeps a whole answer for a test to look at; streams go nowhere.
class KeptAnswer final : public server::Responder {
 public:
  int status = 0;
  std::string type;
  std::string body;

  net::Task<Result<>> send(http::ResponseHead head, std::string text) override {
    status = head.status;
    type = std::string(head.headers.get("content-type").value_or(""));
    body = std::move(text);
    co_return Result<>{};
  }
  net::Task<Result<>> begin(http::ResponseHead) override { co_return Result<>{}; }
  net::Task<Result<>> write(std::string_view) override { co_return Result<>{}; }
  bool write_now(std::string_view) override { return true; }
  net::Task<Result<>> rest() override { co_return Result<>{}; }
  net::Task<Result<>> finish(std::string_view) override { co_return Result<>{}; }
  void abort() override {}
  [[nodiscard]] bool begun() const override { return status != 0; }
};

}  // namespace llmgw::test
