#include "core/dialects/anthropic_messages/event_writer.h"

#include <charconv>

#include "core/dialects/anthropic_messages/usage.h"
#include "core/dialects/line_safe.h"
#include "core/json/writer.h"
#include "core/sse/encoder.h"

namespace llmgw::dialect::messages {
namespace event_writer {

void append_index(std::string& out, int index) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, index).ptr;
  out.append(digits, end);
}

void begin_delta(std::string& out, int index) {
  out += "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":";
  append_index(out, index);
  out += ",\"delta\":";
}

}  // namespace event_writer

void append_message_start(std::string& out, std::string_view id, std::string_view model, const ir::Usage& usage) {
  out += "event: message_start\ndata: {\"type\":\"message_start\",\"message\":";
  json::Writer writer(out);
  writer.begin_object();
  writer.member("id", id);
  writer.member("type", "message");
  writer.member("role", "assistant");
  writer.member("model", model);
  writer.member_raw("content", "[]");
  writer.member_null("stop_reason");
  writer.member_null("stop_sequence");
  writer.key("usage");
  write_usage(writer, usage);
  writer.end_object();
  out += "}\n\n";
}

void append_block_start(std::string& out, int index, std::string_view block) {
  out += "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":";
  event_writer::append_index(out, index);
  out += ",\"content_block\":";
  append_one_line(out, block);
  out += "}\n\n";
}

void append_block_delta(std::string& out, int index, std::string_view prefix, std::string_view text) {
  event_writer::begin_delta(out, index);
  out += prefix;
  json::append_string(out, text);
  out += "}}\n\n";
}

void append_citation(std::string& out, int index, std::string_view citation) {
  event_writer::begin_delta(out, index);
  out += "{\"type\":\"citations_delta\",\"citation\":";
  append_one_line(out, citation);
  out += "}}\n\n";
}

void append_block_stop(std::string& out, int index) {
  out += "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":";
  event_writer::append_index(out, index);
  out += "}\n\n";
}

void append_message_delta(std::string& out, const Ending& ending, const ir::Usage& usage) {
  out += "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":";
  json::Writer delta(out);
  delta.begin_object();
  write_ending(delta, ending);
  delta.end_object();
  out += ",\"usage\":";
  json::Writer totals(out);
  write_usage(totals, usage);
  out += "}\n\n";
}

void append_message_stop(std::string& out) { sse::append_event(out, "message_stop", R"({"type":"message_stop"})"); }

void append_ping(std::string& out) { sse::append_event(out, "ping", R"({"type":"ping"})"); }

}  // namespace llmgw::dialect::messages
