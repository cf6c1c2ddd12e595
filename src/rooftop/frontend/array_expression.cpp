// Elements of expressions, and what kind of thing they are.
#include "rooftop/frontend/array_expression.h"

#include <algorithm>

#include "rooftop/frontend/array_assignment.h"
#include "rooftop/frontend/numbers.h"
#include "rooftop/ir/walk.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

/// What a block of scratch statements has.
void look_at(const ir::Block& block, bool& loops, bool& raises) {
  for (const ir::Stmt& s : block) {
    loops |= s.is(ir::StmtKind::For) || s.is(ir::StmtKind::While);
    raises |= s.is(ir::StmtKind::Check) || s.is(ir::StmtKind::Raise);
    ir::for_each_block(s, [&](const ir::Block& inner) { look_at(inner, loops, raises); });
  }
}

bool loops_inside(const Value& value) { return value.is(PyKind::Computed) && expression_of(value).has_loops; }

/// Numbers with what they read from memory read now, before anything is stored; arrays as expressions. What takes loops
/// and would be made again and again is made before.
std::vector<Value> prepared(Emitter& e, const std::vector<Value>& operands, const Broadcasting& shapes) {
  std::vector<Value> result;
  for (const Value& operand : operands) {
    check_operand(e, operand);
    if (operand.is_number()) {
      result.push_back(e.pin("t", operand));
      continue;
    }
    const std::vector<Expr> own = lengths_of(operand);
    bool repeats = own.size() < shapes.lengths().size();
    for (std::size_t d = 0; !repeats && d < own.size(); ++d) repeats = is_one(own[d]) && !is_one(shapes.lengths()[d]);
    result.push_back(as_expression(e, repeats && loops_inside(operand) ? materialise(e, operand) : operand));
  }
  return result;
}

/// The one element of an expression without dimensions.
Value number(Emitter& e, const ArrayExpression& expression) {
  if (expression.uniform.empty()) return expression.element(e, {}, Broadcast::None);
  Value values[2];
  ir::Block blocks[2];
  for (const bool repeats : {false, true}) {
    const Emitter::Redirect into(e, blocks[repeats]);
    values[repeats] = expression.element(e, {}, repeats ? Broadcast::Possible : Broadcast::None);
  }
  const PyType& type = values[0].type;
  const ir::Var result = ir::make_var("result", type.storage());
  e.emit(ir::declare(result, dtype_constant(type.storage().dtype(), 0), e.location()));
  for (const bool repeats : {false, true}) {
    blocks[repeats].push_back(ir::assign(result, values[repeats].expr, e.location()));
  }
  e.emit(ir::if_then(all_of(expression.uniform), std::move(blocks[0]), std::move(blocks[1]), e.location()));
  return number_value(type, ir::variable(result));
}

}  // namespace

const ArrayExpression& expression_of(const Value& value) {
  ROOFTOP_CHECK(value.computed != nullptr);
  return *value.computed;
}

Value computed(Emitter& e, ArrayExpression expression) {
  if (expression.lengths.empty()) return number(e, expression);
  ir::Block scratch;
  PyType element;
  {
    const Emitter::Redirect into(e, scratch);
    std::vector<Expr> indices;
    for (std::size_t d = 0; d < expression.lengths.size(); ++d) {
      indices.push_back(ir::variable(ir::make_var("i", ir::kI64)));
    }
    element = expression.element(e, indices, Broadcast::None).type;
  }
  look_at(scratch, expression.has_loops, expression.raises);
  // Python's numbers are NumPy's once they are elements.
  const PyType type = PyType::computed(element.storage().dtype(), static_cast<int>(expression.lengths.size()));
  Value value{.type = type, .expr = {}, .items = {}, .entity = {}};
  value.computed = std::make_shared<const ArrayExpression>(std::move(expression));
  return value;
}

int rank_of(const Value& value) { return value.type.rank(); }

std::vector<Expr> lengths_of(const Value& value) {
  if (value.is(PyKind::Computed)) return expression_of(value).lengths;
  std::vector<Expr> lengths;
  for (int d = 0; d < value.type.rank(); ++d) lengths.push_back(ir::length(value.expr, d));
  return lengths;
}

void check_operand(Emitter& e, const Value& value) {
  if (value.is_array() && value.type.flavour() != Flavour::NumPy) {
    e.fail("whole-array arithmetic on a buffer that is no NumPy array", "pass np.asarray(…) of it");
  }
  if (!value.is_number() && !is_array_like(value)) {
    e.fail("whole-array arithmetic on " + describe(value) + " is not supported in compiled code");
  }
}

Value stored_expression(Emitter& e, DType dtype, std::vector<Expr> lengths, std::vector<ArrayExpression::Read> reads,
                        ArrayExpression::Store store) {
  ArrayExpression result;
  result.lengths = std::move(lengths);
  result.reads = std::move(reads);
  for (ArrayExpression::Read& read : result.reads) read.in_place = false;
  result.store = std::move(store);
  // Its type alone is asked for.
  result.element = [dtype](Emitter&, const std::vector<Expr>&, Broadcast) {
    return number_value(PyType::numpy(dtype), dtype_constant(dtype, 0));
  };
  return computed(e, std::move(result));
}

Value as_expression(Emitter& e, const Value& array) {
  if (array.is(PyKind::Computed)) {
    return expression_of(array).store ? as_expression(e, materialise(e, array)) : array;
  }
  ArrayExpression result;
  result.lengths = lengths_of(array);
  result.reads = {{.array = array, .in_place = true}};
  result.element = [array](Emitter&, const std::vector<Expr>& indices, Broadcast) {
    return number_value(PyType::numpy(array.type.dtype()), ir::load(array.expr, indices));
  };
  return computed(e, std::move(result));
}

std::vector<Broadcasting::Shape> shapes_of(const std::vector<Value>& operands) {
  std::vector<Broadcasting::Shape> shapes;
  for (const Value& operand : operands) {
    shapes.push_back(operand.is_number() ? Broadcasting::Shape() : lengths_of(operand));
  }
  return shapes;
}

Value elementwise(Emitter& e, const std::vector<Value>& operands, const Meaning& meaning) {
  return elementwise(e, operands, Broadcasting(e, shapes_of(operands)), meaning);
}

Value elementwise(Emitter& e, const std::vector<Value>& given, const Broadcasting& shapes, const Meaning& meaning) {
  const std::vector<Value> operands = prepared(e, given, shapes);
  ArrayExpression result;
  result.lengths = shapes.lengths();
  result.uniform = shapes.uniform();
  for (const Value& operand : operands) {
    if (operand.is_number()) continue;
    const ArrayExpression& part = expression_of(operand);
    result.uniform.insert(result.uniform.end(), part.uniform.begin(), part.uniform.end());
    result.reads.insert(result.reads.end(), part.reads.begin(), part.reads.end());
  }
  result.element = [operands, shapes, meaning](Emitter& to, const std::vector<Expr>& indices, Broadcast broadcast) {
    std::vector<Value> elements = operands;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      if (operands[i].is_number()) continue;
      elements[i] = expression_of(operands[i]).element(to, shapes.place(i, indices, broadcast), broadcast);
    }
    return meaning(to, elements);
  };
  if (std::any_of(operands.begin(), operands.end(), loops_inside)) {
    result.settle = [operands, shapes, meaning](Emitter& to) {
      std::vector<Value> settled = operands;
      for (Value& operand : settled) {
        if (loops_inside(operand)) operand = materialise(to, operand);
      }
      return elementwise(to, settled, shapes, meaning);
    };
  }
  return computed(e, std::move(result));
}

std::vector<Value> converted_numbers(Emitter& e, const std::vector<Value>& operands) {
  std::vector<Value> result = operands;
  for (std::size_t i = 0; i < 2; ++i) {
    const Value& other = operands[1 - i];
    if (!operands[i].is(PyKind::Int) || operands[i].is_constant() || !is_array_like(other)) continue;
    if (!array::is_integer(other.type.dtype())) continue;
    result[i] = convert_operand(e, operands[i], PyType::numpy(other.type.dtype()));
  }
  return result;
}

Value array_operation(Emitter& e, BinaryOperator op, const Value& a, const Value& b) {
  return elementwise(e, converted_numbers(e, {a, b}),
                     [op](Emitter& to, const std::vector<Value>& x) { return binary(to, op, x[0], x[1]); });
}

Value transposed(Emitter& e, const Value& given) {
  const Value value = as_expression(e, given);
  ArrayExpression result = expression_of(value);
  const ArrayExpression::Element element = result.element;
  std::reverse(result.lengths.begin(), result.lengths.end());
  result.element = [element](Emitter& to, std::vector<Expr> indices, Broadcast broadcast) {
    std::reverse(indices.begin(), indices.end());
    return element(to, indices, broadcast);
  };
  for (ArrayExpression::Read& read : result.reads) read.in_place = read.in_place && result.lengths.size() < 2;
  if (const auto settle = result.settle) {
    result.settle = [settle](Emitter& to) { return transposed(to, settle(to)); };
  }
  return computed(e, std::move(result));
}

}  // namespace rooftop::frontend
