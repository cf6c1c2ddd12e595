// Complex arithmetic on parts, with NumPy's formulas. For ufuncs*.cpp alone.
#pragma once

#include "rooftop/ir/ufuncs_terms.h"

namespace rooftop::ir::ufuncs {

Expr complex_product(const Expr& x, const Expr& y);
Expr complex_quotient(const Call& c, const Expr& x, const Expr& y);
Expr complex_reciprocal(const Call& c, const Expr& x);
Expr complex_square_root(const Call& c, const Expr& x);
/// x / |x|; 0 for 0, and NaN where the direction of x is not known.
Expr complex_sign(const Call& c, const Expr& x);

/// NumPy's values for zeros, and its products for small whole exponents; the others with twice the digits.
Expr complex_power(const Call& c, const Expr& base, const Expr& exponent);

Expr complex_exp(const Call& c, const Expr& z);
Expr complex_sin(const Call& c, const Expr& z);
Expr complex_cos(const Call& c, const Expr& z);
Expr complex_sinh(const Call& c, const Expr& z);
Expr complex_cosh(const Call& c, const Expr& z);

// Of two float64 alone: in_double takes the others there.
Expr complex_log(const Call& c, const Expr& z);
Expr complex_log1p(const Call& c, const Expr& z);
Expr complex_expm1(const Call& c, const Expr& z);
Expr complex_tan(const Call& c, const Expr& z);
Expr complex_tanh(const Call& c, const Expr& z);
Expr complex_arcsin(const Call& c, const Expr& z);
Expr complex_arccos(const Call& c, const Expr& z);
Expr complex_arctan(const Call& c, const Expr& z);
Expr complex_arcsinh(const Call& c, const Expr& z);
Expr complex_arccosh(const Call& c, const Expr& z);
Expr complex_arctanh(const Call& c, const Expr& z);
/// The function of a number of two float32 as that of two float64, rounded: for functions whose parts lose bits.
Expr in_double(const Call& c, const Expr& z, Expr (*function)(const Call& c, const Expr& z));
/// Both parts times a real factor.
Expr complex_times(const Expr& z, double factor);

/// Lexicographic order with NaNs last, as NumPy compares. `test` is lt, le, gt or ge.
Expr complex_compare(Op test, const Expr& x, const Expr& y);
Expr complex_is_nan(const Expr& x);

}  // namespace rooftop::ir::ufuncs
