// Expressions: constants, names, operators, tuples.
#include <limits>

#include "rooftop/frontend/arithmetic.h"
#include "rooftop/frontend/array_products.h"
#include "rooftop/frontend/lowering.h"
#include "rooftop/frontend/numbers.h"

namespace rooftop::frontend {

using ir::Expr;

bool has_effects(const Node& node) {
  if (node.is(NodeKind::Call) || node.is(NodeKind::NamedExpr)) return true;
  bool found = false;
  node.for_each_child([&](const Node& c) { found = found || has_effects(c); });
  return found;
}

std::vector<Value> Lowering::operands(const std::vector<const Node*>& nodes) {
  std::vector<Value> values;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    Value value = expression(*nodes[i]);
    // A later operand that calls a function may change what this one has read.
    bool effects_follow = false;
    for (std::size_t k = i + 1; k < nodes.size(); ++k) effects_follow |= has_effects(*nodes[k]);
    if (effects_follow && !value.is(PyKind::Entity)) value = e_.pin("t", value);
    values.push_back(std::move(value));
  }
  return values;
}

Value Lowering::items_of(const Node& display) {
  std::vector<const Node*> nodes;
  for (const NodePtr& n : display.list("elts")) {
    if (n->is(NodeKind::Starred)) refuse(e_, *n);
    nodes.push_back(n.get());
  }
  return tuple_value(operands(nodes));
}

Value Lowering::expression(const Node& node) {
  const Emitter::At at(e_, node.location());
  switch (node.kind()) {
    case NodeKind::Constant:
      return constant(node);
    case NodeKind::Name:
      return read(node.text("id"));
    case NodeKind::BinOp:
      return binary_operation(node);
    case NodeKind::UnaryOp:
      return unary_operation(node);
    case NodeKind::BoolOp:
      return bool_operation(node);
    case NodeKind::Compare:
      return comparison_chain(node);
    case NodeKind::IfExp:
      return conditional(node);
    case NodeKind::Attribute:
      return attribute(node);
    case NodeKind::Subscript:
      return subscript(node);
    case NodeKind::Call:
      return call(node);
    case NodeKind::Tuple:
      return items_of(node);
    case NodeKind::List:
      if (takes_lists_) return items_of(node);
      refuse(e_, node);
    case NodeKind::NamedExpr: {
      assign(*node.child("target"), expression(*node.child("value")));
      return read(node.child("target")->text("id"));
    }
    default:
      refuse(e_, node);
  }
}

Value Lowering::constant(const Node& node) {
  struct Visitor {
    Emitter& e;
    Value operator()(const NoneLiteral&) const { return none_value(); }
    Value operator()(const EllipsisLiteral&) const {
      return entity_value({.kind = Entity::Kind::Ellipsis, .name = "...", .function = {}, .scope = {}, .parts = {}});
    }
    Value operator()(bool b) const { return bool_value(ir::bool_constant(b)); }
    Value operator()(std::int64_t i) const { return int_value(i); }
    Value operator()(const BigInteger& i) const {
      e.fail("the integer " + i.text + " does not fit in 64 bits",
             "compiled ints are 64-bit; write a float, or split the number");
    }
    Value operator()(double x) const { return float_value(ir::float_constant(x)); }
    Value operator()(const ComplexLiteral& c) const {
      return complex_value(ir::constant(ir::Type::scalar(DType::C128), {.real = c.real, .imag = c.imag}));
    }
    Value operator()(const std::string& text) const { return string_value(text); }
    Value operator()(const OtherLiteral& other) const {
      e.fail(other.type_name + " literals are not supported in compiled code",
             "pass the bytes as an array of np.uint8");
    }
  };
  return std::visit(Visitor{e_}, node.literal());
}

Value Lowering::binary_operation(const Node& node) {
  const auto op = binary_operator(node.child("op")->kind_name());
  ROOFTOP_CHECK(op.has_value()) << node.child("op")->kind_name();
  const std::vector<Value> values = operands({node.child("left"), node.child("right")});
  const Value &a = values[0], &b = values[1];
  if (*op == BinaryOperator::MatMult && (is_array_like(a) || is_array_like(b))) return matrix_product(e_, a, b);
  if (is_array_like(a) || is_array_like(b)) return array_operation(e_, *op, a, b);
  if (a.is(PyKind::Tuple) && b.is(PyKind::Tuple) && *op == BinaryOperator::Add) {
    std::vector<Value> items = a.items;
    items.insert(items.end(), b.items.begin(), b.items.end());
    return tuple_value(std::move(items));
  }
  if (a.is(PyKind::String) && b.is(PyKind::String) && *op == BinaryOperator::Add) {
    return string_value(a.type.text() + b.type.text());
  }
  return binary(e_, *op, a, b);
}

Value Lowering::unary_operation(const Node& node) {
  const std::string& name = node.child("op")->kind_name();
  const Node& operand = *node.child("operand");
  if (name == "Not") return bool_value(logical_not(condition(operand)));
  if (name == "USub" && operand.is(NodeKind::Constant)) {
    // -2**63 is written as the negation of a number that does not fit itself.
    const auto* big = std::get_if<BigInteger>(&operand.literal());
    if (big != nullptr && big->text == "9223372036854775808")
      return int_value(std::numeric_limits<std::int64_t>::min());
  }
  const auto op = unary_operator(name);
  ROOFTOP_CHECK(op.has_value()) << name;
  const Value value = expression(operand);
  if (is_array_like(value)) {
    return elementwise(e_, {value}, [op](Emitter& e, const std::vector<Value>& x) { return unary(e, *op, x[0]); });
  }
  return unary(e_, *op, value);
}

}  // namespace rooftop::frontend
