// Stores. NumPy converts by assignment rules (a Python int must fit, a NumPy scalar wraps); other buffers refuse more.
#include "rooftop/frontend/array_store.h"

#include <functional>
#include <limits>

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

/// Loops over every index of `shape_of`, calling `body` innermost.
void for_every_index(Emitter& e, const Expr& shape_of, std::vector<Expr> indices,
                     const std::function<void(const std::vector<Expr>&)>& body) {
  const auto d = static_cast<int>(indices.size());
  if (d == shape_of.type().rank()) {
    body(indices);
    return;
  }
  const ir::Var var = ir::make_var("i", ir::kI64);
  indices.push_back(ir::variable(var));
  ir::Block block;
  {
    const Emitter::Redirect into(e, block);
    for_every_index(e, shape_of, std::move(indices), body);
  }
  e.emit(ir::for_loop(var, ir::int_constant(0), ir::length(shape_of, d), 1, std::move(block), ir::LoopKind::Serial,
                      e.location()));
}

/// The dimensions of `source` line up with the last ones of `target`: equal, or 1 and repeated.
void check_broadcast(Emitter& e, const Expr& target, const Expr& source) {
  const int extra = target.type().rank() - source.type().rank();
  for (int d = 0; d < source.type().rank(); ++d) {
    const Expr have = ir::length(source, d), want = ir::length(target, d + extra);
    const Expr fits = logical_or(compare(Op::eq, have, want), compare(Op::eq, have, ir::int_constant(1)));
    if (source.type().rank() == 1 && target.type().rank() == 1) {
      e.check(fits, ExceptionKind::ValueError, "could not broadcast input array from shape ({0},) into shape ({1},)",
              {have, want});
    } else if (source.type().rank() == 2 && target.type().rank() == 2) {
      e.check(fits, ExceptionKind::ValueError,
              "could not broadcast input array from shape ({0},{1}) into shape ({2},{3})",
              {ir::length(source, 0), ir::length(source, 1), ir::length(target, 0), ir::length(target, 1)});
    } else {
      e.check(fits, ExceptionKind::ValueError,
              "could not broadcast input array: dimension of length {0} into one of length {1}", {have, want});
    }
  }
}

Expr source_element(const Expr& source, const std::vector<Expr>& indices) {
  const auto extra = indices.size() - static_cast<std::size_t>(source.type().rank());
  std::vector<Expr> places;
  for (std::size_t d = extra; d < indices.size(); ++d) {
    const Expr single = compare(Op::eq, ir::length(source, static_cast<int>(d - extra)), ir::int_constant(1));
    places.push_back(select(single, ir::int_constant(0), indices[d]));
  }
  return ir::load(source, places);
}

void copy_elements(Emitter& e, const Value& target, const Value& source) {
  for_every_index(e, target.expr, {}, [&](const std::vector<Expr>& indices) {
    // Whole arrays convert without checks, as NumPy's astype does.
    const Expr item = cast_number(source_element(source.expr, indices), target.type.dtype());
    e.emit(ir::store(target.expr, indices, item, {}, e.location()));
  });
}

void copy_array(Emitter& e, const Value& target, const Value& source) {
  const int rank = source.type.rank();
  if (rank > target.type.rank()) {
    e.fail("could not broadcast an array of rank " + std::to_string(rank) + " into one of rank " +
           std::to_string(target.type.rank()));
  }
  if (array::is_complex(source.type.dtype()) && !array::is_complex(target.type.dtype())) {
    e.fail("complex elements cannot be stored in an array of " + std::string(array::name_of(target.type.dtype())));
  }
  check_broadcast(e, target.expr, source.expr);
  // Overlapping memory goes through a temporary, so that no element is read after it was written.
  ir::Block direct, through;
  {
    const Emitter::Redirect into(e, direct);
    copy_elements(e, target, source);
  }
  {
    const Emitter::Redirect into(e, through);
    const PyType type = PyType::array(source.type.dtype(), rank, ir::Layout::C, false, Flavour::NumPy);
    const ir::Var temporary = ir::make_var("copy", type.storage());
    std::vector<Expr> lengths;
    for (int d = 0; d < rank; ++d) lengths.push_back(ir::length(source.expr, d));
    e.emit(ir::allocate(temporary, std::move(lengths), e.location()));
    const Value copy = array_value(type, ir::variable(temporary));
    copy_elements(e, copy, source);
    copy_elements(e, target, copy);
  }
  e.emit(ir::if_then(ir::disjoint(target.expr, source.expr), std::move(direct), std::move(through), e.location()));
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
  if (value.is_array()) {
    copy_array(e, view, value);
    return;
  }
  const Expr converted = e.let("t", convert_element(e, view.type, value));
  for_every_index(e, view.expr, {}, [&](const std::vector<Expr>& indices) {
    e.emit(ir::store(view.expr, indices, converted, {}, e.location()));
  });
}

}  // namespace rooftop::frontend
