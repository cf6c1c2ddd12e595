// What one round does: values, branches, loops, jumps, gathers, and what may fail in some rounds.
#include "lane_loops.h"

namespace rooftop::fuzz {

Expr LaneLoops::value(const Round& round, DType dtype, int depth) {
  return scalar(random_.chance(12) ? round.uniform : round.all, dtype, depth);
}

Expr LaneLoops::condition(const Round& round) {
  const int kind = random_.below(100);
  if (kind < 20) return boolean(round.uniform, 2);
  if (kind > 35) return boolean(round.all, 2);
  // In some rounds next to each other, so that strips come up in which it holds for no lane, or for all.
  static const std::vector<Op> tests{Op::lt, Op::gt, Op::eq, Op::ne};
  return binary(random_.pick(tests), ir::variable(round_), integer(random_.below(30)));
}

Expr LaneLoops::small(const Round& round, int limit) {
  const Expr any = random_.chance(40) ? ir::variable(round_) : value(round, DType::I64, 1);
  return binary(Op::bit_and, any, integer(limit));
}

Expr LaneLoops::mostly(const Expr& holds) {
  if (random_.chance(25)) return holds;
  return binary(Op::bit_or, holds, binary(Op::ne, ir::variable(round_), integer(random_.below(18))));
}

LaneLoops::Round LaneLoops::inside_loop(const Round& round) {
  Round inner = round;
  ++inner.loops;
  if (wild_ || !inner.checks || !inner.stores) return inner;
  // A loop that writes must not raise: the check of a later iteration comes after the write of an earlier one.
  const bool writes = stored_ || random_.chance(40);
  inner.stores = writes;
  inner.checks = !writes;
  return inner;
}

void LaneLoops::bind(Round& round, Block& out) {
  const DType of = likely();
  const bool fixed = random_.chance(15);
  const Expr v = fixed ? scalar(round.uniform, of, 2) : value(round, of, 3);
  const bool variable = random_.chance(60);
  const Var var = fresh(variable ? "v" : "x", Type::scalar(of));
  out.push_back(variable ? ir::declare(var, v, here()) : ir::let(var, v, here()));
  (variable ? round.all.variables : round.all.values).push_back(var);
  if (fixed) (variable ? round.uniform.variables : round.uniform.values).push_back(var);
}

void LaneLoops::assign(Round& round, Block& out) {
  const Var* v = any(round.all.variables);
  if (v == nullptr) return bind(round, out);
  const DType of = (*v)->type.dtype();
  Expr next = random_.chance(15) ? scalar(round.uniform, of, 2) : value(round, of, 2);
  // Sums go on through all iterations.
  const bool adds = random_.chance(40) && ops::accepts(Op::add, of);
  out.push_back(ir::assign(*v, adds ? ir::variable(*v) + next : next, here()));
}

void LaneLoops::store(Round& round, Block& out) {
  if (!round.stores) return assign(round, out);
  const Var& o = random_.pick(outputs_);
  const auto subscripts = safe_subscripts(round.all, o);
  if (subscripts.empty()) return assign(round, out);
  out.push_back(ir::store(ir::variable(o), subscripts, value(round, o->type.dtype(), 2), {}, here()));
  stored_ = true;
}

/// Every output element of the round, from what was computed on the way.
void LaneLoops::results(Round& round, Block& out) {
  for (const Var& o : outputs_) {
    const auto subscripts = safe_subscripts(round.all, o);
    if (subscripts.empty() || (stored_ && !random_.chance(80))) continue;
    const DType of = o->type.dtype();
    Expr v = value(round, of, 2);
    for (const Var& var : round.all.variables) {
      if (var->type.dtype() == of && ops::accepts(Op::add, of) && random_.chance(70)) v = v + ir::variable(var);
    }
    out.push_back(ir::store(ir::variable(o), subscripts, v, {}, here()));
    stored_ = true;
  }
}

void LaneLoops::branch(Round& round, Block& out) {
  const Expr c = condition(round);
  Round inner = round;
  Block then_body = block(inner, 3);
  Block else_body = random_.chance(50) ? block(inner, 3) : Block{};
  out.push_back(ir::if_then(c, std::move(then_body), std::move(else_body), here()));
}

void LaneLoops::bounded_while(Round& round, Block& out) {
  if (round.loops >= 2) return assign(round, out);
  const Var left = fresh("left", ir::kI64);
  const bool fixed = random_.chance(20);
  out.push_back(ir::declare(left, fixed ? integer(random_.between(0, 6)) : small(round, 7), here()));
  const Expr counting = binary(Op::gt, ir::variable(left), integer(0));
  const Expr goes_on = random_.chance(40) ? counting : binary(Op::bit_and, counting, condition(round));
  Round inner = inside_loop(round);
  Block body{ir::assign(left, ir::variable(left) - integer(1), here())};
  inner.all.values.push_back(left);  // readable, but assigned here alone
  for (Stmt& s : iteration(inner)) body.push_back(std::move(s));
  out.push_back(ir::while_loop(goes_on, std::move(body), here()));
}

/// Bounds of all kinds for a subscript below `limit`; `own` is at most that, in most loops another one in each round.
LaneLoops::Bounds LaneLoops::bounds(const Round& round, const Expr& limit, const Expr& own) {
  const Expr zero = integer(0), last = limit - integer(1), before = integer(-1);
  switch (random_.below(12)) {
    case 0:
    case 1:
      return {zero, own};
    case 2:
      return {small(round, 7), limit, 1, false};
    case 3:
      return {small(round, 3), own, 1, false};
    case 4:
      return {last, before, -1};
    case 5:
      return {own - integer(1), before, -1, false};
    case 6:
      return {last, small(round, 7) - integer(1), random_.chance(50) ? -1 : -2};
    case 7:
      return {zero, own, random_.between(2, 3)};
    case 8:
      return {small(round, 3), limit, random_.chance(80) ? 1 : 2, false};
    default:
      return {zero, limit};
  }
}

void LaneLoops::inner_for(Round& round, Block& out) {
  if (round.loops >= 2) return assign(round, out);
  const Var j = fresh("j", ir::kI64);
  Round inner = inside_loop(round);
  // An end of its own is within the limit by itself, or because a test in front says so.
  const bool tested = random_.chance(30);
  Expr limit = integer(tested ? 40 : random_.between(2, 9));
  std::vector<std::pair<Var, int>> visited;
  const auto visit = [&](const Var& a, int d) {
    visited.emplace_back(a, d);
    inner.all.safe.push_back({a.get(), d, ir::variable(j)});
    limit = binary(Op::min, limit, length(a, d));
  };
  for (const Var& a : inputs_) {
    if (random_.chance(60)) visit(a, a->type.rank() == 2 ? random_.below(2) : 0);
  }
  for (const Var& o : outputs_) {
    if (o->type.rank() == 2 && safe_subscripts(round.all, o).empty() && random_.chance(70)) visit(o, 1);
  }
  const Expr most = named("limit", limit, out), wanted = named("wanted", small(round, tested ? 31 : 7), out);
  const Bounds bound = bounds(round, most, tested ? wanted : binary(Op::min, most, wanted));
  inner.all.values.push_back(j);
  if (bound.same) inner.uniform.values.push_back(j);
  Block body;
  for (const auto& [a, d] : visited) {
    if (random_.chance(60)) read(inner, a, d, ir::variable(j), body);
  }
  for (Stmt& s : iteration(inner)) body.push_back(std::move(s));
  const Stmt loop = ir::for_loop(j, bound.begin, bound.end, bound.step, std::move(body), ir::LoopKind::Serial, here());
  out.push_back(tested ? ir::if_then(binary(Op::le, wanted, most), {loop}, {}, here()) : loop);
}

/// Leaves an iteration or a loop in some rounds; with the rest of the round's own loop only the former.
void LaneLoops::jump(Round& round, Block& out) {
  const bool breaks = (round.loops > 0 || ends_) && random_.chance(50);
  if (round.loops == 0 && !random_.chance(50)) return branch(round, out);
  Block body, other;
  if (random_.chance(40)) body = block(round, 1);
  for (Stmt& s : way_out(round, breaks)) body.push_back(std::move(s));
  if (random_.chance(20)) other = block(round, 1);
  const bool swapped = random_.chance(20);
  const Expr c = condition(round);
  out.push_back(ir::if_then(c, swapped ? other : body, swapped ? body : other, here()));
}

/// The end of an iteration, of a loop, of a helper.
Block LaneLoops::way_out(const Round& round, bool breaks) {
  if (round.loops > 0 || returned_.empty()) return {breaks ? ir::break_loop(here()) : ir::continue_loop(here())};
  std::vector<Expr> results;
  for (const Type& t : returned_) results.push_back(value(round, t.dtype(), 1));
  return {ir::return_values(results, here())};
}

void LaneLoops::call(Round& round, Block& out) {
  const ir::Function* callee = any(helpers_);
  if (callee == nullptr || !may_fail(round)) return bind(round, out);
  std::vector<Expr> arguments;
  for (const Var& p : callee->parameters) {
    const bool plain = arguments.empty() && random_.chance(70);
    arguments.push_back(plain ? ir::variable(round_) : value(round, p->type.dtype(), 1));
  }
  std::vector<Var> results;
  for (const Type& t : callee->results) results.push_back(fresh("result", t));
  out.push_back(ir::call(results, callee->name, arguments, here()));
  for (const Var& v : results) round.all.values.push_back(v);
}

/// A sum, or another value that the next round goes on with.
void LaneLoops::carry(Round& round, Block& out) {
  const Var* v = any(carried_);
  if (v == nullptr) return assign(round, out);
  const DType of = (*v)->type.dtype();
  const Expr term = value(round, of, 2), old = ir::variable(*v);
  const Op op = array::is_complex(of) ? Op::add : random_.pick(std::vector<Op>{Op::add, Op::add, Op::sub, Op::max});
  const Expr next = random_.chance(15) || !ops::accepts(op, of) ? term : binary(op, old, term);
  const Stmt step = ir::assign(*v, next, here());
  out.push_back(random_.chance(40) ? ir::if_then(condition(round), {step}, {}, here()) : step);
}

void LaneLoops::failure(Round& round, Block& out) {
  const Expr c = mostly(condition(round));
  if (random_.chance(50)) return fail_unless(c, ExceptionKind::ValueError, "no", out);
  out.push_back(ir::if_then(ir::operation(Op::bit_not, {c}),
                            {ir::raise({ExceptionKind::RuntimeError, "raised {0}"}, {ir::variable(round_)}, here())},
                            {}, here()));
}

/// Reads an element whose subscript of one dimension is given, the others safe.
void LaneLoops::read(Round& round, const Var& a, int dimension, const Expr& index, Block& out) {
  std::vector<Expr> subscripts = {index};
  if (a->type.rank() == 2) {
    Scope with = round.all;
    with.safe.push_back({a.get(), dimension, index});
    subscripts = safe_subscripts(with, a);
    if (subscripts.empty()) return;
    subscripts[static_cast<std::size_t>(dimension)] = index;
  }
  const Var x = fresh("x", Type::scalar(a->type.dtype()));
  out.push_back(ir::let(x, ir::load(ir::variable(a), subscripts), here()));
  round.all.values.push_back(x);
}

/// A subscript that is read from somewhere, wrapped as Python does, behind a check or a branch.
void LaneLoops::gather(Round& round, Block& out) {
  std::vector<Var> arrays;
  for (const Var& a : round.all.arrays) {
    bool written = false;
    for (const Var& o : outputs_) written |= a == o;
    if (!written) arrays.push_back(a);
  }
  if (arrays.empty()) return assign(round, out);
  const Var& a = random_.pick(arrays);
  const int d = random_.below(a->type.rank());
  const Expr n = length(a, d);
  Expr wanted = leaf(random_.chance(30) ? round.uniform : round.all, DType::I64);
  if (random_.chance(30)) wanted = value(round, DType::I64, 1);
  if (random_.chance(60)) {
    wanted = binary(Op::max, integer(random_.chance(50) ? 0 : -1), binary(Op::min, wanted, n - integer(1)));
  }
  const Var i = fresh("k", ir::kI64);
  const Expr wrapped = ir::operation(Op::select, {binary(Op::lt, wanted, integer(0)), wanted + n, wanted});
  out.push_back(ir::let(i, random_.chance(50) ? wrapped : wanted, here()));
  round.all.values.push_back(i);
  const Expr index = ir::variable(i);
  if (may_fail(round) && random_.chance(70)) {
    out.push_back(ir::check(in_range(index, n), {ExceptionKind::IndexError, "index {0} is out of bounds for size {1}"},
                            {wanted, n}, here()));
    round.all.safe.push_back({a.get(), d, index});
    read(round, a, d, index, out);
    return assign(round, out);
  }
  Round inner = round;
  inner.all.safe.push_back({a.get(), d, index});
  Block body;
  read(inner, a, d, index, body);
  for (Stmt& s : block(inner, 3)) body.push_back(std::move(s));
  assign(inner, body);
  out.push_back(ir::if_then(in_range(index, n), std::move(body), {}, here()));
}

/// An integer division where something shows that it exists.
void LaneLoops::division(Round& round, Block& out) {
  const DType of = array::is_integer(main_) ? main_ : array::is_integer(second_) ? second_ : DType::I64;
  const Type type = Type::scalar(of);
  const Var d = fresh("d", type), q = fresh("q", type), a = fresh("a", type);
  out.push_back(ir::let(a, value(round, of, 1), here()));
  const Expr divisor = random_.chance(60) ? value(round, of, 1) : leaf(round.uniform, of);
  out.push_back(
      ir::let(d, random_.chance(50) ? binary(Op::bit_or, divisor, ir::int_constant(1, type)) : divisor, here()));
  static const std::vector<Op> divisions{Op::floordiv, Op::floormod, Op::floordiv, Op::floormod, Op::quo, Op::rem};
  const Op op = random_.pick(divisions);
  const Expr x = ir::variable(a), y = ir::variable(d);
  Expr exists = binary(Op::ne, y, ir::int_constant(0, type));
  if (op == Op::quo || op == Op::rem)
    exists = binary(Op::bit_and, exists, binary(Op::ne, y, ir::int_constant(-1, type)));
  const Expr quotient = binary(op, x, y);
  if (may_fail(round) && random_.chance(50)) {
    fail_unless(exists, ExceptionKind::ZeroDivisionError, "division by zero", out);
    out.push_back(ir::let(q, quotient, here()));
    round.all.values.push_back(q);
    return;
  }
  out.push_back(ir::declare(q, ir::int_constant(3, type), here()));
  out.push_back(ir::if_then(exists, {ir::assign(q, quotient, here())}, {}, here()));
  round.all.variables.push_back(q);
}

void LaneLoops::overflow(Round& round, Block& out) {
  static const std::vector<std::pair<Op, Op>> kinds{
      {Op::add, Op::add_overflows}, {Op::sub, Op::sub_overflows}, {Op::mul, Op::mul_overflows}};
  const auto& [op, overflows] = random_.pick(kinds);
  const DType of = random_.chance(70) || !array::is_integer(main_) ? DType::I64 : main_;
  const Expr a = value(round, of, 1);
  const Expr b = random_.chance(50) ? ir::int_constant(random_.between(-2, 5), Type::scalar(of)) : value(round, of, 1);
  const Expr fits =
      ir::operation(Op::bit_not, {random_.chance(80) ? binary(overflows, a, b) : binary(overflows, b, a)});
  fail_unless(random_.chance(50) ? mostly(fits) : fits, ExceptionKind::OverflowError, "overflow", out);
  const Var v = fresh("x", Type::scalar(of));
  out.push_back(ir::let(v, binary(op, a, b), here()));
  round.all.values.push_back(v);
}

/// A view of an input, seldom another one in each round.
void LaneLoops::inner_view(Round& round, Block& out) {
  if (inputs_.empty()) return assign(round, out);
  Scope inputs;
  inputs.arrays = inputs_;
  view(inputs, out);
  round.all.arrays.push_back(inputs.arrays.back());
  gather(round, out);
}

void LaneLoops::statement(Round& round, Block& out) {
  --budget_;
  const bool fails = may_fail(round);
  const int kind = random_.below(100);
  if (!carried_.empty() && round.loops == 0 && random_.chance(15)) return carry(round, out);
  if (!helpers_.empty() && random_.chance(10)) return call(round, out);
  if (kind < 14) return bind(round, out);
  if (kind < 34) return assign(round, out);
  if (kind < 38) return store(round, out);
  if (kind < 50) return branch(round, out);
  if (kind < 59) return bounded_while(round, out);
  if (kind < 69) return inner_for(round, out);
  if (kind < 76) return jump(round, out);
  if (kind < 84) return gather(round, out);
  if (kind < 88) return division(round, out);
  if (kind < 93) return fails ? failure(round, out) : branch(round, out);
  if (kind < 98) return fails ? overflow(round, out) : branch(round, out);
  return inner_view(round, out);
}

Block LaneLoops::block(Round round, int statements) {
  Block out;
  for (int i = 0; i < statements && budget_ > 0; ++i) statement(round, out);
  return out;
}

/// Jumps between statements, and at least one thing that tells how often it ran.
Block LaneLoops::iteration(Round round) {
  Block out;
  if (random_.chance(40)) jump(round, out);
  for (int i = random_.below(3); i >= 0 && budget_ > 0; --i) statement(round, out);
  if (random_.chance(40)) jump(round, out);
  assign(round, out);
  return out;
}

Block LaneLoops::body(Round round) {
  Block out;
  const Var result = fresh("v", Type::scalar(main_));
  out.push_back(ir::declare(result, value(round, main_, 1), here()));
  round.all.variables.push_back(result);
  const int structure = random_.below(4);  // something that plain vectors have no form for
  for (int i = 0; i < 10 && budget_ > 0; ++i) {
    if (i == 1 && structure == 0) bounded_while(round, out);
    if (i == 1 && structure == 1) inner_for(round, out);
    if (i == 1 && structure == 2) branch(round, out);
    statement(round, out);
  }
  if (!carried_.empty()) carry(round, out);
  results(round, out);
  return out;
}

}  // namespace rooftop::fuzz
