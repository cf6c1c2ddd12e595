// Places: which element or view a subscript means.
#include "rooftop/frontend/indexing.h"

#include <limits>

#include "rooftop/frontend/array_store.h"
#include "rooftop/frontend/numbers.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Layout;
using ir::Op;

namespace {

std::string index_message(const Emitter& e, const PyType& array, Access access) {
  switch (array.flavour()) {
    case Flavour::NumPy:
      return "index {0} is out of bounds for axis {1} with size {2}";
    case Flavour::MemoryView:
      return "index out of bounds on dimension {1}";
    case Flavour::ArrayArray:
      return e.message(access == Access::Read ? "array_index" : "array_assignment_index");
    case Flavour::Bytes:
      return "index out of range";
    case Flavour::ByteArray:
      return "bytearray index out of range";
  }
  ROOFTOP_UNREACHABLE("flavour");
}

/// The items with the Ellipsis written out and missing dimensions as full slices.
std::vector<IndexItem> expand(Emitter& e, const Value& array, const std::vector<IndexItem>& items) {
  const auto rank = static_cast<std::size_t>(array.type.rank());
  std::size_t consumed = 0;
  std::size_t ellipses = 0;
  for (const IndexItem& item : items) {
    if (item.kind == IndexItem::Kind::Ellipsis)
      ++ellipses;
    else if (item.kind != IndexItem::Kind::NewAxis)
      ++consumed;
  }
  if (ellipses > 1) e.fail("an index can only have a single ellipsis ('...')");
  if (consumed > rank) {
    e.fail("too many indices for array: array is " + std::to_string(rank) + "-dimensional, but " +
           std::to_string(consumed) + " were indexed");
  }
  const IndexItem all{.kind = IndexItem::Kind::Slice, .index = {}, .start = {}, .stop = {}, .step = {}};
  std::vector<IndexItem> full;
  for (const IndexItem& item : items) {
    if (item.kind == IndexItem::Kind::Ellipsis)
      full.insert(full.end(), rank - consumed, all);
    else
      full.push_back(item);
  }
  if (ellipses == 0) full.insert(full.end(), rank - consumed, all);
  return full;
}

bool is_full_slice(const IndexItem& item) {
  return item.kind == IndexItem::Kind::Slice && !item.start && !item.stop && !item.step;
}

bool has_unit_step(const IndexItem& item) {
  return item.kind == IndexItem::Kind::Slice && (!item.step || ir::is_int_constant(item.step, 1));
}

/// What is known of the strides of the view that the (expanded) items make.
Layout view_layout(const PyType& array, const std::vector<IndexItem>& items) {
  if (items.empty() || array.layout() == Layout::Strided || !has_unit_step(items.back())) return Layout::Strided;
  if (array.layout() == Layout::Inner) return Layout::Inner;
  // Row-major stays so when integers come first, then one slice of unit step, then whole dimensions.
  std::size_t i = 0;
  while (i < items.size() && items[i].kind == IndexItem::Kind::Integer) ++i;
  if (i < items.size() && has_unit_step(items[i])) ++i;
  while (i < items.size() && is_full_slice(items[i])) ++i;
  return i == items.size() ? Layout::C : Layout::Inner;
}

void refuse_unsupported_views(Emitter& e, const Value& array) {
  if (array.type.flavour() == Flavour::ArrayArray) {
    e.fail("a slice of an array.array is a copy, which compiled code does not make",
           "slice a memoryview of it, memoryview(a)[i:j], or pass a NumPy array");
  }
  if (array.type.flavour() == Flavour::Bytes || array.type.flavour() == Flavour::ByteArray) {
    const std::string type(array.type.flavour() == Flavour::Bytes ? "bytes" : "bytearray");
    e.fail("a slice of " + type + " is a copy, which compiled code does not make",
           "slice a memoryview of it: pass memoryview(data)");
  }
  if (array.type.flavour() == Flavour::MemoryView && array.type.rank() > 1) {
    e.fail("multi-dimensional sub-views of a memoryview are not implemented in Python", "pass a NumPy array");
  }
}

Value make_view(Emitter& e, const Value& array, const std::vector<IndexItem>& items, Access access) {
  refuse_unsupported_views(e, array);
  ir::ViewParts parts{.base = array.expr, .starts = {}, .from = {}, .lengths = {}, .steps = {}};
  int d = 0;
  for (const IndexItem& item : items) {
    if (item.kind == IndexItem::Kind::NewAxis) {
      parts.from.push_back(-1);
      parts.lengths.push_back(ir::int_constant(1));
      parts.steps.push_back(ir::int_constant(0));
      continue;
    }
    const Expr length = ir::length(array.expr, d);
    if (item.kind == IndexItem::Kind::Integer) {
      parts.starts.push_back(wrap_index(e, item.index, length, index_message(e, array.type, access), d));
    } else if (is_full_slice(item)) {
      parts.starts.push_back(ir::int_constant(0));
      parts.from.push_back(d);
      parts.lengths.push_back(length);
      parts.steps.push_back(ir::int_constant(1));
    } else {
      const SliceBounds bounds = slice_bounds(e, item, length);
      parts.starts.push_back(bounds.start);
      parts.from.push_back(d);
      parts.lengths.push_back(bounds.count);
      parts.steps.push_back(bounds.step);
    }
    ++d;
  }
  const PyType type = PyType::array(array.type.dtype(), static_cast<int>(parts.from.size()),
                                    view_layout(array.type, items), array.type.read_only(), array.type.flavour());
  return view_value(array, type, e.let("view", ir::view(parts, type.storage())));
}

/// An element as the user sees it: NumPy's scalar, or Python's for other buffers.
Value element_value(Emitter& e, const PyType& array, const Expr& loaded) {
  const DType d = array.dtype();
  if (array.flavour() == Flavour::NumPy) return number_value(PyType::numpy(d), loaded);
  if (array::is_bool(d)) return bool_value(loaded);
  if (array::is_float(d)) return float_value(cast_number(loaded, DType::F64));
  if (array::is_complex(d)) return complex_value(cast_number(loaded, DType::C128));
  return int_value(as_index(e, number_value(PyType::numpy(d), loaded), "the element"));
}

}  // namespace

Expr wrap_index(Emitter& e, const Expr& index, const Expr& length, const std::string& message, int axis) {
  const Expr zero = ir::int_constant(0);
  const Expr i = e.let("i", index);
  const auto check = [&](const Expr& condition) {
    e.check(condition, ExceptionKind::IndexError, message, {i, ir::int_constant(axis), length});
  };
  if (i.is_constant()) {
    const std::int64_t value = i.constant().integer;
    if (value >= 0) {
      check(compare(Op::lt, i, length));
      return i;
    }
    check(compare(Op::ge, length, sub(zero, i)));
    return e.let("i", add(length, i));
  }
  const Expr wrapped = e.let("i", select(compare(Op::lt, i, zero), add(i, length), i));
  check(logical_and(compare(Op::ge, wrapped, zero), compare(Op::lt, wrapped, length)));
  return wrapped;
}

SliceBounds slice_bounds(Emitter& e, const IndexItem& slice, const Expr& length) {
  const Expr zero = ir::int_constant(0), one = ir::int_constant(1), minus_one = ir::int_constant(-1);
  const Expr lowest = ir::int_constant(-std::numeric_limits<std::int64_t>::max());
  const Expr step = slice.step ? e.let("step", maximum(slice.step, lowest)) : one;
  e.check(compare(Op::ne, step, zero), ExceptionKind::ValueError, "slice step cannot be zero");
  const Expr n = e.let("n", length);
  const Expr forward = compare(Op::gt, step, zero);
  // Where a bound may stand: [0, n] going forward, [-1, n - 1] going backward.
  const Expr low = select(forward, zero, minus_one);
  const Expr high = select(forward, n, sub(n, one));
  const auto clamp = [&](const Expr& bound) {
    if (bound.is_constant() && bound.constant().integer >= 0) return minimum(bound, high);
    const Expr x = e.let("bound", bound);
    return select(compare(Op::lt, x, zero), maximum(add(x, n), low), minimum(x, high));
  };
  const Expr start = e.let("start", slice.start ? clamp(slice.start) : select(forward, zero, sub(n, one)));
  const Expr stop = e.let("stop", slice.stop ? clamp(slice.stop) : select(forward, n, minus_one));
  const Expr span = select(forward, sub(stop, start), sub(start, stop));
  if (ir::is_int_constant(step, 1)) return {start, e.let("count", maximum(span, zero)), step};
  const Expr stride = select(forward, step, sub(zero, step));
  const Expr count =
      select(compare(Op::gt, span, zero), add(ir::operation(Op::floordiv, {sub(span, one), stride}), one), zero);
  return {start, e.let("count", count), step};
}

Place place(Emitter& e, const Value& array, const std::vector<IndexItem>& items, Access access) {
  ROOFTOP_CHECK(array.is_array());
  const std::vector<IndexItem> full = expand(e, array, items);
  bool is_element = true;
  for (const IndexItem& item : items) is_element &= item.kind == IndexItem::Kind::Integer;
  is_element &= static_cast<int>(items.size()) == array.type.rank();
  if (!is_element)
    return {.array = array, .indices = {}, .is_element = false, .view = make_view(e, array, full, access)};
  Place result{.array = array, .indices = {}, .is_element = true, .view = {}};
  const std::string message = index_message(e, array.type, access);
  const int first_axis = array.type.flavour() == Flavour::MemoryView ? 1 : 0;
  for (int d = 0; d < array.type.rank(); ++d) {
    const Expr& index = full[static_cast<std::size_t>(d)].index;
    result.indices.push_back(wrap_index(e, index, ir::length(array.expr, d), message, d + first_axis));
  }
  return result;
}

Value load(Emitter& e, const Place& place) {
  if (!place.is_element) return place.view;
  return element_value(e, place.array.type, ir::load(place.array.expr, place.indices));
}

void store(Emitter& e, const Place& place, const Value& value) {
  if (place.is_element) {
    store_element(e, place.array, place.indices, value);
  } else {
    store_view(e, place.view, value);
  }
}

Value element(Emitter& e, const Value& array, const Expr& index) {
  if (array.type.rank() == 1) return element_value(e, array.type, ir::load(array.expr, {index}));
  refuse_unsupported_views(e, array);
  ir::ViewParts parts{.base = array.expr, .starts = {index}, .from = {}, .lengths = {}, .steps = {}};
  for (int d = 1; d < array.type.rank(); ++d) {
    parts.starts.push_back(ir::int_constant(0));
    parts.from.push_back(d);
    parts.lengths.push_back(ir::length(array.expr, d));
    parts.steps.push_back(ir::int_constant(1));
  }
  const PyType type = PyType::array(array.type.dtype(), array.type.rank() - 1, array.type.layout(),
                                    array.type.read_only(), array.type.flavour());
  return view_value(array, type, e.let("row", ir::view(parts, type.storage())));
}

Value transpose(Emitter& e, const Value& array) {
  const int rank = array.type.rank();
  if (rank < 2) return array;
  ir::ViewParts parts{.base = array.expr, .starts = {}, .from = {}, .lengths = {}, .steps = {}};
  for (int d = 0; d < rank; ++d) {
    parts.starts.push_back(ir::int_constant(0));
    parts.from.push_back(rank - 1 - d);
    parts.lengths.push_back(ir::length(array.expr, rank - 1 - d));
    parts.steps.push_back(ir::int_constant(1));
  }
  const PyType type =
      PyType::array(array.type.dtype(), rank, Layout::Strided, array.type.read_only(), array.type.flavour());
  return view_value(array, type, e.let("transposed", ir::view(parts, type.storage())));
}

}  // namespace rooftop::frontend
