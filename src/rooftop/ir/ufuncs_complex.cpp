// Products, quotients, roots and order of complex numbers.
#include "rooftop/ir/ufuncs_complex.h"

namespace rooftop::ir::ufuncs {

Expr complex_product(const Expr& x, const Expr& y) {
  const Expr a = real(x), b = imag(x), c = real(y), d = imag(y);
  return complex(a * c - b * d, a * d + b * c);
}

/// Smith's method, in the order of NumPy's operations: divided by the larger part of the divisor first.
Expr complex_quotient(const Call& call, const Expr& x, const Expr& y) {
  const Expr a = real(x), b = imag(x), c = real(y), d = imag(y);
  const Expr by_real = call.let(ge(magnitude(c), magnitude(d)));
  const Expr larger = choose(by_real, c, d), smaller = choose(by_real, d, c);
  // By zero: the numerator's parts over it, which are infinite or NaN.
  const Expr is_zero = call.let(both(eq(c, zero_of(c)), eq(d, zero_of(d))));
  const Expr one = num(c, 1);
  const Expr ratio = call.let(smaller / choose(is_zero, one, larger));
  const Expr scale = call.let(one / choose(is_zero, magnitude(c), larger + smaller * ratio));
  const Expr re = choose(by_real, a + b * ratio, a * ratio + b);
  const Expr im = choose(by_real, b - a * ratio, b * ratio - a);
  const Expr nothing = zero_of(c);
  const Expr by_zero = complex(choose(is_zero, a, nothing) / choose(is_zero, magnitude(c), one),
                               choose(is_zero, b, nothing) / choose(is_zero, magnitude(c), one));
  return operation(Op::select_rare, {is_zero, by_zero, complex(re * scale, im * scale)});
}

Expr complex_reciprocal(const Call& call, const Expr& x) {
  const Expr a = real(x), b = imag(x);
  const Expr by_real = call.let(le(magnitude(b), magnitude(a)));
  const Expr larger = choose(by_real, a, b), smaller = choose(by_real, b, a);
  const Expr ratio = call.let(smaller / larger);
  const Expr divisor = larger + smaller * ratio;
  const Expr one = num(a, 1);
  return complex(choose(by_real, one, ratio) / divisor, choose(by_real, -ratio, -one) / divisor);
}

/// C99's csqrt: the root of the larger of (|x| ± re) / 2, which does not cancel, and im over twice that.
Expr complex_square_root(const Call& call, const Expr& x) {
  const Expr a = call.let(real(x)), b = call.let(imag(x)), one = num(a, 1), zero = zero_of(a);
  // Zeros, infinities and NaNs have values of their own; nothing is computed of them that would raise a flag.
  const Expr is_plain = call.let(both(both(is_finite(a), is_finite(b)), either(ne(a, zero), ne(b, zero))));
  const Expr plain_a = choose(is_plain, a, one), plain_b = choose(is_plain, b, one);
  // Into the middle of the exponents and back by powers of four, so that no sum overflows and no root loses bits.
  const Expr size = call.let(op(Op::max, magnitude(plain_a), magnitude(plain_b)));
  const bool wide = a.dtype() == DType::F64;
  const Expr is_large = call.let(ge(size, real_num(a, wide ? 0x1p1020 : 0x1p124)));
  const Expr is_small = call.let(lt(size, real_num(a, wide ? 0x1p-960 : 0x1p-90)));
  const auto by_size = [&](double large, double small) {
    return choose(is_large, real_num(a, large), choose(is_small, real_num(a, small), one));
  };
  const Expr scale = by_size(0.0625, wide ? 0x1p108 : 0x1p48);
  const Expr back = by_size(4, wide ? 0x1p-54 : 0x1p-24);
  const Expr re = call.let(plain_a * scale), im = call.let(plain_b * scale);
  const Expr root = call.let(op(Op::sqrt, (op(Op::hypot, re, im) + magnitude(re)) * real_num(a, 0.5)));
  const Expr other = call.let(magnitude(im) / (root + root));
  const Expr right = ge(re, zero_of(re));
  const Expr u = choose(right, root, other) * back, v = choose(right, other, root) * back;
  // An infinite imaginary part makes both infinite, whatever the real one is; an infinite real part lies on an axis.
  const Expr inf = infinity(a), nan = nan_of(a), imag_nan = is_nan(b);
  const Expr on_axis = choose(imag_nan, nan, zero), is_right = gt(a, zero), real_nan = is_nan(a);
  const auto special = [&](const Expr& of_real_infinity) {
    const Expr other_than_zero =
        choose(is_infinite(a), of_real_infinity, choose(either(real_nan, imag_nan), nan, zero));
    return choose(is_infinite(b), inf, other_than_zero);
  };
  const Expr special_u = special(choose(is_right, inf, on_axis)), special_v = special(choose(is_right, on_axis, inf));
  return complex(choose(is_plain, u, special_u), op(Op::copysign, choose(is_plain, v, special_v), b));
}

Expr complex_sign(const Call& call, const Expr& x) {
  const Expr a = real(x), b = imag(x), zero = zero_of(a), one = num(a, 1);
  const Expr length = call.let(op(Op::hypot, a, b));
  const Expr is_zero = eq(length, zero), endless = is_infinite(length);
  const auto part = [&](const Expr& p, const Expr& other) {
    const Expr unit = choose(gt(p, zero), one, num(p, -1));
    const Expr far = choose(is_infinite(p), choose(is_infinite(other), nan_of(p), unit), zero);
    return choose(is_nan(length), nan_of(p), choose(endless, far, choose(is_zero, zero, p / length)));
  };
  return complex(part(a, b), part(b, a));
}

Expr complex_compare(Op test, const Expr& x, const Expr& y) {
  const Expr a = real(x), b = imag(x), c = real(y), d = imag(y);
  const Op strict = test == Op::lt || test == Op::le ? Op::lt : Op::gt;
  const Expr known = both(eq(b, b), eq(d, d));
  return either(both(op(strict, a, c), known), both(eq(a, c), op(test, b, d)));
}

Expr complex_is_nan(const Expr& x) { return either(is_nan(real(x)), is_nan(imag(x))); }

}  // namespace rooftop::ir::ufuncs
