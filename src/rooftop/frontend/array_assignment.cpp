// The loops that store array expressions: at once where nothing that is still to be read is overwritten, else through a
// temporary.
#include "rooftop/frontend/array_assignment.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "rooftop/frontend/array_store.h"
#include "rooftop/frontend/numbers.h"
#include "rooftop/ir/walk.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

PyType new_array_type(DType dtype, std::size_t rank) {
  return PyType::array(dtype, static_cast<int>(rank), ir::Layout::C, false, Flavour::NumPy);
}

/// A new array that lives to the end of the block.
Value allocate(Emitter& e, DType dtype, const std::vector<Expr>& lengths) {
  const PyType type = new_array_type(dtype, lengths.size());
  const ir::Var array = ir::make_var("temporary", type.storage());
  e.emit(ir::allocate(array, lengths, e.location()));
  return array_value(type, ir::variable(array));
}

/// What the block reads that is bound around it, each once.
std::vector<ir::Var> free_variables(const ir::Block& block) {
  const ir::VarSet bound = ir::bound_variables(block);
  std::vector<ir::Var> free;
  ir::for_each_statement(block, [&](const ir::Stmt& s) {
    ir::for_each_expr(s, [&](const Expr& e) {
      ir::for_each_node(e, [&](const Expr& n) {
        if (!n.is(ir::ExprKind::Variable) || bound.contains(n.var().get())) return;
        if (std::find(free.begin(), free.end(), n.var()) == free.end()) free.push_back(n.var());
      });
    });
  });
  return free;
}

/// Statements for both cases, or for one where that is known.
void emit_choice(Emitter& e, const Expr& condition, bool likely, const std::function<void()>& then,
                 const std::function<void()>& otherwise) {
  if (is_true(condition)) return then();
  if (is_false(condition)) return otherwise();
  ir::Block blocks[2];
  for (const int i : {0, 1}) {
    const Emitter::Redirect into(e, blocks[i]);
    (i == 0 ? then : otherwise)();
  }
  const Expr test = likely ? ir::operation(Op::likely, {condition}) : condition;
  e.emit(ir::if_then(test, std::move(blocks[0]), std::move(blocks[1]), e.location()));
}

/// Stores elements at all indices of `shapes`, whose one operand is the source.
void store_elements(Emitter& e, const Value& view, const ArrayExpression& source, const Broadcasting& shapes,
                    Broadcast broadcast) {
  for_every_index(e, shapes.lengths(), [&](const std::vector<Expr>& indices) {
    const Value item = source.element(e, shapes.place(0, indices, broadcast), broadcast);
    // Whole arrays convert without checks, as NumPy's astype does.
    e.emit(ir::store(view.expr, indices, cast_number(item.expr, view.type.dtype()), {}, e.location()));
  });
}

/// Two versions where dimensions may repeat.
void store_versions(Emitter& e, const Value& view, const ArrayExpression& source, const Broadcasting& shapes) {
  const Expr uniform = logical_and(all_of(source.uniform), all_of(shapes.uniform()));
  emit_choice(
      e, uniform, true, [&] { store_elements(e, view, source, shapes, Broadcast::None); },
      [&] { store_elements(e, view, source, shapes, Broadcast::Possible); });
}

/// The expression's elements in a new array.
Value filled(Emitter& e, const Value& value, const std::function<Value(const std::vector<Expr>&)>& make) {
  const Value settled = expression_of(value).settle ? expression_of(value).settle(e) : value;
  const ArrayExpression& source = expression_of(settled);
  const Value array = make(source.lengths);
  if (source.store) {
    source.store(e, array);
  } else if (!source.unset) {
    store_versions(e, array, source, Broadcasting(source.lengths, {source.lengths}));
  }
  return array;
}

/// The expression's lengths line up with the last ones of the view: equal, or 1 and repeated.
void check_target(Emitter& e, const std::vector<Expr>& target, const std::vector<Expr>& source) {
  const std::size_t extra = target.size() - source.size();
  for (std::size_t d = 0; d < source.size(); ++d) {
    const Expr &have = source[d], &want = target[d + extra];
    if (known_equal(have, want) || is_one(have)) continue;
    ShapeMessage message;
    message << "could not broadcast input array from shape " << source << " into shape " << target;
    message.check(e, repeats_into(have, want),
                  "could not broadcast input array: dimension of length {0} into one of length {1}", have, want);
  }
}

/// The view's parts over the array that it was made of; of any other array, the whole of it.
ir::ViewParts parts_of(const Emitter& e, const Expr& array) {
  if (const Expr view = e.view_definition(array)) return ir::view_parts(view);
  ir::ViewParts parts{.base = array, .starts = {}, .from = {}, .lengths = {}, .steps = {}};
  for (int d = 0; d < array.type().rank(); ++d) {
    parts.starts.push_back(ir::int_constant(0));
    parts.from.push_back(d);
    parts.lengths.push_back(ir::length(array, d));
    parts.steps.push_back(ir::int_constant(1));
  }
  return parts;
}

/// `a[:]` is `a`.
Expr without_full_slices(const Emitter& e, const Expr& array) {
  const Expr view = e.view_definition(array);
  if (!view) return array;
  const ir::ViewParts parts = ir::view_parts(view), whole = parts_of(e, parts.base);
  if (parts.from != whole.from || parts.base.type() != array.type()) return array;
  for (std::size_t d = 0; d < parts.from.size(); ++d) {
    const bool full = known_equal(parts.starts[d], whole.starts[d]) &&
                      known_equal(parts.lengths[d], whole.lengths[d]) && known_equal(parts.steps[d], whole.steps[d]);
    if (!full) return array;
  }
  return without_full_slices(e, parts.base);
}

/// Where the view lies in a dimension of its base, if it takes up elements side by side.
struct Interval {
  Expr begin, end;
};
std::optional<Interval> interval(const ir::ViewParts& view, std::size_t dimension) {
  const Expr begin = view.starts[dimension];
  for (std::size_t k = 0; k < view.from.size(); ++k) {
    if (view.from[k] != static_cast<int>(dimension)) continue;
    if (!is_one(view.steps[k])) return std::nullopt;
    return Interval{begin, add(begin, view.lengths[k])};
  }
  return Interval{begin, add(begin, ir::int_constant(1))};
}

/// Two views of one array that have no element in common, or, where that is enough, the same one at each place.
Expr apart_in_base(const Emitter& e, const Expr& mine, const Expr& other, bool in_place) {
  const ir::ViewParts a = parts_of(e, mine), b = parts_of(e, other);
  if (!ir::same_expression(a.base, b.base)) return ir::disjoint(mine, other);
  Expr result = ir::bool_constant(false);
  for (std::size_t d = 0; d < a.starts.size(); ++d) {
    const auto first = interval(a, d), second = interval(b, d);
    if (!first || !second) continue;
    // The same interval, or one with an end in common, is apart only where it is empty.
    if (known_equal(first->begin, second->begin) || known_equal(first->end, second->end)) continue;
    result = logical_or(result, compare(Op::le, first->end, second->begin));
    result = logical_or(result, compare(Op::le, second->end, first->begin));
  }
  if (!in_place || a.from != b.from) return result;
  Expr same = ir::bool_constant(true);
  const auto all_equal = [&](const std::vector<Expr>& x, const std::vector<Expr>& y) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (!known_equal(x[i], y[i])) same = logical_and(same, equals(x[i], y[i]));
    }
  };
  all_equal(a.starts, b.starts);
  all_equal(a.steps, b.steps);
  return logical_or(result, same);
}

/// The array below all views.
Expr base_of(const Emitter& e, Expr array) {
  while (const Expr definition = e.view_definition(array)) array = definition.array();
  return array;
}

/// Whether the memory of the read array is not the view's, or only element for element.
Expr apart(const Emitter& e, const Expr& view, const ArrayExpression::Read& read) {
  const Expr other = without_full_slices(e, read.array.expr);
  if (read.in_place && ir::same_expression(view, other)) return ir::bool_constant(true);
  const Expr base = base_of(e, view), other_base = base_of(e, other);
  if (!ir::same_expression(base, other_base)) return ir::disjoint(base, other_base);
  return apart_in_base(e, view, other, read.in_place);
}

/// Into an array of the view's own, then from there.
void store_through_temporary(Emitter& e, const Value& view, const Value& value) {
  ArrayExpression made = expression_of(as_expression(e, materialise(e, value)));
  made.lengths = expression_of(value).lengths;
  store_versions(e, view, made, Broadcasting(lengths_of(view), {made.lengths}));
}

/// The nest that stores the expression as a function of the array to store in, which both ways use: at once, or through
/// a temporary that is filled in the same way. A nest of products takes long to compile.
void store_by_part(Emitter& e, const Value& view, const ArrayExpression& source, const Expr& safe) {
  const ir::Var target = ir::make_var("target", view.expr.type());
  const Value parameter = array_value(view.type.with_owner(false), ir::variable(target));
  ir::Block nest;
  {
    const Emitter::Redirect into(e, nest);
    store_elements(e, parameter, source, Broadcasting(lengths_of(parameter), {source.lengths}), Broadcast::None);
  }
  // What it reads of the old values it finds in its target.
  ir::Substitution own;
  own.set(view.expr.var(), parameter.expr);
  bool reads_target = false;
  for (const ArrayExpression::Read& read : source.reads) {
    if (!ir::same_expression(without_full_slices(e, read.array.expr), view.expr)) continue;
    own.set(read.array.expr.var(), parameter.expr);
    reads_target = true;
  }
  nest = own.rewrite(nest);
  std::vector<ir::Var> parameters = {target};
  std::vector<Expr> arguments;
  for (const ir::Var& var : free_variables(nest)) {
    if (var == target) continue;
    parameters.push_back(var);
    arguments.push_back(ir::variable(var));
  }
  const std::string part = e.outline()(parameters, std::move(nest));
  const auto call = [&](const Expr& into) {
    std::vector<Expr> all = {into};
    all.insert(all.end(), arguments.begin(), arguments.end());
    e.emit(ir::call({}, part, std::move(all), e.location()));
  };
  emit_choice(
      e, safe, false, [&] { call(view.expr); },
      [&] {
        const Value temporary = allocate(e, view.type.dtype(), lengths_of(view));
        const Broadcasting same(lengths_of(view), {lengths_of(view)});
        const auto copy = [&](const Value& to, const Value& from) {
          store_elements(e, to, expression_of(as_expression(e, from)), same, Broadcast::None);
        };
        if (reads_target) copy(temporary, view);
        call(convert_joined(e, temporary, view.type).expr);
        copy(view, temporary);
      });
}

/// The change's dimensions line up with the last ones of the view, which does not grow.
void check_change(Emitter& e, const Value& view, const Value& change) {
  const std::vector<Expr> target = lengths_of(view), own = lengths_of(change);
  if (own.size() > target.size()) {
    e.fail("non-broadcastable output operand: the result has " + std::to_string(own.size()) +
           " dimensions, the array " + std::to_string(target.size()));
  }
  const std::size_t extra = target.size() - own.size();
  const Expr one = ir::int_constant(1);
  std::vector<Expr> grown = target;
  for (std::size_t d = 0; d < own.size(); ++d) {
    const Expr &have = own[d], &want = target[d + extra];
    if (known_equal(have, want) || is_one(have)) continue;
    ShapeMessage message;
    message << "operands could not be broadcast together with shapes " << target << " " << own << " " << target << " ";
    message.check(e, logical_or(repeats_into(have, want), equals(want, one)),
                  "operands could not be broadcast together: dimensions of lengths {0} and {1}", want, have);
    grown[d + extra] = e.let("n", select(equals(want, one), have, want));
  }
  for (std::size_t d = 0; d < target.size(); ++d) {
    if (known_equal(grown[d], target[d])) continue;
    ShapeMessage message;
    message << "non-broadcastable output operand with shape " << target << " doesn't match the broadcast shape "
            << grown;
    message.check(e, equals(grown[d], target[d]),
                  "non-broadcastable output operand: dimension of length {1} for a result of length {0}", grown[d],
                  target[d]);
  }
}

/// Kinds in the order in which in-place operators may go up, not down.
int kind_rank(DType d) {
  return array::is_complex(d) ? 4 : array::is_float(d) ? 3 : array::is_bool(d) ? 0 : array::is_signed(d) ? 2 : 1;
}

std::string ufunc_name(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::Add:
      return "add";
    case BinaryOperator::Sub:
      return "subtract";
    case BinaryOperator::Mult:
      return "multiply";
    case BinaryOperator::Div:
      return "divide";
    case BinaryOperator::FloorDiv:
      return "floor_divide";
    case BinaryOperator::Mod:
      return "remainder";
    case BinaryOperator::Pow:
      return "power";
    case BinaryOperator::LShift:
      return "left_shift";
    case BinaryOperator::RShift:
      return "right_shift";
    case BinaryOperator::BitAnd:
      return "bitwise_and";
    case BinaryOperator::BitOr:
      return "bitwise_or";
    case BinaryOperator::BitXor:
      return "bitwise_xor";
    case BinaryOperator::MatMult:
      return "matmul";
  }
  ROOFTOP_UNREACHABLE("operator");
}

}  // namespace

Value materialise(Emitter& e, const Value& value) {
  if (value.is_array()) return value;
  return filled(e, value, [&](const std::vector<Expr>& lengths) { return allocate(e, value.type.dtype(), lengths); });
}

Value create_array(Emitter& e, const Value& expression) {
  return filled(e, expression, [&](const std::vector<Expr>& lengths) {
    const PyType type = new_array_type(expression.type.dtype(), lengths.size()).with_owner(true);
    const ir::Var array = ir::make_var("array", type.storage()), owner = ir::make_var("array.owner", ir::kI64);
    e.emit(ir::create(array, owner, lengths, e.location()));
    Value created = array_value(type, ir::variable(array));
    created.owner = ir::variable(owner);
    return created;
  });
}

void fill(Emitter& e, const Value& view, const Expr& number) {
  for_every_index(e, lengths_of(view), [&](const std::vector<Expr>& indices) {
    e.emit(ir::store(view.expr, indices, number, {}, e.location()));
  });
}

void store_expression(Emitter& e, const Value& target, const Value& value) {
  const ArrayExpression& source = expression_of(value);
  const Value view = view_value(target, target.type, without_full_slices(e, target.expr));
  if (value.type.rank() > view.type.rank()) {
    e.fail("could not broadcast an array of rank " + std::to_string(value.type.rank()) + " into one of rank " +
           std::to_string(view.type.rank()));
  }
  if (array::is_complex(value.type.dtype()) && !array::is_complex(view.type.dtype())) {
    e.fail("complex elements cannot be stored in an array of " + std::string(array::name_of(view.type.dtype())));
  }
  const std::vector<Expr> lengths = lengths_of(view);
  check_target(e, lengths, source.lengths);
  const Broadcasting shapes(lengths, {source.lengths});
  const Expr uniform = logical_and(all_of(source.uniform), all_of(shapes.uniform()));
  // At once only where an element is made once, and nothing that is still to be read is overwritten.
  Expr safe = ir::bool_constant(!source.raises && !(source.has_loops && source.lengths.size() < lengths.size()));
  for (const ArrayExpression::Read& read : source.reads) safe = logical_and(safe, apart(e, view.expr, read));
  const auto through = [&] { store_through_temporary(e, view, value); };
  const auto at_once = [&] { store_elements(e, view, source, shapes, Broadcast::None); };
  // Overlap of parts of one array is nothing rare.
  const bool likely = std::none_of(source.reads.begin(), source.reads.end(), [&](const ArrayExpression::Read& read) {
    return ir::same_expression(base_of(e, view.expr), base_of(e, read.array.expr)) &&
           !ir::same_expression(view.expr, without_full_slices(e, read.array.expr));
  });
  if (!source.has_loops) return emit_choice(e, logical_and(uniform, safe), likely, at_once, through);
  // Overlap may be what the program is about, and then speed counts as well.
  const bool is_known = is_true(safe) || is_false(safe);
  const bool reads_target_elsewhere =
      std::any_of(source.reads.begin(), source.reads.end(), [&](const ArrayExpression::Read& read) {
        return !read.in_place && ir::same_expression(without_full_slices(e, read.array.expr), view.expr);
      });
  emit_choice(
      e, uniform, true,
      [&] {
        if (is_known || reads_target_elsewhere || !e.outline()) return emit_choice(e, safe, false, at_once, through);
        store_by_part(e, view, source, safe);
      },
      through);
}

void update_view(Emitter& e, BinaryOperator op, const Value& view, const Value& change) {
  if (view.type.flavour() != Flavour::NumPy) check_operand(e, view);
  if (op == BinaryOperator::MatMult) {
    e.fail("in-place matrix multiplication is not supported in compiled code", "store the product: a[...] = a @ b");
  }
  const std::vector<Value> operands = converted_numbers(e, {view, change});
  check_operand(e, operands[1]);
  if (!operands[1].is_number()) check_change(e, view, operands[1]);
  const Value result =
      elementwise(e, operands, Broadcasting(lengths_of(view), shapes_of(operands)),
                  [op](Emitter& to, const std::vector<Value>& x) { return binary(to, op, x[0], x[1]); });
  const DType from = result.type.dtype(), to = view.type.dtype();
  if (kind_rank(from) > kind_rank(to)) {
    e.fail("Cannot cast ufunc '" + ufunc_name(op) + "' output from dtype('" + std::string(array::name_of(from)) +
               "') to dtype('" + std::string(array::name_of(to)) + "') with casting rule 'same_kind'",
           "store the result in an array of that type");
  }
  store_view(e, view, result);
}

}  // namespace rooftop::frontend
