// The meanings as plain functions beside the C library's, and the points they are tried on.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "rooftop/ops/meaning/all.h"
#include "rooftop/ops/meaning/lanes.h"

namespace rooftop::ops::meaning::testing {

/// A function of one or two arguments (the second ignored if one): the meaning, and libm in the same type and in more
/// precision.
template <class E>
struct Case {
  std::string name;
  int arguments;
  double bound;  ///< largest error allowed, in ulp
  E (*meaning)(E, E);
  E (*libm)(E, E);
  long double (*exact)(long double, long double);
};

/// Largest errors allowed; measured ones (docs/decisions/0004-vector-math.md) are below.
inline double bound_of(const std::string& name) {
  if (name == "fmod") return 0;
  if (name == "tanh" || name == "acosh" || name == "erfc") return 3.5;
  if (name == "asinh" || name == "tan") return 3.1;
  if (name == "log2" || name == "log10" || name == "log1p") return 2.4;
  if (name == "log") return 1.6;
  if (name == "exp" || name == "exp2" || name == "sin" || name == "cos" || name == "pow" || name == "hypot" ||
      name == "cbrt")
    return 1.1;
  return 2;
}

template <class E>
std::vector<Case<E>> cases() {
  using F = std::conditional_t<std::is_same_v<E, double>, Float64, Float32>;
  using Scalar = Lanes<E, 1>;
  std::vector<Case<E>> out;
#define ROOFTOP_CASE_OF_ONE(f)                                                                \
  out.push_back({#f, 1, bound_of(#f), [](E x, E) -> E { return meaning::f<F>(Scalar{x}).v; }, \
                 [](E x, E) -> E { return std::f(x); }, [](long double x, long double) { return std::f(x); }});
#define ROOFTOP_CASE_OF_TWO(f)                                                                             \
  out.push_back({#f, 2, bound_of(#f), [](E x, E y) -> E { return meaning::f<F>(Scalar{x}, Scalar{y}).v; }, \
                 [](E x, E y) -> E { return std::f(x, y); },                                               \
                 [](long double x, long double y) { return std::f(x, y); }});
  ROOFTOP_MEANINGS_OF_ONE(ROOFTOP_CASE_OF_ONE)
  ROOFTOP_MEANINGS_OF_TWO(ROOFTOP_CASE_OF_TWO)
#undef ROOFTOP_CASE_OF_ONE
#undef ROOFTOP_CASE_OF_TWO
  return out;
}

/// Zeros, subnormals, ends of the range, infinities, NaN, small integers and halves, and their neighbours, of both
/// signs.
template <class E>
std::vector<E> special_points() {
  using Limits = std::numeric_limits<E>;
  std::vector<E> out = {0,
                        Limits::denorm_min(),
                        Limits::min() / 2,
                        Limits::min(),
                        Limits::epsilon(),
                        Limits::max() / 2,
                        Limits::max(),
                        Limits::infinity(),
                        Limits::quiet_NaN()};
  for (double value : {0.25,
                       0.5,
                       1.0,
                       1.5,
                       2.0,
                       2.5,
                       3.0,
                       4.0,
                       7.0,
                       10.0,
                       27.0,
                       88.0,
                       90.0,
                       104.0,
                       149.0,
                       709.0,
                       710.0,
                       746.0,
                       1024.0,
                       1075.0,
                       8388608.0,
                       16777217.0,
                       9007199254740991.0,
                       9007199254740992.0,
                       1e30})
    out.push_back(static_cast<E>(value));
  const std::size_t plain = out.size();
  for (std::size_t i = 0; i < plain; ++i) {
    out.push_back(std::nextafter(out[i], Limits::infinity()));
    out.push_back(std::nextafter(out[i], E(0)));
  }
  const std::size_t positive = out.size();
  for (std::size_t i = 0; i < positive; ++i) out.push_back(-out[i]);
  return out;
}

/// SplitMix64: the same numbers everywhere.
struct Random {
  std::uint64_t state;
  std::uint64_t bits() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  double between(double low, double high) { return low + (high - low) * (static_cast<double>(bits() >> 11) * 0x1p-53); }
  /// Any bits: every exponent, infinities and NaN too.
  template <class E>
  E any() {
    if constexpr (sizeof(E) == 8) {
      return std::bit_cast<double>(bits());
    } else {
      return std::bit_cast<float>(static_cast<std::uint32_t>(bits()));
    }
  }
};

template <class E>
auto bits_of(E x) {
  return std::bit_cast<std::conditional_t<sizeof(E) == 8, std::uint64_t, std::uint32_t>>(x);
}

/// Error of `got` in units of the last place of `exact`, both finite.
template <class E>
double ulps(E got, long double exact) {
  int exponent = 0;
  (void)std::frexp(static_cast<E>(exact), &exponent);
  exponent = std::max(exponent, std::numeric_limits<E>::min_exponent);
  const long double unit = std::ldexp(1.0L, exponent - std::numeric_limits<E>::digits);
  return static_cast<double>(std::fabs(static_cast<long double>(got) - exact) / unit);
}

}  // namespace rooftop::ops::meaning::testing
