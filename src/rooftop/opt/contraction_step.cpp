// Choices become selects where all that they read is read anyway.
#include "rooftop/opt/contraction_step.h"

#include <algorithm>

namespace rooftop::opt {

using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::StmtKind;

namespace {

bool contains(const std::vector<Expr>& list, const Expr& e) {
  return std::any_of(list.begin(), list.end(), [&](const Expr& known) { return ir::same_expression(known, e); });
}

void add_loads(const Expr& e, std::vector<Expr>& list) {
  ir::for_each_node(e, [&](const Expr& n) {
    if (n.is(ExprKind::Load) && !contains(list, n)) list.push_back(n);
  });
}

Expr own_value(const Update& u) { return u.variable ? ir::variable(u.variable) : ir::load(u.array, u.indices); }

bool same_place(const Update& a, const Update& b) {
  return a.variable == b.variable && ir::same_expression(own_value(a), own_value(b));
}

/// Carries the values of names down a block. A block's own variables are names too: each has the value of its last
/// assignment.
class StepReader {
 public:
  StepReader(const ir::Substitution& names, std::vector<Expr> read) : names_(names), always_(std::move(read)) {}

  /// The update at the end of the block.
  std::optional<Update> read(const ir::Block& block) {
    std::optional<Update> update;
    for (const ir::Stmt& s : block) {
      if (update) return std::nullopt;
      if (!statement(s, update)) return std::nullopt;
    }
    return update;
  }

 private:
  bool statement(const ir::Stmt& s, std::optional<Update>& update) {
    switch (s.kind()) {
      case StmtKind::Assume:
        return true;
      case StmtKind::Let:
      case StmtKind::Declare:
        if (s->var->type.is_array()) return false;
        own_.insert(s->var.get());
        return name(s->var, names_.rewrite(s->exprs[0]));
      case StmtKind::Assign:
        if (own_.contains(s->var.get())) return name(s->var, names_.rewrite(s->exprs[0]));
        update = Update{
            .array = {}, .indices = {}, .variable = s->var, .value = evaluated(s->exprs[0]), .location = s.location()};
        return true;
      case StmtKind::Store:
        if (s->mask || !s->array.is(ExprKind::Variable)) return false;
        update = Update{
            .array = s->array, .indices = {}, .variable = {}, .value = evaluated(s->value), .location = s.location()};
        for (const Expr& i : s->exprs) update->indices.push_back(names_.rewrite(i));
        return true;
      case StmtKind::If:
        return choice(s, update);
      default:
        return false;
    }
  }

  Expr evaluated(const Expr& e) {
    Expr value = names_.rewrite(e);
    add_loads(value, always_);
    return value;
  }

  bool name(const ir::Var& var, const Expr& value) {
    add_loads(value, always_);
    names_.set(var, value);
    return true;
  }

  /// Both ways end in the same update, or give one name its value.
  bool choice(const ir::Stmt& s, std::optional<Update>& update) {
    const Expr condition = evaluated(s->condition());
    StepReader then(*this), other(*this);
    then.own_.clear();
    other.own_.clear();
    auto a = then.read(s->body);
    auto b = s->else_body.empty() ? std::optional<Update>() : other.read(s->else_body);
    if (!a || (!b && !s->else_body.empty()) || (b && !same_place(*a, *b))) return false;
    const Expr own = own_value(*a);
    const Expr unchanged = a->variable ? names_.rewrite(own) : own;
    const Expr otherwise = b ? b->value : unchanged;
    if (!may_be_evaluated(a->value, own) || !may_be_evaluated(otherwise, own)) return false;
    // Stored on one way only: that the element exists on the other is known if every round reads it.
    if (!b && a->array && !contains(always_, own)) return false;
    a->value = ir::operation(Op::select, {condition, a->value, otherwise});
    if (a->variable && own_.contains(a->variable.get())) return name(a->variable, a->value);
    update = std::move(a);
    return true;
  }

  /// Whether a value of one way can be computed on both: all that it reads is read anyway, and it always exists.
  bool may_be_evaluated(const Expr& e, const Expr& own) const {
    bool may = true;
    ir::for_each_node(e, [&](const Expr& n) {
      if (n.is(ExprKind::Load)) may &= contains(always_, n) || ir::same_expression(n, own);
      if (!n.is(ExprKind::Operation)) return;
      may &= n.op() != Op::quo && n.op() != Op::rem && n.op() != Op::floordiv && n.op() != Op::floormod &&
             n.op() != Op::shl && n.op() != Op::shr;
    });
    return may;
  }

  ir::Substitution names_;
  std::vector<Expr> always_;  ///< loads that every round evaluates up to here
  ir::VarSet own_;            ///< names that the block itself binds
};

class ElementReplaced : public ir::Rewriter {
 public:
  ElementReplaced(const Expr& element, const Expr& replacement) : element_(element), replacement_(replacement) {}

 protected:
  Expr rewrite_expression(const Expr& e) override {
    return e.is(ExprKind::Load) && ir::same_expression(e, element_) ? replacement_ : e;
  }

 private:
  const Expr &element_, &replacement_;
};

}  // namespace

PlainBlock::PlainBlock(const ir::Block& block, ir::Substitution& lets, std::vector<Expr>& read) {
  for (const ir::Stmt& s : block) {
    if (s.is(StmtKind::Assume)) continue;
    if (s.is(StmtKind::Let) && !s->var->type.is_array()) {
      const Expr value = lets.rewrite(s->exprs[0]);
      add_loads(value, read);
      lets.set(s->var, value);
    } else {
      statements_.push_back(s);
    }
  }
}

std::optional<Update> update_of(const ir::Block& block, const ir::Substitution& lets, const std::vector<Expr>& read) {
  return StepReader(lets, read).read(block);
}

std::vector<Expr> loads_of(const Expr& e) {
  std::vector<Expr> loads;
  add_loads(e, loads);
  return loads;
}

Expr with_element(const Expr& e, const Expr& element, const Expr& replacement) {
  return ElementReplaced(element, replacement).rewrite(e);
}

}  // namespace rooftop::opt
