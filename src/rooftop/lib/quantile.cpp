// Partitions put the elements that count to their places.
#include "rooftop/lib/quantile.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

#include "rooftop/base/errors.h"
#include "rooftop/lib/sort.h"

namespace rooftop::lib {
namespace {

using array::DType;

/// Calls body(T{}) with the type of elements.
template <typename Body>
bool with_number(DType dtype, Body body) {
  switch (dtype) {
    case DType::Bool:
    case DType::U8:
      return body(std::uint8_t{});
    case DType::I8:
      return body(std::int8_t{});
    case DType::I16:
      return body(std::int16_t{});
    case DType::U16:
      return body(std::uint16_t{});
    case DType::I32:
      return body(std::int32_t{});
    case DType::U32:
      return body(std::uint32_t{});
    case DType::I64:
      return body(std::int64_t{});
    case DType::U64:
      return body(std::uint64_t{});
    case DType::F32:
      return body(float{});
    case DType::F64:
      return body(double{});
    default:
      ROOFTOP_UNREACHABLE("a type without quantiles");
  }
}

/// A NaN of the vector, or a number where it has none.
template <typename T>
T nan_among(const T* elements, std::int64_t n) {
  if constexpr (std::is_floating_point_v<T>) {
    constexpr std::int64_t kBlock = 1024;
    for (std::int64_t begin = 0; begin < n; begin += kBlock) {
      const std::int64_t end = std::min(n, begin + kBlock);
      int found = 0;
      for (std::int64_t i = begin; i < end; ++i) found |= elements[i] != elements[i] ? 1 : 0;
      if (found != 0) return *std::find_if(elements + begin, elements + end, [](T x) { return x != x; });
    }
  }
  return T{};
}

/// Integers beyond this have no exact double.
constexpr double kExact = 9007199254740992.0;

template <typename T>
bool is_exact(T value) {
  return std::is_floating_point_v<T> || std::abs(static_cast<double>(value)) < kExact;
}

}  // namespace

bool median(DType dtype, char* data, std::int64_t n, double& value) {
  return with_number(dtype, [&](auto element) {
    using T = decltype(element);
    auto* elements = reinterpret_cast<T*>(data);
    const T nan = nan_among(elements, n);
    value = static_cast<double>(nan);
    if (nan != nan) return true;
    const std::int64_t places[] = {(n - 1) / 2, n / 2};
    partition_vector(dtype, data, n, std::span(places).subspan(n % 2));
    using Mean = std::conditional_t<std::is_same_v<T, float>, float, double>;
    const auto low = static_cast<Mean>(elements[places[0]]), high = static_cast<Mean>(elements[places[1]]);
    value = n % 2 == 1 ? high : (low + high) / 2;
    return std::isfinite(value);
  });
}

bool quantiles(DType dtype, char* data, std::int64_t n, std::span<const double> quantiles, double* values) {
  return with_number(dtype, [&](auto element) {
    using T = decltype(element);
    auto* elements = reinterpret_cast<T*>(data);
    const T nan = nan_among(elements, n);
    if (nan != nan) {
      std::fill_n(values, quantiles.size(), static_cast<double>(nan));
      return true;
    }
    std::vector<std::int64_t> places;
    const auto before = [n](double quantile) {
      return std::min(static_cast<std::int64_t>(static_cast<double>(n - 1) * quantile), n - 1);
    };
    for (const double quantile : quantiles) {
      const std::int64_t place = before(quantile);
      places.insert(places.end(), {place, std::min(place + 1, n - 1)});
    }
    std::sort(places.begin(), places.end());
    partition_vector(dtype, data, n, places);
    for (std::size_t k = 0; k < quantiles.size(); ++k) {
      const std::int64_t place = before(quantiles[k]);
      const T low = elements[place], high = elements[std::min(place + 1, n - 1)];
      const double difference = static_cast<double>(high) - static_cast<double>(low);
      const bool wraps = std::is_integral_v<T> && difference > static_cast<double>(std::numeric_limits<T>::max());
      if (wraps || dtype == DType::Bool || !is_exact(low) || !is_exact(high)) return false;
      const double part = static_cast<double>(n - 1) * quantiles[k] - static_cast<double>(place);
      // From the nearer end, as NumPy does: the results are monotonic, and both ends exact.
      values[k] = part < 0.5 ? static_cast<double>(low) + difference * part
                             : static_cast<double>(high) - difference * (1 - part);
      if (!std::isfinite(values[k])) return false;
    }
    return true;
  });
}

}  // namespace rooftop::lib
