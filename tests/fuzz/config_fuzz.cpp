// Any bytes as a configuration file: an error or a configuration, never a crash; and what `config show` prints of an
// accepted one is accepted again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/config/explain.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace llmgw;
  const FixedEnv env(FixedEnv::Variables{{"KEY", "secret-value"}, {"HOST", "127.0.0.1"}});
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto loaded = config::load_text(text, "fuzz.toml", env);
  if (!loaded) return 0;
  const auto shown = config::explain_text(config::explain(*loaded));
  if (shown.find("secret-value") != std::string::npos) std::abort();
  // Secrets are shown as "(redacted)", which is no key a file may hold only where it would need escaping.
  if (!config::load_text(shown, "shown.toml", env)) std::abort();
  return 0;
}
