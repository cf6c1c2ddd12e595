// What the files of the math module share: classes of floats, arguments, and the functions that math_module.cpp's table
// names and other files define.
#pragma once

#include <string>

#include "rooftop/frontend/builtins.h"

namespace rooftop::frontend {

ir::Expr abs_of(const ir::Expr& x);
ir::Expr is_nan(const ir::Expr& x);
ir::Expr is_infinite(const ir::Expr& x);
ir::Expr is_finite(const ir::Expr& x);

/// ValueError "math domain error" unless the condition holds.
void check_domain(Emitter& e, const ir::Expr& condition);
/// OverflowError "math range error" where the result is infinite and `finite_arguments` holds.
void check_range(Emitter& e, const ir::Expr& result, const ir::Expr& finite_arguments);

/// The one argument as a float, bound to a variable; refuses any other number of arguments.
ir::Expr math_argument(Emitter& e, const std::string& name, const Arguments& a);
struct FloatPair {
  ir::Expr x, y;
};
FloatPair two_math_arguments(Emitter& e, const std::string& name, const Arguments& a);

// math_parts.cpp: floats taken apart and put together by their bits.
Value math_modf(Emitter& e, const Arguments& a);
Value math_frexp(Emitter& e, const Arguments& a);
Value math_ldexp(Emitter& e, const Arguments& a);
Value math_nextafter(Emitter& e, const Arguments& a);
Value math_ulp(Emitter& e, const Arguments& a);
Value math_remainder(Emitter& e, const Arguments& a);
Value math_fma(Emitter& e, const Arguments& a);

struct Fraction {
  ir::Expr mantissa;  ///< 0.5 <= |mantissa| < 1; the value itself for zeros, infinities and NaN
  ir::Expr exponent;  ///< i64, 0 for those
};
/// x == mantissa * 2**exponent.
Fraction split_float(Emitter& e, const ir::Expr& x);
/// 2.0**n for -1022 <= n <= 1023.
ir::Expr power_of_two(const ir::Expr& n);

// math_gamma.cpp
Value math_gamma(Emitter& e, const Arguments& a);
Value math_lgamma(Emitter& e, const Arguments& a);

// math_norms.cpp: lengths of vectors.
Value math_hypot(Emitter& e, const Arguments& a);
Value math_dist(Emitter& e, const Arguments& a);

// math_integers.cpp: number theory; OverflowError where the exact result does not fit in 64 bits.
Value math_gcd(Emitter& e, const Arguments& a);
Value math_lcm(Emitter& e, const Arguments& a);
Value math_isqrt(Emitter& e, const Arguments& a);
Value math_factorial(Emitter& e, const Arguments& a);
Value math_comb(Emitter& e, const Arguments& a);
Value math_perm(Emitter& e, const Arguments& a);

}  // namespace rooftop::frontend
