// Powers of complex numbers: products for small whole exponents, exp(b log a) for others. Of two float64 the steps have
// twice the digits; those of two float32 are computed in float64.
#include "rooftop/ir/ufuncs_complex.h"
#include "rooftop/ir/ufuncs_complex_pairs.h"

namespace rooftop::ir::ufuncs {
namespace {

/// Whole exponents below this size are products, as in NumPy: numbers that have an exact power get it.
constexpr int kProducts = 100;

/// A step's value in float64: both parts, and what they leave out, which is nothing where there are no pairs.
using Value = std::vector<Expr>;

/// high + low, left as they are: low is a few last places of the whole number's size. Where high is infinite low is
/// NaN, which counts as nothing.
Pair with_low(const Call& c, const Expr& high, const Expr& low) {
  const Expr known = c.let(low);
  return {high, c.let(choose(is_finite(known), known, zero_of(known)))};
}

Value product_of(const Call& c, const Value& x, const Value& y) {
  if (x.size() == 2) {
    return {c.let(x[0] * y[0] - x[1] * y[1]), c.let(x[0] * y[1] + x[1] * y[0])};
  }
  // x y of the high parts, what that leaves out, and the low parts' products.
  const auto part = [&](const Pair& p, const Pair& q, const Expr& crossed) {
    const Pair high = exact_sum(c, p.high, q.high);
    return with_low(c, high.high, high.low + ((p.low + q.low) + crossed));
  };
  const auto fused = [](const Expr& a, const Expr& b, const Expr& rest) { return operation(Op::fma, {a, b, rest}); };
  const Expr &a = x[0], &b = x[1], &a_low = x[2], &b_low = x[3];
  const Expr &e = y[0], &f = y[1], &e_low = y[2], &f_low = y[3];
  const Pair re = part(exact_product(c, a, e), negative(exact_product(c, b, f)),
                       fused(a, e_low, a_low * e) - fused(b, f_low, b_low * f));
  const Pair im =
      part(exact_product(c, a, f), exact_product(c, b, e), fused(a, f_low, a_low * f) + fused(b, e_low, b_low * e));
  return {re.high, im.high, re.low, im.low};
}

Value square_of(const Call& c, const Value& x) {
  if (x.size() == 2) return product_of(c, x, x);
  const Expr &a = x[0], &b = x[1], &a_low = x[2], &b_low = x[3];
  const Pair p = exact_product(c, a, a), q = exact_product(c, b, b), r = exact_product(c, a + a, b);
  const Pair high = exact_sum(c, p.high, -q.high);
  const Expr crossed = operation(Op::fma, {a + a, a_low, -(b + b) * b_low});
  const Pair re = with_low(c, high.high, high.low + ((p.low - q.low) + crossed));
  const Pair im = with_low(c, r.high, operation(Op::fma, {a + a, b_low, operation(Op::fma, {b + b, a_low, r.low})}));
  return {re.high, im.high, re.low, im.low};
}

/// 1 / x; in pairs by one step of Newton's method.
Value inverse_of(const Call& c, const Value& x) {
  const Expr first = complex_reciprocal(c, complex(x[0], x[1])), re = c.let(real(first)), im = c.let(imag(first));
  if (x.size() == 2) return {re, im};
  const Pair p = exact_product(c, x[0], re), q = exact_product(c, x[1], im);
  const Pair r = exact_product(c, x[0], im), s = exact_product(c, x[1], re);
  const Pair one_less = exact_sum(c, num(re, 1), -p.high), both_less = exact_sum(c, one_less.high, q.high);
  const Expr rest_re = c.let(both_less.high + (both_less.low + one_less.low + (q.low - p.low)));
  const Expr rest_im = c.let(-(r.high + s.high) - (r.low + s.low));
  const Pair of_re = with_low(c, re, re * rest_re - im * rest_im), of_im = with_low(c, im, re * rest_im + im * rest_re);
  return {of_re.high, of_im.high, of_re.low, of_im.low};
}

Expr any(const Expr& mask) { return mask.type().is_vector() ? op(Op::reduce_or, mask) : mask; }

/// Variables of the loop below.
std::vector<Var> declare_all(const Call& c, const char* name, const Value& first) {
  std::vector<Var> made;
  for (const Expr& value : first) {
    made.push_back(make_var(name, value.type()));
    c.before.push_back(declare(made.back(), value));
  }
  return made;
}
void assign_all(const Call& c, const std::vector<Var>& to, const Value& values) {
  for (std::size_t i = 0; i < to.size(); ++i) c.before.push_back(assign(to[i], values[i]));
}
Value read(const std::vector<Var>& from) {
  Value values;
  for (const Var& var : from) values.push_back(variable(var));
  return values;
}
Value choose_all(const Call& c, const Expr& mask, const Value& a, const Value& b) {
  Value chosen;
  for (std::size_t i = 0; i < a.size(); ++i) chosen.push_back(c.let(choose(mask, a[i], b[i])));
  return chosen;
}

/// base ** n by repeated squaring, n whole; rounded at last.
Value whole_power(const Call& c, const Value& base, const Expr& n) {
  const Expr one = num(n, 1), zero = zero_of(n), half = real_num(n, 0.5);
  const std::vector<Var> square = declare_all(c, "square", base);
  const Expr is_inverse = c.let(lt(n, zero));
  Block inverting;
  const Call inverted{c.in, c.loop, inverting};
  assign_all(inverted, square, choose_all(inverted, is_inverse, inverse_of(inverted, base), base));
  c.before.push_back(if_then(any(is_inverse), std::move(inverting)));

  const auto halved = [&](const Expr& x) { return op(Op::floor, x * half); };
  const auto is_odd = [&](const Call& at, const Expr& x, const Expr& of_half) {
    return at.let(ne(x, of_half + of_half));
  };
  const Expr size = c.let(magnitude(n)), rest = c.let(halved(size));
  Value unit(base.size(), zero);
  unit[0] = one;
  const std::vector<Var> result = declare_all(c, "power", choose_all(c, is_odd(c, size, rest), read(square), unit));
  const Var left = make_var("left", n.type());
  c.before.push_back(declare(left, rest));

  Block body, multiplying;
  const Call inside{c.in, c.loop, body}, multiplied{c.in, c.loop, multiplying};
  assign_all(inside, square, square_of(inside, read(square)));
  const Expr next = inside.let(halved(variable(left))), odd = is_odd(inside, variable(left), next);
  const Value so_far = read(result), factor = read(square);
  // The first factor is taken as it is: a product with 1 would make NaN of infinities.
  Expr is_first = eq(so_far[0], one);
  for (std::size_t i = 1; i < so_far.size(); ++i) is_first = both(is_first, eq(so_far[i], zero));
  const Value larger = choose_all(multiplied, is_first, factor, product_of(multiplied, so_far, factor));
  assign_all(multiplied, result, choose_all(multiplied, odd, larger, so_far));
  body.push_back(if_then(any(odd), std::move(multiplying)));
  body.push_back(assign(left, next));
  c.before.push_back(while_loop(any(gt(variable(left), zero)), std::move(body)));
  const Value whole = read(result);
  if (base.size() == 2) return {c.let(whole[0]), c.let(whole[1])};
  return {c.let(whole[0] + whole[2]), c.let(whole[1] + whole[3])};
}

/// e^(x + iy) with what x and y leave out.
Value exponential(const Call& c, const Pair& x, const Pair& y) {
  // e^x would be infinite or subnormal where its product with a cosine is not.
  const Expr one = num(x.high, 1), zero = zero_of(x.high), limit = num(x.high, 1400);
  const Expr bounded = c.let(op(Op::max, op(Op::min, x.high, limit), -limit));
  const Expr is_large = c.let(gt(bounded, num(x.high, 700))), is_small = c.let(lt(bounded, num(x.high, -700)));
  const auto by_size = [&](double large, double small, double ordinary) {
    return choose(is_large, real_num(x.high, large),
                  choose(is_small, real_num(x.high, small), real_num(x.high, ordinary)));
  };
  // 1000 ln 2 in two parts.
  constexpr double kHigh = 0x1.5a92d6d005c94p+9, kLow = -0x1.971e6bd14ec61p-45;
  const Expr known = c.let(choose(eq(bounded, x.high), x.low, zero));
  const Expr low = c.let(choose(is_finite(known), known, zero) + by_size(-kLow, kLow, 0));
  const Expr power = c.let(op(Op::exp, bounded + by_size(-kHigh, kHigh, 0)));
  const Expr size = c.let(operation(Op::fma, {power, low, power})), factor = c.let(by_size(0x1p1000, 0x1p-1000, 1));
  // The sine and the cosine of a sum; of angles so large that their low parts are turns nothing is known.
  const Expr half = real_num(one, 0.5);
  const Expr low_turn = op(Op::max, op(Op::min, choose(is_finite(y.low), y.low, zero), half), -half);
  const Expr turn = c.let(low_turn), square = c.let(turn * turn);
  const Expr sine_of_turn = c.let(operation(Op::fma, {square * turn, real_num(one, -1.0 / 6), turn}));
  const Expr cosine_less_one = c.let(square * real_num(one, -0.5));
  const Expr sine = c.let(op(Op::sin, y.high)), cosine = c.let(op(Op::cos, y.high));
  const auto rotated = [&](const Expr& along, const Expr& across) {
    return operation(Op::fma, {sine_of_turn, across, operation(Op::fma, {cosine_less_one, along, along})});
  };
  const Expr re = rotated(cosine, -sine) * factor * size;
  const Expr im = choose(eq(y.high, zero), y.high, rotated(sine, cosine)) * factor * size;
  // Of an infinite real part and an angle that is not known: infinite or zero, whatever the angle.
  const Expr unknown = c.let(both(is_infinite(x.high), not_(is_finite(y.high))));
  const Expr vanishes = c.let(both(unknown, lt(x.high, zero)));
  return {c.let(choose(unknown, choose(vanishes, zero, infinity(x.high)), re)), c.let(choose(vanishes, zero, im))};
}

Value power_by_logarithm(const Call& c, const Expr& a, const Expr& b, const Expr& u, const Expr& v) {
  const ComplexPair log = logarithm_pairs(c, a, b);
  // The steps of pairs make NaN of infinities, and lose the signs of zeros.
  const auto or_plain = [&](const Pair& x, const Expr& plain) {
    return Pair{c.let(choose(both(is_finite(x.high), ne(x.high, zero_of(x.high))), x.high, plain)), x.low};
  };
  const Pair re = sum(c, product(c, u, log.re), negative(product(c, v, log.im)));
  const Pair im = sum(c, product(c, u, log.im), product(c, v, log.re));
  return exponential(c, or_plain(re, u * log.re.high - v * log.im.high),
                     or_plain(im, u * log.im.high + v * log.re.high));
}

Value power_by_plain_logarithm(const Call& c, const Expr& a, const Expr& b, const Expr& u, const Expr& v) {
  const Expr log = complex_log(c, complex(a, b)), p = c.let(real(log)), q = c.let(imag(log));
  const Expr power = complex_exp(c, complex(c.let(u * p - v * q), c.let(u * q + v * p)));
  return {c.let(real(power)), c.let(imag(power))};
}

}  // namespace

Expr complex_power(const Call& c, const Expr& base, const Expr& exponent) {
  const bool is_wide = base.dtype() == DType::C128;
  const auto part = [&](const Expr& x) { return c.let(cast(x, DType::F64)); };
  const Expr a = part(real(base)), b = part(imag(base)), u = part(real(exponent)), v = part(imag(exponent));
  const Expr zero = zero_of(a);
  const Expr is_whole = c.let(both(both(eq(v, zero), lt(magnitude(u), num(u, kProducts))), eq(op(Op::rint, u), u)));
  Value start = {a, b};
  if (is_wide) start.insert(start.end(), {zero, zero});
  const Value products = whole_power(c, start, c.let(choose(is_whole, u, zero)));

  const Expr is_zero = c.let(both(eq(a, zero), eq(b, zero)));
  // Powers of zero with exponents to the right of zero are zero without a sign, others not known.
  const Expr vanishes = c.let(both(is_zero, gt(u, zero)));
  const Value first = {choose(vanishes, zero, products[0]), choose(vanishes, zero, products[1])};
  const std::vector<Var> made = declare_all(c, "made", first);
  Block otherwise;
  const Call inside{c.in, c.loop, otherwise};
  const Value powers = is_wide ? power_by_logarithm(inside, a, b, u, v) : power_by_plain_logarithm(inside, a, b, u, v);
  const Expr is_known = inside.let(either(is_whole, vanishes));
  const auto chosen = [&](const Var& so_far, const Expr& power) {
    return inside.let(choose(is_known, variable(so_far), choose(is_zero, nan_of(a), power)));
  };
  assign_all(inside, made, {chosen(made[0], powers[0]), chosen(made[1], powers[1])});
  c.before.push_back(if_then(any(not_(is_whole)), std::move(otherwise)));
  const DType type = array::part_of(base.dtype());
  return complex(cast(variable(made[0]), type), cast(variable(made[1]), type));
}

}  // namespace rooftop::ir::ufuncs
