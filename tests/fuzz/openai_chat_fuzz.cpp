// The Chat dialect under any bytes: as an upstream's stream and answer, as a client's request, as an error body, and
// as a frame to edit. What it writes must be JSON, and what it decoded must be encodable for every client.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/dialects/dialect.h"
#include "core/ir/answer.h"
#include "core/sse/decoder.h"

namespace {

using namespace llmgw;

void require(bool condition) {
  if (!condition) std::abort();
}

void encode_for_all(const ir::Events& events, IdSource& ids) {
  ir::Collector collector;
  collector.add(events);
  for (const auto* client : dialect::dialects()) {
    dialect::ClientContext context;
    context.include_usage = true;
    context.ids = &ids;
    const auto encoder = client->stream_encoder(context);
    std::string stream;
    for (const auto& event : events) encoder->encode(event, stream);
    require(json::parse(client->encode_response(collector.answer(), context)).has_value());
  }
}

void stream(std::string_view bytes) {
  IdSource ids(1);
  const auto decoder = dialect::openai_chat.stream_decoder(ids);
  sse::Decoder frames;
  frames.feed(bytes);
  frames.finish();
  ir::Events events;
  std::string edited;
  for (;;) {
    const auto frame = frames.next();
    if (!frame || !*frame) break;
    decoder->frame(**frame, events);
    dialect::openai_chat.edit_frame(**frame, {.model = "m", .strip_usage = true}, edited);
  }
  decoder->end(events);
  require(!events.empty() && std::holds_alternative<ir::End>(events.back()));
  encode_for_all(events, ids);
}

void request(json::View body) {
  ir::Changes changes;
  changes.model = "m";
  changes.max_output = 5;
  changes.ask_usage = true;
  changes.reasoning_off = true;
  if (body.is_object()) require(json::parse(dialect::openai_chat.patch(body, changes)).has_value());
  (void)dialect::openai_chat.facts(body);
  const auto read = dialect::openai_chat.decode_request(body);
  if (!read) return;
  for (const auto* upstream : dialect::dialects()) {
    ir::Notes notes;
    const auto written = upstream->encode_request(*read, {}, notes);
    if (written) require(json::parse(*written).has_value());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  stream(bytes);
  require(json::parse(dialect::openai_chat.encode_error(dialect::openai_chat.decode_error(400, {}, bytes), "r"))
              .has_value());
  const auto body = json::parse(bytes);
  if (!body) return 0;
  request(*body);
  IdSource ids(1);
  ir::Events events;
  dialect::openai_chat.decode_response(*body, ids, events);
  ir::Events outline;
  dialect::openai_chat.outline_response(*body, outline);
  require(std::holds_alternative<ir::End>(outline.back()));
  encode_for_all(events, ids);
  require(json::parse(dialect::openai_chat.restamp_response(*body, "m")).has_value());
  return 0;
}
