// Truth: and, or, comparison chains and conditional expressions, with Python's short circuits.
#include "rooftop/frontend/arithmetic.h"
#include "rooftop/frontend/array_creation.h"
#include "rooftop/frontend/array_expression.h"
#include "rooftop/frontend/lowering.h"
#include "rooftop/frontend/numbers.h"

namespace rooftop::frontend {

using ir::Expr;

void Lowering::refuse_binds(int before) {
  if (binds_ == before) return;
  e_.fail("an assignment expression inside a condition that may be skipped is not supported", "assign before it");
}

Value Lowering::choose(const Expr& test, const std::function<Value()>& then, const std::function<Value()>& otherwise) {
  if (is_true(test)) return then();
  if (is_false(test)) return otherwise();
  struct Branch {
    ir::Block block;
    Value value;
    bool reachable = true;
  };
  Branch branches[2];
  const std::function<Value()>* sources[2] = {&then, &otherwise};
  for (int i = 0; i < 2; ++i) {
    const Emitter::Redirect into(e_, branches[i].block);
    const OwnTemporaries own(*this);
    const int binds = binds_;
    try {
      // What the branch has made is its own to release, but for the value.
      branches[i].value = stored((*sources[i])());
      hold(branches[i].value);
      if (temporaries_.size() > floor_) branches[i].value = e_.pin("t", branches[i].value);
      release_temporaries(floor_);
    } catch (const DeadCode&) {
      branches[i].reachable = false;
      reachable_ = true;
    }
    refuse_binds(binds);
  }
  if (!branches[0].reachable || !branches[1].reachable) {
    const bool first_dead = !branches[0].reachable;
    Branch &gone = branches[first_dead ? 0 : 1], &kept = branches[first_dead ? 1 : 0];
    e_.emit(ir::if_then(first_dead ? test : logical_not(test), std::move(gone.block), {}, e_.location()));
    for (ir::Stmt& s : kept.block) e_.emit(std::move(s));
    if (!kept.reachable) dead();
    add_temporaries(kept.value);
    return kept.value;
  }
  const Value &a = branches[0].value, &b = branches[1].value;
  const bool entities = a.is(PyKind::Entity) || b.is(PyKind::Entity);
  const auto type = entities ? std::nullopt : join(a.type, b.type);
  if (!type) {
    if (entities && same_entity(a, b)) return a;
    if (a.is(PyKind::String) && b.is(PyKind::String)) {
      e_.fail("which string the value is depends on a condition", "strings must be known when compiling: use a number");
    }
    e_.fail("the value is " + describe(a) + " or " + describe(b) + ", depending on a condition",
            "use one type on both sides");
  }
  if (branches[0].block.empty() && branches[1].block.empty() && type->is_number() && a.type == b.type) {
    if (b.expr == test) return number_value(*type, logical_and(test, a.expr));
    if (a.expr == test) return number_value(*type, logical_or(test, b.expr));
    return number_value(*type, select(test, a.expr, b.expr));
  }
  Value slot = make_slot_value("chosen", a, *type);
  declare_slot(slot, nullptr);
  for (Branch& branch : branches) {
    const Emitter::Redirect into(e_, branch.block);
    std::vector<Expr> to, from;
    flatten(slot, to);
    flatten(convert_joined(e_, branch.value, *type), from);
    for (std::size_t i = 0; i < to.size(); ++i) e_.emit(ir::assign(to[i].var(), from[i], e_.location()));
  }
  e_.emit(ir::if_then(test, std::move(branches[0].block), std::move(branches[1].block), e_.location()));
  add_temporaries(slot);
  return slot;
}

Expr Lowering::both(bool is_and, const Expr& first, const std::function<Expr()>& second) {
  if (is_and ? is_false(first) : is_true(first)) return first;
  if (is_and ? is_true(first) : is_false(first)) return second();
  const int binds = binds_;
  ir::Block block;
  Expr value;
  {
    const Emitter::Redirect into(e_, block);
    const OwnTemporaries own(*this);
    try {
      value = second();
      if (temporaries_.size() > floor_) value = e_.let("t", value);
      release_temporaries(floor_);
    } catch (const DeadCode&) {
      reachable_ = true;
    }
  }
  refuse_binds(binds);
  // A second part without statements of its own has no effects: both are computed.
  if (block.empty()) return is_and ? logical_and(first, value) : logical_or(first, value);
  const Expr needed = is_and ? first : logical_not(first);
  if (!value) {
    e_.emit(ir::if_then(needed, std::move(block), {}, e_.location()));
    return ir::bool_constant(!is_and);
  }
  const ir::Var chosen = ir::make_var("chosen", ir::kBool);
  e_.emit(ir::declare(chosen, ir::bool_constant(!is_and), e_.location()));
  block.push_back(ir::assign(chosen, value, e_.location()));
  e_.emit(ir::if_then(needed, std::move(block), {}, e_.location()));
  return ir::variable(chosen);
}

Expr Lowering::condition(const Node& node) {
  const Emitter::At at(e_, node.location());
  if (node.is(NodeKind::UnaryOp) && node.child("op")->kind_name() == "Not") {
    return logical_not(condition(*node.child("operand")));
  }
  if (node.is(NodeKind::BoolOp)) {
    const bool is_and = node.child("op")->kind_name() == "And";
    const std::vector<NodePtr>& parts = node.list("values");
    const std::function<Expr(std::size_t)> from = [&](std::size_t i) -> Expr {
      const Expr first = condition(*parts[i]);
      return i + 1 == parts.size() ? first : both(is_and, first, [&, i] { return from(i + 1); });
    };
    return from(0);
  }
  return truth(e_, expression(node));
}

Value Lowering::bool_operation(const Node& node) {
  const bool is_and = node.child("op")->kind_name() == "And";
  const std::vector<NodePtr>& parts = node.list("values");
  const std::function<Value(std::size_t)> from = [&](std::size_t i) -> Value {
    const Value first = expression(*parts[i]);
    if (i + 1 == parts.size()) return first;
    const Value pinned = first.is(PyKind::Entity) ? first : e_.pin("t", first);
    const Expr test = truth(e_, pinned);
    const auto rest = [&, i] { return from(i + 1); };
    const auto settled = [&] { return pinned; };
    return is_and ? choose(test, rest, settled) : choose(test, settled, rest);
  };
  return from(0);
}

Value Lowering::compare(const std::string& op, const Value& a, const Value& b) {
  const auto constant = [](bool value) { return bool_value(ir::bool_constant(value)); };
  if (op == "Is" || op == "IsNot") {
    const bool positive = op == "Is";
    if (a.is(PyKind::None) || b.is(PyKind::None)) return constant((a.type.kind() == b.type.kind()) == positive);
    if (a.is(PyKind::Bool) && b.is(PyKind::Bool)) {
      return compare_numbers(e_, positive ? Comparison::Eq : Comparison::NotEq, a, b);
    }
    e_.fail("'is' compares identities, which compiled values do not have", "use == to compare values");
  }
  if (op == "In" || op == "NotIn") {
    if (!b.is(PyKind::Tuple)) e_.fail("'in' " + describe(b) + " is not supported", "write a loop that compares");
    Expr any = ir::bool_constant(false);
    for (const Value& item : b.items) any = logical_or(any, truth(e_, compare("Eq", a, item)));
    return bool_value(op == "In" ? any : logical_not(any));
  }
  const auto operation = comparison(op);
  ROOFTOP_CHECK(operation.has_value()) << op;
  const bool equality = *operation == Comparison::Eq || *operation == Comparison::NotEq;
  const bool wanted = *operation == Comparison::Eq;
  if (a.is(PyKind::String) && b.is(PyKind::String) && equality)
    return constant((a.type.text() == b.type.text()) == wanted);
  if (a.is_entity(Entity::Kind::Builtin) && equality) {
    const auto first = named_dtype(a), second = named_dtype(b);
    if (first && second) return constant((*first == *second) == wanted);
  }
  if (is_array_like(a) || is_array_like(b)) {
    return elementwise(e_, {a, b}, [operation](Emitter& e, const std::vector<Value>& x) {
      return compare_numbers(e, *operation, x[0], x[1]);
    });
  }
  if (equality && (a.is(PyKind::None) || b.is(PyKind::None))) {
    return constant((a.is(PyKind::None) && b.is(PyKind::None)) == wanted);
  }
  if (equality && a.is(PyKind::Tuple) && b.is(PyKind::Tuple)) {
    if (a.items.size() != b.items.size()) return constant(!wanted);
    Expr all = ir::bool_constant(true);
    for (std::size_t i = 0; i < a.items.size(); ++i) {
      all = logical_and(all, truth(e_, compare("Eq", a.items[i], b.items[i])));
    }
    return bool_value(wanted ? all : logical_not(all));
  }
  return compare_numbers(e_, *operation, a, b);
}

Value Lowering::comparison_chain(const Node& node) {
  const std::vector<NodePtr>& ops = node.list("ops");
  const std::vector<NodePtr>& comparators = node.list("comparators");
  if (ops.size() == 1) {
    const std::vector<Value> values = operands({node.child("left"), comparators[0].get()});
    return compare(ops[0]->kind_name(), values[0], values[1]);
  }
  const std::function<Value(std::size_t, const Value&)> from = [&](std::size_t i, const Value& left) -> Value {
    const Value right = e_.pin("t", expression(*comparators[i]));
    const Value first = compare(ops[i]->kind_name(), left, right);
    if (i + 1 == ops.size()) return first;
    const Expr test = e_.let("t", truth(e_, first));
    return choose(
        test, [&, i] { return from(i + 1, right); }, [&] { return number_value(first.type, test); });
  };
  return from(0, e_.pin("t", expression(*node.child("left"))));
}

Value Lowering::conditional(const Node& node) {
  const Expr test = condition(*node.child("test"));
  return choose(
      test, [&] { return expression(*node.child("body")); }, [&] { return expression(*node.child("orelse")); });
}

}  // namespace rooftop::frontend
