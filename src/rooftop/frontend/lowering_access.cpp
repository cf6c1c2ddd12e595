// Attributes and subscripts.
#include <algorithm>

#include "rooftop/frontend/array_creation.h"
#include "rooftop/frontend/array_expression.h"
#include "rooftop/frontend/array_reductions.h"
#include "rooftop/frontend/lowering.h"
#include "rooftop/frontend/numbers.h"

namespace rooftop::frontend {

using ir::Expr;

namespace {

Value method_of(const Value& self, const std::string& name) {
  return entity_value({.kind = Entity::Kind::Method, .name = name, .function = {}, .scope = {}, .parts = {self}});
}

}  // namespace

bool selects(const std::vector<SelectionItem>& items) {
  return std::any_of(items.begin(), items.end(), [](const SelectionItem& item) { return item.is_array(); });
}

std::vector<IndexItem> plain(const std::vector<SelectionItem>& items) {
  std::vector<IndexItem> result;
  for (const SelectionItem& item : items) result.push_back(item.item);
  return result;
}

Value Lowering::attribute(const Node& node) {
  const Value value = expression(*node.child("value"));
  const std::string& name = node.text("attr");
  if (value.is_entity(Entity::Kind::Module)) {
    const auto found = value.entity->scope->resolve(name);
    if (!found) e_.fail("module '" + value.entity->name + "' has no attribute '" + name + "'");
    return *found;
  }
  if (value.is_array()) return array_attribute(value, name);
  if (value.is_number()) return number_attribute(value, name);
  if (value.is(PyKind::Computed)) return expression_attribute(value, name);
  e_.fail("attribute '" + name + "' of " + describe(value) + " is not supported in compiled code",
          "read it in the caller and pass it as an argument");
}

Value Lowering::array_attribute(const Value& array, const std::string& name) {
  const int rank = array.type.rank();
  const auto lengths = [&] {
    std::vector<Value> items;
    for (int d = 0; d < rank; ++d) items.push_back(int_value(ir::length(array.expr, d)));
    return items;
  };
  const auto size = [&] {
    Expr product = ir::int_constant(1);
    for (int d = 0; d < rank; ++d) product = mul(product, ir::length(array.expr, d));
    return product;
  };
  const Expr item_size = ir::int_constant(static_cast<std::int64_t>(array::size_of(array.type.dtype())));
  const bool numpy = array.type.flavour() == Flavour::NumPy;
  const bool memory_view = array.type.flavour() == Flavour::MemoryView;
  if (name == "ndim" && (numpy || memory_view)) return int_value(rank);
  if (name == "itemsize" && (numpy || memory_view || array.type.flavour() == Flavour::ArrayArray))
    return int_value(item_size);
  if (name == "nbytes" && (numpy || memory_view)) return int_value(mul(size(), item_size));
  if (name == "shape" && (numpy || memory_view)) return tuple_value(lengths());
  if (numpy && name == "size") return int_value(size());
  if (numpy && name == "T") return transpose(e_, array);
  if (numpy && name == "strides") {
    std::vector<Value> items;
    for (int d = 0; d < rank; ++d) items.push_back(int_value(ir::stride(array.expr, d)));
    return tuple_value(std::move(items));
  }
  if (numpy && name == "dtype") return dtype_value(array.type.dtype());
  if (numpy && (name == "item" || name == "dot" || name == "fill" || array_reduction(name) || is_copying_method(name)))
    return method_of(array, name);
  if (numpy && library_function(name)) return method_of(array, name);
  e_.fail(
      "attribute '" + name + "' of an array is not supported in compiled code",
      "supported are shape, ndim, size, dtype, T, strides, itemsize, nbytes and the methods item, fill, copy, astype, "
      "flatten, dot, sum, prod, mean, min, max, any and all; compute the rest in the caller");
}

Value Lowering::expression_attribute(const Value& expression, const std::string& name) {
  const std::vector<Expr> lengths = lengths_of(expression);
  if (name == "ndim") return int_value(rank_of(expression));
  if (name == "T") return transposed(e_, expression);
  if (name == "dtype") return dtype_value(expression.type.dtype());
  if (name == "dot" || array_reduction(name) || is_copying_method(name) || library_function(name)) {
    return method_of(expression, name);
  }
  if (name == "shape") {
    std::vector<Value> items;
    for (const Expr& length : lengths) items.push_back(int_value(length));
    return tuple_value(std::move(items));
  }
  if (name == "size") {
    Expr product = ir::int_constant(1);
    for (const Expr& length : lengths) product = mul(product, length);
    return int_value(product);
  }
  return array_attribute(stored(expression), name);
}

Value Lowering::number_attribute(const Value& number, const std::string& name) {
  const DType d = number.expr.dtype();
  const bool complex = array::is_complex(d);
  const auto part = [&](const Expr& e) {
    return number.is(PyKind::NumPy) ? number_value(PyType::numpy(e.dtype()), e) : float_value(e);
  };
  const Value plain = number.is(PyKind::Bool) ? int_value(cast_number(number.expr, DType::I64)) : number;
  if (name == "dtype" && number.is(PyKind::NumPy)) return dtype_value(d);
  if (name == "real") return complex ? part(ir::operation(ir::Op::real, {number.expr})) : plain;
  if (name == "imag") {
    if (complex) return part(ir::operation(ir::Op::imag, {number.expr}));
    return number_value(plain.type, dtype_constant(plain.expr.dtype(), 0));
  }
  if (name == "conjugate" || name == "is_integer" || name == "item") return method_of(number, name);
  e_.fail("attribute '" + name + "' of " + describe(number) + " is not supported in compiled code");
}

std::vector<SelectionItem> Lowering::index_items(const Node& slice, const Value& array) {
  std::vector<const Node*> nodes;
  if (slice.is(NodeKind::Tuple)) {
    for (const NodePtr& n : slice.list("elts")) nodes.push_back(n.get());
  } else {
    nodes.push_back(&slice);
  }
  const std::string what = array.type.flavour() == Flavour::NumPy ? "an index" : "indices";
  std::vector<SelectionItem> items;
  const auto bound = [&](const Node* node) {
    if (node == nullptr) return Expr();
    const Value value = expression(*node);
    return value.is(PyKind::None) ? Expr() : as_index(e_, value, "a slice bound");
  };
  const auto add = [&](const Value& value) {
    IndexItem item{.kind = IndexItem::Kind::Integer, .index = {}, .start = {}, .stop = {}, .step = {}};
    if (is_array_like(value) && array.type.flavour() == Flavour::NumPy) {
      items.push_back({.places = value, .item = item});
      return;
    }
    if (value.is(PyKind::None)) {
      item.kind = IndexItem::Kind::NewAxis;
    } else if (value.is_entity(Entity::Kind::Ellipsis)) {
      item.kind = IndexItem::Kind::Ellipsis;
    } else if (value.is(PyKind::Bool) && array.type.flavour() == Flavour::NumPy) {
      e_.fail("a bool as an index is a mask in NumPy, which compiled code does not have yet", "convert it with int(…)");
    } else {
      item.index = e_.let("i", as_index(e_, value, what));
    }
    items.push_back({.places = none_value(), .item = item});
  };
  for (const Node* node : nodes) {
    const Emitter::At at(e_, node->location());
    if (node->is(NodeKind::Slice)) {
      const Expr start = bound(node->child("lower")), stop = bound(node->child("upper")),
                 step = bound(node->child("step"));
      const IndexItem range{.kind = IndexItem::Kind::Slice, .index = {}, .start = start, .stop = stop, .step = step};
      items.push_back({.places = none_value(), .item = range});
      continue;
    }
    if (node->is(NodeKind::List)) {
      add(call_builtin(e_, "numpy.array", {.positional = {items_of(*node)}, .keywords = {}}));
      continue;
    }
    const Value value = expression(*node);
    if (value.is(PyKind::Tuple) && nodes.size() == 1) {
      for (const Value& v : value.items) add(v);
    } else {
      add(value);
    }
  }
  return items;
}

Value Lowering::tuple_item(const Value& tuple, const Node& slice) {
  if (slice.is(NodeKind::Slice)) return tuple_slice(tuple, slice);
  const Value index = expression(slice);
  if (!index.is(PyKind::Int)) e_.fail("tuple indices must be integers, not " + describe(index));
  const auto n = static_cast<std::int64_t>(tuple.items.size());
  if (index.is_constant()) {
    const std::int64_t i = index.expr.constant().integer;
    if (i >= n || i < -n) {
      e_.raise(ExceptionKind::IndexError, "tuple index out of range");
      dead();
    }
    return tuple.items[static_cast<std::size_t>(i < 0 ? i + n : i)];
  }
  if (n == 0) {
    e_.raise(ExceptionKind::IndexError, "tuple index out of range");
    dead();
  }
  PyType type = tuple.items[0].type;
  for (const Value& item : tuple.items) {
    const auto joined = join(type, item.type);
    if (!joined || !joined->is_number()) {
      e_.fail("a tuple of different types, " + to_string(tuple.type) + ", needs a constant index");
    }
    type = *joined;
  }
  const Expr i = wrap_index(e_, index.expr, ir::int_constant(n), "tuple index out of range", 0);
  Expr chosen = convert_joined(e_, tuple.items.back(), type).expr;
  for (std::int64_t k = n - 1; k-- > 0;) {
    const Expr item = convert_joined(e_, tuple.items[static_cast<std::size_t>(k)], type).expr;
    chosen = select(frontend::compare(ir::Op::eq, i, ir::int_constant(k)), item, chosen);
  }
  return number_value(type, chosen);
}

Value Lowering::tuple_slice(const Value& tuple, const Node& slice) {
  const auto n = static_cast<std::int64_t>(tuple.items.size());
  const auto bound = [&](const char* field, std::int64_t missing) {
    const Node* node = slice.child(field);
    const Value value = node == nullptr ? none_value() : expression(*node);
    if (value.is(PyKind::None)) return missing;
    if (!value.is(PyKind::Int) || !value.is_constant()) {
      e_.fail("a slice of a tuple needs constant bounds", "name the items that you need");
    }
    return value.expr.constant().integer;
  };
  const std::int64_t step = bound("step", 1);
  if (step == 0) {
    e_.raise(ExceptionKind::ValueError, "slice step cannot be zero");
    dead();
  }
  const std::int64_t low = step > 0 ? 0 : -1, high = step > 0 ? n : n - 1;
  const auto clamp = [&](std::int64_t i) { return i < 0 ? std::max(i + n, low) : std::min(i, high); };
  const std::int64_t start = clamp(bound("lower", step > 0 ? 0 : n - 1));
  const Node* upper = slice.child("upper");
  const std::int64_t stop = upper == nullptr ? (step > 0 ? n : -1) : clamp(bound("upper", step > 0 ? n : -n - 1));
  std::vector<Value> items;
  for (std::int64_t i = start; step > 0 ? i < stop : i > stop; i += step)
    items.push_back(tuple.items[static_cast<std::size_t>(i)]);
  return tuple_value(std::move(items));
}

Value Lowering::subscript(const Node& node) {
  Value container = expression(*node.child("value"));
  const Node& slice = *node.child("slice");
  if (container.is(PyKind::Tuple)) return tuple_item(container, slice);
  if (container.is(PyKind::Computed)) container = stored(container);
  if (!container.is_array()) e_.fail(describe(container) + " cannot be subscripted in compiled code");
  const std::vector<SelectionItem> items = index_items(slice, container);
  if (selects(items)) return select_elements(e_, container, items);
  return load(e_, place(e_, container, plain(items), Access::Read));
}

}  // namespace rooftop::frontend
