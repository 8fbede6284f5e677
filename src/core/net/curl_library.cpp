#include "core/net/curl_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <string>

namespace llmgw::net {
namespace curl_library {

constexpr const char* file = "libcurl.so.4";
constexpr unsigned oldest = 0x075700;  // 7.87.0: CURLOPT_QUICK_EXIT

/// What became of the loading, for the life of the process: libcurl cannot be unloaded while its threads may run.
struct Loaded {
  CurlLibrary library;
  std::string problem;
};

template <class Function>
void find(void* handle, const char* name, Function& function, std::string& problem) {
  function = reinterpret_cast<Function>(::dlsym(handle, name));
  if (function == nullptr && problem.empty()) problem = fmt::format("{} has no {}", file, name);
}

Loaded load() {
  Loaded loaded;
  auto& [library, problem] = loaded;
  void* handle = ::dlopen(file, RTLD_LAZY | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* says = ::dlerror();  // NOLINT(concurrency-mt-unsafe): glibc keeps it for each thread
    problem = says != nullptr ? says : file;
    return loaded;
  }
  find(handle, "curl_global_init", library.global_init, problem);
  find(handle, "curl_global_cleanup", library.global_cleanup, problem);
  find(handle, "curl_version_info", library.version_info, problem);
  find(handle, "curl_easy_init", library.easy_init, problem);
  find(handle, "curl_easy_cleanup", library.easy_cleanup, problem);
  find(handle, "curl_easy_setopt", library.easy_setopt, problem);
  find(handle, "curl_easy_getinfo", library.easy_getinfo, problem);
  find(handle, "curl_easy_pause", library.easy_pause, problem);
  find(handle, "curl_easy_strerror", library.easy_strerror, problem);
  find(handle, "curl_multi_init", library.multi_init, problem);
  find(handle, "curl_multi_cleanup", library.multi_cleanup, problem);
  find(handle, "curl_multi_setopt", library.multi_setopt, problem);
  find(handle, "curl_multi_add_handle", library.multi_add_handle, problem);
  find(handle, "curl_multi_remove_handle", library.multi_remove_handle, problem);
  find(handle, "curl_multi_assign", library.multi_assign, problem);
  find(handle, "curl_multi_socket_action", library.multi_socket_action, problem);
  find(handle, "curl_multi_info_read", library.multi_info_read, problem);
  find(handle, "curl_slist_append", library.slist_append, problem);
  find(handle, "curl_slist_free_all", library.slist_free_all, problem);
  if (!problem.empty()) return loaded;
  const auto* version = library.version_info(CURLVERSION_NOW);
  if (version->version_num < oldest) problem = fmt::format("libcurl {} is too old", version->version);
  return loaded;
}

const Loaded& loaded() {
  static const Loaded once = load();
  return once;
}

}  // namespace curl_library

Result<> load_curl() {
  const auto& problem = curl_library::loaded().problem;
  if (problem.empty()) return {};
  return fail(Errc::network, fmt::format("https and proxies need libcurl 7.87 or newer (libcurl4): {}", problem));
}

const CurlLibrary& curl() { return curl_library::loaded().library; }

}  // namespace llmgw::net
