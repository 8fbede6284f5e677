#include "core/gpu/host_texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "core/gpu/command_line.h"

namespace llmgw::gpu {
namespace command_lines {

constexpr std::string_view mark = "***";
constexpr std::string_view blanks = " \t\r\n";

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

/// `key`, `apikey`, `accessKey`; not `tokens` nor `tokenizer`.
bool is_secret_word(std::string_view word) {
  constexpr std::array<std::string_view, 16> ends{
      "key",        "keys",       "token",       "secret", "secrets", "password", "passwords", "passwd",
      "passphrase", "credential", "credentials", "pass",   "pwd",     "auth",     "bearer",    "cookie"};
  return word.ends_with("authorization") ||
         std::ranges::any_of(ends, [word](std::string_view end) { return word.ends_with(end); });
}

/// True where the text before a value names a credential: `--api-key`, `HF_TOKEN`, `x-api-key`; not `--max-tokens`.
bool names_secret(std::string_view name) {
  std::string word;
  for (std::size_t i = 0; i <= name.size(); ++i) {
    const char c = i < name.size() ? name[i] : '-';
    const bool letter = is_lower(c) || is_upper(c);
    const bool hump = is_upper(c) && i > 0 && is_lower(name[i - 1]);
    if (!letter || hump) {
      if (is_secret_word(word)) return true;
      word.clear();
    }
    if (letter) word += static_cast<char>(c | 0x20);
  }
  return false;
}

/// Where the value begins that a word brings along with its name: behind the first = or : that a name stands before.
std::optional<std::size_t> value_in(std::string_view word) {
  for (auto at = word.find_first_of("=:"); at != std::string_view::npos; at = word.find_first_of("=:", at + 1)) {
    if (names_secret(word.substr(0, at))) return at + 1;
  }
  return std::nullopt;
}

/// The quotation mark that the text leaves open, or 0.
char open_quote(std::string_view text, char open = '\0') {
  for (const char c : text) {
    if (open == '\0' && (c == '\'' || c == '"')) {
      open = c;
    } else if (c == open) {
      open = '\0';
    }
  }
  return open;
}

/// Whether the words that follow are hidden.
struct Hiding {
  bool on = false;
  bool first = false;     ///< the next word is the value, whatever it looks like
  bool to_quote = false;  ///< ends where `quote` does, and not at the next option
  char quote = '\0';      ///< that is open
};

/// True when the word is hidden. Several values may follow a name (`--api-key a b`): they end at the next option.
bool goes_on(Hiding& hiding, std::string_view word) {
  if (!hiding.on) return false;
  const bool ends = !hiding.first && hiding.quote == '\0' && (hiding.to_quote || word.starts_with('-'));
  if (ends) {
    hiding = {};
    return false;
  }
  hiding.first = false;
  hiding.quote = open_quote(word, hiding.quote);
  return true;
}

/// `user:password@` of an address.
void hide_users(std::string& text) {
  for (auto at = text.find("://"); at != std::string::npos; at = text.find("://", at + 1)) {
    const auto from = at + 3;
    const auto end = std::min(text.find_first_of("/?# \"'", from), text.size());
    const auto sign = text.substr(from, end - from).find_last_of('@');
    if (sign != std::string::npos) text.replace(from, sign, mark);
  }
}

class Line {
 public:
  void show(std::string_view space, std::string_view text) {
    out_.append(space).append(text);
    hidden_ = false;
  }
  /// One mark, however many words are hidden.
  void hide(std::string_view space) {
    if (!hidden_) out_.append(space).append(mark);
    hidden_ = true;
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  bool hidden_ = false;
};

/// A word that no name before it hides.
void write_word(Line& line, Hiding& hiding, std::string_view space, std::string_view word) {
  const auto value = value_in(word);
  if (!value) {
    line.show(space, word);
    hiding = {.on = word.starts_with('-') && names_secret(word), .first = true};
    return;
  }
  line.show(space, word.substr(0, *value));
  const bool here = *value < word.size();
  const auto quote = open_quote(word);
  if (here) line.hide("");
  // `"api_key": "k"`, `x-api-key: k`, `KEY='a b'` and `KEY=a\ b` go on behind the blank.
  const bool next = !here || word.ends_with('\\');
  hiding = {.on = next || quote != '\0', .first = next, .to_quote = quote != '\0', .quote = quote};
}

/// An argument that has blanks is a line for a shell; or a header, an option or a variable whose value has them, which
/// goes up to the end.
void write_words(Line& line, std::string_view space, std::string_view text) {
  Hiding hiding;
  bool rest = false;
  for (bool first = true;; first = false) {
    const auto begin = std::min(text.find_first_not_of(blanks), text.size());
    const auto end = std::min(text.find_first_of(blanks, begin), text.size());
    const auto word = text.substr(begin, end - begin);
    if (word.empty()) return;
    const auto before = first ? space : text.substr(0, begin);
    if (rest || goes_on(hiding, word)) {
      line.hide(before);
    } else {
      write_word(line, hiding, before, word);
    }
    rest = rest || (first && value_in(word));
    text.remove_prefix(end);
  }
}

}  // namespace command_lines

std::string shown_command(std::string_view text) {
  using namespace command_lines;
  Line line;
  Hiding hiding;
  for (bool first = true; !text.empty(); first = false) {
    const auto end = std::min(text.find('\0'), text.size());
    const auto argument = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view space = first ? "" : " ";
    if (goes_on(hiding, argument)) {
      line.hide(space);
      hiding.quote = '\0';  // the shell that knew quotes is gone
    } else if (argument.find_first_of(blanks) != std::string_view::npos) {
      write_words(line, space, argument);
    } else {
      write_word(line, hiding, space, argument);
      if (!hiding.first) hiding = {};
      hiding.quote = '\0';
      hiding.to_quote = false;
    }
  }
  auto out = line.take();
  while (out.ends_with(' ')) out.pop_back();
  hide_users(out);
  return out;
}

namespace host_texts {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// The rest of the line that begins with `key`.
std::optional<std::string_view> line_of(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    if (line.starts_with(key)) return trimmed(line.substr(key.size()));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return std::nullopt;
}

std::optional<double> leading_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} ? std::optional(value) : std::nullopt;
}

Figure kib_line(std::string_view text, std::string_view key) {
  constexpr double kib = 1024;
  const auto line = line_of(text, key);
  const auto value = line ? leading_number(*line) : std::nullopt;
  if (!value) return Figure::unknown(fmt::format("/proc/meminfo has no {}", key.substr(0, key.size() - 1)));
  return *value * kib;
}

bool hexadecimal(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

void add_owner(const Files& files, Process& process) {
  const auto folder = fmt::format("/proc/{}/", process.pid);
  const auto status = files.read(folder + "status");
  if (!status) {
    // Inside a container the driver tells process ids of the host.
    const auto why = fmt::format("no process {} is seen here: another pid namespace (--pid=host shows it), or it ended",
                                 process.pid);
    if (!process.name) process.name = Text::unknown(why);
    process.user = Text::unknown(why);
    process.container = Text::unknown(why);
    return;
  }
  if (!process.name) {
    const auto command = shown_command(files.read(folder + "cmdline").value_or(""));
    process.name = command.empty() ? std::string(line_of(*status, "Name:").value_or("")) : command;
  }
  const auto uid = leading_number(line_of(*status, "Uid:").value_or(""));
  if (uid) {
    const auto number = static_cast<std::int64_t>(*uid);
    process.user = files.user(number).value_or(std::to_string(number));
  } else {
    process.user = Text::unknown("/proc does not tell");
  }
  const auto cgroup = files.read(folder + "cgroup");
  process.container = cgroup ? Text(container_of(*cgroup)) : Text::unknown("/proc does not tell");
}

}  // namespace host_texts

HostMemory parse_meminfo(std::string_view text) {
  return {.total_b = host_texts::kib_line(text, "MemTotal:"), .free_b = host_texts::kib_line(text, "MemAvailable:")};
}

void add_host(const Files& files, Snapshot& snapshot) {
  const auto text = [&files](const char* path) {
    const auto read = files.read(path);
    return read ? Text(std::string(host_texts::trimmed(*read))) : Text::unknown(fmt::format("{} cannot be read", path));
  };
  if (snapshot.host.empty()) snapshot.host = text("/proc/sys/kernel/hostname").value_or("localhost");
  snapshot.kernel = text("/proc/sys/kernel/osrelease");
  const auto uptime = host_texts::leading_number(text("/proc/uptime").value_or(""));
  snapshot.uptime_s = uptime ? Figure(*uptime) : Figure::unknown("/proc/uptime cannot be read");
  const auto memory = parse_meminfo(files.read("/proc/meminfo").value_or(""));
  snapshot.host_mem_total_b = memory.total_b;
  snapshot.host_mem_free_b = memory.free_b;
}

void fill_unified(Snapshot& snapshot) {
  for (auto& gpu : snapshot.gpus) {
    if (gpu[Label::mem_kind].value_or("") != "unified") continue;
    gpu[Field::mem_total] = snapshot.host_mem_total_b;
    gpu[Field::mem_free] = snapshot.host_mem_free_b;
    gpu[Field::mem_used] = snapshot.host_mem_total_b && snapshot.host_mem_free_b
                               ? Figure(*snapshot.host_mem_total_b - *snapshot.host_mem_free_b)
                               : Figure::unknown(snapshot.host_mem_free_b.why);
    gpu[Field::mem_reserved] = Figure::unknown("the GPU shares the memory of the host");
  }
}

void add_owners(const Files& files, Snapshot& snapshot) {
  for (auto& gpu : snapshot.gpus) {
    if (!gpu.procs) continue;
    for (auto& process : *gpu.procs) host_texts::add_owner(files, process);
  }
}

std::string container_of(std::string_view cgroup) {
  // Docker, podman, containerd and CRI-O put 64 hexadecimal digits into the path of the control group.
  constexpr std::size_t id_size = 64;
  constexpr std::size_t shown = 12;
  for (std::size_t start = 0; start + id_size <= cgroup.size(); ++start) {
    const auto id = cgroup.substr(start, id_size);
    if (!host_texts::hexadecimal(id)) continue;
    return std::string(id.substr(0, shown));
  }
  return "none";
}

}  // namespace llmgw::gpu
