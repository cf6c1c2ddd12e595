// Stores. NumPy converts by assignment rules (a Python int must fit, a NumPy scalar wraps); other buffers refuse more.
#include "rooftop/frontend/array_store.h"

#include <limits>

#include "rooftop/frontend/array_assignment.h"
#include "rooftop/frontend/numbers.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

/// A Python float assigned to an integer element: truncated; NaN and infinity raise.
Expr float_to_integer(Emitter& e, const Expr& value, DType target) {
  const Expr x = e.let("t", value);
  e.check(ir::operation(Op::eq, {x, x}), ExceptionKind::ValueError, e.message("int_of_nan"));
  const Expr size = ir::operation(Op::abs, {x});
  e.check(ir::operation(Op::ne, {size, ir::float_constant(std::numeric_limits<double>::infinity())}),
          ExceptionKind::OverflowError, e.message("int_of_infinity"));
  e.check(logical_and(ir::operation(Op::ge, {x, ir::float_constant(-9223372036854775808.0)}),
                      ir::operation(Op::lt, {x, ir::float_constant(9223372036854775808.0)})),
          ExceptionKind::OverflowError, "Python int too large to convert to C long");
  const Value whole = int_value(ir::cast(x, DType::I64));
  return convert_operand(e, whole, PyType::numpy(target)).expr;
}

/// An integer of one NumPy type assigned to another: wraps in an unsigned one, must fit in a signed one.
Expr integer_element(Emitter& e, const Expr& value, DType target) {
  if (!array::is_signed(target)) return cast_number(value, target);
  const Expr x = e.let("t", value);
  if (value.dtype() == DType::U64) {
    const Expr largest = ir::int_constant(std::numeric_limits<std::int64_t>::max(), x.type());
    e.check(ir::operation(Op::le, {x, largest}), ExceptionKind::OverflowError,
            "Python int too large to convert to C long");
  }
  return convert_operand(e, int_value(cast_number(x, DType::I64)), PyType::numpy(target)).expr;
}

Expr numpy_element(Emitter& e, DType target, const Value& value) {
  const DType from = value.expr.dtype();
  if (array::is_complex(from) && !array::is_complex(target)) {
    e.fail("a complex number cannot be stored in an array of " + std::string(array::name_of(target)),
           "store its .real or .imag");
  }
  if (value.is(PyKind::Int)) return convert_operand(e, value, PyType::numpy(target)).expr;
  if (array::is_float(from) && array::is_integer(target)) {
    return float_to_integer(e, cast_number(value.expr, DType::F64), target);
  }
  if (array::is_integer(from) && array::is_integer(target) && from != target) {
    return integer_element(e, value.expr, target);
  }
  return cast_number(value.expr, target);
}

/// array.array and memoryview take only what their format can hold.
Expr buffer_element(Emitter& e, const PyType& array, const Value& value) {
  const DType target = array.dtype();
  const std::string name(array::name_of(target));
  if (array::is_float(target)) {
    if (array::is_complex(value.expr.dtype())) e.fail("must be real number, not complex");
    return cast_number(value.expr, target);
  }
  if (!value.type.is_integer()) {
    e.fail("an element of type " + name + " must be assigned an integer, not " + describe(value),
           "convert it with int(…)");
  }
  const Expr x = e.let("t", as_index(e, value, "the value"));
  if (array::is_bool(target)) return ir::cast(x, DType::Bool);
  if (target == DType::I64) return x;
  if (array.flavour() == Flavour::ByteArray) {
    const Expr fits = logical_and(compare(Op::ge, x, ir::int_constant(0)), compare(Op::le, x, ir::int_constant(255)));
    e.check(fits, ExceptionKind::ValueError, "byte must be in range(0, 256)");
    return cast_number(x, target);
  }
  const bool memory_view = array.flavour() == Flavour::MemoryView;
  const std::string prefix = memory_view ? "memoryview_store_" : "array_store_";
  const ExceptionKind kind = memory_view ? ExceptionKind::ValueError : ExceptionKind::OverflowError;
  const auto check_range = [&](bool is_signed, int width, const std::string& suffix) {
    const int bits = width - (is_signed ? 1 : 0);
    const Expr low = ir::int_constant(is_signed ? -(std::int64_t{1} << bits) : 0);
    e.check(compare(Op::ge, x, low), kind, e.message(prefix + "low_" + name + suffix));
    if (bits == 64) return;
    const Expr high = ir::int_constant((std::int64_t{1} << bits) - 1);
    e.check(compare(Op::le, x, high), kind, e.message(prefix + "high_" + name + suffix));
  };
  // array.array converts in steps, each with a message of its own: first to a C int, then to what holds its elements.
  const int width = array::bits_of(target);
  for (const int wider : {32, 16}) {
    if (!memory_view && wider > width) check_range(true, wider, "_as_int" + std::to_string(wider));
  }
  check_range(array::is_signed(target), width, "");
  return cast_number(x, target);
}

/// True when the code after a store cannot be reached: the array is read-only and the raise has been emitted.
void check_writable(Emitter& e, const PyType& array) {
  if (!array.read_only()) return;
  if (array.flavour() == Flavour::NumPy) {
    e.raise(ExceptionKind::ValueError, "assignment destination is read-only");
  } else if (array.flavour() == Flavour::Bytes) {
    e.raise(ExceptionKind::TypeError, "'bytes' object does not support item assignment");
  } else {
    e.raise(ExceptionKind::TypeError, "cannot modify read-only memory");
  }
}

Expr convert_element(Emitter& e, const PyType& array, const Value& value) {
  if (!value.is_number()) {
    e.fail("cannot store " + describe(value) + " in an element of an array of " +
           std::string(array::name_of(array.dtype())));
  }
  return array.flavour() == Flavour::NumPy ? numpy_element(e, array.dtype(), value) : buffer_element(e, array, value);
}

}  // namespace

void store_element(Emitter& e, const Value& array, const std::vector<Expr>& indices, const Value& value) {
  check_writable(e, array.type);
  const Expr converted = convert_element(e, array.type, value);
  if (array.type.read_only()) return;
  e.emit(ir::store(array.expr, indices, converted, {}, e.location()));
}

void store_view(Emitter& e, const Value& view, const Value& value) {
  check_writable(e, view.type);
  if (view.type.read_only()) return;
  if (is_array_like(value)) {
    store_expression(e, view, as_expression(e, value));
  } else {
    fill(e, view, e.let("t", convert_element(e, view.type, value)));
  }
}

}  // namespace rooftop::frontend
