// Any bytes as a Messages stream, answer or request: nothing crashes, and what is written is valid and reads back.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/dialects/dialect.h"
#include "core/sse/decoder.h"

using namespace llmgw;

namespace {

const dialect::Dialect& format = dialect::anthropic_messages;

void require(bool fine, const char* what) {
  if (fine) return;
  std::fprintf(stderr, "anthropic_messages_fuzz: %s\n", what);
  std::abort();
}

ir::Events read_stream(std::string_view bytes, IdSource& ids) {
  const auto decoder = format.stream_decoder(ids);
  sse::Decoder frames;
  ir::Events events;
  frames.feed(bytes);
  frames.finish();
  for (auto next = frames.next(); next && *next; next = frames.next()) {
    decoder->frame(**next, events);
    std::string out;
    format.edit_frame(**next, {.model = "m", .strip_usage = false}, out);
  }
  decoder->end(events);
  return events;
}

ir::Answer collect(const ir::Events& events) {
  ir::Collector collector;
  collector.add(events);
  return collector.take();
}

void check_end(const ir::Events& events) {
  require(!events.empty() && std::holds_alternative<ir::End>(events.back()), "events do not end with End");
}

void try_stream(std::string_view bytes) {
  IdSource ids(1);
  const auto events = read_stream(bytes, ids);
  check_end(events);
  dialect::ClientContext client;
  client.ids = &ids;
  const auto encoder = format.stream_encoder(client);
  std::string out;
  for (const auto& event : events) encoder->encode(event, out);
  const auto again = read_stream(out, ids);
  check_end(again);
  const auto first = collect(events);
  const auto second = collect(again);
  require(first.complete == second.complete, "the end changed on the way");
  if (first.complete) require(first.text() == second.text(), "the text changed on the way");
  const auto body = format.encode_response(first, client);
  require(json::parse(body).has_value(), "encode_response wrote no JSON");
}

void try_request(json::View body) {
  ir::Changes changes;
  changes.model = "m";
  changes.max_output = 5;
  changes.reasoning_off = true;
  changes.drop_billing_header = true;
  if (body.is_object()) require(json::parse(format.patch(body, changes)).has_value(), "patch wrote no JSON");
  (void)format.facts(body);
  const auto request = format.decode_request(body);
  if (!request) return;
  ir::Notes notes;
  const auto sent = format.encode_request(*request, {}, notes);
  if (!sent) return;
  const auto written = json::parse(*sent, 512);
  require(written.has_value(), "encode_request wrote no JSON");
  require(format.decode_request(*written).has_value(), "what was written is no request");
}

void try_response(json::View body) {
  IdSource ids(1);
  ir::Events events;
  format.decode_response(body, ids, events);
  check_end(events);
  ir::Events outline;
  format.outline_response(body, outline);
  check_end(outline);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  try_stream(bytes);
  (void)format.decode_error(400, {}, bytes);
  const auto body = json::parse(bytes);
  if (!body) return 0;
  try_request(*body);
  try_response(*body);
  return 0;
}
