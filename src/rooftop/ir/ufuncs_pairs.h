// Numbers of twice the digits as unevaluated sums of two floats. For ufuncs*.cpp alone.
#pragma once

#include <cmath>

#include "rooftop/ir/ufuncs_terms.h"

namespace rooftop::ir::ufuncs {

/// high + low, |low| at most about half a unit in the last place of high.
struct Pair {
  Expr high, low;
};

/// x + y, exactly.
inline Pair exact_sum(const Call& c, const Expr& x, const Expr& y) {
  const Expr a = c.let(x), b = c.let(y);
  const Expr high = c.let(a + b);
  const Expr of_b = c.let(high - a);
  return {high, c.let((a - (high - of_b)) + (b - of_b))};
}

/// x + y, exactly if |x| >= |y| or x is 0.
inline Pair fast_sum(const Call& c, const Expr& x, const Expr& y) {
  const Expr a = c.let(x), b = c.let(y);
  const Expr high = c.let(a + b);
  return {high, c.let(b - (high - a))};
}

/// x y, exactly unless it underflows.
inline Pair exact_product(const Call& c, const Expr& x, const Expr& y) {
  const Expr a = c.let(x), b = c.let(y);
  const Expr high = c.let(a * b);
  return {high, c.let(operation(Op::fma, {a, b, -high}))};
}

inline Pair negative(const Pair& x) { return {-x.high, -x.low}; }

inline Pair sum(const Call& c, const Pair& x, const Pair& y) {
  const Pair high = exact_sum(c, x.high, y.high);
  return fast_sum(c, high.high, high.low + (x.low + y.low));
}

inline Pair product(const Call& c, const Expr& x, const Pair& y) {
  const Pair high = exact_product(c, x, y.high);
  return fast_sum(c, high.high, operation(Op::fma, {x, y.low, high.low}));
}

inline Pair product(const Call& c, const Pair& x, const Pair& y) {
  const Pair high = exact_product(c, x.high, y.high);
  const Expr crossed = operation(Op::fma, {x.low, y.high, high.low});
  return fast_sum(c, high.high, operation(Op::fma, {x.high, y.low, crossed}));
}

inline Pair quotient(const Call& c, const Pair& x, const Pair& y) {
  const Expr inverse = c.let(num(y.high, 1) / y.high), high = c.let(x.high * inverse);
  const Expr rest = operation(Op::fma, {-high, y.high, x.high});
  return fast_sum(c, high, operation(Op::fma, {-high, y.low, rest + x.low}) * inverse);
}

/// The constant 1/n.
inline Pair inverse_of(const Expr& like, int n) {
  const double high = 1.0 / n;
  return {real_num(like, high), real_num(like, std::fma(-high, n, 1.0) / n)};
}

}  // namespace rooftop::ir::ufuncs
