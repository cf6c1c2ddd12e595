// Sums, products, signs and squares of integers, floats and bools. Complex numbers are in ufuncs_complex.cpp, quotients
// in ufuncs_division.cpp.
#include "rooftop/ir/ufuncs_complex.h"
#include "rooftop/ir/ufuncs_terms.h"

namespace rooftop::ir::ufuncs {
namespace {

bool is_complex(const Call& c) { return array::is_complex(c.dtype()); }

/// Integer arithmetic that wraps is the same with and without sign: one kernel serves both.
template <class F>
Expr wrapping(const Call& c, F f) {
  if (!array::is_integer(c.dtype())) return f(c.a(), c.in.back());
  const DType u = bits_type(c.dtype());
  return cast(f(cast(c.a(), u), cast(c.in.back(), u)), c.dtype());
}

/// A half with its sign bit changed by `f(bits, mask)`.
template <class F>
Expr on_sign(const Expr& x, F f) {
  const Expr b = bits(x);
  return bitcast(f(b, int_constant(0x8000, b.type())), x.dtype());
}

}  // namespace

Values add(const Call& c) {
  if (array::is_bool(c.dtype())) return {either(c.a(), c.b())};
  return {wrapping(c, [](const Expr& a, const Expr& b) { return a + b; })};
}

Values subtract(const Call& c) {
  return {wrapping(c, [](const Expr& a, const Expr& b) { return a - b; })};
}

Values multiply(const Call& c) {
  if (array::is_bool(c.dtype())) return {both(c.a(), c.b())};
  if (is_complex(c)) return {complex_product(c.a(), c.b())};
  return {wrapping(c, [](const Expr& a, const Expr& b) { return a * b; })};
}

Values square(const Call& c) {
  if (is_complex(c)) return {complex_product(c.a(), c.a())};
  return {wrapping(c, [](const Expr& a, const Expr&) { return a * a; })};
}

Values negative(const Call& c) {
  if (array::is_half(c.dtype())) {
    return {on_sign(c.a(), [](const Expr& b, const Expr& sign) { return op(Op::bit_xor, b, sign); })};
  }
  return {wrapping(c, [](const Expr& a, const Expr&) { return -a; })};
}

Values positive(const Call& c) { return {c.a()}; }

Values conjugate(const Call& c) { return {is_complex(c) ? op(Op::conj, c.a()) : c.a()}; }

Values absolute(const Call& c) {
  const Expr& x = c.a();
  if (is_complex(c)) return {op(Op::hypot, real(x), imag(x))};
  if (array::is_bool(c.dtype()) || array::is_unsigned(c.dtype())) return {x};
  if (!array::is_half(c.dtype())) return {magnitude(x)};
  return {on_sign(x, [](const Expr& b, const Expr& sign) { return both(b, not_(sign)); })};
}

Values fabs(const Call& c) { return absolute(c); }

Values sign(const Call& c) {
  const Expr& x = c.a();
  if (is_complex(c)) return {complex_sign(c, x)};
  const Expr positive = gt(x, zero_of(x)), one = num(x, 1), zero = zero_of(x);
  if (array::is_unsigned(c.dtype())) return {choose(positive, one, zero)};
  const Expr otherwise = array::is_float(c.dtype()) ? choose(is_nan(x), x, zero) : zero;
  return {choose(positive, one, choose(lt(x, zero), num(x, -1), otherwise))};
}

Values sqrt(const Call& c) {
  if (is_complex(c)) return {complex_square_root(c, c.a())};
  return {op(Op::sqrt, c.a())};
}

}  // namespace rooftop::ir::ufuncs
