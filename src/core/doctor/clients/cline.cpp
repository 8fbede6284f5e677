#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "core/doctor/address.h"
#include "core/doctor/judges.h"
#include "core/json/view.h"

namespace llmgw::doctor {
namespace cline {

constexpr std::array<std::string_view, 5> address_keys{"baseUrl", "baseURL", "base_url", "openAiBaseUrl",
                                                       "anthropicBaseUrl"};
constexpr std::string_view set_up = "in Cline's settings: OpenAI Compatible, http://127.0.0.1:4000/v1, the local token";

/// Finds addresses anywhere in a file, with the key beside each. Cline does not document the shape of its files beyond
/// their place (docs.cline.bot, "Config"), so they are found by name.
class Search {
 public:
  Search(const Facts& facts, const File& file, Findings& findings) : facts_(facts), file_(file), findings_(findings) {}

  void below(json::View view, const std::string& path) {
    for (const auto& [name, value] : view.members()) {
      const auto place = path.empty() ? std::string(name) : path + "." + std::string(name);
      const auto text = value.string();
      if (!text) below(value, place);
      if (text && !text->empty() && std::ranges::find(address_keys, name) != address_keys.end())
        judge(view, place, *text);
    }
  }

 private:
  void judge(json::View around, const std::string& place, const std::string& text) {
    const Setting address{Secret(text), fmt::format("{} in {}", place, file_.path)};
    const bool messages = place.contains("anthropic");
    judge_address(facts_, address, messages ? Appends::version : Appends::endpoint, findings_);
    const auto key = around["apiKey"].string();
    if (!key || key->empty()) return;
    const MaybeSetting beside = Setting{Secret(*key), fmt::format("apiKey in {}", file_.path)};
    judge_key(facts_, {address, beside, set_up}, findings_);
  }

  const Facts& facts_;
  const File& file_;
  Findings& findings_;
};

}  // namespace cline

void judges::cline(const Facts& facts, Findings& findings) {
  const auto before = findings.size();
  for (const auto& file : facts.client_files) {
    if (!file.exists) continue;
    const auto settings = json::parse(file.text.reveal());
    if (settings) {
      cline::Search(facts, file, findings).below(*settings, {});
    } else {
      judge_readable(file, settings.error().message, findings);
    }
  }
  if (findings.size() != before) return;
  findings.push_back({.state = State::warn,
                      .says = "no file of Cline names an address: it is not set up, or keeps its settings in VS Code",
                      .mend = std::string(cline::set_up)});
}

}  // namespace llmgw::doctor
