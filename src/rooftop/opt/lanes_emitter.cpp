// Structured control flow to masks: a branch runs under the lanes that take it, a loop while some lane is in it.
#include "rooftop/opt/lanes_emitter.h"

#include <limits>
#include <utility>

#include "rooftop/base/errors.h"
#include "rooftop/opt/lanes_cost.h"

namespace rooftop::opt {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;
using ir::Type;

namespace {

// Operations that are cheaper to do for no lane at all than to jump over.
constexpr double kCheapBlock = 16;

/// Products overflow outside of two bounds when a factor is constant: compares, where vectors have no wide product.
class BoundsOfProducts : public ir::Rewriter {
 public:
  using Rewriter::rewrite;

 protected:
  Expr rewrite_expression(const Expr& e) override {
    if (!e.is_op(Op::mul_overflows) || e.arg(0).type() != ir::kI64) return e;
    for (const int at : {0, 1}) {
      const Expr& factor = e.arg(static_cast<std::size_t>(at));
      const Expr& other = e.arg(static_cast<std::size_t>(1 - at));
      if (!factor.is_constant() || factor.constant().integer < 2) continue;
      const std::int64_t c = factor.constant().integer;
      const Expr above = ir::operation(Op::gt, {other, ir::int_constant(std::numeric_limits<std::int64_t>::max() / c)});
      const Expr below = ir::operation(Op::lt, {other, ir::int_constant(std::numeric_limits<std::int64_t>::min() / c)});
      return ir::operation(Op::bit_or, {above, below});
    }
    return e;
  }
};

}  // namespace

LanesEmitter::LanesEmitter(const Stmt& loop, const Divergence& divergence, const Strip& strip)
    : loop_(loop), divergence_(divergence), strip_(strip), widener_(loop->var, strip.first, strip.lanes, strip.on) {
  widener_.on_load = [this](const Expr& scalar, const Expr& wide_load) {
    const auto found = packed_.find(scalar.get());
    if (found == packed_.end()) return wide_load;
    return ir::load(ir::variable(found->second.rows), {found->second.row, lane_numbers(strip_.lanes)});
  };
}

Block LanesEmitter::body() {
  Block out;
  Mask mask{strip_.on, next_++};
  Loop strips{&loop_, mask.number, nullptr, nullptr};
  if (divergence_.jumps_apart(loop_)) strips.iterating = mask_variable("iterating", mask.lanes, loop_.location(), out);
  loops_.push_back(std::move(strips));
  block(loop_->body, mask, out);
  loops_.pop_back();
  return out;
}

void LanesEmitter::block(const Block& list, Mask& mask, Block& out) {
  statements(list, 0, mask, out);
  settle_checks(out);
}

void LanesEmitter::statements(const Block& list, std::size_t at, Mask& mask, Block& out) {
  for (std::size_t i = at; i < list.size(); ++i) {
    const Stmt& s = list[i];
    const int before = mask.number;
    statement(s, mask, out);
    if (s.is(StmtKind::Break) || s.is(StmtKind::Continue) || s.is(StmtKind::Raise)) return;
    if (mask.number == before || !needs_lanes(list, i + 1)) continue;
    settle_checks(out);
    const Expr still_on = any(mask.lanes);  // more jumps in the rest change the mask
    Block rest;
    statements(list, i + 1, mask, rest);
    settle_checks(rest);
    out.push_back(ir::if_then(still_on, std::move(rest), {}, s.location()));
    return;
  }
}

void LanesEmitter::statement(const Stmt& s, Mask& mask, Block& out) {
  if (needs_checked_lanes(s)) settle_checks(out);
  switch (s.kind()) {
    case StmtKind::Let:
      return let(s, mask, out);
    case StmtKind::Declare:
      return declare(s, mask, out);
    case StmtKind::Assign:
      return assign(s, mask, out);
    case StmtKind::Store:
      return store(s, mask, out);
    case StmtKind::Check:
      return check(s, mask, out);
    case StmtKind::Raise:
      bad_lanes(mask.lanes, s, out);
      return settle_checks(out);
    case StmtKind::Assume:
      return;  // it holds for the lanes that are on, and what is made here is for all
    case StmtKind::If:
      return branch(s, mask, out);
    case StmtKind::For:
    case StmtKind::While:
      return inner_loop(s, mask, out);
    case StmtKind::Break:
    case StmtKind::Continue:
      return jump(s, mask, out);
    default:
      ROOFTOP_UNREACHABLE("a statement that cannot run in lanes");
  }
}

void LanesEmitter::let(const Stmt& s, const Mask& mask, Block& out) {
  if (!divergence_.varies(s->var)) return out.push_back(s);
  const Expr value = wide(s->exprs[0], mask);
  const ir::Var var = ir::make_var(s->var->name, value.type());
  out.push_back(ir::let(var, value, s.location()));
  widener_.set(s->var, ir::variable(var));
}

void LanesEmitter::declare(const Stmt& s, const Mask& mask, Block& out) {
  if (!divergence_.varies(s->var)) return out.push_back(s);
  const Expr value = wide(s->exprs[0], mask);
  const ir::Var var = ir::make_var(s->var->name, value.type());
  out.push_back(ir::declare(var, value, s.location()));
  widener_.set(s->var, ir::variable(var));
  variables_[s->var.get()] = {var, mask.number};
}

void LanesEmitter::assign(const Stmt& s, const Mask& mask, Block& out) {
  if (!divergence_.varies(s->var)) return out.push_back(s);
  const WideVariable& target = variables_.at(s->var.get());
  Expr value = wide(s->exprs[0], mask);
  const bool is_free = mask.number == free_.number && free_.variables.contains(s->var.get());
  if (mask.number != target.declared_under && !is_free) {
    value = ir::operation(Op::select, {mask.lanes, value, ir::variable(target.var)});
  }
  out.push_back(ir::assign(target.var, value, s.location()));
}

void LanesEmitter::store(const Stmt& s, const Mask& mask, Block& out) {
  const Expr value = wide(s->value, mask);
  out.push_back(ir::store(s->array, widener_.subscripts(s->array, s->exprs), value, mask.lanes, s.location()));
}

void LanesEmitter::check(const Stmt& s, const Mask& mask, Block& out) {
  const Expr condition = BoundsOfProducts().rewrite(s->condition());
  const Expr bad = negated(wide(condition, mask));
  bad_lanes(both(mask.lanes, bad), s, out);
}

/// Remembers them now: the variables that they were told from may change before the checks are settled.
void LanesEmitter::bad_lanes(const Expr& bad, const Stmt& s, Block& out) {
  bad_ = named("bad", bad_ ? ir::operation(Op::bit_or, {bad_, bad}) : bad, s.location(), out);
  bad_at_ = s.location();
}

/// Leaves the strip where a check has failed in some lane since the last time.
void LanesEmitter::settle_checks(Block& out) {
  if (!bad_) return;
  out.push_back(ir::if_then(any(bad_),
                            {ir::assign(strip_.retry_from, strip_.first, bad_at_),
                             ir::assign(strip_.failed, ir::bool_constant(true), bad_at_), ir::break_loop(bad_at_)},
                            {}, bad_at_));
  bad_ = Expr();
}

void LanesEmitter::branch(const Stmt& s, Mask& mask, Block& out) {
  settle_checks(out);
  bool jumped = false;
  if (!divergence_.varies(s->condition())) {
    Block parts[2];
    for (const int i : {0, 1}) {
      Mask inside = mask;
      block(i == 0 ? s->body : s->else_body, inside, parts[i]);
      jumped |= inside.number != mask.number;
    }
    out.push_back(ir::if_then(s->condition(), std::move(parts[0]), std::move(parts[1]), s.location()));
  } else {
    const Expr holds = named("holds", wide(s->condition(), mask), s.location(), out);
    const auto lanes = [&](const char* name, const Expr& taken) {
      return named(name, both(mask.lanes, taken), s.location(), out);
    };
    Free before = std::exchange(free_, {next_, assigned_by_others(s, mask)});
    jumped |= part(s->body, lanes("then", holds), s, out);
    free_ = std::move(before);
    if (!s->else_body.empty()) jumped |= part(s->else_body, lanes("else", negated(holds)), s, out);
  }
  if (jumped) mask = still_iterating(mask, s.location(), out);
}

/// Variables that the second side of a branch gives new values before it reads them, and that lanes which take no side
/// have no values in.
ir::VarSet LanesEmitter::assigned_by_others(const Stmt& s, const Mask& mask) const {
  ir::VarSet found, seen;
  bool jumps = false;
  const auto read = [&](const Stmt& inner) {
    jumps |= inner.is(StmtKind::Break) || inner.is(StmtKind::Continue) || inner.is(StmtKind::Raise);
    ir::for_each_expr(inner, [&](const Expr& e) {
      ir::for_each_node(e, [&](const Expr& n) {
        if (n.is(ExprKind::Variable)) seen.insert(n.var().get());
      });
    });
  };
  ir::for_each_statement(s->body, read);
  seen.clear();
  for (const Stmt& other : s->else_body) {
    ir::for_each_statement({other}, read);
    if (other.is(StmtKind::Assign)) {
      const auto target = variables_.find(other->var.get());
      const bool dead = target != variables_.end() && target->second.declared_under == mask.number;
      if (dead && !seen.contains(other->var.get())) found.insert(other->var.get());
    }
    // Under the lanes of a branch inside it, an assignment keeps the others' values: it reads them.
    ir::for_each_block(other, [&](const Block& b) { seen.merge(ir::assigned_variables(b)); });
  }
  return jumps ? ir::VarSet() : found;
}

/// One side of a branch, under its lanes; whether some of them jump.
bool LanesEmitter::part(const Block& list, const Expr& lanes, const Stmt& s, Block& out) {
  Mask mask{lanes, next_++};
  const int entry = mask.number;
  Block body;
  block(list, mask, body);
  if (needs_lanes(list, 0)) {
    out.push_back(ir::if_then(any(lanes), std::move(body), {}, s.location()));
  } else {
    out.insert(out.end(), body.begin(), body.end());
  }
  return mask.number != entry;
}

LanesEmitter::Mask LanesEmitter::still_iterating(const Mask& mask, const SourceLocation& at, Block& out) {
  return {named("on", both(mask.lanes, ir::variable(loops_.back().iterating)), at, out), next_++};
}

void LanesEmitter::jump(const Stmt& s, Mask& mask, Block& out) {
  settle_checks(out);
  const Loop& loop = loops_.back();
  const bool is_break = s.is(StmtKind::Break);
  const bool is_strip = loops_.size() == 1;
  if (mask.number == loop.entry && !is_strip && (is_break || !divergence_.leaves_apart(*loop.loop))) {
    return out.push_back(s);
  }
  const auto leave = [&](const ir::Var& lanes) {
    out.push_back(ir::assign(lanes, both(ir::variable(lanes), negated(mask.lanes)), s.location()));
  };
  leave(loop.iterating);
  if (is_break && loop.live != loop.iterating) leave(loop.live);
  mask.number = next_++;
}

Expr LanesEmitter::wide(const Expr& e, const Mask& mask) {
  widener_.set_mask(mask.lanes);
  return widener_.widen(e);
}

Expr LanesEmitter::named(const std::string& name, const Expr& value, const SourceLocation& at, Block& out) const {
  const ir::Var var = ir::make_var(name, value.type());
  out.push_back(ir::let(var, value, at));
  return ir::variable(var);
}

ir::Var LanesEmitter::mask_variable(const std::string& name, const Expr& lanes, const SourceLocation& at,
                                    Block& out) const {
  const ir::Var var = ir::make_var(name, Type::vector(array::DType::Bool, strip_.lanes));
  out.push_back(ir::declare(var, lanes, at));
  return var;
}

bool LanesEmitter::needs_lanes(const Block& list, std::size_t at) const {
  double cost = 0;
  for (std::size_t i = at; i < list.size(); ++i) {
    bool needs = false;
    const auto look = [&](const Stmt& s) {
      needs |= s.is(StmtKind::For) || s.is(StmtKind::While);
      cost += own_cost(s);
      ir::for_each_expr(s, [&](const Expr& e) {
        ir::for_each_node(e, [&](const Expr& n) { needs |= !divergence_.varies(n) && may_fail(n); });
      });
    };
    ir::for_each_statement({list[i]}, look);
    if (needs || cost > kCheapBlock) return true;
  }
  return false;
}

}  // namespace rooftop::opt
