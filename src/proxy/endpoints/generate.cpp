#include "proxy/endpoints/endpoint.h"
#include "proxy/pipeline/execute.h"
#include "proxy/pipeline/prepare.h"
#include "proxy/pipeline/record.h"

namespace llmgw::proxy {

net::Task<> run_generate(Call call) {
  Record record;
  auto upstream = prepare(call.exchange);
  auto done = Result<>{};
  if (upstream) {
    Execution execution(call.exchange, **upstream, call.services, call.responder, record);
    done = co_await execution.run();
  } else {
    done = std::unexpected(std::move(upstream).error());
  }
  if (!done) co_await send_error(call.exchange, std::move(done).error(), call.responder, record);
  close_record(call.exchange, record, call.services);
}

}  // namespace llmgw::proxy
