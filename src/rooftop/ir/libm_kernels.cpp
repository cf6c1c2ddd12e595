// Rows of ROOFTOP_MATH through the C library, and constants as native lanes.
#include <cmath>
#include <complex>
#include <cstring>

#include "rooftop/array/half.h"
#include "rooftop/base/errors.h"
#include "rooftop/ir/lane_kernels.h"

namespace rooftop::ir {
namespace {

/// The C library's functions under the rows' names.
namespace libm {
using std::acos, std::acosh, std::asin, std::asinh, std::atan, std::atan2, std::atanh, std::cbrt, std::cos, std::cosh,
    std::erf, std::erfc, std::exp, std::exp2, std::expm1, std::fmod, std::hypot, std::lgamma, std::log, std::log10,
    std::log1p, std::log2, std::pow, std::sin, std::sinh, std::tan, std::tanh;

template <class T>
T gamma(T x) {
  return std::tgamma(x);
}
}  // namespace libm

template <class T, class F>
Outcome each_lane(void* result, const void* const* arguments, int lanes, F f) {
  const T* const a = static_cast<const T*>(arguments[0]);
  for (int i = 0; i < lanes; ++i) {
    if constexpr (std::is_invocable_v<F, T>) {
      static_cast<T*>(result)[i] = f(a[i]);
    } else {
      static_cast<T*>(result)[i] = f(a[i], static_cast<const T*>(arguments[1])[i]);
    }
  }
  return Outcome::Defined;
}

template <class T>
LaneKernel kernel(Op op) {
#define ROOFTOP_MATH_1(name) [](T x) { return libm::name(x); }
#define ROOFTOP_MATH_2(name) [](T x, T y) { return libm::name(x, y); }
#define ROOFTOP_MATH(name, arity, flops, c_name)                                 \
  case Op::name:                                                                 \
    return [](void* result, const void* const* arguments, int lanes) {           \
      return each_lane<T>(result, arguments, lanes, ROOFTOP_MATH_##arity(name)); \
    };
  switch (op) {
#include "rooftop/ops/ops.def"
    default:
      return nullptr;
  }
#undef ROOFTOP_MATH_1
#undef ROOFTOP_MATH_2
}

template <class T>
void put(T value, void* lane) {
  std::memcpy(lane, &value, sizeof value);
}

template <class T>
T get(const void* lane) {
  T value;
  std::memcpy(&value, lane, sizeof value);
  return value;
}

}  // namespace

LaneKernel libm_kernel(Op op, DType value) {
  if (!array::is_float(value) || array::is_half(value)) return nullptr;
  return value == DType::F32 ? kernel<float>(op) : kernel<double>(op);
}

void write_lane(const Constant& value, DType dtype, void* lane) {
  switch (dtype) {
    case DType::Bool:
    case DType::I8:
    case DType::U8:
      return put(static_cast<std::uint8_t>(value.integer), lane);
    case DType::I16:
    case DType::U16:
      return put(static_cast<std::uint16_t>(value.integer), lane);
    case DType::I32:
    case DType::U32:
      return put(static_cast<std::uint32_t>(value.integer), lane);
    case DType::I64:
    case DType::U64:
      return put(value.integer, lane);
    case DType::F16:
    case DType::BF16:
      return put(array::half_bits(value.real, dtype), lane);
    case DType::F32:
      return put(static_cast<float>(value.real), lane);
    case DType::F64:
      return put(value.real, lane);
    case DType::C64:
      return put(std::complex<float>(static_cast<float>(value.real), static_cast<float>(value.imag)), lane);
    case DType::C128:
      return put(std::complex<double>(value.real, value.imag), lane);
  }
}

Constant read_lane(DType dtype, const void* lane) {
  switch (dtype) {
    case DType::Bool:
    case DType::U8:
      return {.integer = get<std::uint8_t>(lane)};
    case DType::I8:
      return {.integer = get<std::int8_t>(lane)};
    case DType::I16:
      return {.integer = get<std::int16_t>(lane)};
    case DType::U16:
      return {.integer = get<std::uint16_t>(lane)};
    case DType::I32:
      return {.integer = get<std::int32_t>(lane)};
    case DType::U32:
      return {.integer = get<std::uint32_t>(lane)};
    case DType::I64:
    case DType::U64:
      return {.integer = get<std::int64_t>(lane)};
    case DType::F16:
    case DType::BF16:
      return {.real = array::half_value(get<std::uint16_t>(lane), dtype)};
    case DType::F32:
      return {.real = get<float>(lane)};
    case DType::F64:
      return {.real = get<double>(lane)};
    case DType::C64:
      return {.real = get<float>(lane), .imag = get<float>(static_cast<const float*>(lane) + 1)};
    case DType::C128:
      return {.real = get<double>(lane), .imag = get<double>(static_cast<const double*>(lane) + 1)};
  }
  ROOFTOP_UNREACHABLE("unknown element type");
}

}  // namespace rooftop::ir
