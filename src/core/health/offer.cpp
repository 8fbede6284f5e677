#include <fmt/format.h>

#include <algorithm>

#include "core/base/nearest.h"
#include "core/health/judges.h"
#include "core/http/lower_text.h"

namespace llmgw::health::judges {
namespace offer {

constexpr std::size_t named_at_most = 5;

const Reply* listing(const Facts& facts) {
  return facts.kind->models.empty() ? nullptr : facts.reply(facts.kind->models);
}

std::vector<ModelRow> rows_of(const Facts& facts) {
  const auto* reply = listing(facts);
  if (reply == nullptr) return {};
  return model_rows(*reply).value_or(std::vector<ModelRow>());
}

const ModelRow* find(const std::vector<ModelRow>& rows, std::string_view id) {
  const auto found = std::ranges::find_if(rows, [&](const ModelRow& row) { return same_model(row.id, id); });
  return found == rows.end() ? nullptr : &*found;
}

std::string meant(const std::vector<ModelRow>& rows, std::string_view id) {
  std::vector<std::string_view> names;
  for (const auto& row : rows) {
    if (http::lower_text(row.id) == http::lower_text(id))
      return fmt::format("\"{}\" is listed, and differs in case", row.id);
    names.push_back(row.id);
  }
  const auto near = nearest(id, names);
  return near.empty() ? std::string("nothing like it is listed") : fmt::format("did you mean \"{}\"?", near);
}

/// The model that `ctx` looks at: the target's own, else the first expected one, else the only one there is.
const ModelRow* chosen(const std::vector<ModelRow>& rows, const Facts& facts, const Expectations& expectations) {
  if (!facts.model.empty()) return find(rows, facts.model);
  if (!expectations.models.empty()) return find(rows, expectations.models.front());
  return rows.size() == 1 ? &rows.front() : nullptr;
}

}  // namespace offer

Finding models(const Facts& facts, const Expectations& /*unused*/) {
  const auto* reply = offer::listing(facts);
  if (reply == nullptr) return not_applicable("this kind lists no models");
  const auto rows = model_rows(*reply);
  if (!rows) return {State::crit, "models_failed", told(*reply)};
  if (rows->empty()) return {State::warn, "models_empty", "the list is empty"};
  std::vector<std::string_view> names;
  for (const auto& row : *rows) names.push_back(row.id);
  const auto shown = std::min(names.size(), offer::named_at_most);
  const auto more = names.size() > shown ? fmt::format(" and {} more", names.size() - shown) : std::string();
  return {State::ok,
          "ok",
          fmt::format("{}{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "), more),
          {{"", static_cast<double>(rows->size()), Unit::count}}};
}

Finding model(const Facts& facts, const Expectations& expectations) {
  auto wanted = expectations.models;
  if (!facts.model.empty()) wanted.insert(wanted.begin(), facts.model);
  if (wanted.empty()) return {State::skipped, "not_asked", "no model is expected"};
  const auto rows = offer::rows_of(facts);
  // Servers that are started with one model may list none: transformers serve lists what is in its cache.
  const bool lists_all = !facts.kind->plain || !rows.empty() || !expectations.models.empty();
  if (!lists_all) return {State::skipped, "models_empty", "the list is empty; only an answer tells"};
  for (const auto& id : wanted) {
    if (offer::find(rows, id) == nullptr) {
      return {State::crit, "model_missing", fmt::format("\"{}\" is not listed; {}", id, offer::meant(rows, id))};
    }
  }
  return {State::ok, "ok", fmt::format("{}", fmt::join(wanted, ", "))};
}

Finding context(const Facts& facts, const Expectations& expectations) {
  const auto rows = offer::rows_of(facts);
  const auto* row = offer::chosen(rows, facts, expectations);
  if (row == nullptr || !row->context) {
    const auto state = expectations.context ? State::unknown : State::skipped;
    return {state, "context_unreported",
            row == nullptr ? "which model is not clear" : row->id + " has no context listed"};
  }
  const auto tokens = static_cast<double>(*row->context);
  Finding finding{State::ok, "ok", fmt::format("{} tokens", *row->context), {{"", tokens, Unit::tokens}}};
  if (expectations.context && *row->context < *expectations.context) {
    finding.state = State::crit;
    finding.code = "context_short";
    finding.message = fmt::format("{} tokens, expected {}", *row->context, *expectations.context);
    finding.crit = static_cast<double>(*expectations.context);
  }
  return finding;
}

}  // namespace llmgw::health::judges
