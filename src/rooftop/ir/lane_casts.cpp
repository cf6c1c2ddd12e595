// Casts by source type, then by target type. Built without contraction, like all rows.
#include "rooftop/ir/lane_casts.h"

#include <cmath>
#include <complex>
#include <cstring>
#include <limits>
#include <type_traits>

#include "rooftop/array/half.h"
#include "rooftop/ir/lane_loops.h"

namespace rooftop::ir {
namespace {

template <class From, class To>
To convert(From value, Outcome& outcome) {
  if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    constexpr int kValueBits = std::numeric_limits<To>::digits;
    const From whole = std::trunc(value);
    const From above = std::ldexp(From(1), kValueBits);
    if (whole < above && whole >= (std::is_signed_v<To> ? -above : From(0))) return static_cast<To>(whole);
    outcome = Outcome::Unspecified;
    if (std::isnan(value)) return 0;
    return value < 0 ? std::numeric_limits<To>::min() : std::numeric_limits<To>::max();
  } else {
    return static_cast<To>(value);
  }
}

template <class From, class To>
Outcome cast_lanes(void* result, const void* const* arguments, int lanes) {
  Outcome outcome = Outcome::Defined;
  for (int i = 0; i < lanes; ++i) {
    static_cast<To*>(result)[i] = convert<From, To>(static_cast<const From*>(arguments[0])[i], outcome);
  }
  return outcome;
}

template <class From>
LaneKernel cast_from_real(DType to) {
  switch (to) {
    case DType::Bool:
      return unary<From, std::uint8_t>([](From a) { return a != From(0); });
    case DType::I8:
      return cast_lanes<From, std::int8_t>;
    case DType::I16:
      return cast_lanes<From, std::int16_t>;
    case DType::I32:
      return cast_lanes<From, std::int32_t>;
    case DType::I64:
      return cast_lanes<From, std::int64_t>;
    case DType::U8:
      return cast_lanes<From, std::uint8_t>;
    case DType::U16:
      return cast_lanes<From, std::uint16_t>;
    case DType::U32:
      return cast_lanes<From, std::uint32_t>;
    case DType::U64:
      return cast_lanes<From, std::uint64_t>;
    case DType::F16:
    case DType::BF16:
      return nullptr;  // by way of float32
    case DType::F32:
      return cast_lanes<From, float>;
    case DType::F64:
      return cast_lanes<From, double>;
    case DType::C64:
      return unary<From, std::complex<float>>([](From a) { return static_cast<float>(a); });
    case DType::C128:
      return unary<From, std::complex<double>>([](From a) { return static_cast<double>(a); });
  }
  return nullptr;
}

template <class C>
LaneKernel cast_from_complex(DType to) {
  switch (to) {
    case DType::Bool:
      return unary<C, std::uint8_t>([](C a) { return a != C(0); });
    case DType::C64:
      return unary<C, std::complex<float>>([](C a) { return std::complex<float>(a); });
    case DType::C128:
      return unary<C, std::complex<double>>([](C a) { return std::complex<double>(a); });
    default:
      return nullptr;
  }
}

template <class Wide, DType half>
LaneKernel half_from_wide() {
  return unary<Wide, std::uint16_t>([](Wide a) { return array::half_bits(a, half); });
}

template <class Wide, DType half>
LaneKernel wide_from_half() {
  return unary<std::uint16_t, Wide>([](std::uint16_t a) { return array::half_value(a, half); });
}

template <DType half>
LaneKernel half_cast_kernel(DType from, DType to) {
  if (from == to) return unary<std::uint16_t, std::uint16_t>([](std::uint16_t a) { return a; });
  if (from == half && to == DType::F32) return wide_from_half<float, half>();
  if (from == half && to == DType::F64) return wide_from_half<double, half>();
  if (from == DType::F32 && to == half) return half_from_wide<float, half>();
  if (from == DType::F64 && to == half) return half_from_wide<double, half>();
  return nullptr;
}

template <int Bytes>
Outcome copy_bits(void* result, const void* const* arguments, int lanes) {
  std::memcpy(result, arguments[0], static_cast<std::size_t>(lanes) * Bytes);
  return Outcome::Defined;
}

}  // namespace

LaneKernel cast_kernel(DType from, DType to) {
  if (from == DType::F16 || to == DType::F16) return half_cast_kernel<DType::F16>(from, to);
  if (from == DType::BF16 || to == DType::BF16) return half_cast_kernel<DType::BF16>(from, to);
  switch (from) {
    case DType::Bool:
    case DType::U8:
      return cast_from_real<std::uint8_t>(to);
    case DType::I8:
      return cast_from_real<std::int8_t>(to);
    case DType::I16:
      return cast_from_real<std::int16_t>(to);
    case DType::I32:
      return cast_from_real<std::int32_t>(to);
    case DType::I64:
      return cast_from_real<std::int64_t>(to);
    case DType::U16:
      return cast_from_real<std::uint16_t>(to);
    case DType::U32:
      return cast_from_real<std::uint32_t>(to);
    case DType::U64:
      return cast_from_real<std::uint64_t>(to);
    case DType::F16:
    case DType::BF16:
      break;
    case DType::F32:
      return cast_from_real<float>(to);
    case DType::F64:
      return cast_from_real<double>(to);
    case DType::C64:
      return cast_from_complex<std::complex<float>>(to);
    case DType::C128:
      return cast_from_complex<std::complex<double>>(to);
  }
  return nullptr;
}

LaneKernel bitcast_kernel(DType from, DType to) {
  const auto bits = [](DType d) { return (array::is_integer(d) || array::is_float(d)) ? array::size_of(d) : 0; };
  if (bits(from) != bits(to)) return nullptr;
  switch (bits(from)) {
    case 1:
      return copy_bits<1>;
    case 2:
      return copy_bits<2>;
    case 4:
      return copy_bits<4>;
    case 8:
      return copy_bits<8>;
    default:
      return nullptr;
  }
}

}  // namespace rooftop::ir
