#include "core/doctor/address.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/url.h"

namespace llmgw::doctor {
namespace address {

constexpr std::array endpoints{"/chat/completions", "/completions", "/responses",
                               "/messages",         "/models",      "/embeddings"};

std::string_view without_slash(std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

std::string_view last_segment(std::string_view path) { return path.substr(path.find_last_of('/') + 1); }

/// `v1`, `v1beta`.
bool is_version(std::string_view segment) {
  return segment.size() >= 2 && segment[0] == 'v' && segment[1] >= '0' && segment[1] <= '9';
}

bool listens(const Running& one, std::uint16_t port) {
  return std::ranges::any_of(one.status.listeners,
                             [&](const std::string& url) { return url.ends_with(fmt::format(":{}", port)); });
}

std::string trimmed_to(std::string_view url, std::size_t size) { return std::string(url.substr(0, size)); }

/// What is wrong with the path, with its mend, into `found`; true when something is.
bool wrong_path(std::string_view url, std::string_view path, Appends appends, Finding& found) {
  const auto endpoint = std::ranges::find_if(endpoints, [&](const char* end) { return path.ends_with(end); });
  const bool versioned = is_version(last_segment(path));
  if (endpoint != endpoints.end()) {
    found.state = State::crit;
    found.says += fmt::format(" ends with {}, which the client appends itself", *endpoint);
    found.mend = "set it to " + trimmed_to(url, url.size() - std::string_view(*endpoint).size());
  } else if (appends == Appends::version && versioned) {
    found.state = State::crit;
    found.says += " ends with /" + std::string(last_segment(path)) + ", and the client appends another";
    found.mend = "set it to " + trimmed_to(url, url.size() - last_segment(path).size() - 1);
  } else if (appends == Appends::endpoint && !versioned) {
    found.state = State::warn;
    found.says += " has no /v1 at its end; llmgw takes that, most other servers do not";
    found.mend = "set it to " + std::string(url) + "/v1";
  }
  return found.state != State::ok;
}

}  // namespace address

MaybeSetting shell_setting(const Facts& facts, std::string_view name) {
  const auto found = facts.variables.find(std::string(name));
  if (found == facts.variables.end() || found->second.empty()) return std::nullopt;
  return Setting{found->second, std::string(name)};
}

bool is_local_gateway(const Facts& facts, std::string_view text) {
  const auto url = parse_server_url(text);
  if (!url || !url->loopback()) return false;
  if (std::ranges::any_of(facts.running, [&](const Running& one) { return address::listens(one, url->port); }))
    return true;
  return std::ranges::any_of(facts.ports, [&](const Port& port) { return port.number == url->port && !port.taken; });
}

void judge_address(const Facts& facts, const Setting& setting, Appends appends, Findings& findings) {
  const auto text = address::without_slash(setting.value.reveal());
  const auto url = parse_server_url(text);
  Finding found{.subject = setting.where};
  if (!url || !url->unix_path.empty()) {
    // The value is not shown: an address that is refused may be one with a password in it.
    found.state = State::crit;
    found.says = "is no address of the form http://HOST:PORT or https://HOST";
    found.mend = "llmgw env prints the address of the profile in effect, or of the local gateway";
    findings.push_back(std::move(found));
    return;
  }
  found.says = std::string(text);
  const bool silent = url->loopback() && facts.listening_known && !facts.listening.contains(url->port);
  if (address::wrong_path(text, url->path, appends, found)) {
    // Said already: the path comes first, since it is wrong wherever the server is.
  } else if (url->tls && is_local_gateway(facts, text)) {
    found.state = State::crit;
    found.says += " says https, and the local gateway speaks http";
    found.mend = "set it to http" + std::string(text.substr(5));
  } else if (silent) {
    found.state = State::crit;
    found.says += fmt::format(": nothing listens on port {}", url->port);
    found.mend = fmt::format("llmgw serve --port {} --upstream URL", url->port);
  }
  findings.push_back(std::move(found));
}

void judge_key(const Facts& facts, const KeyInUse& use, Findings& findings) {
  const auto& key = use.key;
  if (!is_local_gateway(facts, use.address.value.reveal()) || !facts.token_required) return;
  Finding found{.subject = key ? key->where : use.address.where, .says = "is the token of the local gateway"};
  if (!key) {
    found.state = State::crit;
    found.says = "there is no key, and the local gateway asks for its token";
    found.mend = use.advice;
  } else if (facts.token.empty()) {
    found.state = State::unknown;
    found.says = "cannot be compared: the local token is not known here";
    found.mend = "start llmgw serve once, or set LLMGW_TOKEN as serve has it";
  } else if (!(key->value == facts.token)) {
    found.state = State::crit;
    found.says = "is not the token of the local gateway (stale, or a provider's key)";
    found.mend = use.advice;
  }
  findings.push_back(std::move(found));
}

void judge_readable(const File& file, std::string_view problem, Findings& findings) {
  findings.push_back({.state = State::crit,
                      .subject = file.path,
                      .says = std::string(problem),
                      .mend = "mend the file: the client ignores it or does not start"});
}

}  // namespace llmgw::doctor
