// Number theory of the math module. Intermediate results never leave 64 bits unless the exact result does.
#include <cstdint>
#include <functional>
#include <limits>

#include "rooftop/frontend/math_functions.h"
#include "rooftop/frontend/numbers.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

const ir::Type kU64 = ir::Type::scalar(DType::U64);

Expr unsigned_constant(std::int64_t value) { return ir::int_constant(value, kU64); }
Expr zero() { return ir::int_constant(0); }
Expr one() { return ir::int_constant(1); }

std::vector<Expr> integers(Emitter& e, const std::string& name, const Arguments& a) {
  if (!a.keywords.empty()) e.fail(name + "() takes no keyword arguments");
  std::vector<Expr> result;
  for (const Value& x : a.positional) {
    if (!x.type.is_integer()) {
      e.fail("'" + to_string(x.type) + "' object cannot be interpreted as an integer in " + name + "()");
    }
    result.push_back(e.let("t", as_index(e, x, name + "() argument")));
  }
  return result;
}

/// |x| as u64, which holds every magnitude.
Expr magnitude(Emitter& e, const Expr& x) {
  return e.let("t", ir::cast(select(compare(Op::lt, x, zero()), sub(zero(), x), x), DType::U64));
}

/// A u64 as a Python int, OverflowError beyond 63 bits.
Value signed_result(Emitter& e, const std::string& name, const Expr& value) {
  const Expr fits = ir::operation(Op::le, {value, unsigned_constant(std::numeric_limits<std::int64_t>::max())});
  e.check(fits, ExceptionKind::OverflowError, "the result of " + name + "() does not fit in a 64-bit integer");
  return int_value(ir::cast(value, DType::I64));
}

/// Of two integers of one type that are not negative.
Expr greatest_common_divisor(Emitter& e, const Expr& first, const Expr& second) {
  const ir::Var a = ir::make_var("a", first.type()), b = ir::make_var("b", first.type());
  e.emit(ir::declare(a, first, e.location()));
  e.emit(ir::declare(b, second, e.location()));
  ir::Block body;
  {
    const Emitter::Redirect into(e, body);
    const Expr rest = e.let("rest", ir::operation(Op::rem, {ir::variable(a), ir::variable(b)}));
    e.emit(ir::assign(a, ir::variable(b), e.location()));
    e.emit(ir::assign(b, rest, e.location()));
  }
  const Expr more = ir::operation(Op::ne, {ir::variable(b), ir::int_constant(0, first.type())});
  e.emit(ir::while_loop(more, std::move(body), e.location()));
  return e.let("gcd", ir::variable(a));
}

/// `then` in a block of its own under the condition, `otherwise` in the other.
void branch(Emitter& e, const Expr& condition, const std::function<void()>& then,
            const std::function<void()>& otherwise = {}) {
  ir::Block yes, no;
  {
    const Emitter::Redirect into(e, yes);
    then();
  }
  if (otherwise) {
    const Emitter::Redirect into(e, no);
    otherwise();
  }
  e.emit(ir::if_then(condition, std::move(yes), std::move(no), e.location()));
}

/// Runs `body` with i = 0, 1, … while i < count; count is small or the body soon raises.
void count_up(Emitter& e, const Expr& count, const std::function<void(const Expr&)>& body) {
  const ir::Var i = ir::make_var("i", ir::kI64);
  ir::Block block;
  {
    const Emitter::Redirect into(e, block);
    body(ir::variable(i));
  }
  e.emit(ir::for_loop(i, zero(), count, 1, std::move(block), ir::LoopKind::Serial, e.location()));
}

void check_not_negative(Emitter& e, const Expr& n, const std::string& key) {
  e.check(compare(Op::ge, n, zero()), ExceptionKind::ValueError, e.message(key));
}

Value factorial(Emitter& e, const Expr& n) {
  check_not_negative(e, n, "factorial_negative");
  e.check(compare(Op::le, n, ir::int_constant(20)), ExceptionKind::OverflowError,
          "factorial({0}) does not fit in a 64-bit integer", {n});
  static const auto table = [] {
    ir::Table factorials{.name = "factorials", .dtype = DType::I64, .values = {1}};
    for (std::uint64_t i = 1; i <= 20; ++i) factorials.values.push_back(factorials.values.back() * i);
    return std::make_shared<const ir::Table>(std::move(factorials));
  }();
  return int_value(ir::lookup(table, n));
}

/// C(n, i + 1) from `c` = C(n, i). The division goes first where the product does not fit: what c does not share with i
/// + 1 divides n - i.
void next_binomial(Emitter& e, const std::function<void()>& overflow, const ir::Var& c, const Expr& left,
                   const Expr& next) {
  const Expr old = e.let("t", ir::variable(c));
  branch(
      e, logical_not(ir::operation(Op::mul_overflows, {old, left})),
      [&] {
        e.emit(ir::assign(c, ir::operation(Op::quo, {old * left, next}), e.location()));
      },
      [&] {
        const Expr shared = greatest_common_divisor(e, old, next);
        const Expr a = e.let("t", ir::operation(Op::quo, {old, shared}));
        const Expr b = e.let("t", ir::operation(Op::quo, {left, ir::operation(Op::quo, {next, shared})}));
        branch(e, ir::operation(Op::mul_overflows, {a, b}), overflow);
        e.emit(ir::assign(c, a * b, e.location()));
      });
}

}  // namespace

Value math_gcd(Emitter& e, const Arguments& a) {
  Expr result = unsigned_constant(0);
  for (const Expr& x : integers(e, "math.gcd", a)) {
    const Expr size = magnitude(e, x);
    result = ir::is_int_constant(result, 0) ? size : greatest_common_divisor(e, result, size);
  }
  return signed_result(e, "gcd", result);
}

Value math_lcm(Emitter& e, const Arguments& a) {
  const std::vector<Expr> values = integers(e, "math.lcm", a);
  if (values.empty()) return int_value(1);
  // Any zero makes the result zero, however large the others are: then all count as zero.
  Expr any_zero = ir::bool_constant(false);
  for (const Expr& x : values) any_zero = logical_or(any_zero, compare(Op::eq, x, zero()));
  any_zero = e.let("zero", any_zero);
  Expr result;
  for (const Expr& x : values) {
    const Expr size = magnitude(e, e.let("t", select(any_zero, zero(), x)));
    if (!result) {
      result = size;
      continue;
    }
    const Expr shared = maximum(greatest_common_divisor(e, result, size), unsigned_constant(1));
    const Expr part = e.let("t", ir::operation(Op::quo, {result, shared}));
    e.check(logical_not(ir::operation(Op::mul_overflows, {part, size})), ExceptionKind::OverflowError,
            "the result of lcm() does not fit in a 64-bit integer");
    result = e.let("lcm", part * size);
  }
  return signed_result(e, "lcm", result);
}

Value math_isqrt(Emitter& e, const Arguments& a) {
  expect_arguments(e, "math.isqrt", a, 1, 1);
  const Expr n = integers(e, "math.isqrt", a)[0];
  check_not_negative(e, n, "isqrt_negative");
  // The float root is off by at most one; its square is compared as integers.
  const Expr root = e.let("t", minimum(ir::cast(ir::operation(Op::sqrt, {cast_number(n, DType::F64)}), DType::I64),
                                       ir::int_constant(3037000499)));
  const Expr down = e.let("t", select(compare(Op::gt, root * root, n), sub(root, one()), root));
  const Expr up = add(down, one());
  const Expr fits = logical_and(compare(Op::lt, down, ir::int_constant(3037000499)), compare(Op::le, up * up, n));
  return int_value(select(fits, up, down));
}

Value math_factorial(Emitter& e, const Arguments& a) {
  expect_arguments(e, "math.factorial", a, 1, 1);
  return factorial(e, integers(e, "math.factorial", a)[0]);
}

Value math_comb(Emitter& e, const Arguments& a) {
  expect_arguments(e, "math.comb", a, 2, 2);
  const std::vector<Expr> values = integers(e, "math.comb", a);
  const Expr n = values[0], k = values[1];
  check_not_negative(e, n, "comb_n_negative");
  check_not_negative(e, k, "comb_k_negative");
  const ir::Var c = ir::make_var("comb", ir::kI64);
  e.emit(ir::declare(c, select(compare(Op::gt, k, n), zero(), one()), e.location()));
  // C(n, i) grows up to the middle, so the last one decides whether all fit.
  const Expr count = e.let("t", minimum(k, sub(n, k)));
  const auto overflow = [&] {
    e.raise(ExceptionKind::OverflowError, "comb({0}, {1}) does not fit in a 64-bit integer", {n, k});
  };
  count_up(e, count,
           [&](const Expr& i) { next_binomial(e, overflow, c, e.let("t", sub(n, i)), e.let("t", add(i, one()))); });
  return int_value(e.let("t", ir::variable(c)));
}

Value math_perm(Emitter& e, const Arguments& a) {
  expect_arguments(e, "math.perm", a, 1, 2);
  if (a.positional.size() == 1 || a.positional[1].is(PyKind::None)) {
    Arguments only_n = a;
    only_n.positional.resize(1);
    return factorial(e, integers(e, "math.perm", only_n)[0]);
  }
  const std::vector<Expr> values = integers(e, "math.perm", a);
  const Expr n = values[0], k = values[1];
  check_not_negative(e, n, "perm_n_negative");
  check_not_negative(e, k, "perm_k_negative");
  const Expr none = compare(Op::gt, k, n);
  const ir::Var product = ir::make_var("perm", ir::kI64);
  e.emit(ir::declare(product, select(none, zero(), one()), e.location()));
  count_up(e, e.let("t", select(none, zero(), k)), [&](const Expr& i) {
    const Expr old = e.let("t", ir::variable(product)), factor = e.let("t", sub(n, i));
    e.check(logical_not(ir::operation(Op::mul_overflows, {old, factor})), ExceptionKind::OverflowError,
            "perm({0}, {1}) does not fit in a 64-bit integer", {n, k});
    e.emit(ir::assign(product, old * factor, e.location()));
  });
  return int_value(e.let("t", ir::variable(product)));
}

}  // namespace rooftop::frontend
