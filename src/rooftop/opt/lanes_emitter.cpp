// Structured control flow to masks: a branch runs under the lanes that take it, a loop while some lane is in it.
#include "rooftop/opt/lanes_emitter.h"

#include <algorithm>
#include <limits>

#include "rooftop/base/errors.h"
#include "rooftop/opt/affine.h"
#include "rooftop/opt/lanes_cost.h"
#include "rooftop/opt/lanes_packing.h"

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

Expr negated(const Expr& e) { return ir::operation(Op::bit_not, {e}); }

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

bool has_checks(const Stmt& s) {
  bool found = false;
  ir::for_each_statement(s->body,
                         [&](const Stmt& inner) { found |= inner.is(StmtKind::Check) || inner.is(StmtKind::Raise); });
  return found;
}

}  // namespace

LanesEmitter::LanesEmitter(const Stmt& loop, const Divergence& divergence, const Strip& strip)
    : loop_(loop), divergence_(divergence), strip_(strip), widener_(loop->var, strip.first, strip.lanes, strip.on) {
  widener_.on_load = [this](const Expr& scalar, const Expr& wide_load) {
    const auto found = packed_.find(scalar.get());
    if (found == packed_.end()) return wide_load;
    const Expr all = ir::ramp(ir::int_constant(0), ir::int_constant(1), strip_.lanes);
    return ir::load(ir::variable(found->second.rows), {found->second.row, all});
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
      bad_lanes(mask.lanes ? mask.lanes : all_on(), s, out);
      return settle_checks(out);
    case StmtKind::Assume:
      // What holds for some lanes is nothing that a reader of the code for all of them may know.
      if (!mask.lanes && !divergence_.varies(s->condition())) out.push_back(s);
      return;
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
  if (mask.number != target.declared_under) {
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
  bad_lanes(mask.lanes ? both(mask.lanes, bad) : bad, s, out);
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
      return named(name, mask.lanes ? both(mask.lanes, taken) : taken, s.location(), out);
    };
    jumped |= part(s->body, lanes("then", holds), s, out);
    if (!s->else_body.empty()) jumped |= part(s->else_body, lanes("else", negated(holds)), s, out);
  }
  if (jumped) mask = still_iterating(mask, s.location(), out);
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
  const Expr iterating = ir::variable(loops_.back().iterating);
  return {named("on", mask.lanes ? both(mask.lanes, iterating) : iterating, at, out), next_++};
}

void LanesEmitter::inner_loop(const Stmt& s, const Mask& mask, Block& out) {
  settle_checks(out);
  if (!divergence_.leaves_apart(s)) {
    if (s.is(StmtKind::For)) pack(s, mask, out);
    uniform_loop(s, mask, out);
  } else if (s.is(StmtKind::While)) {
    while_loop(s, mask, out);
  } else if (divergence_.varies(s->begin())) {
    own_index_loop(s, mask, out);
  } else {
    counted_loop(s, mask, out);
  }
  // A failed check left that loop; it leaves all others too.
  if (has_checks(s)) {
    out.push_back(ir::if_then(ir::variable(strip_.failed), {ir::break_loop(s.location())}, {}, s.location()));
  }
}

/// Reads once what each iteration of the loop would read again.
void LanesEmitter::pack(const Stmt& repeating, const Mask& mask, Block& out) {
  Block reads;
  for (const RepeatedRead& read : repeated_reads(repeating, loop_, divergence_)) {
    if (packed_.contains(read.load.get())) continue;
    const SourceLocation& at = read.inner.location();
    const Expr begin = read.inner->begin(), end = read.inner->end();
    const Expr count =
        ir::operation(Op::select, {ir::operation(Op::lt, {begin, end}), minus(end, begin), ir::int_constant(0)});
    const ir::Var rows = ir::make_var("rows", Type::array(read.load.dtype(), 2, ir::Layout::C));
    before_.push_back(ir::allocate(rows, {count, ir::int_constant(strip_.lanes)}, at));
    const ir::Var index = ir::make_var(read.inner->var->name, ir::kI64);
    ir::Substitution own;
    own.set(read.inner->var, ir::variable(index));
    const Expr all = ir::ramp(ir::int_constant(0), ir::int_constant(1), strip_.lanes);
    reads.push_back(ir::for_loop(index, begin, end, 1,
                                 {ir::store(ir::variable(rows), {minus(ir::variable(index), begin), all},
                                            wide(own.rewrite(read.load), mask), {}, at)},
                                 ir::LoopKind::Serial, at));
    packed_[read.load.get()] = {rows, minus(ir::variable(read.inner->var), begin)};
  }
  if (reads.empty()) return;
  const Expr repeats = ir::operation(repeating->step > 0 ? Op::lt : Op::gt, {repeating->begin(), repeating->end()});
  out.push_back(ir::if_then(repeats, std::move(reads), {}, repeating.location()));
}

void LanesEmitter::uniform_loop(const Stmt& s, const Mask& mask, Block& out) {
  Block body;
  Loop loop{&s, mask.number, nullptr, nullptr};
  if (divergence_.jumps_apart(s)) loop.iterating = mask_variable("iterating", mask.lanes, s.location(), body);
  loops_.push_back(std::move(loop));
  Mask inside = mask;
  block(s->body, inside, body);
  loops_.pop_back();
  out.push_back(ir::with_body(s, std::move(body)));
}

/// All lanes count alike; some stop earlier.
void LanesEmitter::counted_loop(const Stmt& s, const Mask& mask, Block& out) {
  const bool own_end = divergence_.varies(s->end());
  Expr last = s->end(), end;
  if (own_end) {
    end = named("end", wide(s->end(), mask), s.location(), out);
    const Expr begin = ir::broadcast(s->begin(), strip_.lanes);
    const Expr of_lanes_on = mask.lanes ? ir::operation(Op::select, {mask.lanes, end, begin}) : end;
    last = ir::operation(s->step > 0 ? Op::reduce_max : Op::reduce_min, {of_lanes_on});
  }
  const bool breaks = divergence_.jumps_apart(s);
  const ir::Var live = breaks ? mask_variable("live", mask.lanes, s.location(), out) : nullptr;
  Block body;
  Expr on = live ? ir::variable(live) : mask.lanes;
  if (own_end) {
    const Expr before_end =
        ir::operation(s->step > 0 ? Op::lt : Op::gt, {ir::broadcast(ir::variable(s->var), strip_.lanes), end});
    on = on ? both(on, before_end) : before_end;
  }
  on = named("on", on, s.location(), body);
  const auto leave_without = [&](const Expr& lanes) {
    body.push_back(ir::if_then(negated(any(lanes)), {ir::break_loop(s.location())}, {}, s.location()));
  };
  if (live && own_end) leave_without(on);
  iteration(s, live, on, body);
  if (live && !own_end) leave_without(ir::variable(live));
  out.push_back(ir::for_loop(s->var, s->begin(), last, s->step, std::move(body), s->loop, s.location()));
}

/// Each lane counts by itself.
void LanesEmitter::own_index_loop(const Stmt& s, const Mask& mask, Block& out) {
  const Expr begin = wide(s->begin(), mask);
  const Expr end = named("end", wide(s->end(), mask), s.location(), out);
  const ir::Var index = ir::make_var(s->var->name, begin.type());
  out.push_back(ir::declare(index, begin, s.location()));
  const Expr before_end = ir::operation(s->step > 0 ? Op::lt : Op::gt, {ir::variable(index), end});
  const ir::Var live = mask_variable("live", mask.lanes ? both(mask.lanes, before_end) : before_end, s.location(), out);
  Block body;
  const Expr now = named(s->var->name, ir::variable(index), s.location(), body);
  widener_.set(s->var, now);
  iteration(s, live, named("on", ir::variable(live), s.location(), body), body);
  const Expr step = ir::broadcast(ir::int_constant(s->step), strip_.lanes);
  body.push_back(ir::assign(index, now + step, s.location()));
  body.push_back(ir::assign(live, both(ir::variable(live), before_end), s.location()));
  out.push_back(ir::while_loop(any(ir::variable(live)), std::move(body), s.location()));
}

void LanesEmitter::while_loop(const Stmt& s, const Mask& mask, Block& out) {
  const bool own_condition = divergence_.varies(s->condition());
  Expr on = mask.lanes;
  if (own_condition) {
    const Expr condition = wide(s->condition(), mask);
    on = on ? both(on, condition) : condition;
  }
  const ir::Var live = mask_variable("live", on, s.location(), out);
  Block body;
  iteration(s, live, named("on", ir::variable(live), s.location(), body), body);
  const Expr some = any(ir::variable(live));
  if (own_condition) {
    const Expr left = named("left", ir::variable(live), s.location(), body);
    body.push_back(ir::assign(live, both(left, wide(s->condition(), {left, next_++})), s.location()));
    out.push_back(ir::while_loop(some, std::move(body), s.location()));
  } else {
    body.push_back(ir::if_then(negated(some), {ir::break_loop(s.location())}, {}, s.location()));
    out.push_back(ir::while_loop(s->condition(), std::move(body), s.location()));
  }
}

/// The body of a loop that lanes leave apart, for the lanes `on`.
void LanesEmitter::iteration(const Stmt& s, const ir::Var& live, const Expr& on, Block& out) {
  Mask mask{on, next_++};
  Loop loop{&s, mask.number, live, live};
  const bool counts_apart = s.is(StmtKind::For) && divergence_.varies(s->end());
  if (divergence_.jumps_apart(s) && (ir::has_own_jump(s->body, StmtKind::Continue) || counts_apart)) {
    loop.iterating = mask_variable("iterating", mask.lanes, s.location(), out);
  }
  loops_.push_back(std::move(loop));
  block(s->body, mask, out);
  loops_.pop_back();
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
    const Expr rest = mask.lanes ? both(ir::variable(lanes), negated(mask.lanes)) : negated(all_on());
    out.push_back(ir::assign(lanes, rest, s.location()));
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
  out.push_back(ir::declare(var, lanes ? lanes : all_on(), at));
  return var;
}

Expr LanesEmitter::all_on() const { return ir::broadcast(ir::bool_constant(true), strip_.lanes); }

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
