// Partitions put the elements that count to their places.
#include "rooftop/lib/quantile.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

#include "rooftop/array/half.h"
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

/// Sorts as much of the vector as the places need.
void partition_at(DType dtype, char* data, std::int64_t n, std::span<const QuantilePlace> places) {
  std::vector<std::int64_t> ends;
  for (const QuantilePlace& place : places) ends.insert(ends.end(), {place.low, place.high});
  std::sort(ends.begin(), ends.end());
  partition_vector(dtype, data, n, ends);
}

/// A double rounded to the precision. Operations on two numbers of it round once this way: a double holds their results
/// exactly, or more than twice their digits.
double rounded(double value, DType precision) {
  if (precision == DType::F16) return array::half_value(array::half_bits(value, DType::F16), DType::F16);
  return precision == DType::F32 ? static_cast<float>(value) : value;
}

/// From the nearer end, as NumPy does: the results are monotonic, and both ends exact.
double between(double low, double high, double distance, double part, DType precision) {
  const auto round = [precision](double value) { return rounded(value, precision); };
  return part < 0.5 ? round(low + round(distance * round(part))) : round(high - round(distance * round(1 - part)));
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

bool quantiles(DType dtype, QuantilePrecision precision, char* data, std::int64_t n,
               std::span<const QuantilePlace> places, double* values) {
  return with_number(dtype, [&](auto element) {
    using T = decltype(element);
    auto* elements = reinterpret_cast<T*>(data);
    const T nan = nan_among(elements, n);
    if (nan != nan) {
      std::fill_n(values, places.size(), static_cast<double>(nan));
      return true;
    }
    partition_at(dtype, data, n, places);
    for (const QuantilePlace& place : places) {
      const T low = elements[place.low], high = elements[place.high];
      const double distance = rounded(static_cast<double>(high) - static_cast<double>(low), precision.differences);
      const bool wraps = std::is_integral_v<T> && distance > static_cast<double>(std::numeric_limits<T>::max());
      if (wraps || dtype == DType::Bool || !is_exact(low) || !is_exact(high)) return false;
      *values = between(static_cast<double>(low), static_cast<double>(high), distance, place.part, precision.results);
      if (!std::isfinite(*values++)) return false;
    }
    return true;
  });
}

void pick_quantiles(DType dtype, char* data, std::int64_t n, std::span<const QuantilePlace> places, char* values) {
  with_number(dtype, [&](auto element) {
    using T = decltype(element);
    const auto* elements = reinterpret_cast<const T*>(data);
    auto* to = reinterpret_cast<T*>(values);
    const T nan = nan_among(elements, n);
    if (nan != nan) {
      std::fill_n(to, places.size(), nan);
      return true;
    }
    partition_at(dtype, data, n, places);
    for (const QuantilePlace& place : places) *to++ = elements[place.low];
    return true;
  });
}

}  // namespace rooftop::lib
