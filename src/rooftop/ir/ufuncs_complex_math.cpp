// Exponentials, logarithms and circular functions of complex numbers from those of their parts, with C99's values for
// infinities and NaNs.
#include <cmath>
#include <numbers>

#include "rooftop/ir/ufuncs_complex.h"
#include "rooftop/ir/ufuncs_pairs.h"

namespace rooftop::ir::ufuncs {
namespace {

/// e ** size would be infinite where its product with a cosine is not: beyond `limit` the power is taken of what is
/// left, and e ** limit goes to the other factor.
struct Split {
  Expr is_large, rest, factor;
};
Split split_exponent(const Call& c, const Expr& size) {
  const double limit = size.dtype() == DType::F64 ? 700 : 80;
  const Expr is_large = c.let(gt(size, real_num(size, limit)));
  return {is_large, c.let(choose(is_large, size - real_num(size, limit), size)),
          choose(is_large, real_num(size, std::exp(limit)), num(size, 1))};
}

/// large² + small² - 1 as if computed with twice the digits.
Expr square_above_one(const Call& c, const Expr& large, const Expr& small) {
  const Expr x = c.let(large * large), y = c.let(small * small);
  // What the rounded squares leave out counts where they and 1 cancel.
  const Pair left_out = exact_sum(c, operation(Op::fma, {large, large, -x}), operation(Op::fma, {small, small, -y}));
  const Pair first = exact_sum(c, x, num(x, -1));
  const Pair second = exact_sum(c, first.high, y);
  const Pair all = exact_sum(c, second.high, left_out.high);
  return c.let(all.high + (all.low + (first.low + (second.low + left_out.low))));
}

/// |1 + x + iy|² - 1 = 2x + x² + y², as if computed with three times the digits.
Expr square_of_next_above_one(const Call& c, const Expr& x, const Expr& y) {
  const Expr p = c.let(x * x), q = c.let(y * y);
  std::vector<Expr> terms = {c.let(operation(Op::fma, {x, x, -p})), c.let(operation(Op::fma, {y, y, -q})), p, q,
                             c.let(x + x)};
  // Each round passes what the sums so far are rounded to on, and leaves the errors in their places.
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 1; i < terms.size(); ++i) {
      const Pair sum = exact_sum(c, terms[i - 1], terms[i]);
      terms[i - 1] = sum.low;
      terms[i] = sum.high;
    }
  }
  Expr all = terms[0];
  for (std::size_t i = 1; i < terms.size(); ++i) all = all + terms[i];
  return c.let(all);
}

/// The larger and the smaller part without their signs.
struct Size {
  Expr large, small;
};
Size size_of(const Call& c, const Expr& a, const Expr& b) {
  const Expr p = magnitude(a), q = magnitude(b);
  return {c.let(op(Op::max, p, q)), c.let(op(Op::min, p, q))};
}

/// log(a + ib), `above` being |a + ib|² - 1.
Expr log_of_parts(const Call& c, const Expr& a, const Expr& b, const Size& size, const Expr& above) {
  const Expr& large = size.large;
  // Near the unit circle the logarithm is small: from the distance of the square to 1, for lengths from 1/2 to e, where
  // the error of a length would be that of the logarithm or more.
  const Expr near = both(both(both(ge(large, real_num(a, 0.35)), le(large, real_num(a, 2.72))), not_(is_nan(b))),
                         both(gt(above, real_num(a, -0.75)), lt(above, real_num(a, 6.4))));
  const Expr at_circle = op(Op::log1p, above) * real_num(a, 0.5);
  // Elsewhere of the length, scaled so that it neither overflows nor is subnormal.
  const Expr huge = c.let(ge(large, real_num(a, 0x1p1020)));
  const Expr tiny = c.let(lt(large, real_num(a, 0x1p-960)));
  const int down = 4, up = 108;
  const Expr scale =
      choose(huge, real_num(a, std::ldexp(1.0, -down)), choose(tiny, real_num(a, std::ldexp(1.0, up)), num(a, 1)));
  const Expr offset = choose(huge, real_num(a, down * std::numbers::ln2),
                             choose(tiny, real_num(a, -up * std::numbers::ln2), zero_of(a)));
  const Expr length = op(Op::hypot, a * scale, b * scale);
  return complex(choose(near, at_circle, op(Op::log, length) + offset), op(Op::atan2, b, a));
}

struct Parts {
  Expr re, im;
};

struct Hyperbolic {
  Expr sinh, cosh, sin, cos;  ///< of a and of b; where |a| is large the latter carry the factor of the former
};
Hyperbolic hyperbolic(const Call& c, const Expr& a, const Expr& b) {
  const Split split = split_exponent(c, magnitude(a));
  const Expr half_power = op(Op::exp, split.rest);
  const Expr small = choose(split.is_large, zero_of(a), a);
  const Expr factor = choose(split.is_large, split.factor * real_num(a, 0.5), num(a, 1));
  return {c.let(choose(split.is_large, op(Op::copysign, half_power, a), op(Op::sinh, small))),
          c.let(choose(split.is_large, half_power, op(Op::cosh, small))), c.let(op(Op::sin, b) * factor),
          c.let(op(Op::cos, b) * factor)};
}

/// `endless` is the real part where that is infinite and its sign is not known.
Parts sinh_parts(const Call& c, const Expr& a, const Expr& b, const Expr& endless) {
  const Hyperbolic h = hyperbolic(c, a, b);
  const Expr wild = not_(is_finite(b));
  const Expr re = choose(both(wild, eq(a, zero_of(a))), a, h.sinh * h.cos);
  return {choose(both(wild, is_infinite(a)), endless, re), choose(eq(b, zero_of(b)), b, h.cosh * h.sin)};
}

Parts cosh_parts(const Call& c, const Expr& a, const Expr& b) {
  const Hyperbolic h = hyperbolic(c, a, b);
  const Expr zero = zero_of(a), wild = not_(is_finite(b));
  const Expr sign = choose(is_nan(a), num(a, 1), op(Op::copysign, num(a, 1), a));
  const Expr im = choose(eq(b, zero), b * sign, h.sinh * h.sin);
  return {choose(both(wild, is_infinite(a)), infinity(a), h.cosh * h.cos), choose(both(wild, eq(a, zero)), zero, im)};
}

/// Of 2b; what is made of both alone is right where the other cancels.
struct Turn {
  Expr sin, twice_cos_squared;  ///< sin 2b, and 2 cos² b = 1 + cos 2b
  Expr cos;
};
Turn double_angle(const Call& c, const Expr& b) {
  const Expr sin = c.let(op(Op::sin, b)), cos = c.let(op(Op::cos, b)), twice = c.let(b + b);
  // Twice the angle is exact, unless it overflows.
  const Expr huge = c.let(gt(magnitude(b), real_num(b, 0x1p1022)));
  const Expr cos_twice = c.let(choose(huge, (cos - sin) * (cos + sin), op(Op::cos, twice)));
  const Expr cancels = c.let(le(cos_twice, real_num(b, -0.5)));
  return {c.let(choose(either(huge, cancels), (sin + sin) * cos, op(Op::sin, twice))),
          c.let(choose(cancels, (cos + cos) * cos, num(b, 1) + cos_twice)), cos_twice};
}

/// tanh(a + ib) = (sinh 2a + i sin 2b) / (cosh 2a + cos 2b).
Parts tanh_parts(const Call& c, const Expr& a, const Expr& b) {
  const Expr size = c.let(magnitude(a)), one = num(a, 1), zero = zero_of(a);
  // From here on the real part is 1 and the divisor e^2|a| / 2.
  const Expr is_large = c.let(gt(size, num(a, 22)));
  const Expr small = c.let(choose(is_large, zero, a)), twice = c.let(small + small);
  const Turn turn = double_angle(c, b);
  // Where the sum cancels it is 2 sinh² a + 2 cos² b.
  const Expr sum = c.let(op(Op::cosh, twice) + turn.cos), sinh = c.let(op(Op::sinh, small));
  const Expr squares = operation(Op::fma, {sinh + sinh, sinh, turn.twice_cos_squared});
  const Expr divisor = c.let(choose(lt(sum, num(a, 2)), squares, sum));
  const Expr far_turn = op(Op::exp, size * num(a, -2)) * num(a, 2) * turn.sin;
  const Expr re = choose(is_large, op(Op::copysign, one, a), op(Op::sinh, twice) / divisor);
  const Expr im = choose(is_large, far_turn, turn.sin / divisor);
  // An infinite real part's tanh is 1 whatever the angle; a finite one's is not known where the angle is not.
  const Expr endless = is_infinite(a), wild = c.let(not_(is_finite(b)));
  const Expr unknown = both(both(is_large, not_(endless)), wild);
  return {choose(eq(a, zero), a, choose(unknown, nan_of(a), re)),
          choose(eq(b, zero), b, choose(both(wild, endless), op(Op::copysign, zero, b), im))};
}

}  // namespace

Expr complex_tanh(const Call& c, const Expr& z) {
  const Parts r = tanh_parts(c, c.let(real(z)), c.let(imag(z)));
  return complex(r.re, r.im);
}

/// tan z = -i tanh iz.
Expr complex_tan(const Call& c, const Expr& z) {
  const Parts r = tanh_parts(c, c.let(-imag(z)), c.let(real(z)));
  return complex(r.im, -r.re);
}

Expr complex_exp(const Call& c, const Expr& z) {
  const Expr a = c.let(real(z)), b = c.let(imag(z));
  const Split split = split_exponent(c, a);
  const Expr power = c.let(op(Op::exp, split.rest));
  const Expr re = op(Op::cos, b) * split.factor * power, im = op(Op::sin, b) * split.factor * power;
  // Of an infinite real part and an angle that is not known: infinite or zero, whatever the angle.
  const Expr unknown = c.let(both(is_infinite(a), not_(is_finite(b))));
  const Expr vanishes = both(unknown, lt(a, zero_of(a)));
  return complex(choose(unknown, choose(vanishes, zero_of(a), infinity(a)), re),
                 choose(either(vanishes, eq(b, zero_of(b))), op(Op::copysign, zero_of(b), b), im));
}

Expr complex_log(const Call& c, const Expr& z) {
  const Expr a = c.let(real(z)), b = c.let(imag(z));
  const Size size = size_of(c, a, b);
  return log_of_parts(c, a, b, size, square_above_one(c, size.large, size.small));
}

/// The logarithm of what 1 + z is rounded to: that counts near the unit circle alone, where the square is z's own.
Expr complex_log1p(const Call& c, const Expr& z) {
  const Expr x = c.let(real(z)), y = c.let(imag(z)), a = c.let(num(x, 1) + x);
  return log_of_parts(c, a, y, size_of(c, a, y), square_of_next_above_one(c, x, y));
}

/// e^x cos y - 1 as (e^x - 1) cos y - (1 - cos y), of which neither is lost beside the other where z is small. Of
/// infinities what these steps give, as in NumPy.
Expr complex_expm1(const Call& c, const Expr& z) {
  const Expr x = c.let(real(z)), y = c.let(imag(z)), cosine = c.let(op(Op::cos, y));
  const Split split = split_exponent(c, x);
  const Expr power = c.let(op(Op::exp, split.rest));
  const Expr sine = c.let(op(Op::sin, y * real_num(y, 0.5)));
  const Expr small = operation(Op::fma, {op(Op::expm1, split.rest), cosine, sine * sine * num(x, -2)});
  const Expr large = cosine * split.factor * power - num(x, 1);
  const Expr im = choose(eq(y, zero_of(y)), y * (split.factor * power), op(Op::sin, y) * split.factor * power);
  return complex(choose(gt(x, num(x, 40)), large, small), im);
}

Expr complex_sinh(const Call& c, const Expr& z) {
  const Expr a = c.let(real(z));
  const Parts r = sinh_parts(c, a, c.let(imag(z)), infinity(a));
  return complex(r.re, r.im);
}

Expr complex_cosh(const Call& c, const Expr& z) {
  const Parts r = cosh_parts(c, c.let(real(z)), c.let(imag(z)));
  return complex(r.re, r.im);
}

/// sin z = -i sinh iz.
Expr complex_sin(const Call& c, const Expr& z) {
  const Expr a = c.let(-imag(z));
  const Parts r = sinh_parts(c, a, c.let(real(z)), -infinity(a));
  return complex(r.im, -r.re);
}

/// cos z = cosh iz.
Expr complex_cos(const Call& c, const Expr& z) {
  const Parts r = cosh_parts(c, c.let(-imag(z)), c.let(real(z)));
  return complex(r.re, r.im);
}

Expr complex_times(const Expr& z, double factor) {
  const Expr re = real(z), im = imag(z);
  return complex(re * real_num(re, factor), im * real_num(im, factor));
}

}  // namespace rooftop::ir::ufuncs
