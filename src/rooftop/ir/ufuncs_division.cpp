// Quotients and remainders, of integers and of floats, and powers of integers.
#include "rooftop/ir/ufuncs_complex.h"
#include "rooftop/ir/ufuncs_terms.h"

namespace rooftop::ir {
namespace {

using namespace ufuncs;

/// Whether lanes or a number divide by zero, where the processor must not.
Expr nonzero_divisor(const Call& c) { return c.let(choose(eq(c.b(), zero_of(c.b())), num(c.b(), 1), c.b())); }

Expr unless_by_zero(const Call& c, const Expr& value) {
  return choose(eq(c.b(), zero_of(c.b())), zero_of(value), value);
}

bool is_integer(const Call& c) { return array::is_integer(c.dtype()); }

}  // namespace

// The quotient comes from the exact remainder, so that both belong together.
DivMod float_divmod(const Expr& x, const Expr& y, Block& before) {
  const ops::Loop no_loop;
  const Call c{{}, no_loop, before};
  const Expr a = c.let(x), b = c.let(y);
  const Expr zero = zero_of(a), one = num(a, 1);
  const Expr mod = c.let(op(Op::fmod, a, b));
  const Expr mod_nonzero = ne(mod, zero);
  const Expr signs_differ = ne(lt(b, zero), lt(mod, zero));
  const Expr adjust = c.let(both(mod_nonzero, signs_differ));
  const Expr remainder = choose(mod_nonzero, choose(adjust, mod + b, mod), op(Op::copysign, zero, b));
  // (a - mod) / b is nearly an integer: the nearest one at or below, corrected for the division's rounding.
  const Expr quotient = c.let((a - mod) / b);
  const Expr exact = c.let(choose(adjust, quotient - one, quotient));
  const Expr low = c.let(op(Op::floor, exact));
  const Expr rounded = choose(gt(exact - low, real_num(a, 0.5)), low + one, low);
  return {choose(ne(exact, zero), rounded, op(Op::copysign, zero, a / b)), remainder};
}

namespace ufuncs {
namespace {

/// By zero the quotient is a / b and the remainder NaN.
DivMod numpy_divmod(const Call& c) {
  const Expr by_zero = c.let(eq(c.b(), zero_of(c.b())));
  const DivMod result = float_divmod(c.a(), c.b(), c.before);
  return {choose(by_zero, c.a() / c.b(), result.quotient),
          choose(by_zero, op(Op::fmod, c.a(), c.b()), result.remainder)};
}

}  // namespace

Values divide(const Call& c) {
  if (array::is_complex(c.dtype())) return {complex_quotient(c, c.a(), c.b())};
  return {c.a() / c.b()};
}

Values floor_divide(const Call& c) {
  if (!is_integer(c)) return {numpy_divmod(c).quotient};
  return {unless_by_zero(c, op(Op::floordiv, c.a(), nonzero_divisor(c)))};
}

Values remainder(const Call& c) {
  if (!is_integer(c)) return {numpy_divmod(c).remainder};
  return {unless_by_zero(c, op(Op::floormod, c.a(), nonzero_divisor(c)))};
}

Values divmod(const Call& c) {
  if (!is_integer(c)) {
    const DivMod both_parts = numpy_divmod(c);
    return {both_parts.quotient, both_parts.remainder};
  }
  const Expr divisor = nonzero_divisor(c);
  const Expr quotient = c.let(op(Op::floordiv, c.a(), divisor));
  return {unless_by_zero(c, quotient), unless_by_zero(c, c.a() - quotient * divisor)};
}

Values fmod(const Call& c) {
  if (!is_integer(c)) return {op(Op::fmod, c.a(), c.b())};
  Expr divisor = nonzero_divisor(c);
  // MIN by -1 leaves nothing, and the processor must not try.
  if (array::is_signed(c.dtype())) divisor = c.let(choose(eq(divisor, num(divisor, -1)), num(divisor, 1), divisor));
  return {unless_by_zero(c, op(Op::rem, c.a(), divisor))};
}

/// Of integers NumPy computes 1.0 / x and truncates: 0 but for 1 and -1; what 1 / 0 gives is what x86 makes of
/// infinity.
Values reciprocal(const Call& c) {
  const Expr& x = c.a();
  if (array::is_complex(c.dtype())) return {complex_reciprocal(c, x)};
  if (!is_integer(c)) return {num(x, 1) / x};
  Expr is_unit = eq(x, num(x, 1));
  if (array::is_signed(c.dtype())) is_unit = either(is_unit, eq(x, num(x, -1)));
  const Expr value = choose(is_unit, x, zero_of(x));
  if (c.dtype() != DType::I32 && c.dtype() != DType::I64) return {value};
  const std::int64_t lowest =
      c.dtype() == DType::I32 ? std::numeric_limits<std::int32_t>::min() : std::numeric_limits<std::int64_t>::min();
  return {choose(eq(x, zero_of(x)), num(x, lowest), value)};
}

/// Of integers by repeated squaring. Negative exponents, which NumPy refuses before, count as 0.
Values power(const Call& c) {
  if (array::is_complex(c.dtype())) return {complex_power(c, c.a(), c.b())};
  if (!is_integer(c)) return {op(Op::pow, c.a(), c.b())};
  const Type type = c.a().type();
  const Var result = make_var("result", type), base = make_var("base", type), left = make_var("left", type);
  const Expr r = variable(result), b = variable(base), n = variable(left), one = num(c.a(), 1);
  c.before.push_back(declare(result, one));
  c.before.push_back(declare(base, c.a()));
  c.before.push_back(declare(left, array::is_signed(c.dtype()) ? op(Op::max, c.b(), zero_of(c.b())) : c.b()));
  const Expr more = gt(n, zero_of(n));
  const Block body = {assign(result, choose(eq(both(n, one), one), r * b, r)), assign(base, b * b),
                      assign(left, shr(n, one))};
  c.before.push_back(while_loop(type.is_vector() ? op(Op::reduce_or, more) : more, body));
  return {c.let(r)};
}

Values float_power(const Call& c) { return power(c); }

}  // namespace ufuncs
}  // namespace rooftop::ir
