#include <fmt/format.h>

#include "core/doctor/address.h"
#include "core/doctor/judges.h"
#include "core/doctor/loose_formats.h"

namespace llmgw::doctor {
namespace aider {

constexpr std::string_view set_up =
    "export OPENAI_API_BASE=http://127.0.0.1:4000/v1 OPENAI_API_KEY=\"$(cat ~/.local/state/llmgw/token)\"";

/// What one option is called in each place (aider.chat/docs/config).
struct Option {
  std::string_view own;      ///< AIDER_...
  std::string_view general;  ///< the variable that other programs read as well; may be empty
  std::string_view key;      ///< in .aider.conf.yml
};
constexpr Option address_option{"AIDER_OPENAI_API_BASE", "OPENAI_API_BASE", "openai-api-base"};
constexpr Option key_option{"AIDER_OPENAI_API_KEY", "OPENAI_API_KEY", "openai-api-key"};
constexpr Option model_option{"AIDER_MODEL", "", "model"};

/// The value in effect: .env files are loaded into the environment, later ones win; variables win over the YAML file.
MaybeSetting in_effect(const Facts& facts, const Option& option) {
  MaybeSetting from_yaml;
  MaybeSetting from_dotenv;
  for (const auto& file : facts.client_files) {
    const bool yaml = file.path.ends_with(".yml");
    const auto settings = yaml ? read_flat_yaml(file.text.reveal()) : read_dotenv(file.text.reveal());
    for (const auto name : {yaml ? option.key : option.general, yaml ? std::string_view{} : option.own}) {
      const auto found = settings.find(name);
      if (found == settings.end()) continue;
      (yaml ? from_yaml : from_dotenv) = Setting{found->second, fmt::format("{} in {}", name, file.path)};
    }
  }
  if (from_dotenv) return from_dotenv;
  if (auto own = shell_setting(facts, option.own)) return own;
  if (auto general = shell_setting(facts, option.general)) return general;
  return from_yaml;
}

void judge_model(const MaybeSetting& model, Findings& findings) {
  if (!model || model->value.reveal().starts_with("openai/")) return;
  findings.push_back(
      {.state = State::warn,
       .subject = model->where,
       .says = fmt::format("{} does not begin with openai/, so aider asks another provider", model->value.reveal()),
       .mend = fmt::format("name it openai/{}", model->value.reveal())});
}

}  // namespace aider

void judges::aider(const Facts& facts, Findings& findings) {
  const auto address = aider::in_effect(facts, aider::address_option);
  if (!address) {
    Finding none{.state = State::warn, .subject = "OPENAI_API_BASE", .mend = std::string(aider::set_up)};
    none.says = shell_setting(facts, "OPENAI_BASE_URL") ? "is not set; aider reads it in place of OPENAI_BASE_URL"
                                                        : "is not set: aider asks the providers themselves";
    findings.push_back(std::move(none));
    return;
  }
  judge_address(facts, *address, Appends::endpoint, findings);
  judge_key(facts, {*address, aider::in_effect(facts, aider::key_option), aider::set_up}, findings);
  aider::judge_model(aider::in_effect(facts, aider::model_option), findings);
}

}  // namespace llmgw::doctor
