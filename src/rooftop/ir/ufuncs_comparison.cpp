// Comparisons, logic, extrema and tests of one number.
#include "rooftop/ir/ufuncs_complex.h"
#include "rooftop/ir/ufuncs_terms.h"

namespace rooftop::ir::ufuncs {
namespace {

bool is_complex(const Call& c) { return array::is_complex(c.dtype()); }
bool is_whole(const Call& c) { return array::is_integer(c.dtype()) || array::is_bool(c.dtype()); }

/// int64 with uint64: a negative number is below all others, and the rest compare without sign.
Expr compare_mixed(Op test, const Expr& a, const Expr& b) {
  const bool left = array::is_signed(a.dtype());
  const Expr& with_sign = left ? a : b;
  const Expr is_negative = lt(with_sign, zero_of(with_sign));
  const bool below = test == Op::lt || test == Op::le, above = test == Op::gt || test == Op::ge;
  const bool if_negative = test == Op::ne || (left ? below : above);
  return choose(is_negative, truth_constant(a, if_negative), op(test, cast(a, DType::U64), cast(b, DType::U64)));
}

Expr compare(const Call& c, Op test) {
  if (c.a().dtype() != c.b().dtype()) return compare_mixed(test, c.a(), c.b());
  const bool order = test != Op::eq && test != Op::ne;
  if (is_complex(c) && order) return complex_compare(test, c.a(), c.b());
  if (array::is_integer(c.dtype()) && !order) {  // one kernel for both kinds of integers
    const DType u = bits_type(c.dtype());
    return op(test, cast(c.a(), u), cast(c.b(), u));
  }
  return op(test, c.a(), c.b());
}

/// The larger or smaller of two numbers that are not NaN. Of two that are equal (0.0 and -0.0) NumPy keeps the second,
/// but of float16 the first.
Expr better_of(const Call& c, bool largest) {
  const Expr a = computable(c.a()), b = computable(c.b());
  const Op better = largest ? Op::max : Op::min;  // the first of its arguments, where neither is better
  return c.dtype() == DType::F16 ? op(better, a, b) : op(better, b, a);
}

Expr complex_better_of(const Call& c, bool largest, const Expr& keeps_first) {
  return choose(either(complex_compare(largest ? Op::ge : Op::le, c.a(), c.b()), keeps_first), c.a(), c.b());
}

/// NaN wins.
Expr extremum(const Call& c, bool largest) {
  if (array::is_bool(c.dtype())) return largest ? either(c.a(), c.b()) : both(c.a(), c.b());
  if (array::is_integer(c.dtype())) return better_of(c, largest);
  if (is_complex(c)) return complex_better_of(c, largest, complex_is_nan(c.a()));
  const Expr a = computable(c.a()), b = computable(c.b());
  // Where one is NaN, `better_of` is the one that it keeps of two equal ones: the other is looked at here. A constant,
  // not the operand: x86 has an instruction for `better_of`, which LLVM would dissolve into one choice between the two.
  const Expr& other = c.dtype() == DType::F16 ? b : a;
  return choose(is_nan(other), nan_of(other), better_of(c, largest));
}

/// A number wins over NaN.
Expr number_extremum(const Call& c, bool largest) {
  if (is_whole(c)) return extremum(c, largest);
  if (is_complex(c)) return complex_better_of(c, largest, complex_is_nan(c.b()));
  const Expr a = computable(c.a()), b = computable(c.b());
  return c.dtype() == DType::F16 ? choose(is_nan(a), b, better_of(c, largest))
                                 : choose(is_nan(b), a, better_of(c, largest));
}

/// Bits of a half without its sign.
Expr half_size(const Expr& x) {
  const Expr b = bits(x);
  return both(b, num(b, 0x7FFF));
}
Expr half_infinity(const Expr& x) { return num(bits(x), x.dtype() == DType::F16 ? 0x7C00 : 0x7F80); }

template <class F>
Expr of_parts(const Expr& x, Op join, F f) {
  return op(join, f(real(x)), f(imag(x)));
}

}  // namespace

Values equal(const Call& c) { return {compare(c, Op::eq)}; }
Values not_equal(const Call& c) { return {compare(c, Op::ne)}; }
Values less(const Call& c) { return {compare(c, Op::lt)}; }
Values less_equal(const Call& c) { return {compare(c, Op::le)}; }
Values greater(const Call& c) { return {compare(c, Op::gt)}; }
Values greater_equal(const Call& c) { return {compare(c, Op::ge)}; }

Values maximum(const Call& c) { return {extremum(c, true)}; }
Values minimum(const Call& c) { return {extremum(c, false)}; }
Values fmax(const Call& c) { return {number_extremum(c, true)}; }
Values fmin(const Call& c) { return {number_extremum(c, false)}; }

Values logical_and(const Call& c) { return {both(truth(c.a()), truth(c.b()))}; }
Values logical_or(const Call& c) { return {either(truth(c.a()), truth(c.b()))}; }
Values logical_xor(const Call& c) { return {op(Op::bit_xor, truth(c.a()), truth(c.b()))}; }
Values logical_not(const Call& c) { return {not_(truth(c.a()))}; }

Values isnan(const Call& c) {
  if (is_whole(c)) return {truth_constant(c.a(), false)};
  if (is_complex(c)) return {complex_is_nan(c.a())};
  if (array::is_half(c.dtype())) return {gt(half_size(c.a()), half_infinity(c.a()))};
  return {is_nan(c.a())};
}

Values isinf(const Call& c) {
  if (is_whole(c)) return {truth_constant(c.a(), false)};
  if (is_complex(c)) return {of_parts(c.a(), Op::bit_or, is_infinite)};
  if (array::is_half(c.dtype())) return {eq(half_size(c.a()), half_infinity(c.a()))};
  return {is_infinite(c.a())};
}

Values isfinite(const Call& c) {
  if (is_whole(c)) return {truth_constant(c.a(), true)};
  if (is_complex(c)) return {of_parts(c.a(), Op::bit_and, is_finite)};
  if (array::is_half(c.dtype())) return {lt(half_size(c.a()), half_infinity(c.a()))};
  return {is_finite(c.a())};
}

Values signbit(const Call& c) {
  const Expr b = bits(c.a(), true);
  return {lt(b, zero_of(b))};
}

}  // namespace rooftop::ir::ufuncs
