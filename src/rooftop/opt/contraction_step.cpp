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

class StepReader {
 public:
  explicit StepReader(ir::Substitution& lets) : lets_(lets) {}

  /// `always`: the loads that every round evaluates up to here.
  std::optional<Update> read(const ir::Block& block, std::vector<Expr> always) {
    const PlainBlock plain(block, lets_, always);
    if (plain.size() != 1) return std::nullopt;
    const ir::Stmt& s = plain[0];
    if (s.is(StmtKind::If)) return choice(s, std::move(always));
    Update u;
    u.location = s.location();
    if (s.is(StmtKind::Assign)) {
      u.variable = s->var;
      u.value = lets_.rewrite(s->exprs[0]);
    } else if (s.is(StmtKind::Store) && !s->mask && s->array.is(ExprKind::Variable)) {
      u.array = s->array;
      for (const Expr& i : s->exprs) u.indices.push_back(lets_.rewrite(i));
      u.value = lets_.rewrite(s->value);
    } else {
      return std::nullopt;
    }
    return u;
  }

 private:
  std::optional<Update> choice(const ir::Stmt& s, std::vector<Expr> always) {
    const Expr condition = lets_.rewrite(s->condition());
    add_loads(condition, always);
    auto then = read(s->body, always);
    auto otherwise = s->else_body.empty() ? std::optional<Update>() : read(s->else_body, always);
    if (!then || (!otherwise && !s->else_body.empty())) return std::nullopt;
    if (otherwise && !same_place(*then, *otherwise)) return std::nullopt;
    const Expr own = own_value(*then);
    const Expr other = otherwise ? otherwise->value : own;
    for (const Expr& value : {then->value, other}) {
      std::vector<Expr> loads;
      add_loads(value, loads);
      for (const Expr& l : loads) {
        if (!contains(always, l) && !ir::same_expression(l, own)) return std::nullopt;
      }
      if (!has_a_value_always(value)) return std::nullopt;
    }
    // The element is stored to on one way only: that it may be read on the other is known if the round reads it.
    if (!otherwise && then->array && !contains(always, own)) return std::nullopt;
    then->value = ir::operation(Op::select, {condition, then->value, other});
    return then;
  }

  static bool has_a_value_always(const Expr& e) {
    bool has = true;
    ir::for_each_node(e, [&](const Expr& n) {
      if (!n.is(ExprKind::Operation)) return;
      has &= n.op() != Op::quo && n.op() != Op::rem && n.op() != Op::floordiv && n.op() != Op::floormod &&
             n.op() != Op::shl && n.op() != Op::shr;
    });
    return has;
  }

  ir::Substitution& lets_;
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

std::optional<Update> update_of(const ir::Block& block, ir::Substitution lets) {
  return StepReader(lets).read(block, {});
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
