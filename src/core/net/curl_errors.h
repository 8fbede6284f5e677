#pragma once

#include <curl/curl.h>

#include <string>
#include <string_view>

#include "core/base/error.h"

namespace llmgw::net {

/// A transfer that failed, as libcurl left it.
struct CurlFailure {
  CURL* easy;
  CURLcode result;
  bool headed = false;                ///< the response head had come
  bool sent = false;                  ///< the connection was there and the request left
  std::string_view explanation = {};  ///< libcurl's own words, or empty
};

/// What a failed transfer means.
std::unexpected<Error> curl_failure(const CurlFailure& failure, const std::string& name);

/// How far a transfer came that takes too long and has not sent its request.
NetFault curl_progress(CURL* easy);

}  // namespace llmgw::net
