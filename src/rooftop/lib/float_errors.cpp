// Which elements of a computed row are NumPy's floating-point errors.
#include <cmath>
#include <complex>
#include <cstring>
#include <limits>
#include <string_view>

#include "rooftop/array/cast.h"
#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/kernels.h"

namespace rooftop::lib {
namespace {

using array::DType;

struct Operand {
  const char* data;
  std::int64_t stride;
  DType dtype;

  template <typename T>
  T at(std::int64_t i) const {
    T value;
    std::memcpy(&value, data + i * stride, sizeof value);
    return value;
  }
};

template <typename T>
bool any_zero(const Operand& operand, std::int64_t n) {
  bool found = false;
  for (std::int64_t i = 0; i < n; ++i) found |= operand.at<T>(i) == 0;
  return found;
}

bool any_zero_integer(const Operand& operand, std::int64_t n) {
  switch (array::size_of(operand.dtype)) {
    case 1:
      return any_zero<std::int8_t>(operand, n);
    case 2:
      return any_zero<std::int16_t>(operand, n);
    case 4:
      return any_zero<std::int32_t>(operand, n);
    default:
      return any_zero<std::int64_t>(operand, n);
  }
}

// A complex number counts as its worse part: NaN, else infinite, else what is not zero.
double value_at(const Operand& operand, std::int64_t i) {
  if (array::is_complex(operand.dtype)) {
    double parts[2];
    array::cast_loop(operand.dtype, DType::C128)(reinterpret_cast<char*>(parts), 0, operand.data + i * operand.stride,
                                                 0, 1);
    if (std::isnan(parts[0]) || std::isnan(parts[1])) return std::numeric_limits<double>::quiet_NaN();
    return parts[0] == 0 || std::isinf(parts[1]) ? parts[1] : parts[0];
  }
  double value = 0;
  array::cast_loop(operand.dtype, DType::F64)(reinterpret_cast<char*>(&value), 0, operand.data + i * operand.stride, 0,
                                              1);
  return value;
}

unsigned infinite_output(ops::Ufunc ufunc, double first, double second, int inputs) {
  switch (ops::info(ufunc).errors) {
    case ops::FloatErrors::Hardware:
      return ufunc == ops::Ufunc::divide && second == 0 ? kDivideByZero : kOverflow;
    case ops::FloatErrors::None:
    case ops::FloatErrors::Overflow:
    case ops::FloatErrors::Modulus:
      return kOverflow;
    case ops::FloatErrors::Pole:
      return kDivideByZero;
    case ops::FloatErrors::Power:
      return first == 0 ? kDivideByZero : kOverflow;
    case ops::FloatErrors::Quotient:
      break;
  }
  // As NumPy, whose steps subtract the infinite quotient from itself.
  return inputs == 2 && second == 0 ? unsigned{kDivideByZero} : kOverflow | kInvalid;
}

template <typename T>
using BitsOf = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
template <typename T>
constexpr BitsOf<T> kExponent = sizeof(T) == 8 ? BitsOf<T>(0x7ff0000000000000ULL) : BitsOf<T>(0x7f800000U);

// x - x is zero for finite numbers alone. Several sums side by side: one alone would wait for each addition.
template <typename T>
[[gnu::target("avx2")]] bool all_finite_avx2(const char* data, std::int64_t n) {
  typedef T Vector __attribute__((vector_size(32), aligned(1), may_alias));
  constexpr std::int64_t kLanes = 32 / sizeof(T);
  Vector sums[4] = {};
  std::int64_t i = 0;
  for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
    for (int k = 0; k < 4; ++k) {
      const Vector value =
          *reinterpret_cast<const Vector*>(data + (i + k * kLanes) * static_cast<std::int64_t>(sizeof(T)));
      sums[k] += value - value;
    }
  }
  const Vector folded = sums[0] + sums[1] + (sums[2] + sums[3]);
  T sum = 0;
  for (std::int64_t k = 0; k < kLanes; ++k) sum += folded[k];
  for (; i < n; ++i) {
    T value;
    std::memcpy(&value, data + i * static_cast<std::int64_t>(sizeof(T)), sizeof value);
    sum += value - value;
  }
  return sum == 0;
}

// NaN or infinite results, found fast: most rows have none.
template <typename T>
bool all_finite(const Operand& operand, std::int64_t n) {
  using Bits = BitsOf<T>;
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  if (has_avx2 && n > 8 && operand.stride == sizeof(T)) return all_finite_avx2<T>(operand.data, n);
  bool finite = true;
  for (std::int64_t i = 0; i < n; ++i) finite &= (operand.at<Bits>(i) & kExponent<T>) != kExponent<T>;
  return finite;
}

template <typename T>
bool all_parts_finite(const Operand& output, std::int64_t n) {
  constexpr auto kSize = static_cast<std::int64_t>(sizeof(T));
  if (output.stride == 2 * kSize) return all_finite<T>({output.data, kSize, output.dtype}, 2 * n);
  return all_finite<T>(output, n) && all_finite<T>({output.data + kSize, output.stride, output.dtype}, n);
}

bool all_finite(const Operand& output, std::int64_t n) {
  switch (output.dtype) {
    case DType::F64:
      return all_finite<double>(output, n);
    case DType::F32:
      return all_finite<float>(output, n);
    case DType::C128:
      return all_parts_finite<double>(output, n);
    case DType::C64:
      return all_parts_finite<float>(output, n);
    default:
      return !array::is_float(output.dtype);
  }
}

// Errors of one output, by its values that are not finite.
unsigned errors_of_output(ops::Ufunc ufunc, const Operand& output, const Operand* inputs, int count, std::int64_t n) {
  if (all_finite(output, n)) return 0;
  unsigned errors = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const double result = value_at(output, i);
    if (std::isfinite(result)) continue;
    const double first = value_at(inputs[0], i);
    const double second = count == 2 ? value_at(inputs[1], i) : 0.0;
    if (std::isnan(result)) {
      // What lies next to an infinity is NaN and no error, but of float16.
      if (ufunc == ops::Ufunc::spacing && output.dtype != DType::F16) continue;
      if (!std::isnan(first) && !std::isnan(second)) errors |= kInvalid;
    } else if (std::isfinite(first) && (std::isfinite(second) || ufunc == ops::Ufunc::nextafter)) {
      errors |= infinite_output(ufunc, first, second, count);
    }
  }
  return errors;
}

}  // namespace

ops::FloatErrors errors_of_loop(ops::Ufunc ufunc, const ops::Loop& loop) {
  using ops::FloatErrors;
  const DType type = loop.types[0];
  const FloatErrors errors = ops::info(ufunc).errors_of(type);
  if (ufunc == ops::Ufunc::sqrt && array::is_complex(type)) return FloatErrors::None;
  if (ufunc == ops::Ufunc::absolute && !array::is_complex(type)) return FloatErrors::None;
  // The lowest level makes halves in steps that raise no flag of overflow: there the results tell.
  static const bool halves_raise_flags = std::string_view(cpu_level()) != "x86-64-v2";
  if (type == DType::F16 && errors == FloatErrors::Hardware && !halves_raise_flags) return FloatErrors::Overflow;
  if (!array::is_integer(type) && !array::is_bool(type)) return errors;
  if (ufunc == ops::Ufunc::reciprocal) return FloatErrors::Quotient;
  return errors == FloatErrors::Quotient || errors == FloatErrors::Modulus ? errors : FloatErrors::None;
}

unsigned errors_of_rows(ops::Ufunc ufunc, const ops::Loop& loop, char* const* addresses, const std::int64_t* strides,
                        std::int64_t n) {
  const ops::UfuncInfo& info = ops::info(ufunc);
  const int inputs = info.inputs;
  Operand operands[ops::kMaxOperands];
  for (int k = 0; k < inputs + info.outputs; ++k) {
    operands[k] = {addresses[k], strides[k], loop.types[static_cast<std::size_t>(k)]};
  }
  if (array::is_integer(loop.types[0])) {
    if (errors_of_loop(ufunc, loop) == ops::FloatErrors::None || !any_zero_integer(operands[inputs - 1], n)) return 0;
    return ufunc == ops::Ufunc::reciprocal ? kDivideByZero | kInvalid : unsigned{kDivideByZero};
  }
  unsigned errors = 0;
  for (int k = 0; k < info.outputs; ++k) errors |= errors_of_output(ufunc, operands[inputs + k], operands, inputs, n);
  return errors;
}

}  // namespace rooftop::lib
