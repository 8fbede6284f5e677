#include "support/fixtures.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include "core/json/view.h"
#include "core/sse/decoder.h"
#include "core/sse/encoder.h"

namespace llmgw::fixtures {
namespace fixture_reading {

namespace fs = std::filesystem;

const dialect::Dialect* dialect_of_format(std::string_view format) {
  if (format == "chat") return dialect::find_dialect("openai-chat");
  return format == "anth" || format == "anthjson" ? dialect::find_dialect("anthropic-messages") : nullptr;
}

// Composed cases carry no format mark: the Messages ones lie in their own folder.
const dialect::Dialect* dialect_of_family(std::string_view family) {
  return dialect::find_dialect(family == "anthropic" ? "anthropic-messages" : "openai-chat");
}

// Stored streams of the paired cases are lists of payloads: the framing is put back.
std::string framed(std::string_view payloads, bool messages) {
  std::string out;
  const auto list = json::parse(payloads);
  if (!list) return out;
  for (const json::View payload : list->elements()) {
    const auto type = payload["type"].string().value_or(std::string{});
    std::string line;  // stored with line ends between tokens
    for (const char c : payload.raw()) line += c == '\n' || c == '\r' ? ' ' : c;
    if (messages)
      sse::append_event(out, type, line);
    else
      sse::append_data(out, line);
  }
  if (!messages) sse::append_data(out, "[DONE]");
  return out;
}

int status_of(json::View meta, std::string_view file) {
  for (const json::View exchange : meta["interactions"].elements()) {
    if (exchange["response_file"].equals(file)) return static_cast<int>(exchange["status"].integer().value_or(200));
  }
  return 200;
}

struct Folder {
  std::string family;
  fs::path path;
};

std::vector<Folder> folders(const std::vector<std::string>& families) {
  std::vector<Folder> out;
  for (const auto& family : families) {
    if (!fs::is_directory(root() / family)) continue;
    for (const auto& entry : fs::directory_iterator(root() / family)) {
      if (entry.is_directory()) out.push_back({family, entry.path()});
    }
  }
  std::ranges::sort(out, {}, &Folder::path);
  return out;
}

// Stored forms that are not the wire's: a list of stream payloads, or a list that holds one whole answer.
void unpack(Answer& answer, bool whole) {
  const auto body = json::parse(answer.body);
  if (answer.stream || !body || !body->is_array() || answer.status >= 400) return;
  if (whole) {
    answer.body = std::string(body->elements().begin()->raw());
    return;
  }
  answer.body = framed(answer.body, answer.dialect->name == "anthropic-messages");
  answer.stream = true;
}

Answer make(const Folder& folder, const std::string& file, const dialect::Dialect* dialect) {
  Answer answer;
  answer.family = folder.family;
  answer.name = folder.family + "/" + folder.path.filename().string() + "/" + file;
  answer.dialect = dialect;
  answer.body = read(folder.path / file);
  answer.stream = file.ends_with(".sse");
  return answer;
}

void add_recorded(const Folder& folder, std::vector<Answer>& out) {
  if (!fs::exists(folder.path / "outcomes.json")) return;
  const auto meta_text = read(folder.path / "meta.json");
  const auto text = read(folder.path / "outcomes.json");
  const auto meta = json::parse(meta_text);
  const auto outcomes = json::parse(text);
  if (!meta || !outcomes) return;
  for (const auto& [file, outcome] : outcomes->members()) {
    const auto* dialect = dialect_of_format(outcome["format"].string().value_or(std::string{}));
    if (dialect == nullptr) continue;
    Answer answer = make(folder, std::string(file), dialect);
    answer.status = status_of(*meta, file);
    unpack(answer, outcome["format"].equals("anthjson"));
    answer.expected = std::string(outcome.raw());
    out.push_back(std::move(answer));
  }
}

void add_composed(const Folder& folder, std::vector<Answer>& out) {
  const bool other_format = folder.family == "gemini" || folder.family == "ollama" || folder.family == "bedrock";
  if (other_format || !fs::exists(folder.path / "expected.json")) return;
  const auto text = read(folder.path / "expected.json");
  const auto expected = json::parse(text);
  // `mode` asks for a setting that is off by default; other expectations are not of answers.
  if (!expected || !(*expected)["complete"] || (*expected)["mode"]) return;
  for (const std::string file : {"response.sse", "response.json"}) {
    if (!fs::exists(folder.path / file)) continue;
    Answer answer = make(folder, file, dialect_of_family(folder.family));
    answer.status = static_cast<int>((*expected)["http_status"].integer().value_or(200));
    answer.expected = text;
    out.push_back(std::move(answer));
  }
}

}  // namespace fixture_reading

std::filesystem::path root() { return LLMGW_FIXTURES_DIR; }

bool available() { return std::filesystem::is_directory(root()); }

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<Answer> answers(const std::vector<std::string>& families) {
  std::vector<Answer> out;
  for (const auto& folder : fixture_reading::folders(families)) {
    fixture_reading::add_recorded(folder, out);
    fixture_reading::add_composed(folder, out);
  }
  return out;
}

std::vector<Answer> errors(const std::vector<std::string>& families) {
  std::vector<Answer> out;
  for (const auto& folder : fixture_reading::folders(families)) {
    const auto text = read(folder.path / "meta.json");
    const auto meta = json::parse(text);
    if (!meta) continue;
    for (const json::View exchange : (*meta)["interactions"].elements()) {
      const auto status = exchange["status"].integer().value_or(200);
      const auto api = exchange["api"].string().value_or(std::string{});
      const auto* dialect = dialect::find_dialect(api);
      const auto file = exchange["response_file"].string();
      if (status < 400 || dialect == nullptr || !file) continue;
      out.push_back(fixture_reading::make(folder, *file, dialect));
      out.back().status = static_cast<int>(status);
    }
  }
  return out;
}

}  // namespace llmgw::fixtures
