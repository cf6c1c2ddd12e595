// Logarithms of sums of powers: the larger exponent and what the smaller one adds to it, which may cancel.
#include <numbers>

#include "rooftop/ir/meaning.h"
#include "rooftop/ir/ufuncs_pairs.h"
#include "rooftop/ops/meaning/exponential.h"

namespace rooftop::ir::ufuncs {
namespace {

using Format = ops::meaning::Float64;
using ops::meaning::kTableSize;

/// e^r - 1 for |r| < 1/46, the first terms in pairs: with two of them to 2^-79, with seven to 2^-105.
Pair small_power_less_one(const Call& c, const Pair& r, int pairs) {
  const Expr& like = r.high;
  constexpr int kFactorials[] = {1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880, 3628800, 39916800, 479001600};
  constexpr int kTerms = 12;
  Expr rest = real_num(like, 1.0 / kFactorials[kTerms]);
  for (int i = kTerms - 1; i > pairs; --i) {
    rest = operation(Op::fma, {r.high, rest, real_num(like, 1.0 / kFactorials[i])});
  }
  Pair slope = {c.let(rest), zero_of(like)};
  for (int i = pairs; i >= 2; --i) slope = sum(c, inverse_of(like, kFactorials[i]), product(c, r, slope));
  return sum(c, r, product(c, product(c, r, r), slope));
}

/// s (1 + p), s a power of 2^(1/16).
struct Power {
  Expr s;
  Pair p;
};

/// The power of the base e or 2, for an x that leaves s normal.
Power power_pair(const Call& c, const Expr& x, bool of_two, int pairs) {
  static constexpr ops::meaning::Table kPowers{"powers_of_two_f64", Format::kExpTable, kTableSize};
  static constexpr ops::meaning::Table kTails{"powers_of_two_tail_f64", Format::kExpTail, kTableSize};
  const Expr rounder = real_num(x, Format::kRounder);
  const Expr shifted = c.let(operation(Op::fma, {x, real_num(x, kTableSize * (of_two ? 1 : Format::kLog2e)), rounder}));
  const Expr n = c.let(shifted - rounder), pattern = c.let(bits(shifted));
  const Pair ln2 = {real_num(x, Format::kLn2), real_num(x, Format::kLn2Low)};
  const Expr step = real_num(x, -1.0 / kTableSize);
  const Pair r = of_two ? product(c, operation(Op::fma, {n, step, x}), ln2)
                        : sum(c, {x, zero_of(x)}, product(c, c.let(n * step), ln2));
  const Expr entry = c.let(both(pattern, num(pattern, kTableSize - 1)));
  const Expr up = shl(pattern, num(pattern, Format::kMantissaBits - ops::meaning::kTableBits));
  const Expr s = c.let(bitcast(bits(lookup(kPowers, entry)) + up, DType::F64));
  const Pair p = small_power_less_one(c, r, pairs);
  const Expr tail = c.let(lookup(kTails, entry));
  return {s, fast_sum(c, p.high, operation(Op::fma, {tail, p.high, p.low + tail}))};
}

/// log(1 + (e^x - 1) + e^y), or to the base 2, for x below zero, whose power and that of y all but cancel the 1.
Expr cancelling_sum(const Call& c, const Expr& x, const Expr& y, bool of_two, int pairs) {
  const Power large = power_pair(c, x, of_two, pairs), small = power_pair(c, y, of_two, pairs);
  const Pair less_one = sum(c, exact_sum(c, large.s, num(x, -1)), product(c, large.s, large.p));
  const Pair left = sum(c, less_one, sum(c, {small.s, zero_of(y)}, product(c, small.s, small.p)));
  const Expr log = op(Op::log1p, left.high) + left.low / (num(x, 1) + left.high);
  return of_two ? log * real_num(x, std::numbers::log2e) : log;
}

/// The larger one and what the smaller adds to it; equal ones apart, because infinities have no difference.
Expr larger_and_rest(const Call& c, const Expr& x, const Expr& y, bool of_two) {
  const Expr larger = c.let(choose(gt(x, y), x, y));
  const Pair gap = exact_sum(c, larger, -choose(gt(x, y), y, x));
  Expr power = c.let(op(of_two ? Op::exp2 : Op::exp, -gap.high));
  if (x.dtype() == DType::F64) {
    // What the gap is rounded by counts where it is large and the larger number is small.
    const Expr low = choose(is_finite(gap.low), gap.low, zero_of(x));
    power = operation(Op::fma, {power, of_two ? low * real_num(x, -std::numbers::ln2) : -low, power});
  }
  const Expr rest = op(Op::log1p, power);
  const Expr sum = larger + (of_two ? rest * real_num(x, std::numbers::log2e) : rest);
  const Expr of_equal = x + real_num(x, of_two ? 1 : std::numbers::ln2);
  return c.let(choose(eq(x, y), of_equal, choose(is_nan(gap.high), gap.high, sum)));
}

/// What `write` puts into a block, where any lane needs it.
template <class Write>
void when_any(const Call& c, const Expr& mask, Write&& write) {
  Block block;
  write(Call{c.in, c.loop, block});
  c.before.push_back(if_then(mask.type().is_vector() ? op(Op::reduce_or, mask) : mask, std::move(block)));
}

Expr log_of_sum(const Call& c, bool of_two) {
  const DType type = c.loop.types[0];
  if (type != DType::F64 && type != DType::F32) return larger_and_rest(c, c.a(), c.b(), of_two);
  // Of float32 in float64, where what cancels leaves enough digits nearly always.
  const Expr x = c.let(cast(c.a(), DType::F64)), y = c.let(cast(c.b(), DType::F64));
  const Expr value = larger_and_rest(c, x, y, of_two);
  const Expr larger = c.let(choose(gt(x, y), x, y)), smaller = c.let(choose(gt(x, y), y, x));
  const Var made = make_var("made", x.type());
  c.before.push_back(declare(made, value));
  // What is added to a negative number cancels it where it is about as large.
  const Expr is_below = c.let(both(lt(larger, zero_of(x)), gt(smaller, num(x, -700))));
  const auto replace = [&](const Call& at, const Expr& cancels, int pairs) {
    const auto inside = [&](const Expr& exponent) { return at.let(choose(cancels, exponent, num(x, -1))); };
    const Expr sum = cancelling_sum(at, inside(larger), inside(smaller), of_two, pairs);
    at.before.push_back(assign(made, choose(cancels, sum, variable(made))));
  };
  const Expr deep = c.let(both(is_below, lt(magnitude(value), larger * real_num(x, -0x1p-20))));
  if (type == DType::F64) {
    const Expr is_small = both(gt(value, larger * real_num(x, 0.5)), lt(value, real_num(x, 0.25)));
    const Expr cancels = c.let(both(is_below, is_small));
    when_any(c, cancels, [&](const Call& at) { replace(at, cancels, 2); });
  }
  when_any(c, deep, [&](const Call& at) { replace(at, deep, 7); });
  return cast(variable(made), type);
}

}  // namespace

Values logaddexp(const Call& c) { return {log_of_sum(c, false)}; }
Values logaddexp2(const Call& c) { return {log_of_sum(c, true)}; }

}  // namespace rooftop::ir::ufuncs
