#include "cli/term/line_editor.h"

#include <histedit.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cwchar>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/files.h"

namespace llmgw::cli {
namespace editline {

constexpr int history_size = 2000;
// Bracketed paste (xterm's ?2004): a terminal marks what is pasted, so its line ends do not send the draft.
constexpr std::string_view paste_on = "\x1b[?2004h";
constexpr std::string_view paste_off = "\x1b[?2004l";
constexpr std::wstring_view paste_end = L"\x1b[201~";

void say(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void unmark_and_die(int number) {
  // libedit has put the terminal back and calls this as the handler that stood before its own.
  [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, paste_off.data(), paste_off.size());
  ::signal(number, SIG_DFL);
  ::raise(number);
}

/// Has the terminal mark what is pasted, as long as it lives and however the program ends.
class MarkedPaste {
 public:
  explicit MarkedPaste(bool wanted) : wanted_(wanted) {
    if (!wanted_) return;
    for (std::size_t i = 0; i < deadly.size(); ++i) {
      before_[i] = ::signal(deadly[i], unmark_and_die);
      if (before_[i] == SIG_IGN) ::signal(deadly[i], SIG_IGN);
    }
    say(paste_on);
  }
  MarkedPaste(const MarkedPaste&) = delete;
  MarkedPaste& operator=(const MarkedPaste&) = delete;
  ~MarkedPaste() {
    if (!wanted_) return;
    say(paste_off);
    for (std::size_t i = 0; i < deadly.size(); ++i) ::signal(deadly[i], before_[i]);
  }

 private:
  static constexpr std::array deadly{SIGHUP, SIGTERM, SIGQUIT};
  bool wanted_;
  std::array<void (*)(int), deadly.size()> before_{};
};

/// The first line of a history file, which names its format, and as many of the last ones as are kept.
std::string newest_lines(std::string_view text) {
  auto at = text.size();
  for (int lines = 0; lines <= history_size && at != std::string_view::npos && at > 0; ++lines) {
    at = text.rfind('\n', at - 1);
  }
  const auto head = text.substr(0, text.find('\n') + 1);
  return std::string(head) + std::string(text.substr(std::max(at + 1, head.size())));
}

/// libedit's line editor and history with our bindings.
class Editor final : public LineEditor {
 public:
  explicit Editor(EditorOptions options) : options_(std::move(options)) {}
  Editor(const Editor&) = delete;
  Editor& operator=(const Editor&) = delete;
  ~Editor() override {
    if (history_ != nullptr) ::history_end(history_);
    if (line_ != nullptr) ::el_end(line_);
  }

  bool start() {
    line_ = ::el_init("llmgw", stdin, stdout, stderr);
    history_ = ::history_init();
    if (line_ == nullptr || history_ == nullptr) return false;
    ::el_set(line_, EL_CLIENTDATA, this);
    ::el_set(line_, EL_SIGNAL, 1);
    ::el_set(line_, EL_EDITOR, "emacs");
    open_history();
    bind_keys();
    return true;
  }

  LineRead read(const std::string& prompt) override {
    prompt_ = prompt;
    interrupted_ = false;
    const MarkedPaste marked(options_.marked_paste);
    // libedit shows the prompt first and readies the terminal with the first key, which may come in between.
    ::el_set(line_, EL_PREP_TERM, 1);
    int count = 0;
    const char* text = ::el_gets(line_, &count);
    if (interrupted_) return {.kind = LineRead::Kind::interrupted};
    if (text == nullptr || count <= 0) return {.kind = LineRead::Kind::end};
    std::string draft(text, static_cast<std::size_t>(count));
    if (draft.ends_with('\n')) draft.pop_back();
    return {.kind = LineRead::Kind::text, .text = std::move(draft)};
  }

  void remember(const std::string& text) override {
    if (text.empty()) return;
    HistEvent event{};
    const bool added = ::history(history_, &event, H_ENTER, text.c_str()) > 0;
    if (added && !options_.history_file.empty()) append(text);
  }

 private:
  static Editor& of(EditLine* line) {
    void* data = nullptr;
    ::el_get(line, EL_CLIENTDATA, &data);
    return *static_cast<Editor*>(data);
  }

  /// Adds to the file instead of writing it anew: several chats share it.
  void append(const std::string& text) const {
    std::FILE* file = std::fopen(options_.history_file.c_str(), "ae");
    if (file == nullptr) return;
    // libedit begins a file with a line of its own, where the position is zero.
    std::fseek(file, 0, SEEK_END);
    // A history of this line alone: libedit 3.1's H_NSAVE_FP writes one line more than it is asked for.
    if (History* line = ::history_init(); line != nullptr) {
      HistEvent event{};
      ::history(line, &event, H_SETSIZE, 1);
      ::history(line, &event, H_ENTER, text.c_str());
      ::history(line, &event, H_SAVE_FP, file);
      ::history_end(line);
    }
    std::fclose(file);
  }

  void open_history() {
    HistEvent event{};
    ::history(history_, &event, H_SETSIZE, history_size);
    ::history(history_, &event, H_SETUNIQUE, 1);
    ::el_set(line_, EL_HIST, ::history, history_);
    if (options_.history_file.empty()) return;
    if (ready_file()) {
      ::history(history_, &event, H_LOAD, options_.history_file.c_str());
    } else {
      options_.history_file.clear();
    }
  }

  /// Prompts may be confidential: the file belongs to its owner before the first one is in it. A file that cannot be
  /// read is left alone, and false.
  [[nodiscard]] bool ready_file() const {
    const auto& path = options_.history_file;
    const auto old = read_file(path);
    if (!old) {
      return old.error().code == Errc::not_found && write_file(path, "", FileMode::owner_only).has_value();
    }
    if (std::ranges::count(*old, '\n') > 2 * history_size) {
      return write_file(path, newest_lines(*old), FileMode::owner_only).has_value();
    }
    return ::chmod(path.c_str(), static_cast<mode_t>(FileMode::owner_only)) == 0;
  }

  void bind_keys() {
    ::el_set(line_, EL_PROMPT_ESC, &Editor::prompt, '\1');
    // The narrow form of EL_ADDFN keeps copies of both texts for ever; the wide one uses them as they are.
    ::el_wset(line_, EL_ADDFN, L"llmgw-newline", L"Break the line", &Editor::newline);
    ::el_wset(line_, EL_ADDFN, L"llmgw-paste", L"Take pasted text", &Editor::paste);
    ::el_wset(line_, EL_ADDFN, L"llmgw-interrupt", L"Put the draft away", &Editor::interrupt);
    ::el_wset(line_, EL_ADDFN, L"llmgw-suspend", L"Give the terminal back to the shell", &Editor::suspend);
    ::el_wset(line_, EL_ADDFN, L"llmgw-complete", L"Complete a command", &Editor::complete);
    // libedit has the terminal swap CR and LF, so Enter and Ctrl-J could not be told apart; and while a draft is
    // edited, Ctrl-C and Ctrl-Z are keys like any other.
    ::el_set(line_, EL_SETTY, "-d", "-icrnl", "-inlcr", "-isig", nullptr);
    ::el_set(line_, EL_BIND, "^M", "ed-newline", nullptr);
    ::el_set(line_, EL_BIND, "^J", "llmgw-newline", nullptr);
    ::el_set(line_, EL_BIND, "\\e^M", "llmgw-newline", nullptr);
    ::el_set(line_, EL_BIND, "\\e^J", "llmgw-newline", nullptr);
    ::el_set(line_, EL_BIND, "\\e[200~", "llmgw-paste", nullptr);
    ::el_set(line_, EL_BIND, "^C", "llmgw-interrupt", nullptr);
    ::el_set(line_, EL_BIND, "^Z", "llmgw-suspend", nullptr);
    ::el_set(line_, EL_BIND, "^I", "llmgw-complete", nullptr);
    ::el_set(line_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  }

  static char* prompt(EditLine* line) { return of(line).prompt_.data(); }

  static unsigned char newline(EditLine* line, wint_t) {
    return ::el_insertstr(line, "\n") == 0 ? CC_REFRESH : CC_ERROR;
  }

  static unsigned char paste(EditLine* line, wint_t) {
    std::wstring text;
    wchar_t c = 0;
    while (!text.ends_with(paste_end) && ::el_wgetc(line, &c) == 1) text += c;
    if (text.ends_with(paste_end)) text.resize(text.size() - paste_end.size());
    std::wstring clean;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool return_before_feed = text[i] == L'\r' && i + 1 < text.size() && text[i + 1] == L'\n';
      if (!return_before_feed) clean += text[i] == L'\r' ? L'\n' : text[i];
    }
    return ::el_winsertstr(line, clean.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
  }

  static unsigned char interrupt(EditLine* line, wint_t) {
    const LineInfo* info = ::el_line(line);
    auto& editor = of(line);
    editor.remember(std::string(info->buffer, info->lastchar));
    editor.interrupted_ = true;
    say("^C\r\n");
    return CC_NEWLINE;
  }

  /// libedit's own handler restores the terminal before the process stops, and draws the draft again afterwards.
  static unsigned char suspend(EditLine* line, wint_t) {
    const bool marked = of(line).options_.marked_paste;
    if (marked) say(paste_off);
    ::raise(SIGTSTP);
    if (marked) say(paste_on);
    return CC_REDISPLAY;
  }

  /// Adds what all commands that start with the word have in common.
  static unsigned char complete(EditLine* line, wint_t) {
    const LineInfo* info = ::el_line(line);
    const std::string word(info->buffer, info->cursor);
    std::string common;
    int matches = 0;
    for (const auto& name : of(line).options_.completions) {
      if (!name.starts_with(word)) continue;
      if (matches++ == 0) common = name;
      while (!name.starts_with(common)) common.pop_back();
    }
    if (word.empty() || matches == 0) return CC_ERROR;
    auto added = common.substr(word.size());
    if (matches == 1) added += ' ';
    return !added.empty() && ::el_insertstr(line, added.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
  }

  EditorOptions options_;
  EditLine* line_ = nullptr;
  History* history_ = nullptr;
  std::string prompt_;
  bool interrupted_ = false;
};

}  // namespace editline

Result<std::unique_ptr<LineEditor>> make_line_editor(EditorOptions options) {
  auto editor = std::make_unique<editline::Editor>(std::move(options));
  if (!editor->start()) return fail(Errc::internal, "the line editor could not start on this terminal");
  return editor;
}

}  // namespace llmgw::cli
