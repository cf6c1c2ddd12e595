// Conversions of numbers.
#include "rooftop/frontend/numbers.h"

#include <limits>

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

struct Range {
  std::int64_t low, high;
};

/// The values of an integer type that an i64 can hold.
Range range_of(DType d) {
  const int bits = array::bits_of(d);
  if (array::is_signed(d)) {
    const auto high = static_cast<std::int64_t>((std::uint64_t{1} << (bits - 1)) - 1);
    return {-high - 1, high};
  }
  return {0, bits == 64 ? std::numeric_limits<std::int64_t>::max()
                        : static_cast<std::int64_t>((std::uint64_t{1} << bits) - 1)};
}

/// A Python int as a NumPy integer: in range, or OverflowError as NumPy raises it.
Expr checked_narrow(Emitter& e, const Expr& value, DType target) {
  const auto [low, high] = range_of(target);
  if (low != std::numeric_limits<std::int64_t>::min() || high != std::numeric_limits<std::int64_t>::max()) {
    const Expr x = e.let("t", value);
    const Expr fits =
        logical_and(compare(Op::ge, x, ir::int_constant(low)), compare(Op::le, x, ir::int_constant(high)));
    e.check(fits, ExceptionKind::OverflowError,
            "Python integer {0} out of bounds for " + std::string(array::name_of(target)), {x});
    return cast_number(x, target);
  }
  return cast_number(value, target);
}

}  // namespace

Expr dtype_constant(DType dtype, int value) {
  const ir::Type type = ir::Type::scalar(dtype);
  return array::is_float(dtype) || array::is_complex(dtype) ? ir::float_constant(value, type)
                                                            : ir::int_constant(value, type);
}

Expr cast_number(const Expr& value, DType target) {
  if (value.dtype() == target) return value;
  // ml_dtypes rounds twice.
  if (target == DType::BF16 && value.dtype() == DType::F64) return cast_number(cast_number(value, DType::F32), target);
  if (value.is_constant() && !array::is_complex(value.dtype())) {
    const ir::Type type = ir::Type::scalar(target);
    const bool from_real = array::is_float(value.dtype());
    const bool to_real = array::is_float(target) || array::is_complex(target);
    const ir::Constant& c = value.constant();
    if (from_real && to_real) return ir::float_constant(c.real, type);
    if (!from_real && !to_real) return ir::int_constant(c.integer, type);
    if (!from_real && value.dtype() != DType::U64 && !array::is_half(target))
      return ir::float_constant(static_cast<double>(c.integer), type);
  }
  if (array::is_complex(target) && !array::is_complex(value.dtype())) {
    const DType part = array::part_of(target);
    return ir::operation(Op::complex, {cast_number(value, part), ir::float_constant(0, ir::Type::scalar(part))});
  }
  return ir::cast(value, target);
}

Expr computable(const Expr& value) { return array::is_half(value.dtype()) ? cast_number(value, DType::F32) : value; }

Value convert_operand(Emitter& e, const Value& value, const PyType& target) {
  ROOFTOP_CHECK(value.is_number() && target.is_number());
  if (value.type == target) return value;
  const DType d = target.storage().dtype();
  if (value.is(PyKind::Int) && array::is_integer(d)) {
    return number_value(target, checked_narrow(e, value.expr, d));
  }
  return number_value(target, cast_number(value.expr, d));
}

Value convert_joined(Emitter& e, const Value& value, const PyType& target) {
  if (value.type == target) return value;
  if (value.is_number() && target.is_number()) return convert_operand(e, value, target);
  if (value.is_array()) {
    // The same memory under a type that promises less. What is a parameter's needs no owner.
    const auto with_owner = [&](Value array) {
      array.type = target;
      array.owner = !target.owned() ? Expr() : value.owner ? value.owner : ir::int_constant(0);
      return array;
    };
    if (value.type.storage() == target.storage()) return with_owner(value);
    const int rank = value.type.rank();
    ir::ViewParts parts{.base = value.expr, .starts = {}, .from = {}, .lengths = {}, .steps = {}};
    for (int d = 0; d < rank; ++d) {
      parts.starts.push_back(ir::int_constant(0));
      parts.from.push_back(d);
      parts.lengths.push_back(ir::length(value.expr, d));
      parts.steps.push_back(ir::int_constant(1));
    }
    return with_owner(array_value(target, e.let("view", ir::view(parts, target.storage()))));
  }
  ROOFTOP_CHECK(value.is(PyKind::Tuple) && target.is(PyKind::Tuple));
  std::vector<Value> items;
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    items.push_back(convert_joined(e, value.items[i], target.items()[i]));
  }
  return tuple_value(std::move(items));
}

Expr truth(Emitter& e, const Value& value) {
  switch (value.type.kind()) {
    case PyKind::None:
      return ir::bool_constant(false);
    case PyKind::Tuple:
      return ir::bool_constant(!value.items.empty());
    case PyKind::String:
      return ir::bool_constant(!value.type.text().empty());
    case PyKind::Array:
    case PyKind::Computed:
      e.fail("the truth value of an array is not one bool",
             "compare an element, or write a loop with the test that you mean");
    case PyKind::Entity:
    case PyKind::Never:
      e.fail("the truth value of " + describe(value) + " is not supported");
    default:
      break;
  }
  if (value.expr.dtype() == DType::Bool) return value.expr;
  if (value.is_constant() && value.expr.type() == ir::kI64) {
    return ir::bool_constant(value.expr.constant().integer != 0);
  }
  const Expr x = computable(value.expr);
  return ir::operation(Op::ne, {x, dtype_constant(x.dtype(), 0)});
}

Expr as_float(Emitter& e, const Value& value) {
  if (!value.is_number()) e.fail("must be real number, not " + describe(value));
  if (array::is_complex(value.expr.dtype())) e.fail("must be real number, not complex", "take .real or abs() of it");
  return cast_number(value.expr, DType::F64);
}

Expr as_index(Emitter& e, const Value& value, const std::string& what) {
  if (!value.type.is_integer()) {
    e.fail(what + " must be an integer, not " + describe(value), "convert it with int(…)");
  }
  if (value.expr.dtype() == DType::U64) {
    const Expr x = e.let("t", ir::cast(value.expr, DType::I64));
    e.check(compare(Op::ge, x, ir::int_constant(0)), ExceptionKind::OverflowError, what + " does not fit in 64 bits");
    return x;
  }
  return cast_number(value.expr, DType::I64);
}

}  // namespace rooftop::frontend
