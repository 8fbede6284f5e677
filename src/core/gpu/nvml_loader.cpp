#include "core/gpu/nvml_loader.h"

#include <dlfcn.h>

#include <string>
#include <vector>

namespace llmgw::gpu::nvml {
namespace nvml_loader {

class Library final : public Symbols {
 public:
  explicit Library(void* handle) : handle_(handle) {}
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library() override { ::dlclose(handle_); }
  [[nodiscard]] void* find(const char* name) const override { return ::dlsym(handle_, name); }

 private:
  void* handle_;
};

}  // namespace nvml_loader

Result<std::unique_ptr<Symbols>> load(const Env& env) {
  std::vector<std::string> places{"libnvidia-ml.so.1", "libnvidia-ml.so", "/usr/lib/wsl/lib/libnvidia-ml.so.1"};
  if (auto chosen = env.non_empty("LLMGW_NVML_LIB")) places = {std::move(*chosen)};
  std::string first;
  for (const auto& place : places) {
    if (void* handle = ::dlopen(place.c_str(), RTLD_LAZY | RTLD_LOCAL); handle != nullptr) {
      return std::make_unique<nvml_loader::Library>(handle);
    }
    const char* says = ::dlerror();  // NOLINT(concurrency-mt-unsafe): glibc keeps it for each thread
    if (first.empty() && says != nullptr) first = says;
  }
  auto error = fail(Errc::not_found, "NVML: " + first).error();
  error.param = "install the NVIDIA driver, or name its library in LLMGW_NVML_LIB";
  return std::unexpected(std::move(error));
}

}  // namespace llmgw::gpu::nvml
