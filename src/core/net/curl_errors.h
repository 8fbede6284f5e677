#pragma once

#include <curl/curl.h>

#include <string>
#include <string_view>

#include "core/base/error.h"

namespace llmgw::net {

/// What a failed transfer means. `headed`: the response head had come; `explanation`: libcurl's own words, or empty.
std::unexpected<Error> curl_failure(CURLcode result, const std::string& name, bool headed,
                                    std::string_view explanation);

}  // namespace llmgw::net
