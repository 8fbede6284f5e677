#include "cli/client/request.h"

#include "cli/client/model_list.h"
#include "cli/client/request_options.h"
#include "core/base/files.h"

namespace llmgw::cli {
namespace request {

namespace options = request_options;
constexpr std::size_t most_named = 12;

void set_effort(ir::Request& request, const std::string& level) {
  ir::ReasoningRequest reasoning;
  reasoning.given_as = ir::ReasoningRequest::GivenAs::effort;
  reasoning.effort = level;
  reasoning.enabled = level != "none";
  request.reasoning = reasoning;
}

std::string names_of(const std::vector<ListedModel>& models) {
  std::string names;
  for (std::size_t i = 0; i < models.size() && i < most_named; ++i) names += (i == 0 ? "" : ", ") + models[i].id;
  if (models.size() > most_named) names += ", ... (" + std::to_string(models.size()) + " in all)";
  return names;
}

}  // namespace request

Step<std::string> system_text(const std::string& given) {
  if (!given.starts_with('@')) return given;
  TRY(auto text, read_file(given.substr(1)));
  return text;
}

ir::Message text_message(ir::Role role, std::string text) {
  ir::Message message;
  message.role = role;
  ir::Block block;
  block.value = ir::Text{.text = std::move(text), .citations = {}};
  message.blocks.push_back(std::move(block));
  return message;
}

void set_system(ir::Request& request, std::string text) {
  request.instructions.clear();
  if (text.empty()) return;
  ir::Block block;
  block.value = ir::Text{.text = std::move(text), .citations = {}};
  request.instructions.push_back(std::move(block));
}

Step<ir::Request> base_request(const Target& target, const Arguments& given) {
  ir::Request request;
  request.stream = true;
  request.include_usage = true;
  request.max_output = given.integer(request::options::max_tokens);
  request.temperature = given.number(request::options::temperature);
  request.top_p = given.number(request::options::top_p);
  request.seed = given.integer(request::options::seed);
  request.stop = given.all(request::options::stop);
  if (const auto level = given.text(request::options::effort)) request::set_effort(request, *level);
  TRY(auto system, system_text(given.text(request::options::system).value_or(target.system)));
  set_system(request, std::move(system));
  return request;
}

net::Task<Step<std::string>> choose_model(net::ClientRoom& room, const Target& target, std::string asked) {
  if (!asked.empty()) co_return asked;
  if (!target.model.empty()) co_return target.model;
  CO_TRY(const auto models, co_await list_models(room, target));
  if (models.size() == 1) co_return models.front().id;
  if (models.empty()) {
    co_return give_up(Errc::usage, target.url + " lists no models, so one must be named", "--model NAME");
  }
  co_return give_up(Errc::usage, target.url + " has several models: " + request::names_of(models), "--model NAME");
}

}  // namespace llmgw::cli
