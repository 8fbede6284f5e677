#include "core/http/strict_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/http/characters.h"
#include "core/http/headers.h"

namespace llmgw::http {
namespace strictness {

using Checked = std::expected<void, Fault>;

std::unexpected<Fault> refuse(std::string reason, int status = 400) {
  return std::unexpected(Fault{status, std::move(reason)});
}

struct Field {
  std::string_view name;
  std::string_view value;
};

/// Takes lines off a head one by one. Every line must end with CR LF and hold no other control byte but tabs.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_blank() const { return text_.substr(at_).starts_with("\r\n"); }

  std::expected<std::string_view, Fault> line() {
    const std::size_t stop = characters::find_control(text_, at_);
    if (text_.substr(stop, 2) != "\r\n") return refuse(stray(stop));
    const std::string_view line = text_.substr(at_, stop - at_);
    at_ = stop + 2;
    return line;
  }

  std::expected<Field, Fault> field() {
    if (text_[at_] == ' ' || text_[at_] == '\t') return refuse("a header is folded over two lines");
    const char* stop = text_.data() + at_;
    const char* const end = text_.data() + text_.size();
    while (stop != end && characters::is_token(*stop)) ++stop;
    const auto colon = static_cast<std::size_t>(stop - text_.data());
    if (colon == text_.size() || text_[colon] != ':') return refuse(bad_name(colon));
    if (colon == at_) return refuse("a header has no name");
    Field field;
    field.name = text_.substr(at_, colon - at_);
    at_ = colon + 1;
    auto value = line();
    if (!value) return std::unexpected(std::move(value).error());
    const auto first = std::min(value->find_first_not_of(" \t"), value->size());
    field.value = value->substr(first, value->find_last_not_of(" \t") + 1 - first);
    return field;
  }

 private:
  [[nodiscard]] std::string stray(std::size_t stop) const {
    const char c = stop < text_.size() ? text_[stop] : '\r';
    if (c == '\r') return "a line holds a CR without LF";
    if (c == '\n') return "a line ends with LF alone";
    return fmt::format("the head holds a control byte (0x{:02x})", static_cast<unsigned char>(c));
  }
  [[nodiscard]] std::string bad_name(std::size_t stop) const {
    if (stop < text_.size() && (text_[stop] == ' ' || text_[stop] == '\t') && stop != at_) {
      return "white space stands between a header's name and its colon";
    }
    return "a header's name holds a character that names cannot hold";
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// What the fields of a head say, put together.
struct Fields {
  std::size_t count = 0;
  std::size_t hosts = 0;
  std::string_view host;
  std::size_t lengths = 0;
  std::string_view length;
  std::size_t codings = 0;
  std::string_view coding;
  std::string_view expectation;
};

void note(Fields& fields, const Field& field) {
  const auto is = [&field](std::string_view name) { return same_name(field.name, name); };
  switch (field.name.size()) {
    case 4:
      if (is("host")) {
        ++fields.hosts;
        fields.host = field.value;
      }
      break;
    case 6:
      if (is("expect")) fields.expectation = field.value;
      break;
    case 14:
      if (is("content-length")) {
        ++fields.lengths;
        fields.length = field.value;
      }
      break;
    case 17:
      if (is("transfer-encoding")) {
        ++fields.codings;
        fields.coding = field.value;
      }
      break;
    default: break;
  }
}

std::expected<Fields, Fault> read_fields(Lines& lines, std::size_t max_fields) {
  Fields fields;
  while (!lines.at_blank()) {
    const auto field = lines.field();
    if (!field) return std::unexpected(field.error());
    if (++fields.count > max_fields) return refuse(fmt::format("there are more than {} headers", max_fields), 431);
    note(fields, *field);
  }
  return fields;
}

Checked read_framing(const Fields& fields, HeadFacts& facts) {
  if (fields.lengths != 0 && fields.codings != 0) {
    return refuse("Content-Length and Transfer-Encoding stand together");
  }
  if (fields.lengths > 1) return refuse("Content-Length is repeated");
  if (fields.lengths == 1) {
    const char* const end = fields.length.data() + fields.length.size();
    std::uint64_t length = 0;
    // from_chars takes no sign and no white space for an unsigned number, so digits alone pass.
    const auto read = std::from_chars(fields.length.data(), end, length);
    if (read.ec != std::errc() || read.ptr != end) return refuse("Content-Length is not a number");
    facts.content_length = length;
  }
  if (fields.codings > 1) return refuse("Transfer-Encoding is repeated");
  if (fields.codings == 1) {
    if (facts.http10) return refuse("Transfer-Encoding stands in a message of HTTP/1.0");
    if (!same_name(fields.coding, "chunked")) return refuse("the only Transfer-Encoding supported is chunked", 501);
    facts.chunked = true;
  }
  return {};
}

/// `uri-host [ ":" port ]`, without looking into it: what can be written, not what can be reached.
bool is_authority(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, characters::is_authority);
}

Checked read_host(const Fields& fields, const HeadFacts& facts) {
  if (fields.hosts > 1) return refuse("Host is repeated");
  if (fields.hosts == 0) {
    if (facts.http10) return {};
    return refuse("Host is missing");
  }
  if (!is_authority(fields.host)) return refuse("Host is not a host and a port");
  return {};
}

Checked read_version(std::string_view version, HeadFacts& facts) {
  facts.http10 = version == "HTTP/1.0";
  if (facts.http10 || version == "HTTP/1.1") return {};
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (version.size() == 8 && version.starts_with("HTTP/") && digit(version[5]) && version[6] == '.' &&
      digit(version[7])) {
    return refuse("the HTTP versions supported are 1.1 and 1.0", 505);
  }
  return refuse("the first line does not name an HTTP version");
}

Checked read_target(std::string_view method, std::string_view target, HeadFacts& facts) {
  if (target.empty()) return refuse("the request target is empty");
  for (const char c : target) {
    if (c <= ' ' || c == 0x7F || c == '#') return refuse("the request target holds a character it cannot hold");
  }
  if (method == "CONNECT") return refuse("CONNECT is not supported", 501);
  facts.origin_form = target;
  if (target.front() == '/' || (target == "*" && method == "OPTIONS")) return {};
  const auto scheme = target.find("://");
  const std::string_view name = target.substr(0, scheme);
  if (scheme == std::string_view::npos || !(same_name(name, "http") || same_name(name, "https"))) {
    return refuse("the request target is neither a path nor a URL");
  }
  const std::string_view rest = target.substr(scheme + 3);
  const auto path = std::min(rest.find_first_of("/?"), rest.size());
  facts.authority = rest.substr(0, path);
  facts.origin_form = rest.substr(path);
  if (!is_authority(facts.authority)) return refuse("the request target does not name a host");
  return {};
}

Checked read_request_line(std::string_view line, HeadFacts& facts) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return refuse("the first line is not a request line");
  if (auto version = read_version(line.substr(last + 1), facts); !version) return version;
  const std::string_view method = line.substr(0, first);
  if (!characters::is_name(method)) return refuse("the request method is not a word");
  return read_target(method, line.substr(first + 1, last - first - 1), facts);
}

Checked read_status_line(std::string_view line, HeadFacts& facts) {
  const std::string_view status = line.substr(std::min<std::size_t>(line.size(), 8));
  if (auto version = read_version(line.substr(0, 8), facts); !version) return version;
  const auto digit = [&status](std::size_t i) { return status[i] >= '0' && status[i] <= '9'; };
  const bool good = status.size() >= 4 && status[0] == ' ' && status[1] >= '1' && digit(1) && digit(2) && digit(3) &&
                    (status.size() == 4 || status[4] == ' ');
  if (!good) return refuse("the first line is not a status line");
  return {};
}

constexpr std::array<std::string_view, 18> forbidden_trailers{"authorization",  "cache-control",
                                                              "connection",     "content-encoding",
                                                              "content-length", "content-range",
                                                              "content-type",   "cookie",
                                                              "expect",         "host",
                                                              "max-forwards",   "proxy-authorization",
                                                              "set-cookie",     "te",
                                                              "trailer",        "transfer-encoding",
                                                              "upgrade",        "x-api-key"};

}  // namespace strictness

std::expected<HeadFacts, Fault> check_request_head(std::string_view head, std::size_t max_fields) {
  HeadFacts facts;
  strictness::Lines lines(head);
  const auto first = lines.line();
  if (!first) return std::unexpected(first.error());
  if (auto line = strictness::read_request_line(*first, facts); !line) return std::unexpected(line.error());
  const auto fields = strictness::read_fields(lines, max_fields);
  if (!fields) return std::unexpected(fields.error());
  if (auto framing = strictness::read_framing(*fields, facts); !framing) return std::unexpected(framing.error());
  if (auto host = strictness::read_host(*fields, facts); !host) return std::unexpected(host.error());
  facts.expects_continue = !facts.http10 && same_name(fields->expectation, "100-continue");
  return facts;
}

std::expected<HeadFacts, Fault> check_response_head(std::string_view head, std::size_t max_fields) {
  HeadFacts facts;
  strictness::Lines lines(head);
  const auto first = lines.line();
  if (!first) return std::unexpected(first.error());
  if (auto line = strictness::read_status_line(*first, facts); !line) return std::unexpected(line.error());
  const auto fields = strictness::read_fields(lines, max_fields);
  if (!fields) return std::unexpected(fields.error());
  if (auto framing = strictness::read_framing(*fields, facts); !framing) return std::unexpected(framing.error());
  return facts;
}

std::expected<void, Fault> check_trailers(std::string_view text, std::size_t max_fields) {
  strictness::Lines lines(text);
  for (std::size_t count = 0; !lines.at_blank(); ++count) {
    const auto field = lines.field();
    if (!field) return std::unexpected(field.error());
    if (count == max_fields) return strictness::refuse("there are too many trailers", 431);
    const auto same = [&field](std::string_view name) { return same_name(field->name, name); };
    if (std::ranges::any_of(strictness::forbidden_trailers, same)) {
      return strictness::refuse(fmt::format("the trailer {} is not allowed", field->name));
    }
  }
  return {};
}

}  // namespace llmgw::http
