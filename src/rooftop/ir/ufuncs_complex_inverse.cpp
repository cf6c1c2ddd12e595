// Inverse circular and hyperbolic functions of complex numbers, after W. Kahan, "Branch cuts for complex elementary
// functions" (1987): formulas of which no part cancels, in the first quadrant, and the signs of the parts afterwards.
#include <numbers>

#include "rooftop/ir/ufuncs_complex.h"

namespace rooftop::ir::ufuncs {
namespace {

/// Beyond this size what is added to a square is lost, and so are the last bits of pi/2 - 1/|z|.
constexpr double kFar = 0x1p60;

Expr is_far(const Expr& p, const Expr& q) { return either(gt(p, real_num(p, kFar)), gt(q, real_num(q, kFar))); }

/// |p + iq| / 4, which does not overflow.
Expr quarter_length(const Call& c, const Expr& p, const Expr& q) {
  const Expr quarter = real_num(p, 0.25);
  return c.let(op(Op::hypot, p * quarter, q * quarter));
}

/// What arc sine and arc cosine are made of, of |x| + i|y|.
struct Arcs {
  Expr sine;      ///< real part of the arc sine
  Expr cosine;    ///< real part of the arc cosine of x + i|y|
  Expr distance;  ///< imaginary part of the arc sine, and less that of the arc cosine
};
Arcs arcs(const Call& c, const Expr& x, const Expr& y) {
  const Expr p = c.let(magnitude(x)), q = c.let(magnitude(y)), one = num(x, 1), zero = zero_of(x);
  const Expr far = c.let(is_far(p, q));
  const Expr near_p = c.let(choose(far, one, p)), near_q = c.let(choose(far, one, q));
  // sqrt(1 + z) and sqrt(1 - z) are r + is and p - iq; of each, the product of the parts is y/2. Hence pr + qs and
  // ps + qr, the cosine and the hyperbolic sine, are made of y, the sums below, which are squares of the larger parts
  // times 2, and the root of their product.
  const Expr rest = c.let(one - near_p), next = c.let(one + near_p);
  const Expr v = c.let(op(Op::hypot, next, near_q) + next), u = c.let(op(Op::hypot, rest, near_q) + magnitude(rest));
  const Expr root = c.let(op(Op::sqrt, u * v)), divisor = c.let(choose(eq(root, zero), one, root));
  const Expr even = c.let((root + near_q * near_q / divisor) * real_num(x, 0.5));
  // (u + v) / (2 root) is 1 + excess: where that is small, it is known better alone.
  const Expr sum = c.let(u + v), difference = c.let(u - v);
  const Expr excess = c.let(difference * difference / ((divisor + divisor) * (sum + root + root)));
  const Expr odd = c.let(choose(lt(excess, real_num(x, 0.5)), operation(Op::fma, {near_q, excess, near_q}),
                                near_q * sum * real_num(x, 0.5) / divisor));
  const Expr inside = c.let(le(near_p, one));
  const Expr cosine = choose(inside, even, odd), sinh = choose(inside, odd, even);
  // p and r times the root of 2; their quotient is the tangent of half the angle.
  const Expr u_root = c.let(op(Op::sqrt, u)), r = c.let(op(Op::sqrt, v)), left = c.let(lt(x, zero));
  const Expr p_part = c.let(choose(inside, u_root, near_q / u_root));
  const Expr half_angle = c.let(op(Op::atan2, choose(left, r, p_part), choose(left, p_part, r)));
  const Expr distance = op(Op::log, quarter_length(c, p, q)) + real_num(x, 3 * std::numbers::ln2);
  // An unknown part makes both unknown, but beside an infinite one; real parts of imaginary numbers are known.
  const Expr unknown = c.let(either(is_nan(x), is_nan(y))), is_zero = eq(p, zero), nan = nan_of(x);
  const auto angle = [&](const Expr& of_zero, const Expr& known) {
    return choose(unknown, choose(is_zero, of_zero, nan), known);
  };
  const Expr endless = either(is_infinite(x), is_infinite(y));
  return {c.let(angle(zero, choose(far, op(Op::atan2, p, q), op(Op::atan2, near_p, cosine)))),
          c.let(angle(real_num(x, std::numbers::pi / 2), choose(far, op(Op::atan2, q, x), half_angle + half_angle))),
          c.let(choose(endless, infinity(x), choose(unknown, nan, choose(far, distance, op(Op::asinh, sinh)))))};
}

struct Parts {
  Expr re, im;
};
Parts arctanh_parts(const Call& c, const Expr& x, const Expr& y) {
  const Expr p = c.let(magnitude(x)), q = c.let(magnitude(y)), one = num(x, 1), zero = zero_of(x);
  const Expr far = c.let(is_far(p, q));
  const Expr near_p = c.let(choose(far, zero, p)), near_q = c.let(choose(far, one, q));
  // atanh z = log((1 + z) / (1 - z)) / 2: the quotient's square is 1 + 4 p / |1 - z|².
  const Expr rest = c.let(one - near_p), square = c.let(near_q * near_q);
  const Expr divisor = operation(Op::fma, {rest, rest, square});
  const Expr near_re = op(Op::log1p, near_p * num(x, 4) / divisor) * real_num(x, 0.25);
  // Beside 1 the square of q may vanish.
  const Expr at_pole = both(eq(p, one), lt(q, real_num(x, 0x1p-52)));
  const Expr pole_re = (real_num(x, std::numbers::ln2) - op(Op::log, q)) * real_num(x, 0.5);
  // Far away 1/z, whose real part is p / |z|².
  const Expr length = quarter_length(c, p, q), quarter = real_num(x, 0.25);
  const Expr far_re = p * quarter / length / length * quarter;
  const Expr endless = c.let(either(is_infinite(x), is_infinite(y)));
  const Expr re = choose(endless, zero, choose(far, far_re, choose(at_pole, pole_re, near_re)));
  const Expr angle = op(Op::atan2, near_q + near_q, operation(Op::fma, {rest, one + near_p, -square}));
  const Expr im = choose(far, real_num(x, std::numbers::pi / 2), angle * real_num(x, 0.5));
  const Expr unknown = either(is_nan(y), both(is_nan(x), not_(endless)));
  return {choose(eq(p, zero), x, op(Op::copysign, re, x)), op(Op::copysign, choose(unknown, nan_of(x), im), y)};
}

}  // namespace

Expr complex_arcsin(const Call& c, const Expr& z) {
  const Expr x = c.let(real(z)), y = c.let(imag(z));
  const Arcs r = arcs(c, x, y);
  return complex(op(Op::copysign, r.sine, x), op(Op::copysign, r.distance, y));
}

Expr complex_arccos(const Call& c, const Expr& z) {
  const Expr y = c.let(imag(z));
  const Arcs r = arcs(c, c.let(real(z)), y);
  return complex(r.cosine, op(Op::copysign, r.distance, -y));
}

/// asinh z = i asin(-iz).
Expr complex_arcsinh(const Call& c, const Expr& z) {
  const Expr x = c.let(real(z)), y = c.let(imag(z));
  const Arcs r = arcs(c, y, x);
  return complex(op(Op::copysign, r.distance, x), op(Op::copysign, r.sine, y));
}

/// acosh z = i acos z or -i acos z, whose real part is not below zero.
Expr complex_arccosh(const Call& c, const Expr& z) {
  const Expr y = c.let(imag(z));
  const Arcs r = arcs(c, c.let(real(z)), y);
  return complex(r.distance, op(Op::copysign, r.cosine, y));
}

Expr complex_arctanh(const Call& c, const Expr& z) {
  const Parts r = arctanh_parts(c, c.let(real(z)), c.let(imag(z)));
  return complex(r.re, r.im);
}

/// atan z = -i atanh iz.
Expr complex_arctan(const Call& c, const Expr& z) {
  const Parts r = arctanh_parts(c, c.let(-imag(z)), c.let(real(z)));
  return complex(r.im, -r.re);
}

Expr in_double(const Call& c, const Expr& z, Expr (*function)(const Call& c, const Expr& z)) {
  if (z.dtype() == DType::C128) return function(c, z);
  const Expr wide = complex(c.let(cast(real(z), DType::F64)), c.let(cast(imag(z), DType::F64)));
  const Expr result = function(c, wide);
  return complex(cast(real(result), DType::F32), cast(imag(result), DType::F32));
}

}  // namespace rooftop::ir::ufuncs
