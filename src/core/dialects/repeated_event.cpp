#include "core/dialects/repeated_event.h"

#include "core/json/plain_text.h"

namespace llmgw::dialect {

void RepeatedEvent::learn(std::string_view data, json::View hole) {
  ++in_vain_;
  const auto raw = hole.raw();
  before_ = static_cast<std::size_t>(raw.data() - data.data()) + 1;
  const auto behind = before_ + raw.size() - 2;
  frame_.assign(data.substr(0, before_)).append(data.substr(behind));
  size_ = frame_.size();
}

std::optional<std::string_view> RepeatedEvent::text_of(std::string_view data) {
  if (size_ == 0 || data.size() <= size_) return std::nullopt;
  const auto frame = std::string_view(frame_);
  if (!data.ends_with(frame.substr(before_)) || !data.starts_with(frame.substr(0, before_))) return std::nullopt;
  const auto text = data.substr(before_, data.size() - size_);
  if (!json::is_plain_text(text)) return std::nullopt;
  in_vain_ = 0;
  return text;
}

}  // namespace llmgw::dialect
