#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace llmgw {

/// The whole content of a file of at most `max_bytes`. Errors are `config` and name the path and the reason;
/// `not_found` when there is no such file.
Result<std::string> read_file(const std::string& path, std::size_t max_bytes = std::size_t{64} << 20U);

/// Makes a folder and those above it that are missing, for the owner alone. One that is there stays as it is.
Result<> make_folder(const std::string& path);

/// Who may read a file that llmgw writes.
enum class FileMode { shared = 0644, owner_only = 0600 };

/// Writes a file as a whole: a temporary file beside it, flushed to disk and renamed over it, so that a
/// reader sees the old content or the new one. Folders that are missing are made for the owner alone.
Result<> write_file(const std::string& path, std::string_view content, FileMode mode);

/// The same, but a file that is there stays as it is: of several writers one wins. True for that one.
Result<bool> create_file(const std::string& path, std::string_view content, FileMode mode);

}  // namespace llmgw
