// A mask over all dimensions is walked through as it stands; any other becomes places first. Places that stand for all
// dimensions go element by element; those of one dimension, among slices, select along it.
#include "rooftop/frontend/array_selection.h"

#include <algorithm>

#include "rooftop/frontend/array_assignment.h"
#include "rooftop/frontend/array_store.h"
#include "rooftop/frontend/numbers.h"
#include "rooftop/ir/walk.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

using Indices = std::vector<Expr>;

const char* const kOutOfBounds = "index {0} is out of bounds for axis {1} with size {2}";

bool is_mask(const Value& places) { return array::is_bool(places.type.dtype()); }

void check_places(Emitter& e, const Value& places) {
  check_operand(e, places);
  const DType d = places.type.dtype();
  if (array::is_bool(d) || array::is_integer(d)) return;
  e.fail("arrays used as indices must be of integer (or boolean) type, not " + std::string(array::name_of(d)));
}

/// A subscript of the dimension from a place.
Expr index_at(Emitter& e, const Value& array, std::size_t dimension, const Value& place) {
  const int axis = static_cast<int>(dimension);
  return wrap_index(e, as_index(e, place, "an index"), ir::length(array.expr, axis), kOutOfBounds, axis);
}

/// Lengths or subscripts with what stands for one dimension in its place.
Indices exchanged(const Indices& all, std::size_t dimension, std::size_t count, const Indices& by) {
  const auto first = all.begin() + static_cast<std::ptrdiff_t>(dimension);
  Indices result(all.begin(), first);
  result.insert(result.end(), by.begin(), by.end());
  result.insert(result.end(), first + static_cast<std::ptrdiff_t>(count), all.end());
  return result;
}

/// Where the element is whose indices have those of the places in the dimension's place.
Indices place_along(Emitter& e, const Value& array, std::size_t dimension, const Value& places, const Indices& indices,
                    Broadcast broadcast) {
  const auto own = static_cast<std::size_t>(rank_of(places));
  const auto first = indices.begin() + static_cast<std::ptrdiff_t>(dimension);
  const Indices which(first, first + static_cast<std::ptrdiff_t>(own));
  const Value place = expression_of(places).element(e, which, broadcast);
  return exchanged(indices, dimension, own, {index_at(e, array, dimension, place)});
}

/// The mask has the lengths of the array's first dimensions.
void check_mask(Emitter& e, const Value& array, const Value& mask) {
  const std::vector<Expr> have = lengths_of(mask), want = lengths_of(array);
  if (have.size() > want.size()) {
    e.fail("too many indices for array: array is " + std::to_string(want.size()) + "-dimensional, but " +
           std::to_string(have.size()) + " were indexed");
  }
  for (std::size_t d = 0; d < have.size(); ++d) {
    if (known_equal(have[d], want[d])) continue;
    e.check(equals(have[d], want[d]), ExceptionKind::IndexError,
            "boolean index did not match indexed array along axis {0}; size of axis is {1} but size of corresponding "
            "boolean axis is {2}",
            {ir::int_constant(static_cast<std::int64_t>(d)), want[d], have[d]});
  }
}

Expr element_of_mask(Emitter& e, const Value& mask, const Indices& indices) {
  return expression_of(mask).element(e, indices, Broadcast::Possible).expr;
}

/// Runs `body` at each place where the mask is true.
template <class Body>
void where_true(Emitter& e, const Value& mask, const Body& body) {
  for_every_index(e, lengths_of(mask), [&](const Indices& indices) {
    const Expr test = element_of_mask(e, mask, indices);
    ir::Block taken;
    {
      const Emitter::Redirect into(e, taken);
      body(indices);
    }
    e.emit(ir::if_then(test, std::move(taken), {}, e.location()));
  });
}

Expr count_true(Emitter& e, const Value& mask) {
  const ir::Var count = ir::make_var("count", ir::kI64);
  e.emit(ir::declare(count, ir::int_constant(0), e.location()));
  for_every_index(e, lengths_of(mask), [&](const Indices& indices) {
    const Expr one = select(element_of_mask(e, mask, indices), ir::int_constant(1), ir::int_constant(0));
    e.emit(ir::assign(count, ir::variable(count) + one, e.location()));
  });
  return e.let("count", ir::variable(count));
}

/// A counter and what follows each use of it.
class Counter {
 public:
  explicit Counter(Emitter& e) : var_(ir::make_var("k", ir::kI64)) {
    e.emit(ir::declare(var_, ir::int_constant(0), e.location()));
  }
  Expr value() const { return ir::variable(var_); }
  void step(Emitter& e) const { e.emit(ir::assign(var_, value() + ir::int_constant(1), e.location())); }

 private:
  ir::Var var_;
};

/// The array's elements where the mask over all its dimensions is true.
Value where_mask(Emitter& e, const Value& array, const Value& given) {
  check_mask(e, array, given);
  const Value mask = as_expression(e, materialise(e, given));
  const Value source = as_expression(e, array);
  const DType dtype = array.type.dtype();
  return stored_expression(e, dtype, {count_true(e, mask)}, expression_of(source).reads,
                           [mask, source](Emitter& to, const Value& target) {
                             const Counter k(to);
                             where_true(to, mask, [&](const Indices& indices) {
                               const Value item = expression_of(source).element(to, indices, Broadcast::Possible);
                               to.emit(ir::store(target.expr, {k.value()}, item.expr, {}, to.location()));
                               k.step(to);
                             });
                           });
}

/// Elements of all dimensions together: element i is the array's at places[0][i], places[1][i], …
Value at_places(Emitter& e, const Value& array, const std::vector<Value>& places) {
  const auto load = [array](Emitter& to, const std::vector<Value>& indices) {
    Indices at;
    for (std::size_t d = 0; d < indices.size(); ++d) at.push_back(index_at(to, array, d, indices[d]));
    return number_value(PyType::numpy(array.type.dtype()), ir::load(array.expr, at));
  };
  const Value result = elementwise(e, places, Broadcasting(e, shapes_of(places), Broadcasting::Of::Places), load);
  if (!result.is(PyKind::Computed)) return result;
  // Elements come from anywhere in the array.
  ArrayExpression expression = expression_of(result);
  expression.reads.push_back({.array = array, .in_place = false});
  return computed(e, std::move(expression));
}

/// The array's slices at places along one dimension; the places' dimensions stand there.
Value along_dimension(Emitter& e, const Value& array, std::size_t dimension, const Value& given) {
  const Value places = as_expression(e, given);
  ArrayExpression result;
  result.lengths = exchanged(lengths_of(array), dimension, 1, lengths_of(places));
  for (ArrayExpression::Read read : expression_of(places).reads) {
    result.reads.push_back({.array = read.array, .in_place = false});
  }
  result.reads.push_back({.array = array, .in_place = false});
  result.uniform = expression_of(places).uniform;
  result.element = [array, places, dimension](Emitter& to, const Indices& indices, Broadcast broadcast) {
    const Indices at = place_along(to, array, dimension, places, indices, broadcast);
    return number_value(PyType::numpy(array.type.dtype()), ir::load(array.expr, at));
  };
  return computed(e, std::move(result));
}

/// A subscript as places for all dimensions, or as places along one dimension of a view.
struct Selection {
  std::vector<Value> all;  ///< numbers and arrays
  Value view;
  std::size_t dimension = 0;
  Value places;
};

Selection selection_of(Emitter& e, const Value& array, const std::vector<SelectionItem>& given) {
  std::vector<SelectionItem> items = given;
  std::size_t arrays = 0, integers = 0, dimensions = 0;
  for (SelectionItem& item : items) {
    if (item.is_array()) {
      check_places(e, item.places);
      if (is_mask(item.places)) {
        if (rank_of(item.places) != 1) e.fail("a mask of several dimensions beside other subscripts is not supported");
        item.places = true_places(e, item.places);
      }
    }
    arrays += item.is_array();
    integers += !item.is_array() && item.item.kind == IndexItem::Kind::Integer;
    dimensions +=
        item.is_array() || item.item.kind == IndexItem::Kind::Integer || item.item.kind == IndexItem::Kind::Slice;
  }
  Selection result;
  const auto rank = static_cast<std::size_t>(array.type.rank());
  if (dimensions > rank) {
    e.fail("too many indices for array: array is " + std::to_string(rank) + "-dimensional, but " +
           std::to_string(dimensions) + " were indexed");
  }
  if (arrays + integers == rank && items.size() == rank) {
    for (const SelectionItem& item : items)
      result.all.push_back(item.is_array() ? item.places : int_value(item.item.index));
    return result;
  }
  const auto first =
      std::find_if(items.begin(), items.end(), [](const SelectionItem& item) { return item.is_array(); });
  const auto is_integer = [](const SelectionItem& item) {
    return !item.is_array() && item.item.kind == IndexItem::Kind::Integer;
  };
  // Numbers beside the array keep its dimensions where they stand; numbers apart from it would move them to the front.
  bool moves = false;
  for (auto item = items.begin(); item != items.end(); ++item) {
    if (!is_integer(*item)) continue;
    const auto low = std::min(item, first), high = std::max(item, first);
    moves |= std::any_of(low, high, [&](const SelectionItem& s) { return !s.is_array() && !is_integer(s); });
  }
  if (arrays != 1 || moves) {
    e.fail("several arrays among slices as subscripts are not supported in compiled code", "select in two steps");
  }
  std::vector<IndexItem> basic;
  for (const SelectionItem& item : items) {
    const IndexItem whole{.kind = IndexItem::Kind::Slice, .index = {}, .start = {}, .stop = {}, .step = {}};
    basic.push_back(item.is_array() ? whole : item.item);
    if (&item - items.data() < first - items.begin() && !is_integer(item)) {
      if (item.item.kind == IndexItem::Kind::Ellipsis) {
        result.dimension += rank - (dimensions > rank ? rank : dimensions);
      } else {
        ++result.dimension;
      }
    }
  }
  result.view = load(e, place(e, array, basic, Access::Read));
  result.places = first->places;
  return result;
}

/// Whether each element of the mask is made of the array's at the same place alone.
bool looks_at_place(const Value& array, const Value& mask) {
  if (!mask.is(PyKind::Computed) || expression_of(mask).has_loops || expression_of(mask).raises) return false;
  const auto& reads = expression_of(mask).reads;
  return std::all_of(reads.begin(), reads.end(), [&](const ArrayExpression::Read& read) {
    return read.in_place && ir::same_expression(read.array.expr, array.expr);
  });
}

/// The value in memory of its own, unless it is a number.
Value apart(Emitter& e, const Value& value) {
  if (value.is_number()) return e.pin("value", value);
  check_operand(e, value);
  if (!is_array_like(value)) e.fail("storing " + describe(value) + " in selected elements is not supported");
  const Value copied =
      materialise(e, elementwise(e, {value}, [](Emitter&, const std::vector<Value>& x) { return x[0]; }));
  return copied;
}

void store_where(Emitter& e, const Value& array, const Value& given, const Value& stored) {
  check_mask(e, array, given);
  const bool at_once = looks_at_place(array, given) && stored.is_number();
  const Value value = apart(e, stored);
  const Value mask = as_expression(e, at_once ? given : materialise(e, given));
  if (value.is_number()) {
    return where_true(e, mask, [&](const Indices& indices) { store_element(e, array, indices, value); });
  }
  if (rank_of(value) != 1) e.fail("the values of masked elements must be a number or a vector");
  const Expr have = ir::length(value.expr, 0), want = count_true(e, mask);
  e.check(logical_or(equals(have, want), equals(have, ir::int_constant(1))), ExceptionKind::ValueError,
          "NumPy boolean array indexing assignment cannot assign {0} input values to the {1} output values where the "
          "mask is true",
          {have, want});
  const Counter k(e);
  where_true(e, mask, [&](const Indices& indices) {
    const Expr at = select(equals(have, ir::int_constant(1)), ir::int_constant(0), k.value());
    store_element(e, array, indices, number_value(PyType::numpy(value.type.dtype()), ir::load(value.expr, {at})));
    k.step(e);
  });
}

/// Stores at all indices of `lengths`, each of which `place` leads to a place in the target.
void store_at(Emitter& e, const Value& target, const std::vector<Expr>& lengths, const Value& value,
              const std::function<Indices(const Indices&)>& place) {
  // Which element is missing is known before the first is stored.
  for_every_index(e, lengths, [&](const Indices& indices) { place(indices); });
  std::vector<Broadcasting::Shape> shapes = {lengths};
  if (!value.is_number()) {
    shapes.push_back(lengths_of(value));
    if (shapes[1].size() > lengths.size()) e.fail("the values have more dimensions than what they are stored in");
    const std::size_t extra = lengths.size() - shapes[1].size();
    for (std::size_t d = 0; d < shapes[1].size(); ++d) {
      const Expr &have = shapes[1][d], &want = lengths[d + extra];
      if (known_equal(have, want)) continue;
      e.check(repeats_into(have, want), ExceptionKind::ValueError,
              "shape mismatch: values of length {0} cannot be stored in {1} places", {have, want});
    }
  }
  const Broadcasting broadcasting(lengths, shapes);
  for_every_index(e, lengths, [&](const Indices& indices) {
    Value item = value;
    if (!value.is_number()) {
      const Indices at = broadcasting.place(1, indices, Broadcast::Possible);
      item = number_value(PyType::numpy(value.type.dtype()), ir::load(value.expr, at));
    }
    store_element(e, target, place(indices), item);
  });
}

}  // namespace

Value true_places(Emitter& e, const Value& given) {
  const Value mask = as_expression(e, materialise(e, given));
  return stored_expression(e, DType::I64, {count_true(e, mask)}, {}, [mask](Emitter& to, const Value& target) {
    const Counter k(to);
    where_true(to, mask, [&](const Indices& indices) {
      to.emit(ir::store(target.expr, {k.value()}, indices[0], {}, to.location()));
      k.step(to);
    });
  });
}

Value select_elements(Emitter& e, const Value& array, const std::vector<SelectionItem>& items) {
  if (items.size() == 1 && items[0].is_array()) {
    check_places(e, items[0].places);
    if (is_mask(items[0].places) && rank_of(items[0].places) == array.type.rank()) {
      return where_mask(e, array, items[0].places);
    }
  }
  const Selection selection = selection_of(e, array, items);
  if (!selection.all.empty()) return at_places(e, array, selection.all);
  return along_dimension(e, selection.view, selection.dimension, selection.places);
}

void store_selected(Emitter& e, const Value& array, const std::vector<SelectionItem>& items, const Value& stored) {
  if (items.size() == 1 && items[0].is_array()) {
    check_places(e, items[0].places);
    if (is_mask(items[0].places) && rank_of(items[0].places) == array.type.rank()) {
      return store_where(e, array, items[0].places, stored);
    }
  }
  const Selection selection = selection_of(e, array, items);
  const Value value = apart(e, stored);
  if (selection.all.empty()) {
    const Value& target = selection.view;
    const Value places = as_expression(e, materialise(e, selection.places));
    const std::vector<Expr> lengths = exchanged(lengths_of(target), selection.dimension, 1, lengths_of(places));
    return store_at(e, target, lengths, value, [&](const Indices& indices) {
      return place_along(e, target, selection.dimension, places, indices, Broadcast::Possible);
    });
  }
  // Numbers and arrays line up as operands do.
  std::vector<Value> places;
  for (const Value& p : selection.all) places.push_back(p.is_number() ? p : materialise(e, p));
  const Broadcasting shapes(e, shapes_of(places), Broadcasting::Of::Places);
  store_at(e, array, shapes.lengths(), value, [&](const Indices& indices) {
    Indices at;
    for (std::size_t d = 0; d < places.size(); ++d) {
      Value place = places[d];
      if (!place.is_number()) {
        const Indices where = shapes.place(d, indices, Broadcast::Possible);
        place = number_value(PyType::numpy(place.type.dtype()), ir::load(place.expr, where));
      }
      at.push_back(index_at(e, array, d, place));
    }
    return at;
  });
}

}  // namespace rooftop::frontend
