#include <fmt/format.h>

#include <algorithm>

#include "core/base/written_time.h"
#include "core/health/judges.h"

namespace llmgw::health::judges {
namespace budgets {

constexpr double share_warn = 0.20;
constexpr double share_crit = 0.05;
constexpr double days_warn = 7;
constexpr double day_s = 86'400;

/// What a gateway tells of a key.
struct Account {
  std::string name;                          ///< empty where there is one alone
  std::optional<double> limit;               ///< USD; empty: none is set
  double remaining = 0;                      ///< USD
  std::optional<std::int64_t> expires_unix;  ///< seconds since 1970; empty: never

  /// What is left of the limit. One of 0 lets nothing pass: DeltaLLM and LiteLLM refuse where spend >= max_budget.
  [[nodiscard]] std::optional<double> share() const {
    if (!limit) return std::nullopt;
    return *limit > 0 ? remaining / *limit : 0;
  }
};

// OpenRouter: {"data":{"limit":null|USD,"limit_remaining":USD,"expires_at"}} (openrouter.ai/docs, "Get current API
// key").
Account openrouter(json::View data) {
  return {{},
          data["limit"].number(),
          data["limit_remaining"].number().value_or(0),
          parse_rfc3339(data["expires_at"].string().value_or(""))};
}

// LiteLLM's "info" and a row of DeltaLLM's list: {"max_budget":null|USD,"spend":USD,"expires":null|TIME}.
Account spending(json::View row) {
  const auto limit = row["max_budget"].number();
  return {row["key_name"].string().value_or(""), limit, limit.value_or(0) - row["spend"].number().value_or(0),
          parse_rfc3339(row["expires"].string().value_or(""))};
}

std::vector<Account> accounts_of(json::View root) {
  std::vector<Account> accounts;
  if (root["info"].is_object()) accounts.push_back(spending(root["info"]));
  if (root["data"].is_object()) accounts.push_back(openrouter(root["data"]));
  for (const auto row : root["data"].elements()) accounts.push_back(spending(row));
  return accounts;
}

/// The account with the smallest share left, or nullptr where none has a limit.
const Account* tightest(const std::vector<Account>& accounts) {
  const Account* found = nullptr;
  for (const auto& account : accounts) {
    if (account.share() && (found == nullptr || *account.share() < *found->share())) found = &account;
  }
  return found;
}

std::string of_key(const Account& account, std::size_t of) {
  return of < 2 || account.name.empty() ? std::string() : fmt::format("{}: ", account.name);
}

Finding judged(const Account& account, std::size_t of, const Expectations& expectations) {
  const double share = *account.share();
  const auto limits = limits_of("budget", {share_warn, share_crit}, expectations.thresholds);
  Finding finding{State::ok,
                  "ok",
                  fmt::format("{}${:.2f} of ${:.2f} left", of_key(account, of), account.remaining, *account.limit),
                  {{"", share, Unit::ratio}, {"usd", account.remaining, Unit::usd}},
                  limits.warn,
                  limits.crit};
  if (limits.warn && share < *limits.warn) {
    finding.state = State::warn;
    finding.code = "budget_low";
  }
  if (limits.crit && share < *limits.crit) {
    finding.state = State::crit;
    finding.code = "budget_spent";
  }
  return finding;
}

/// A key that ends soon is worse news than a budget that lasts.
void judge_end(const std::vector<Account>& accounts, std::int64_t now_unix, Finding& finding) {
  for (const auto& account : accounts) {
    if (!account.expires_unix) continue;
    const auto days = static_cast<double>(*account.expires_unix - now_unix) / day_s;
    const auto* known = finding.figure("days");
    if (known == nullptr) {
      finding.figures.push_back({"days", days, Unit::days});
    } else if (known->value <= days) {
      continue;
    } else {
      std::ranges::find(finding.figures, "days", &Figure::field)->value = days;
    }
    if (days >= days_warn || finding.state >= State::warn) continue;
    finding.state = State::warn;
    finding.code = "key_ends";
    finding.message = days < 0 ? fmt::format("{}the key has ended", of_key(account, accounts.size()))
                               : fmt::format("{}the key ends in {:.1f} days", of_key(account, accounts.size()), days);
  }
}

}  // namespace budgets

Finding budget(const Facts& facts, const Expectations& expectations) {
  if (facts.kind->budget.empty()) return not_applicable("this kind has no budget of a key");
  if (!facts.keyed) return not_applicable("no key is given");
  const auto* reply = facts.reply(facts.kind->budget);
  if (reply == nullptr) return not_applicable("it was not asked for");
  if (auto finding = unasked(*reply)) return *std::move(finding);
  // DeltaLLM shows budgets to administrators alone; that another key may not see them is no fault.
  const bool barred = reply->status == 401 || reply->status == 403;
  if (barred && facts.kind->admins_budget) return not_applicable("only an administrator's key may see budgets");
  if (!reply->ok() && has_no_database(facts)) return not_applicable("without a database keys have no budgets");
  if (!reply->ok()) return {State::unknown, "budget_unreadable", told(*reply)};
  const auto accounts = budgets::accounts_of(reply->json());
  const auto* account = budgets::tightest(accounts);
  auto finding = account == nullptr ? Finding{State::ok, "budget_unlimited", "no budget is set"}
                                    : budgets::judged(*account, accounts.size(), expectations);
  // Among the keys that an administrator sees is not the one in use: that one of them is spent is no fault of the
  // gateway.
  if (facts.kind->admins_budget) finding.state = std::min(finding.state, State::warn);
  budgets::judge_end(accounts, reply->unix_s, finding);
  return finding;
}

}  // namespace llmgw::health::judges
