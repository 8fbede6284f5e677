#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/config.h"
#include "core/config/document.h"
#include "core/config/keys.h"

namespace llmgw::config {

/// Fills a Config from a tree by the list of keys, collecting every problem with its place.
class Binder {
 public:
  Binder(const Env& env, const LoadOptions& options) : env_(env), options_(options) {}

  /// Fills `config`; call once.
  void bind(const Node& root, Config& config);

  /// `LINE:COLUMN`s and messages of what was wrong, in the order of the file.
  struct Complaint {
    Position at;
    std::string message;
  };
  [[nodiscard]] const std::vector<Complaint>& complaints() const { return complaints_; }
  std::map<std::string, Origin> take_origins() { return std::move(origins_); }

 private:
  void bind_table(std::string_view section, const Node& node, void* object, const std::string& path);
  void bind_section(const Section& section, const Member& member, void* parent, const std::string& path);
  void bind_key(const Key& key, const Member& member, void* object, const std::string& path);
  void store(const Key& key, const Field& field, const Node& node, const std::string& path);
  bool store_text(const Node& node, const std::string& path, std::string& out);
  void store_list(std::vector<std::string>& list, const Node& node, const std::string& path);
  void store_number(const Key& key, std::int64_t& number, const Node& node, const std::string& path);
  void store_time(const Key& key, milliseconds& time, const Node& node, const std::string& path);
  void store_period(const Key& key, Period& period, const Node& node, const std::string& path);
  void store_choice(const Key& key, ChoiceField field, const Node& node, const std::string& path);
  void store_context(const Key& key, std::optional<ContextLimit>& limit, const Node& node, const std::string& path);
  template <class Value>
  void store_map(std::map<std::string, Value>& map, const Node& node, const std::string& path);
  void unknown(const Member& member, std::string_view section);
  void complain(Position at, std::string message) { complaints_.push_back({at, std::move(message)}); }
  void wrong_kind(const Node& node, const std::string& path, std::string_view expected);

  const Env& env_;
  const LoadOptions& options_;
  std::vector<Complaint> complaints_;
  std::map<std::string, Origin> origins_;
  std::string missing_;  ///< variable that the value just read names and that is not set
};

}  // namespace llmgw::config
