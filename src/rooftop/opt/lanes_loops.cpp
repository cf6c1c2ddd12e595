// Loops in the body: together while all lanes take the same iterations, else as long as some lane is in them.
#include "rooftop/opt/affine.h"
#include "rooftop/opt/lanes_emitter.h"
#include "rooftop/opt/lanes_packing.h"

namespace rooftop::opt {

using ir::Block;
using ir::Expr;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;
using ir::Type;

namespace {

bool has_checks(const Stmt& s) {
  bool found = false;
  ir::for_each_statement(s->body,
                         [&](const Stmt& inner) { found |= inner.is(StmtKind::Check) || inner.is(StmtKind::Raise); });
  return found;
}

}  // namespace

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
    const ir::Var rows = ir::make_var("rows", Type::array(read.load.dtype(), 2, ir::Layout::C));
    before_.push_back(ir::allocate(rows, {round_count(begin, end), ir::int_constant(strip_.lanes)}, at));
    const ir::Var index = ir::make_var(read.inner->var->name, ir::kI64);
    ir::Substitution own;
    own.set(read.inner->var, ir::variable(index));
    reads.push_back(
        ir::for_loop(index, begin, end, 1,
                     {ir::store(ir::variable(rows), {minus(ir::variable(index), begin), lane_numbers(strip_.lanes)},
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
    last = ir::operation(s->step > 0 ? Op::reduce_max : Op::reduce_min,
                         {ir::operation(Op::select, {mask.lanes, end, begin})});
  }
  const bool breaks = divergence_.jumps_apart(s);
  const ir::Var live = breaks ? mask_variable("live", mask.lanes, s.location(), out) : nullptr;
  Block body;
  Expr on = live ? ir::variable(live) : mask.lanes;
  if (own_end) {
    const Expr before_end =
        ir::operation(s->step > 0 ? Op::lt : Op::gt, {ir::broadcast(ir::variable(s->var), strip_.lanes), end});
    on = both(on, before_end);
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
  const ir::Var live = mask_variable("live", both(mask.lanes, before_end), s.location(), out);
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
  if (own_condition) on = both(on, wide(s->condition(), mask));
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

}  // namespace rooftop::opt
