// Bits of integers, and what is counted in them: shifts, populations, common divisors.
#include "rooftop/ir/ufuncs_terms.h"

namespace rooftop::ir::ufuncs {
namespace {

/// Bits that do not depend on a sign are those of the unsigned type: one kernel serves both.
template <class F>
Expr on_bits(const Call& c, F f) {
  if (array::is_bool(c.dtype())) return f(c.a(), c.in.back());
  const DType u = bits_type(c.dtype());
  return cast(f(cast(c.a(), u), cast(c.in.back(), u)), c.dtype());
}

/// Whether the count is in [0, bits), and the count or 0.
struct Count {
  Expr fits, value;
};
Count count_of(const Call& c) {
  const Expr n = cast(c.b(), bits_type(c.dtype()));
  const Expr fits = c.let(lt(n, num(n, array::bits_of(c.dtype()))));
  return {fits, choose(fits, c.b(), zero_of(c.b()))};
}

Expr size_without_sign(const Expr& x) {
  return cast(array::is_signed(x.dtype()) ? magnitude(x) : x, bits_type(x.dtype()));
}

/// Euclid's algorithm.
Expr common_divisor(const Call& c, const Expr& a, const Expr& b) {
  const Var x = make_var("x", a.type()), y = make_var("y", a.type());
  c.before.push_back(declare(x, a));
  c.before.push_back(declare(y, b));
  const Expr more = ne(variable(y), zero_of(a));
  const Var rest = make_var("rest", a.type());
  const Expr divisor = choose(more, variable(y), num(a, 1));
  const Block body = {let(rest, choose(more, op(Op::rem, variable(x), divisor), zero_of(a))),
                      assign(x, choose(more, variable(y), variable(x))), assign(y, variable(rest))};
  c.before.push_back(while_loop(a.type().is_vector() ? op(Op::reduce_or, more) : more, body));
  return c.let(variable(x));
}

}  // namespace

Values bitwise_and(const Call& c) { return {on_bits(c, both)}; }
Values bitwise_or(const Call& c) { return {on_bits(c, either)}; }
Values bitwise_xor(const Call& c) {
  return {on_bits(c, [](const Expr& a, const Expr& b) { return op(Op::bit_xor, a, b); })};
}
Values invert(const Call& c) {
  return {on_bits(c, [](const Expr& a, const Expr&) { return not_(a); })};
}

Values left_shift(const Call& c) {
  const Count n = count_of(c);
  return {choose(n.fits, shl(c.a(), n.value), zero_of(c.a()))};
}

Values right_shift(const Call& c) {
  if (array::is_unsigned(c.dtype())) {
    const Count n = count_of(c);
    return {choose(n.fits, shr(c.a(), n.value), zero_of(c.a()))};
  }
  // Beyond the last place only the sign is left.
  const Expr n = cast(c.b(), bits_type(c.dtype()));
  const Expr most = num(n, array::bits_of(c.dtype()) - 1);
  return {shr(c.a(), cast(choose(lt(n, most), n, most), c.dtype()))};
}

/// Sums of neighbours: of bits, of pairs, of fours, of bytes.
Values bitwise_count(const Call& c) {
  Expr n = size_without_sign(c.a());
  const int width = array::bits_of(n.dtype());
  const auto mask = [&](std::uint64_t pattern) { return num(n, static_cast<std::int64_t>(pattern)); };
  n = c.let(n - both(shr(n, num(n, 1)), mask(0x5555555555555555)));
  n = c.let(both(n, mask(0x3333333333333333)) + both(shr(n, num(n, 2)), mask(0x3333333333333333)));
  n = both(n + shr(n, num(n, 4)), mask(0x0F0F0F0F0F0F0F0F));
  for (int by = 8; by < width; by *= 2) {
    n = c.let(n);
    n = n + shr(n, num(n, by));
  }
  return {cast(both(n, num(n, 0x7F)), DType::U8)};
}

Values gcd(const Call& c) {
  return {cast(common_divisor(c, size_without_sign(c.a()), size_without_sign(c.b())), c.dtype())};
}

Values lcm(const Call& c) {
  const Expr a = c.let(size_without_sign(c.a())), b = c.let(size_without_sign(c.b()));
  const Expr divisor = common_divisor(c, a, b);
  const Expr none = c.let(eq(divisor, zero_of(divisor)));
  return {cast(choose(none, zero_of(a), op(Op::quo, a, choose(none, num(a, 1), divisor)) * b), c.dtype())};
}

}  // namespace rooftop::ir::ufuncs
