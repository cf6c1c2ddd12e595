// Lets, checks and the folding constructors.
#include "rooftop/frontend/emitter.h"

#include <cstdint>

#include "rooftop/frontend/array_assignment.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

bool both_int_constants(const Expr& a, const Expr& b) {
  return a.is_constant() && b.is_constant() && a.type() == ir::kI64 && b.type() == ir::kI64;
}

/// Compares, folding two i64 constants.
bool compare_constants(Op op, std::int64_t a, std::int64_t b) {
  switch (op) {
    case Op::eq:
      return a == b;
    case Op::ne:
      return a != b;
    case Op::lt:
      return a < b;
    case Op::le:
      return a <= b;
    case Op::gt:
      return a > b;
    case Op::ge:
      return a >= b;
    default:
      break;
  }
  ROOFTOP_UNREACHABLE("not a comparison");
}

}  // namespace

Expr add(const Expr& a, const Expr& b) {
  if (ir::is_int_constant(a, 0)) return b;
  if (ir::is_int_constant(b, 0)) return a;
  std::int64_t sum = 0;
  if (both_int_constants(a, b) && !__builtin_add_overflow(a.constant().integer, b.constant().integer, &sum)) {
    return ir::int_constant(sum);
  }
  return a + b;
}

Expr sub(const Expr& a, const Expr& b) {
  if (ir::is_int_constant(b, 0)) return a;
  std::int64_t difference = 0;
  if (both_int_constants(a, b) && !__builtin_sub_overflow(a.constant().integer, b.constant().integer, &difference)) {
    return ir::int_constant(difference);
  }
  return a - b;
}

Expr mul(const Expr& a, const Expr& b) {
  if (ir::is_int_constant(a, 1)) return b;
  if (ir::is_int_constant(b, 1)) return a;
  std::int64_t product = 0;
  if (both_int_constants(a, b) && !__builtin_mul_overflow(a.constant().integer, b.constant().integer, &product)) {
    return ir::int_constant(product);
  }
  return a * b;
}

bool is_true(const Expr& e) { return ir::is_int_constant(e, 1) && e.type() == ir::kBool; }
bool is_false(const Expr& e) { return ir::is_int_constant(e, 0) && e.type() == ir::kBool; }

Expr select(const Expr& condition, const Expr& a, const Expr& b) {
  if (is_true(condition)) return a;
  if (is_false(condition)) return b;
  if (a == b) return a;
  return ir::operation(Op::select, {condition, a, b});
}

Expr logical_and(const Expr& a, const Expr& b) {
  if (is_true(a) || is_false(b)) return b;
  if (is_true(b) || is_false(a)) return a;
  return ir::operation(Op::bit_and, {a, b});
}

Expr logical_or(const Expr& a, const Expr& b) {
  if (is_false(a) || is_true(b)) return b;
  if (is_false(b) || is_true(a)) return a;
  return ir::operation(Op::bit_or, {a, b});
}

Expr logical_not(const Expr& a) {
  if (a.is_constant()) return ir::bool_constant(!is_true(a));
  if (a.is_op(Op::bit_not)) return a.arg(0);
  return ir::operation(Op::bit_not, {a});
}

Expr compare(Op op, const Expr& a, const Expr& b) {
  if (both_int_constants(a, b)) {
    return ir::bool_constant(compare_constants(op, a.constant().integer, b.constant().integer));
  }
  return ir::operation(op, {a, b});
}

Expr minimum(const Expr& a, const Expr& b) {
  if (both_int_constants(a, b)) return a.constant().integer <= b.constant().integer ? a : b;
  return ir::operation(Op::min, {a, b});
}

Expr maximum(const Expr& a, const Expr& b) {
  if (both_int_constants(a, b)) return a.constant().integer >= b.constant().integer ? a : b;
  return ir::operation(Op::max, {a, b});
}

Expr Emitter::let(const std::string& name, const Expr& value) {
  if (value.is_constant() || value.is(ir::ExprKind::Variable)) return value;
  const ir::Var var = ir::make_var(name, value.type());
  emit(ir::let(var, value, location_));
  if (value.is(ir::ExprKind::View)) views_.emplace(var, value);
  return ir::variable(var);
}

Expr Emitter::view_definition(const Expr& array) const {
  if (!array.is(ir::ExprKind::Variable)) return {};
  const auto found = views_.find(array.var());
  return found == views_.end() ? Expr() : found->second;
}

Value Emitter::pin(const std::string& name, const Value& value) {
  // Still an expression: a name must not hold an array that the block's end takes away.
  if (value.is(PyKind::Computed)) return as_expression(*this, materialise(*this, value));
  Value pinned = value;
  if (value.expr) pinned.expr = let(name, value.expr);
  if (value.owner) pinned.owner = let(name + ".owner", value.owner);
  for (Value& item : pinned.items) item = pin(name, item);
  return pinned;
}

void Emitter::check(const Expr& condition, ExceptionKind kind, std::string message, std::vector<Expr> arguments) {
  if (is_true(condition)) return;
  emit(ir::check(condition, {kind, std::move(message)}, std::move(arguments), location_));
}

void Emitter::raise(ExceptionKind kind, std::string message, std::vector<Expr> arguments) {
  emit(ir::raise({kind, std::move(message)}, std::move(arguments), location_));
}

const std::string& Emitter::message(const std::string& key) const {
  const auto found = messages_->find(key);
  ROOFTOP_CHECK(found != messages_->end()) << "no message '" << key << "'";
  return found->second;
}

void Emitter::fail(const std::string& message, std::string hint) const {
  throw CompileError(location_, message, std::move(hint));
}

Expr Emitter::checked(Op op, Op overflows, const std::string& symbol, const Expr& a, const Expr& b) {
  // Bound first, so that the test and the value share the operands.
  const Expr x = let("t", a), y = let("t", b);
  check(logical_not(ir::operation(overflows, {x, y})), ExceptionKind::OverflowError,
        "{0} " + symbol + " {1} does not fit in a 64-bit integer", {x, y});
  return ir::operation(op, {x, y});
}

Expr Emitter::checked_add(const Expr& a, const Expr& b) {
  const Expr folded = add(a, b);
  return folded.is_op(Op::add) ? checked(Op::add, Op::add_overflows, "+", a, b) : folded;
}

Expr Emitter::checked_sub(const Expr& a, const Expr& b) {
  const Expr folded = sub(a, b);
  return folded.is_op(Op::sub) ? checked(Op::sub, Op::sub_overflows, "-", a, b) : folded;
}

Expr Emitter::checked_mul(const Expr& a, const Expr& b) {
  const Expr folded = mul(a, b);
  return folded.is_op(Op::mul) ? checked(Op::mul, Op::mul_overflows, "*", a, b) : folded;
}

}  // namespace rooftop::frontend
