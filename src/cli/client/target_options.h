#pragma once

#include <array>
#include <string_view>

#include "cli/spec.h"

/// Options of every command that talks to a server.
namespace llmgw::cli::target_options {

inline constexpr std::string_view apis[] = {"chat", "messages"};

inline constexpr OptionSpec profile{.name = "profile",
                                    .letter = 'p',
                                    .kind = ValueKind::text,
                                    .value = "NAME",
                                    .help = "talk to this profile of the configuration",
                                    .variable = "LLMGW_PROFILE"};
inline constexpr OptionSpec base_url{.name = "base-url",
                                     .kind = ValueKind::url,
                                     .value = "URL",
                                     .help = "talk to this server",
                                     .fallback = "the profile in effect, else the local proxy",
                                     .variable = "LLMGW_BASE_URL"};
inline constexpr OptionSpec api_key_file{.name = "api-key-file",
                                         .kind = ValueKind::file,
                                         .value = "FILE",
                                         .help = "read the key from this file",
                                         .variable = "LLMGW_API_KEY_FILE"};
inline constexpr OptionSpec api{.name = "api",
                                .kind = ValueKind::choice,
                                .value = "FORMAT",
                                .help = "format of the requests",
                                .choices = apis,
                                .fallback = "the profile's, else chat"};
inline constexpr OptionSpec connect_timeout{.name = "connect-timeout",
                                            .kind = ValueKind::duration,
                                            .value = "TIME",
                                            .help = "limit on connecting",
                                            .fallback = "10s"};
inline constexpr OptionSpec first_byte_timeout{.name = "first-byte-timeout",
                                               .kind = ValueKind::duration,
                                               .value = "TIME",
                                               .help = "limit on the wait for the answer to begin",
                                               .fallback = "120s"};
inline constexpr OptionSpec idle_timeout{.name = "idle-timeout",
                                         .kind = ValueKind::duration,
                                         .value = "TIME",
                                         .help = "limit on silence within the answer",
                                         .fallback = "60s"};
inline constexpr OptionSpec timeout{.name = "timeout",
                                    .kind = ValueKind::duration,
                                    .value = "TIME",
                                    .help = "limit on the whole exchange, 0 for none",
                                    .fallback = "none"};
inline constexpr OptionSpec retries{.name = "retries",
                                    .kind = ValueKind::integer,
                                    .value = "N",
                                    .help = "tries after a failure before the answer begins",
                                    .fallback = "2",
                                    .least = 0};

/// All of them.
inline constexpr std::array all{&profile,      &base_url, &api_key_file, &api, &connect_timeout, &first_byte_timeout,
                                &idle_timeout, &timeout,  &retries};

}  // namespace llmgw::cli::target_options
