#include "proxy/sim/truth.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iterator>

#include "core/json/writer.h"

namespace llmgw::sim {

void TruthRecord::add(std::int64_t sched_ns, std::int64_t actual_ns, const Step& step) {
  if (!sent.empty()) sent += ',';
  fmt::format_to(std::back_inserter(sent), "[{},{},{},\"{}\"]", sched_ns, actual_ns, step.tokens,
                 channel_name(step.channel));
}

std::string TruthRecord::line() const {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.member("id", id);
  writer.member("api", api);
  writer.member("model", model);
  writer.member("arrival_ns", arrival_ns);
  writer.member("first_token_sched_ns", first_token_sched_ns);
  writer.member_raw("sent", "[" + sent + "]");
  writer.member("finish", finish);
  writer.member("prompt_tokens", prompt_tokens);
  writer.member("completion_tokens", completion_tokens);
  writer.member("fault", fault);
  writer.member("client_left", client_left);
  writer.end_object();
  out += '\n';
  return out;
}

Result<std::unique_ptr<TruthFile>> TruthFile::create(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) return fail(Errc::config, fmt::format("cannot write {}: {}", path, std::strerror(errno)), "truth");
  return std::unique_ptr<TruthFile>(new TruthFile(file));
}

TruthFile::~TruthFile() { ::close(file_); }

void TruthFile::append(const TruthRecord& record) const {
  const auto line = record.line();
  // A full disk must not stop the simulator; the reader sees that a line is missing or cut.
  const auto written = ::write(file_, line.data(), line.size());
  (void)written;
}

}  // namespace llmgw::sim
