// Any bytes as a metrics page: no crash, nothing from outside the page, and figures that agree with one another.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/metrics/exposition.h"
#include "core/metrics/exposition_histogram.h"
#include "core/metrics/exposition_increase.h"

namespace exposition_fuzz {

using llmgw::metrics::BucketHistogram;
using llmgw::metrics::Exposition;

void require(bool fact) {
  if (!fact) std::abort();
}

void check_histogram(const Exposition& page, std::string_view name) {
  constexpr std::string_view suffix = "_bucket";
  if (!name.ends_with(suffix)) return;
  const auto histogram = BucketHistogram::read(page, name.substr(0, name.size() - suffix.size()));
  if (!histogram) return;
  require(histogram->count() >= 0);
  double last = -INFINITY;
  for (const double q : {0.0, 0.5, 0.95, 1.0}) {
    const auto quantile = histogram->quantile(q);
    if (!quantile) continue;
    require(!std::isnan(quantile->value));
    require(quantile->value >= last);
    last = quantile->value;
  }
  const auto nothing = histogram->since(*histogram);
  require(nothing && nothing->count() == 0);
}

void check(const Exposition& page) {
  std::size_t seen = 0;
  std::string_view name;
  for (const auto& sample : page.all()) {
    require(!sample.name.empty());
    for (const auto& label : sample.labels) require(sample.label(label.name) == label.value);
    if (sample.name == name) continue;
    name = sample.name;
    seen += page.series(name).size();
    check_histogram(page, name);
    const auto grown = llmgw::metrics::increase(page, page, name);
    require(!grown.restarted || page.series(name).size() > 1);
  }
  require(seen == page.all().size());
}

}  // namespace exposition_fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using exposition_fuzz::Exposition;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto once = Exposition::parse(text);
  exposition_fuzz::check(once);
  const auto twice = Exposition::parse(text + "\n" + text);
  exposition_fuzz::check(twice);
  // Collisions are compared with a few neighbours only, so a page may keep more series, never fewer.
  exposition_fuzz::require(twice.all().size() >= once.all().size() || twice.truncated());
  return 0;
}
