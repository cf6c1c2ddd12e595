// Dispatch of operators over the number types. Python's own numbers and NumPy's scalars differ in what they check.
#include "rooftop/frontend/arithmetic.h"

#include <array>
#include <limits>

#include "rooftop/frontend/complex_numbers.h"
#include "rooftop/frontend/numbers.h"
#include "rooftop/frontend/powers.h"
#include "rooftop/frontend/ufuncs.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

constexpr std::array<std::string_view, 13> kNames = {"Add",    "Sub",    "Mult",   "Div",   "FloorDiv", "Mod",    "Pow",
                                                     "LShift", "RShift", "BitAnd", "BitOr", "BitXor",   "MatMult"};
constexpr std::array<std::string_view, 13> kSymbols = {"+",  "-",  "*", "/", "//", "%", "**",
                                                       "<<", ">>", "&", "|", "^",  "@"};

[[noreturn]] void unsupported(Emitter& e, BinaryOperator op, const Value& a, const Value& b, std::string hint = {}) {
  e.fail("unsupported operand types for " + std::string(symbol(op)) + ": " + describe(a) + " and " + describe(b),
         std::move(hint));
}

Expr zero(const Expr& like) { return dtype_constant(like.dtype(), 0); }

/// Operands of an operation whose checks and result share them.
struct Operands {
  Expr a, b;
};

Operands bind(Emitter& e, const Expr& a, const Expr& b) { return {e.let("t", a), e.let("t", b)}; }

// --- Python int
// -----------------------------------------------------------------------------------------------------------

/// The correctly rounded quotient of two integers. Up to 2**53 both convert exactly; beyond, the remainders of the
/// conversions enter as a correction of the first quotient.
Expr true_quotient(Emitter& e, const Expr& a, const Expr& b) {
  const Expr x = ir::cast(a, DType::F64), y = ir::cast(b, DType::F64);
  const auto exact = [](const Expr& i) {
    return i.is_constant() && std::abs(static_cast<double>(i.constant().integer)) <= 9007199254740992.0;
  };
  if (exact(a) && exact(b)) return x / y;
  const Expr high_a = e.let("t", x), high_b = e.let("t", y);
  const Expr first = e.let("t", high_a / high_b);
  const auto rest = [](const Expr& i, const Expr& rounded) {
    // 2**63 itself is out of the i64 range; its distance is taken from the largest integer instead.
    const Expr limit = ir::float_constant(9223372036854775808.0);
    const Expr at_limit = ir::operation(Op::ge, {rounded, limit});
    const Expr back = ir::cast(ir::operation(Op::select, {at_limit, ir::float_constant(0), rounded}), DType::I64);
    const Expr low = ir::cast(i - back, DType::F64);
    const Expr low_at_limit =
        ir::cast(i - ir::int_constant(std::numeric_limits<std::int64_t>::max()), DType::F64) - ir::float_constant(1);
    return ir::operation(Op::select, {at_limit, low_at_limit, low});
  };
  const Expr remainder = ir::operation(Op::fma, {-first, high_b, high_a});
  const Expr correction = (remainder + (rest(a, high_a) - first * rest(b, high_b))) / high_b;
  const Expr bound = ir::float_constant(9007199254740992.0);
  const Expr large = logical_or(ir::operation(Op::ge, {ir::operation(Op::abs, {high_a}), bound}),
                                ir::operation(Op::ge, {ir::operation(Op::abs, {high_b}), bound}));
  return ir::operation(Op::select_rare, {large, first + correction, first});
}

void check_nonzero(Emitter& e, const Expr& divisor, const std::string& message_key) {
  if (divisor.is_constant() && !ir::is_int_constant(divisor, 0) && !array::is_float(divisor.dtype())) return;
  if (divisor.is_constant() && array::is_float(divisor.dtype()) && divisor.constant().real != 0) return;
  e.check(ir::operation(Op::ne, {divisor, zero(divisor)}), ExceptionKind::ZeroDivisionError, e.message(message_key));
}

Expr int_floor_divide(Emitter& e, const Expr& a, const Expr& b, const std::string& message_key) {
  check_nonzero(e, b, message_key);
  if (!b.is_constant() || ir::is_int_constant(b, -1)) {
    const Expr smallest = ir::int_constant(std::numeric_limits<std::int64_t>::min());
    const Expr overflows = logical_and(compare(Op::eq, a, smallest), compare(Op::eq, b, ir::int_constant(-1)));
    e.check(logical_not(overflows), ExceptionKind::OverflowError, "{0} // {1} does not fit in a 64-bit integer",
            {a, b});
  }
  return ir::operation(Op::floordiv, {a, b});
}

Expr int_shift_left(Emitter& e, const Expr& a, const Expr& b) {
  e.check(compare(Op::ge, b, ir::int_constant(0)), ExceptionKind::ValueError, e.message("negative_shift"));
  // 0 << anything is 0; any other value shifted by 64 or more leaves the range, and so does one that does not come
  // back.
  const Expr in_range = compare(Op::lt, b, ir::int_constant(64));
  const Expr count = select(in_range, b, ir::int_constant(0));
  const Expr shifted = e.let("t", ir::operation(Op::shl, {a, count}));
  const Expr comes_back = logical_and(in_range, compare(Op::eq, ir::operation(Op::shr, {shifted, count}), a));
  e.check(logical_or(comes_back, compare(Op::eq, a, ir::int_constant(0))), ExceptionKind::OverflowError,
          "{0} << {1} does not fit in a 64-bit integer", {a, b});
  return shifted;
}

Expr int_shift_right(Emitter& e, const Expr& a, const Expr& b) {
  e.check(compare(Op::ge, b, ir::int_constant(0)), ExceptionKind::ValueError, e.message("negative_shift"));
  return ir::operation(Op::shr, {a, minimum(b, ir::int_constant(63))});
}

Value python_int(Emitter& e, BinaryOperator op, const Value& left, const Value& right) {
  const bool both_bool = left.is(PyKind::Bool) && right.is(PyKind::Bool);
  const auto logic = [&](Op ir_op) {
    if (both_bool) return bool_value(ir::operation(ir_op, {left.expr, right.expr}));
    return int_value(ir::operation(ir_op, {cast_number(left.expr, DType::I64), cast_number(right.expr, DType::I64)}));
  };
  if (op == BinaryOperator::BitAnd) return logic(Op::bit_and);
  if (op == BinaryOperator::BitOr) return logic(Op::bit_or);
  if (op == BinaryOperator::BitXor) return logic(Op::bit_xor);
  const auto [a, b] = bind(e, cast_number(left.expr, DType::I64), cast_number(right.expr, DType::I64));
  switch (op) {
    case BinaryOperator::Add:
      return int_value(e.checked_add(a, b));
    case BinaryOperator::Sub:
      return int_value(e.checked_sub(a, b));
    case BinaryOperator::Mult:
      return int_value(e.checked_mul(a, b));
    case BinaryOperator::Div:
      check_nonzero(e, b, "int_true_division");
      return float_value(true_quotient(e, a, b));
    case BinaryOperator::FloorDiv:
      return int_value(int_floor_divide(e, a, b, "int_floor_division"));
    case BinaryOperator::Mod:
      check_nonzero(e, b, "int_modulo");
      return int_value(ir::operation(Op::floormod, {a, b}));
    case BinaryOperator::Pow:
      return int_power(e, a, b);
    case BinaryOperator::LShift:
      return int_value(int_shift_left(e, a, b));
    case BinaryOperator::RShift:
      return int_value(int_shift_right(e, a, b));
    default:
      unsupported(e, op, left, right);
  }
}

// --- Python float
// ---------------------------------------------------------------------------------------------------------

Value python_float(Emitter& e, BinaryOperator op, const Value& left, const Value& right) {
  const Expr a = cast_number(left.expr, DType::F64), b = cast_number(right.expr, DType::F64);
  switch (op) {
    case BinaryOperator::Add:
      return float_value(a + b);
    case BinaryOperator::Sub:
      return float_value(a - b);
    case BinaryOperator::Mult:
      return float_value(a * b);
    case BinaryOperator::Div: {
      const Expr divisor = e.let("t", b);
      check_nonzero(e, divisor, "float_division");
      return float_value(a / divisor);
    }
    case BinaryOperator::FloorDiv:
    case BinaryOperator::Mod: {
      const auto [x, y] = bind(e, a, b);
      check_nonzero(e, y, op == BinaryOperator::Mod ? "float_modulo" : "float_floor_division");
      const ir::DivMod result = float_divmod(e, x, y);
      return float_value(op == BinaryOperator::Mod ? result.remainder : result.quotient);
    }
    case BinaryOperator::Pow:
      return float_value(float_power(e, a, b));
    default:
      unsupported(e, op, left, right);
  }
}

// --- NumPy scalars
// --------------------------------------------------------------------------------------------------------

/// NumPy computes some operations of small types in another one.
PyType numpy_result(BinaryOperator op, const PyType& promoted) {
  const DType d = promoted.dtype();
  if (op == BinaryOperator::Div && !array::is_float(d) && !array::is_complex(d)) return PyType::numpy(DType::F64);
  const bool arithmetic_of_bools = op == BinaryOperator::FloorDiv || op == BinaryOperator::Mod ||
                                   op == BinaryOperator::Pow || op == BinaryOperator::LShift ||
                                   op == BinaryOperator::RShift;
  return array::is_bool(d) && arithmetic_of_bools ? PyType::numpy(DType::I8) : promoted;
}

Expr numpy_bool(Emitter& e, BinaryOperator op, const Value& left, const Value& right, const Expr& a, const Expr& b) {
  switch (op) {
    case BinaryOperator::Add:
      return ir::operation(Op::bit_or, {a, b});
    case BinaryOperator::Mult:
      return ir::operation(Op::bit_and, {a, b});
    case BinaryOperator::Sub:
      e.fail("numpy boolean subtract, the `-` operator, is not supported",
             "use the bitwise_xor, the `^` operator, instead");
    default:
      unsupported(e, op, left, right);
  }
}

Value numpy_scalar(Emitter& e, BinaryOperator op, const Value& left, const Value& right) {
  const PyType promoted = promote(left.type, right.type);
  const PyType type = numpy_result(op, promoted);
  const Value first = convert_operand(e, convert_operand(e, left, promoted), type);
  const Value second = convert_operand(e, convert_operand(e, right, promoted), type);
  const Expr a = computable(first.expr), b = computable(second.expr);
  const DType d = type.dtype();
  const bool integral = array::is_integer(d) || array::is_bool(d);
  const auto done = [&](const Expr& result) { return number_value(type, cast_number(result, d)); };
  switch (op) {
    case BinaryOperator::BitAnd:
      if (integral) return done(ir::operation(Op::bit_and, {a, b}));
      break;
    case BinaryOperator::BitOr:
      if (integral) return done(ir::operation(Op::bit_or, {a, b}));
      break;
    case BinaryOperator::BitXor:
      if (integral) return done(ir::operation(Op::bit_xor, {a, b}));
      break;
    case BinaryOperator::LShift:
      if (integral) return done(ufunc_value(e, ops::Ufunc::left_shift, {a, b}));
      break;
    case BinaryOperator::RShift:
      if (integral) return done(ufunc_value(e, ops::Ufunc::right_shift, {a, b}));
      break;
    case BinaryOperator::MatMult:
      break;
    default:
      if (array::is_bool(d)) return done(numpy_bool(e, op, left, right, a, b));
      if (array::is_complex(d)) return done(complex_binary(e, op, a, b, ComplexRules::NumPy));
      switch (op) {
        case BinaryOperator::Add:
          return done(a + b);
        case BinaryOperator::Sub:
          return done(a - b);
        case BinaryOperator::Mult:
          return done(a * b);
        case BinaryOperator::Div:
          return done(a / b);
        case BinaryOperator::FloorDiv:
          return done(ufunc_value(e, ops::Ufunc::floor_divide, {a, b}));
        case BinaryOperator::Mod:
          return done(ufunc_value(e, ops::Ufunc::remainder, {a, b}));
        default:
          return done(numpy_power(e, a, b));
      }
  }
  unsupported(e, op, left, right);
}

// --- Comparison
// -----------------------------------------------------------------------------------------------------------

Op comparison_op(Comparison op) {
  constexpr std::array<Op, 6> ops = {Op::eq, Op::ne, Op::lt, Op::le, Op::gt, Op::ge};
  return ops[static_cast<std::size_t>(op)];
}

Comparison mirrored(Comparison op) {
  switch (op) {
    case Comparison::Lt:
      return Comparison::Gt;
    case Comparison::LtE:
      return Comparison::GtE;
    case Comparison::Gt:
      return Comparison::Lt;
    case Comparison::GtE:
      return Comparison::LtE;
    default:
      return op;
  }
}

/// An i64 against a float64, exactly: past 2**53 the float is compared as the integer that it is.
Expr compare_int_float(Comparison op, const Expr& i, const Expr& x) {
  const Expr plain = ir::operation(comparison_op(op), {ir::cast(i, DType::F64), x});
  if (i.is_constant() && std::abs(static_cast<double>(i.constant().integer)) <= 9007199254740992.0) {
    return ir::operation(comparison_op(op), {cast_number(i, DType::F64), x});
  }
  const Expr limit = ir::int_constant(std::int64_t{1} << 53);
  const Expr large =
      logical_or(compare(Op::gt, i, limit), compare(Op::lt, i, ir::int_constant(-(std::int64_t{1} << 53))));
  // With i that large every float near it is an integer: compare as integers where x is in range, else by x's sign.
  const Expr in_range = logical_and(ir::operation(Op::ge, {x, ir::float_constant(-9223372036854775808.0)}),
                                    ir::operation(Op::lt, {x, ir::float_constant(9223372036854775808.0)}));
  const Expr rounded =
      op == Comparison::Lt || op == Comparison::GtE ? ir::operation(Op::ceil, {x}) : ir::operation(Op::floor, {x});
  const Expr as_int = ir::cast(ir::operation(Op::select, {in_range, rounded, ir::float_constant(0)}), DType::I64);
  Expr exact = ir::operation(comparison_op(op), {i, as_int});
  if (op == Comparison::Eq) exact = logical_and(exact, ir::operation(Op::eq, {rounded, x}));
  if (op == Comparison::NotEq) exact = logical_or(exact, ir::operation(Op::ne, {rounded, x}));
  // Outside the range of integers x's sign decides, as it does against 0; NaN compares as it always does.
  const Expr by_sign = ir::operation(comparison_op(op), {ir::float_constant(0), x});
  const Expr rare = ir::operation(Op::select, {in_range, exact, by_sign});
  return ir::operation(Op::select_rare, {large, rare, plain});
}

/// Two integers of any types, exactly.
Expr compare_integers(Comparison op, const Expr& a, const Expr& b) {
  const Op ir_op = comparison_op(op);
  const bool wide_a = a.dtype() == DType::U64, wide_b = b.dtype() == DType::U64;
  if (wide_a == wide_b) {
    const DType common = wide_a ? DType::U64 : DType::I64;
    const bool narrow = a.dtype() == b.dtype();
    return compare(ir_op, narrow ? a : cast_number(a, common), narrow ? b : cast_number(b, common));
  }
  if (wide_a) return compare_integers(mirrored(op), b, a);
  // Signed a against unsigned b: a negative a is below every b.
  const Expr x = cast_number(a, DType::I64);
  const Expr negative = compare(Op::lt, x, ir::int_constant(0));
  const Expr same_sign = ir::operation(ir_op, {ir::cast(x, DType::U64), b});
  const bool below = op == Comparison::Lt || op == Comparison::LtE || op == Comparison::NotEq;
  return below ? logical_or(negative, same_sign) : logical_and(logical_not(negative), same_sign);
}

}  // namespace

std::optional<BinaryOperator> binary_operator(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<BinaryOperator>(i);
  }
  return std::nullopt;
}

std::optional<UnaryOperator> unary_operator(std::string_view name) {
  if (name == "USub") return UnaryOperator::USub;
  if (name == "UAdd") return UnaryOperator::UAdd;
  if (name == "Invert") return UnaryOperator::Invert;
  return std::nullopt;
}

std::optional<Comparison> comparison(std::string_view name) {
  constexpr std::array<std::string_view, 6> names = {"Eq", "NotEq", "Lt", "LtE", "Gt", "GtE"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Comparison>(i);
  }
  return std::nullopt;
}

std::string_view symbol(BinaryOperator op) { return kSymbols[static_cast<std::size_t>(op)]; }

Value binary(Emitter& e, BinaryOperator op, const Value& a, const Value& b) {
  if (!a.is_number() || !b.is_number()) unsupported(e, op, a, b);
  if (op == BinaryOperator::MatMult) unsupported(e, op, a, b);
  // np.float64 is a Python float, which complex on the left takes as one.
  if (a.is(PyKind::Complex) && b.type == PyType::numpy(DType::F64)) return binary(e, op, a, float_value(b.expr));
  if (a.is(PyKind::NumPy) || b.is(PyKind::NumPy)) return numpy_scalar(e, op, a, b);
  const PyKind kind = promote(a.type, b.type).kind();
  if (kind == PyKind::Float) return python_float(e, op, a, b);
  if (kind == PyKind::Complex) {
    const Expr x = cast_number(a.expr, DType::C128), y = cast_number(b.expr, DType::C128);
    return complex_value(complex_binary(e, op, x, y, ComplexRules::Python));
  }
  return python_int(e, op, a, b);
}

Value unary(Emitter& e, UnaryOperator op, const Value& a) {
  if (!a.is_number()) e.fail("bad operand type for unary operator: " + describe(a));
  const bool is_bool = a.is(PyKind::Bool);
  const Value number = is_bool ? int_value(cast_number(a.expr, DType::I64)) : a;
  const Expr& x = number.expr;
  const bool numpy_bool = a.is(PyKind::NumPy) && array::is_bool(a.type.dtype());
  switch (op) {
    case UnaryOperator::UAdd:
      if (numpy_bool) e.fail("unary + of np.bool is not supported", "convert it with int(…)");
      return number;
    case UnaryOperator::USub:
      if (numpy_bool) {
        e.fail("The numpy boolean negative, the `-` operator, is not supported",
               "use the `~` operator or the logical_not function instead");
      }
      if (number.is(PyKind::Int)) return int_value(e.checked_sub(ir::int_constant(0), x));
      if (x.is_constant() && array::is_float(x.dtype())) {
        return number_value(number.type, ir::float_constant(-x.constant().real, x.type()));
      }
      return number_value(number.type, cast_number(-computable(x), x.dtype()));
    case UnaryOperator::Invert:
      if (array::is_float(x.dtype()) || array::is_complex(x.dtype())) {
        e.fail("bad operand type for unary ~: " + describe(a));
      }
      return number_value(number.type, ir::operation(Op::bit_not, {x}));
  }
  ROOFTOP_UNREACHABLE("unary operator");
}

Value compare_numbers(Emitter& e, Comparison op, const Value& a, const Value& b) {
  if (!a.is_number() || !b.is_number()) {
    e.fail("cannot compare " + describe(a) + " with " + describe(b));
  }
  const bool numpy = a.is(PyKind::NumPy) || b.is(PyKind::NumPy);
  const auto done = [&](const Expr& result) {
    return numpy ? number_value(PyType::numpy(DType::Bool), result) : bool_value(result);
  };
  const DType da = a.expr.dtype(), db = b.expr.dtype();
  const bool complex = array::is_complex(da) || array::is_complex(db);
  if (complex && op != Comparison::Eq && op != Comparison::NotEq && !numpy) {
    e.fail("complex numbers have no order: " + describe(a) + " and " + describe(b), "compare abs(x), x.real or x.imag");
  }
  const auto whole = [](DType d) { return array::is_integer(d) || array::is_bool(d); };
  if (whole(da) && whole(db)) {
    if (da == DType::Bool && db == DType::Bool && (op == Comparison::Eq || op == Comparison::NotEq)) {
      return done(ir::operation(comparison_op(op), {a.expr, b.expr}));
    }
    return done(compare_integers(op, a.expr, b.expr));
  }
  if (!numpy && a.is(PyKind::Int) && db == DType::F64) return done(compare_int_float(op, a.expr, b.expr));
  if (!numpy && b.is(PyKind::Int) && da == DType::F64) return done(compare_int_float(mirrored(op), b.expr, a.expr));
  const PyType type = promote(a.type, b.type);
  const Expr x = computable(convert_operand(e, a, type).expr), y = computable(convert_operand(e, b, type).expr);
  if (complex && op != Comparison::Eq && op != Comparison::NotEq) return done(complex_order(comparison_op(op), x, y));
  return done(ir::operation(comparison_op(op), {x, y}));
}

Value divide_modulo(Emitter& e, const Value& a, const Value& b) {
  if (!a.is_number() || !b.is_number()) e.fail("divmod() of " + describe(a) + " and " + describe(b));
  const Value x = e.pin("t", a), y = e.pin("t", b);
  const PyType type = promote(a.type, b.type);
  if (type.is(PyKind::Float)) {
    const Expr p = e.let("t", cast_number(x.expr, DType::F64)), q = e.let("t", cast_number(y.expr, DType::F64));
    check_nonzero(e, q, "float_divmod");
    const ir::DivMod result = float_divmod(e, p, q);
    return tuple_value({float_value(result.quotient), float_value(result.remainder)});
  }
  if (type.is(PyKind::Int) || type.is(PyKind::Bool)) {
    const Expr p = e.let("t", cast_number(x.expr, DType::I64)), q = e.let("t", cast_number(y.expr, DType::I64));
    const Expr quotient = e.let("t", int_floor_divide(e, p, q, "int_divmod"));
    return tuple_value({int_value(quotient), int_value(ir::operation(Op::floormod, {p, q}))});
  }
  return tuple_value({binary(e, BinaryOperator::FloorDiv, x, y), binary(e, BinaryOperator::Mod, x, y)});
}

Value absolute(Emitter& e, const Value& a) {
  if (!a.is_number()) e.fail("bad operand type for abs(): " + describe(a));
  if (a.is(PyKind::Bool)) return int_value(cast_number(a.expr, DType::I64));
  if (array::is_complex(a.expr.dtype())) return complex_absolute(e, a);
  if (array::is_bool(a.expr.dtype()) || array::is_unsigned(a.expr.dtype())) return a;
  if (a.is(PyKind::Int)) {
    const Expr x = e.let("t", a.expr);
    e.check(compare(Op::ne, x, ir::int_constant(std::numeric_limits<std::int64_t>::min())),
            ExceptionKind::OverflowError, "abs({0}) does not fit in a 64-bit integer", {x});
    return int_value(ir::operation(Op::abs, {x}));
  }
  return number_value(a.type, cast_number(ir::operation(Op::abs, {computable(a.expr)}), a.expr.dtype()));
}

}  // namespace rooftop::frontend
