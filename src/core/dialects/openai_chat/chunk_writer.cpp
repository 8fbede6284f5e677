#include "core/dialects/openai_chat/chunk_writer.h"

#include "core/json/writer.h"

namespace llmgw::dialect::chat {

ChunkWriter::ChunkWriter(std::string_view id, std::int64_t created, std::string_view model, bool usage_key) {
  head_ = "data: {\"id\":";
  json::append_string(head_, id);
  head_ += ",\"object\":\"chat.completion.chunk\",\"created\":" + std::to_string(created) + ",\"model\":";
  json::append_string(head_, model);
  head_ += ",\"choices\":[";
  first_ = head_ + "{\"index\":0,\"delta\":{";
  ending_ = usage_key ? "],\"usage\":null}\n\n" : "]}\n\n";
  tail_ = "},\"logprobs\":null,\"finish_reason\":null}" + ending_;
}

void ChunkWriter::open(std::string& out, int choice) const {
  if (choice == 0) {
    out += first_;
    return;
  }
  out += head_;
  out += "{\"index\":" + std::to_string(choice) + ",\"delta\":{";
}

void ChunkWriter::close(std::string& out, std::string_view logprobs, std::string_view finish) const {
  out += "},\"logprobs\":";
  out += logprobs;
  out += ",\"finish_reason\":";
  out += finish;
  out += '}';
  out += ending_;
}

void ChunkWriter::delta(std::string& out, int choice, std::string_view members) const {
  open(out, choice);
  out += members;
  out += tail_;
}

void ChunkWriter::text(std::string& out, int choice, std::string_view member, std::string_view text) const {
  open(out, choice);
  out += '"';
  out += member;
  out += "\":";
  json::append_string(out, text);
  out += tail_;
}

void ChunkWriter::logprobs(std::string& out, int choice, std::string_view json) const {
  open(out, choice);
  close(out, json, "null");
}

void ChunkWriter::finish(std::string& out, int choice, std::string_view reason) const {
  open(out, choice);
  close(out, "null", json::quoted(reason));
}

void ChunkWriter::usage(std::string& out, std::string_view usage_json) const {
  out += head_;
  out += "],\"usage\":";
  out += usage_json;
  out += "}\n\n";
}

}  // namespace llmgw::dialect::chat
