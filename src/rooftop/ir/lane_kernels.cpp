// One captureless function per row and type, looped over lanes. Built without contraction (ISO mode), so each operation
// rounds on its own.
#include "rooftop/ir/lane_kernels.h"

#include <bit>
#include <cmath>
#include <complex>
#include <cstring>
#include <limits>
#include <type_traits>

#include "rooftop/base/errors.h"
#include "rooftop/ir/lane_casts.h"
#include "rooftop/ir/lane_loops.h"

namespace rooftop::ir {
namespace {

__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

template <class T>
T multiply_add(T a, T b, T c) {
  return std::fma(a, b, c);
}
template <class T>
std::complex<T> multiply_add(std::complex<T> a, std::complex<T> b, std::complex<T> c) {
  return {std::fma(-a.imag(), b.imag(), std::fma(a.real(), b.real(), c.real())),
          std::fma(a.imag(), b.real(), std::fma(a.real(), b.imag(), c.imag()))};
}

template <class T>
Outcome fused(void* result, const void* const* arguments, int lanes) {
  const T* const a = static_cast<const T*>(arguments[0]);
  const T* const b = static_cast<const T*>(arguments[1]);
  const T* const c = static_cast<const T*>(arguments[2]);
  for (int i = 0; i < lanes; ++i) static_cast<T*>(result)[i] = multiply_add(a[i], b[i], c[i]);
  return Outcome::Defined;
}

template <class T>
Outcome select(void* result, const void* const* arguments, int lanes) {
  T* const r = static_cast<T*>(result);
  const auto* const condition = static_cast<const std::uint8_t*>(arguments[0]);
  const T* const a = static_cast<const T*>(arguments[1]);
  const T* const b = static_cast<const T*>(arguments[2]);
  for (int i = 0; i < lanes; ++i) r[i] = condition[i] != 0 ? a[i] : b[i];
  return Outcome::Defined;
}

template <class T>
Outcome broadcast_lanes(void* result, const void* const* arguments, int lanes) {
  for (int i = 0; i < lanes; ++i) static_cast<T*>(result)[i] = *static_cast<const T*>(arguments[0]);
  return Outcome::Defined;
}

/// Halves of two vectors, a lane of each in turn, from `first` on in units of half a vector.
template <class T, int first>
Outcome zip_lanes(void* result, const void* const* arguments, int lanes) {
  const int half = lanes / 2;
  for (int i = 0; i < lanes; ++i) {
    static_cast<T*>(result)[i] = static_cast<const T*>(arguments[i % 2])[first * half + i / 2];
  }
  return Outcome::Defined;
}

/// Every other block of two vectors, one of each in turn, from the block `first` on.
template <class T, int first>
Outcome block_lanes(void* result, const void* const* arguments, int lanes) {
  const auto block = static_cast<int>(*static_cast<const std::int64_t*>(arguments[2]));
  for (int i = 0; i < lanes; ++i) {
    const int pair = i / (2 * block) * 2 * block, from = i / block % 2;
    static_cast<T*>(result)[i] = static_cast<const T*>(arguments[from])[pair + first * block + i % block];
  }
  return Outcome::Defined;
}

template <class T>
Outcome ramp_lanes(void* result, const void* const* arguments, int lanes) {
  const auto base = static_cast<std::uint64_t>(*static_cast<const T*>(arguments[0]));
  const auto step = static_cast<std::uint64_t>(*static_cast<const T*>(arguments[1]));
  for (int i = 0; i < lanes; ++i) static_cast<T*>(result)[i] = static_cast<T>(base + step * static_cast<unsigned>(i));
  return Outcome::Defined;
}

// ------------------------------------------------------------------------------------------------- scalars

/// Arithmetic through uint64 wraps at every width.
template <class T>
constexpr std::uint64_t wide(T a) {
  return static_cast<std::uint64_t>(a);
}

template <class T>
constexpr bool below_zero(T a) {
  if constexpr (std::is_signed_v<T>) return a < 0;
  return false;
}

/// Whether a / b exists and fits.
template <class T>
constexpr bool divides(T a, T b) {
  if (b == 0) return false;
  return !std::is_signed_v<T> || a != std::numeric_limits<T>::min() || b != static_cast<T>(-1);
}

template <class T>
T quotient(T a, T b, Outcome& outcome) {
  if (divides(a, b)) return static_cast<T>(a / b);
  outcome = Outcome::Broken;
  return 0;
}

template <class T>
T remainder(T a, T b, Outcome& outcome) {
  if (divides(a, b)) return static_cast<T>(a % b);
  outcome = Outcome::Broken;
  return 0;
}

template <class T>
T floor_quotient(T a, T b, Outcome& outcome) {
  if (b == 0) {
    outcome = Outcome::Broken;
    return 0;
  }
  if (!divides(a, b)) return a;  // MIN // -1 wraps
  const bool inexact = a % b != 0 && below_zero(a) != below_zero(b);
  return static_cast<T>(a / b - (inexact ? 1 : 0));
}

template <class T>
T floor_remainder(T a, T b, Outcome& outcome) {
  if (b == 0) {
    outcome = Outcome::Broken;
    return 0;
  }
  if (!divides(a, b)) return 0;
  const T r = static_cast<T>(a % b);
  return static_cast<T>(r != 0 && below_zero(r) != below_zero(b) ? r + b : r);
}

/// The count as the hardware takes it, modulo the width.
template <class T>
int shift_count(T b, Outcome& outcome) {
  constexpr int kBits = 8 * static_cast<int>(sizeof(T));
  if (below_zero(b) || wide(b) >= kBits) outcome = std::max(outcome, Outcome::Unspecified);
  return static_cast<int>(wide(b) & (kBits - 1));
}

template <class T>
T shift_left(T a, T b, Outcome& outcome) {
  return static_cast<T>(wide(a) << shift_count(b, outcome));
}

template <class T>
T shift_right(T a, T b, Outcome& outcome) {
  return static_cast<T>(a >> shift_count(b, outcome));
}

template <class T>
T high_product(T a, T b) {
  using Double = std::conditional_t<std::is_signed_v<T>, Int128, UInt128>;
  return static_cast<T>((static_cast<Double>(a) * static_cast<Double>(b)) >> (8 * sizeof(T)));
}

/// The bits of one of `Parts` parts, with or without sign.
template <int Parts, bool WithSign, class T>
std::uint64_t part_of(T value, int part) {
  constexpr int kWidth = 8 * static_cast<int>(sizeof(T)) / Parts;
  const std::uint64_t top = wide(value) << (64 - kWidth * (part + 1));
  if (WithSign) return static_cast<std::uint64_t>(static_cast<std::int64_t>(top) >> (64 - kWidth));
  return top >> (64 - kWidth);
}

/// c plus the products of the parts of a and b.
template <int Parts, class T>
Outcome dot(void* result, const void* const* arguments, int lanes) {
  const T* const a = static_cast<const T*>(arguments[0]);
  const T* const b = static_cast<const T*>(arguments[1]);
  const T* const c = static_cast<const T*>(arguments[2]);
  for (int i = 0; i < lanes; ++i) {
    std::uint64_t sum = wide(c[i]);
    for (int part = 0; part < Parts; ++part) {
      sum += part_of<Parts, Parts == 2>(a[i], part) * part_of<Parts, true>(b[i], part);
    }
    static_cast<T*>(result)[i] = static_cast<T>(sum);
  }
  return Outcome::Defined;
}

template <class C>
C complex_product(C a, C b) {
  return C(a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real());
}

/// Scaled by the divisor's larger part, as CPython does. A zero divisor makes both parts NaN.
template <class C>
C complex_quotient(C a, C b) {
  const auto real = std::abs(b.real());
  const auto imag = std::abs(b.imag());
  if (real >= imag) {
    const auto ratio = b.imag() / b.real();
    const auto scale = b.real() + b.imag() * ratio;
    return C((a.real() + a.imag() * ratio) / scale, (a.imag() - a.real() * ratio) / scale);
  }
  // Also where a part is NaN: the ratio carries it into both parts.
  const auto ratio = b.real() / b.imag();
  const auto scale = b.real() * ratio + b.imag();
  return C((a.real() * ratio + a.imag()) / scale, (a.imag() * ratio - a.real()) / scale);
}

// ----------------------------------------------------------------------------------------- rows by type

/// What all element types share.
template <class T>
LaneKernel common_kernel(Op op) {
  using Bool = std::uint8_t;
  switch (op) {
    case Op::eq:
      return binary<T, Bool>([](T a, T b) { return a == b; });
    case Op::ne:
      return binary<T, Bool>([](T a, T b) { return a != b; });
    case Op::select:
    case Op::select_rare:
      return select<T>;
    case Op::broadcast:
      return broadcast_lanes<T>;
    case Op::first_lane:
      return reduce<T>([](T a, T) { return a; });
    case Op::zip_low:
      return zip_lanes<T, 0>;
    case Op::zip_high:
      return zip_lanes<T, 1>;
    case Op::even_blocks:
      return block_lanes<T, 0>;
    case Op::odd_blocks:
      return block_lanes<T, 1>;
    default:
      return nullptr;
  }
}

/// Comparison and choice of ordered types.
template <class T>
LaneKernel ordered_kernel(Op op) {
  using Bool = std::uint8_t;
  switch (op) {
    case Op::lt:
      return binary<T, Bool>([](T a, T b) { return a < b; });
    case Op::le:
      return binary<T, Bool>([](T a, T b) { return a <= b; });
    case Op::gt:
      return binary<T, Bool>([](T a, T b) { return a > b; });
    case Op::ge:
      return binary<T, Bool>([](T a, T b) { return a >= b; });
    case Op::min:
      return binary<T, T>([](T a, T b) { return b < a ? b : a; });
    case Op::max:
      return binary<T, T>([](T a, T b) { return b > a ? b : a; });
    case Op::reduce_min:
      return reduce<T>([](T a, T b) { return b < a ? b : a; });
    case Op::reduce_max:
      return reduce<T>([](T a, T b) { return b > a ? b : a; });
    default:
      return common_kernel<T>(op);
  }
}

/// Bit operations of integers and, but for `bit_not`, of bool.
template <class T>
LaneKernel bit_kernel(Op op) {
  switch (op) {
    case Op::bit_and:
      return binary<T, T>([](T a, T b) { return a & b; });
    case Op::bit_or:
      return binary<T, T>([](T a, T b) { return a | b; });
    case Op::bit_xor:
      return binary<T, T>([](T a, T b) { return a ^ b; });
    case Op::reduce_and:
      return reduce<T>([](T a, T b) { return static_cast<T>(a & b); });
    case Op::reduce_or:
      return reduce<T>([](T a, T b) { return static_cast<T>(a | b); });
    default:
      return ordered_kernel<T>(op);
  }
}

template <class T>
LaneKernel overflow_kernel(Op op) {
  using Bool = std::uint8_t;
  switch (op) {
    case Op::add_overflows:
      return binary<T, Bool>([](T a, T b) { return __builtin_add_overflow(a, b, &a); });
    case Op::sub_overflows:
      return binary<T, Bool>([](T a, T b) { return __builtin_sub_overflow(a, b, &a); });
    case Op::mul_overflows:
      return binary<T, Bool>([](T a, T b) { return __builtin_mul_overflow(a, b, &a); });
    default:
      return bit_kernel<T>(op);
  }
}

template <class T>
LaneKernel integer_kernel(Op op) {
  switch (op) {
    case Op::add:
      return binary<T, T>([](T a, T b) { return wide(a) + wide(b); });
    case Op::sub:
      return binary<T, T>([](T a, T b) { return wide(a) - wide(b); });
    case Op::mul:
      return binary<T, T>([](T a, T b) { return wide(a) * wide(b); });
    case Op::quo:
      return partial<T>([](T a, T b, Outcome& o) { return quotient(a, b, o); });
    case Op::rem:
      return partial<T>([](T a, T b, Outcome& o) { return remainder(a, b, o); });
    case Op::floordiv:
      return partial<T>([](T a, T b, Outcome& o) { return floor_quotient(a, b, o); });
    case Op::floormod:
      return partial<T>([](T a, T b, Outcome& o) { return floor_remainder(a, b, o); });
    case Op::neg:
      return unary<T, T>([](T a) { return 0 - wide(a); });
    case Op::abs:
      return unary<T, T>([](T a) { return below_zero(a) ? 0 - wide(a) : wide(a); });
    case Op::dot2:
      return dot<2, T>;
    case Op::dot4:
      return dot<4, T>;
    case Op::mul_high:
      return binary<T, T>([](T a, T b) { return high_product(a, b); });
    case Op::bit_not:
      return unary<T, T>([](T a) { return ~wide(a); });
    case Op::threads:
      return unary<T, T>([](T a) { return a; });
    case Op::shl:
      return partial<T>([](T a, T b, Outcome& o) { return shift_left(a, b, o); });
    case Op::shr:
      return partial<T>([](T a, T b, Outcome& o) { return shift_right(a, b, o); });
    case Op::ramp:
      return ramp_lanes<T>;
    case Op::reduce_add:
      return reduce<T>([](T a, T b) { return static_cast<T>(wide(a) + wide(b)); });
    default:
      return overflow_kernel<T>(op);
  }
}

template <class T>
LaneKernel float_kernel(Op op) {
  switch (op) {
    case Op::add:
      return binary<T, T>([](T a, T b) { return a + b; });
    case Op::sub:
      return binary<T, T>([](T a, T b) { return a - b; });
    case Op::mul:
      return binary<T, T>([](T a, T b) { return a * b; });
    case Op::div:
      return binary<T, T>([](T a, T b) { return a / b; });
    case Op::neg:
      return unary<T, T>([](T a) { return -a; });
    case Op::abs:
      return unary<T, T>([](T a) { return std::fabs(a); });
    case Op::fma:
      return fused<T>;
    case Op::sqrt:
      return unary<T, T>([](T a) { return std::sqrt(a); });
    case Op::floor:
      return unary<T, T>([](T a) { return std::floor(a); });
    case Op::ceil:
      return unary<T, T>([](T a) { return std::ceil(a); });
    case Op::trunc:
      return unary<T, T>([](T a) { return std::trunc(a); });
    case Op::rint:
      return unary<T, T>([](T a) { return std::nearbyint(a); });
    case Op::copysign:
      return binary<T, T>([](T a, T b) { return std::copysign(a, b); });
    case Op::complex:
      return binary<T, std::complex<T>>([](T a, T b) { return std::complex<T>(a, b); });
    case Op::reduce_add:
      return reduce<T>([](T a, T b) { return a + b; });
    default:
      return ordered_kernel<T>(op);
  }
}

template <class T>
LaneKernel complex_kernel(Op op) {
  using C = std::complex<T>;
  switch (op) {
    case Op::add:
      return binary<C, C>([](C a, C b) { return a + b; });
    case Op::sub:
      return binary<C, C>([](C a, C b) { return a - b; });
    case Op::mul:
      return binary<C, C>([](C a, C b) { return complex_product(a, b); });
    case Op::div:
      return binary<C, C>([](C a, C b) { return complex_quotient(a, b); });
    case Op::fma:
      return fused<C>;
    case Op::neg:
      return unary<C, C>([](C a) { return -a; });
    case Op::conj:
      return unary<C, C>([](C a) { return C(a.real(), -a.imag()); });
    case Op::real:
      return unary<C, T>([](C a) { return a.real(); });
    case Op::imag:
      return unary<C, T>([](C a) { return a.imag(); });
    case Op::reduce_add:
      return reduce<C>([](C a, C b) { return a + b; });
    default:
      return common_kernel<C>(op);
  }
}

LaneKernel bool_kernel(Op op) {
  if (op == Op::likely) return unary<std::uint8_t, std::uint8_t>([](std::uint8_t a) { return a; });
  if (op == Op::bit_not) return unary<std::uint8_t, std::uint8_t>([](std::uint8_t a) { return a ^ 1; });
  // Bool has no sums, so the rows of its bits and its order are all.
  return op == Op::reduce_min || op == Op::reduce_max ? nullptr : bit_kernel<std::uint8_t>(op);
}

/// Halves are chosen between and copied; all else is the work of wider types.
LaneKernel half_kernel(Op op) {
  if (op == Op::select || op == Op::select_rare) return select<std::uint16_t>;
  return op == Op::broadcast ? broadcast_lanes<std::uint16_t> : nullptr;
}

}  // namespace

LaneKernel lane_kernel(Op op, DType value, DType result) {
  if (op == Op::cast) return cast_kernel(value, result);
  if (op == Op::bitcast) return bitcast_kernel(value, result);
  switch (value) {
    case DType::Bool:
      return bool_kernel(op);
    case DType::I8:
      return integer_kernel<std::int8_t>(op);
    case DType::I16:
      return integer_kernel<std::int16_t>(op);
    case DType::I32:
      return integer_kernel<std::int32_t>(op);
    case DType::I64:
      return integer_kernel<std::int64_t>(op);
    case DType::U8:
      return integer_kernel<std::uint8_t>(op);
    case DType::U16:
      return integer_kernel<std::uint16_t>(op);
    case DType::U32:
      return integer_kernel<std::uint32_t>(op);
    case DType::U64:
      return integer_kernel<std::uint64_t>(op);
    case DType::F16:
    case DType::BF16:
      return half_kernel(op);
    case DType::F32:
      return float_kernel<float>(op);
    case DType::F64:
      return float_kernel<double>(op);
    case DType::C64:
      return complex_kernel<float>(op);
    case DType::C128:
      return complex_kernel<double>(op);
  }
  ROOFTOP_UNREACHABLE("unknown element type");
}

}  // namespace rooftop::ir
