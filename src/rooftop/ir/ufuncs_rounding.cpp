// Rounding to integers, and the parts that a float is made of.
#include "rooftop/ir/ufuncs_terms.h"

namespace rooftop::ir::ufuncs {
namespace {

/// Integers are whole already.
Values whole(const Call& c, Op rounding) { return {array::is_float(c.dtype()) ? op(rounding, c.a()) : c.a()}; }

/// The float of these bits.
Expr from_bits(const Expr& b, DType type) { return bitcast(b, type); }

/// 2 ** n for whole n in the exponent's range, without the subnormal ones.
Expr power_of_two(const Expr& n, DType type) {
  const Expr b = cast(n, bits_type(type, true));
  return from_bits(shl(b + num(b, bias(type)), num(b, fraction_bits(type))), type);
}

/// x with the sign bit of y; both halves or both floats.
Expr with_sign_of(const Expr& x, const Expr& y) {
  if (!array::is_half(x.dtype())) return op(Op::copysign, x, y);
  const Expr p = bits(x), q = bits(y), sign = num(p, 0x8000);
  return bitcast(either(both(p, not_(sign)), both(q, sign)), x.dtype());
}

}  // namespace

Values floor(const Call& c) { return whole(c, Op::floor); }
Values ceil(const Call& c) { return whole(c, Op::ceil); }
Values trunc(const Call& c) { return whole(c, Op::trunc); }

Values rint(const Call& c) {
  if (!array::is_complex(c.dtype())) return {op(Op::rint, c.a())};
  return {complex(op(Op::rint, real(c.a())), op(Op::rint, imag(c.a())))};
}

Values copysign(const Call& c) { return {with_sign_of(c.a(), c.b())}; }

Values heaviside(const Call& c) {
  const Expr &x = c.a(), &at_zero = c.b();
  const Expr zero = zero_of(x);
  const Expr known = choose(lt(x, zero), zero, choose(eq(x, zero), at_zero, num(x, 1)));
  return {choose(is_nan(x), x, known)};
}

Values modf(const Call& c) {
  const Expr& x = c.a();
  const Expr whole_part = c.let(op(Op::trunc, x));
  const Expr rest = choose(is_infinite(x), zero_of(x), x - choose(is_infinite(x), zero_of(x), whole_part));
  return {op(Op::copysign, rest, x), whole_part};
}

Values frexp(const Call& c) {
  const DType type = c.dtype();
  const int places = fraction_bits(type);
  const Expr x = c.let(c.a());
  const Expr smallest = real_num(x, type == DType::F64 ? 0x1p-1022 : 0x1p-126);
  // Subnormal numbers are made normal first.
  const Expr tiny = c.let(lt(magnitude(x), smallest));
  const Expr normal = c.let(bits(choose(tiny, x * real_num(x, type == DType::F64 ? 0x1p54 : 0x1p25), x), true));
  const Expr exponent = both(shr(normal, num(normal, places)), num(normal, 2 * bias(type) + 1));
  const Expr less =
      choose(tiny, num(normal, type == DType::F64 ? 54 : 25), zero_of(normal)) + num(normal, bias(type) - 1);
  const Expr field = num(normal, std::int64_t{2 * bias(type) + 1} << places);
  const Expr half = num(normal, std::int64_t{bias(type) - 1} << places);
  const Expr mantissa = from_bits(either(both(normal, not_(field)), half), type);
  const Expr has_parts = c.let(both(is_finite(x), ne(x, zero_of(x))));
  return {choose(has_parts, mantissa, x), cast(choose(has_parts, exponent - less, zero_of(normal)), DType::I32)};
}

/// Of float32 in float64, which has room for every result before it is rounded. Of float64 in three steps, of which all
/// but the last are exact: none leaves the normal numbers from which a later one comes back.
Values ldexp(const Call& c) {
  const Expr n = c.b();
  const auto clamped = [](const Expr& count, std::int64_t most) {
    const Expr low = num(count, -most), high = num(count, most);
    return choose(lt(count, low), low, choose(gt(count, high), high, count));
  };
  if (c.dtype() == DType::F32) {
    const Expr wide = cast(c.a(), DType::F64);
    return {cast(wide * power_of_two(cast(clamped(n, 400), DType::I64), DType::F64), DType::F32)};
  }
  Expr count = c.let(cast(clamped(n, 4000), DType::I64)), x = c.a();
  for (int step = 0; step < 2; ++step) {
    const Expr up = c.let(gt(count, num(count, 1023))), down = c.let(lt(count, num(count, -1022)));
    x = c.let(x * choose(up, real_num(x, 0x1p1023), choose(down, real_num(x, 0x1p-969), num(x, 1))));
    count = c.let(count - choose(up, num(count, 1023), choose(down, num(count, -969), zero_of(count))));
  }
  const Expr high = num(count, 1023), low = num(count, -1022);
  count = choose(gt(count, high), high, choose(lt(count, low), low, count));
  return {x * power_of_two(count, DType::F64)};
}

/// One step of the bits: away from zero or towards it. Of two equal numbers C's function gives the second, NumPy's of
/// float16 the first.
Values nextafter(const Call& c) {
  const Expr a = computable(c.a()), b = computable(c.b());
  const Expr x = c.let(bits(c.a(), true));
  const Expr one = num(x, 1);
  const Expr is_zero = eq(a, zero_of(a));
  const Expr outwards = eq(lt(a, b), lt(zero_of(a), a));
  const Expr stepped = from_bits(choose(outwards, x + one, x - one), c.dtype());
  const Expr smallest = with_sign_of(from_bits(one, c.dtype()), c.b());
  const Expr moved = choose(eq(a, b), c.dtype() == DType::F16 ? c.a() : c.b(), choose(is_zero, smallest, stepped));
  return {choose(either(is_nan(a), is_nan(b)), nan_of(c.a()), moved)};
}

/// The distance to the next number: away from zero, with the number's sign; of float16 towards infinity.
Values spacing(const Call& c) {
  const Expr a = computable(c.a());
  const Expr x = bits(c.a(), true), one = num(x, 1);
  const Expr smallest = computable(from_bits(one, c.dtype()));
  const Expr towards = c.dtype() == DType::F16 ? choose(lt(x, zero_of(x)), x - one, x + one) : x + one;
  const Expr distance = computable(from_bits(towards, c.dtype())) - a;
  const Expr known = choose(eq(a, zero_of(a)), smallest, distance);
  return {choose(is_infinite(a), nan_of(a), known)};
}

}  // namespace rooftop::ir::ufuncs
