// The weights' running sums in the order of the elements, searched for each quantile.
#include "rooftop/lib/weighted_quantile.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "rooftop/lib/argsort.h"
#include "rooftop/lib/element.h"
#include "rooftop/lib/workspace.h"

namespace rooftop::lib {
namespace {

bool is_nan(array::DType dtype, const char* element) {
  if (dtype == array::DType::F64) return std::isnan(load<double>(element));
  return dtype == array::DType::F32 && std::isnan(load<float>(element));
}

}  // namespace

bool weighted_quantiles(array::DType dtype, const char* data, const double* weights, std::int64_t n,
                        std::span<const double> quantiles, char* values) {
  const Workspace<std::int64_t> places(n);
  argsort_vector(dtype, data, n, places.data());
  const Workspace<double> shares(n);
  double sum = weights[places[0]];
  for (std::int64_t i = 0; i < n; ++i) {
    if (i > 0) sum += weights[places[i]];
    shares[i] = sum;
  }
  if (!(sum > 0) || std::isinf(sum)) return false;
  // What has no weight comes before every quantile, also that of nothing.
  for (std::int64_t i = 0; i < n; ++i) shares[i] = shares[i] == 0 ? -1 : shares[i] / sum;
  const std::size_t size = array::size_of(dtype);
  const auto element = [&](std::int64_t i) { return data + places[i] * static_cast<std::int64_t>(size); };
  const bool has_nan = is_nan(dtype, element(n - 1));
  for (const double quantile : quantiles) {
    const double* const found = std::lower_bound(shares.data(), shares.data() + n, quantile);
    const std::int64_t place = has_nan ? n - 1 : std::min<std::int64_t>(found - shares.data(), n - 1);
    std::memcpy(values, element(place), size);
    values += size;
  }
  return true;
}

}  // namespace rooftop::lib
