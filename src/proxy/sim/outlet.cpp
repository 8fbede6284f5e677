#include "proxy/sim/outlet.h"

#include <algorithm>
#include <utility>

namespace llmgw::sim {

Outlet::Outlet(server::Responder& responder, const Behaviour& behaviour, bool chat, Books books)
    : responder_(responder), behaviour_(behaviour), quirks_(behaviour, chat), books_(books) {
  if (behaviour.gzip) gzip_.emplace();
}

net::Task<bool> Outlet::put(dialect::StreamEncoder& encoder, const Step& step, Cost cost, std::int64_t due_ns) {
  encoded_.clear();
  for (const auto& event : step.events) encoder.encode(event, encoded_);
  quirks_.rewrite(encoded_, cost, out_);
  kept_.push_back({due_ns, &step});
  const bool wait_for_more = behaviour_.buffered || std::cmp_less(kept_.size(), behaviour_.coalesce);
  if (wait_for_more) co_return true;
  co_return co_await flush();
}

net::Task<bool> Outlet::flush() {
  if (out_.empty()) co_return true;
  std::string bytes = std::exchange(out_, {});
  if (gzip_) {
    std::string packed;
    gzip_->feed(bytes, packed);
    bytes = std::move(packed);
  }
  const bool written = co_await write(std::move(bytes));
  const auto now = clock_.now_ns();
  for (const auto& due : kept_) {
    books_.truth.add(due.due_ns, now, *due.step);
    books_.lateness.observe(static_cast<double>(std::max<std::int64_t>(now - due.due_ns, 0)) / 1e9);
  }
  kept_.clear();
  co_return written;
}

net::Task<bool> Outlet::write(std::string bytes) {
  std::string_view rest = bytes;
  const auto size = behaviour_.split > 0 ? static_cast<std::size_t>(behaviour_.split) : rest.size();
  while (!rest.empty()) {
    auto written = co_await responder_.write(rest.substr(0, size));
    if (!written) co_return false;
    rest.remove_prefix(std::min(size, rest.size()));
  }
  co_return true;
}

net::Task<bool> Outlet::finish() {
  quirks_.flush(out_);
  const bool flushed = co_await flush();
  if (!flushed) co_return false;
  if (gzip_) {
    std::string end;
    gzip_->finish(end);
    auto written = co_await responder_.write(end);
    if (!written) co_return false;
  }
  auto finished = co_await responder_.finish(std::string_view());
  co_return finished.has_value();
}

}  // namespace llmgw::sim
