#pragma once

#include "core/health/check.h"

/// The verdict of each check, one function each; `registry.cpp` names them. Pure.
namespace llmgw::health::judges {

// Can it be reached: connection.cpp
Finding dns(const Facts& facts, const Expectations& expectations);
Finding tcp(const Facts& facts, const Expectations& expectations);
Finding tls(const Facts& facts, const Expectations& expectations);
Finding http(const Facts& facts, const Expectations& expectations);
Finding clock(const Facts& facts, const Expectations& expectations);

// What is it, and does it serve: service.cpp
Finding identity(const Facts& facts, const Expectations& expectations);
Finding live(const Facts& facts, const Expectations& expectations);
Finding ready(const Facts& facts, const Expectations& expectations);
Finding version(const Facts& facts, const Expectations& expectations);
Finding auth(const Facts& facts, const Expectations& expectations);

// What does it offer: offer.cpp
Finding models(const Facts& facts, const Expectations& expectations);
Finding model(const Facts& facts, const Expectations& expectations);
Finding context(const Facts& facts, const Expectations& expectations);

// What may the key still spend: budget.cpp
Finding budget(const Facts& facts, const Expectations& expectations);

// How loaded is it: load.cpp
Finding metrics(const Facts& facts, const Expectations& expectations);
Finding queue(const Facts& facts, const Expectations& expectations);
/// Requests that wait and whose wait a second scrape from just before would tell to be lasting; false: there is one, or
/// nothing waits.
bool queue_needs_scrape(const Facts& facts);
Finding kv(const Facts& facts, const Expectations& expectations);
Finding preempt(const Facts& facts, const Expectations& expectations);
Finding sleep(const Facts& facts, const Expectations& expectations);

/// The finding where the run ended before the question was answered; nullopt: it was, or failed.
std::optional<Finding> unasked(const Reply& reply);
/// The check does not apply, for this reason.
Finding not_applicable(std::string why);
/// A LiteLLM proxy that keeps no keys: it takes its master key alone.
bool has_no_database(const Facts& facts);
/// `HTTP 503: the beginning of the body on one line`, or the transport's error.
std::string told(const Reply& reply);

}  // namespace llmgw::health::judges
