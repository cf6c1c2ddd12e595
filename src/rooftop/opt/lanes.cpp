// Legal when rounds are independent; the loop around the strips, and the rounds of a strip in which a check failed.
#include "rooftop/opt/lanes.h"

#include <algorithm>
#include <cmath>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/affine.h"
#include "rooftop/opt/dependence.h"
#include "rooftop/opt/fresh.h"
#include "rooftop/opt/inline_calls.h"
#include "rooftop/opt/lanes_cost.h"
#include "rooftop/opt/lanes_emitter.h"
#include "rooftop/opt/lanes_registers.h"
#include "rooftop/opt/let_in.h"
#include "rooftop/opt/machine.h"
#include "rooftop/opt/plain_subscripts.h"
#include "rooftop/opt/sink_stores.h"
#include "rooftop/opt/split_rounds.h"
#include "rooftop/opt/tail_jumps.h"

namespace rooftop::opt {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;

namespace {

// What lanes must gain by the estimate, which is rough.
constexpr double kMargin = 1.25;
constexpr double kMarginOfSplit = 1.5;
// What a loop of strips costs besides them.
constexpr double kStart = 12;
// What one lane's turn costs besides its ordered part, and a value that it gets by memory.
constexpr double kTurn = 2;
constexpr double kPassed = 2;

/// What the body is made of.
class Body {
 public:
  explicit Body(const Stmt& loop) : inside_(ir::bound_variables(loop->body)) { block(loop->body, false); }

  bool good = true;
  bool has_store = false;
  bool has_checks = false;
  bool has_loops = false;
  int widest = 1;  ///< bytes of the widest element computed with
  std::string why_not;

 private:
  void refuse(std::string why = {}) {
    if (good) why_not = std::move(why);
    good = false;
  }

  /// `in_loop`: in a loop inside of the body.
  void block(const ir::Block& statements, bool in_loop) {
    for (const Stmt& s : statements) {
      statement(s, in_loop);
      ir::for_each_expr(s, [&](const Expr& e) { expression(e); });
      const bool enters = s.is(StmtKind::For) || s.is(StmtKind::While);
      const bool stored = has_store, checked = has_checks;
      has_loops |= enters;
      if (enters) has_checks = false;
      ir::for_each_block(s, [&](const ir::Block& b) { block(b, in_loop || enters); });
      // The check of a later iteration comes after the store of an earlier one.
      if (enters && has_checks && has_store && !stored) store_before_check();
      has_checks |= checked;
    }
  }

  void store_before_check() { refuse("a round may raise an exception after it has written"); }

  void statement(const Stmt& s, bool in_loop) {
    switch (s.kind()) {
      case StmtKind::Let:
      case StmtKind::Declare:
        measure(s->var->type);
        break;
      case StmtKind::Assign:
        measure(s->var->type);
        if (!inside_.contains(s->var.get())) refuse("'" + s->var->name + "' carries a value from round to round");
        break;
      case StmtKind::Store:
        has_store = true;
        if (s->mask || s->value.lanes() != 1) refuse();
        measure(s->value.type());
        break;
      case StmtKind::Check:
      case StmtKind::Raise:
        has_checks = true;
        if (has_store) store_before_check();
        break;
      case StmtKind::Break:
        if (!in_loop) refuse("a round may end the loop");
        break;
      case StmtKind::For:
        if (s->loop != ir::LoopKind::Serial) refuse();
        break;
      case StmtKind::If:
      case StmtKind::While:
      case StmtKind::Continue:
      case StmtKind::Assume:
        break;
      default:
        refuse(s.is(StmtKind::Call) ? "a round calls a function"
               : s.is_opaque()      ? "a round makes an array that outlives it"
                                    : std::string());
    }
  }

  void measure(const ir::Type& type) {
    if (type.is_array()) return;
    if (type.lanes() != 1) refuse();
    if (!array::is_bool(type.dtype())) widest = std::max(widest, static_cast<int>(array::size_of(type.dtype())));
  }

  void expression(const Expr& e) {
    ir::for_each_node(e, [&](const Expr& n) {
      if (n.type().is_scalar() && n.lanes() != 1) refuse();
      if (n.is(ExprKind::Load) && n.has_mask()) refuse();
      if (n.is(ExprKind::Load)) measure(n.type());
    });
  }

  ir::VarSet inside_;
};

/// Whether a store is to one element in all lanes: such rounds are independent only because there are no two of them.
bool stores_one_element(const Stmt& loop, const Divergence& divergence) {
  bool found = false;
  ir::for_each_statement(loop->body, [&](const Stmt& s) {
    found |= s.is(StmtKind::Store) &&
             std::none_of(s->exprs.begin(), s->exprs.end(), [&](const Expr& e) { return divergence.varies(e); });
  });
  return found;
}

/// Whether the block names a view that only some rounds may take: lanes would take it for all.
bool takes_views_sometimes(const ir::Block& block, bool sometimes) {
  return std::any_of(block.begin(), block.end(), [&](const Stmt& s) {
    if (s.is(StmtKind::Let) && s->exprs[0].is(ExprKind::View)) return sometimes;
    sometimes |= s.is(StmtKind::Check) || s.is(StmtKind::If) || s.is(StmtKind::For) || s.is(StmtKind::While);
    return takes_views_sometimes(s->body, true) || takes_views_sometimes(s->else_body, true);
  });
}

/// Arrays, and the lanes' own loops, that the emitter has no form for.
bool has_form(const Stmt& loop, const Divergence& divergence, std::string& why_not) {
  if (takes_views_sometimes(loop->body, false)) {
    why_not = "a view is taken in some rounds only";
    return false;
  }
  bool good = true;
  ir::for_each_statement(loop->body, [&](const Stmt& s) {
    if (s.is(StmtKind::Let) && s->var->type.is_array() && divergence.varies(s->var)) {
      good = false;
      why_not = "'" + s->var->name + "' is another array in each round";
    }
    if (s.is(StmtKind::Declare) && s->var->type.is_array()) good = false;
    if (s.is(StmtKind::For) && divergence.varies(s->begin()) && s->step != 1 && s->step != -1) good = false;
    ir::for_each_expr(s, [&](const Expr& e) {
      ir::for_each_node(e, [&](const Expr& n) {
        // Which entry a lane that is off would read is unknown.
        if (n.is(ExprKind::Lookup) && divergence.varies(n)) good = false;
        if (n.is(ExprKind::Load) && !n.array().is(ExprKind::Variable) && divergence.varies(n.array())) good = false;
        const bool of_array = n.is(ExprKind::Length) || n.is(ExprKind::Stride) || n.is(ExprKind::Disjoint);
        if (of_array && divergence.varies(n)) good = false;
      });
    });
  });
  return good;
}

/// Rounds that pay for strips of lanes, and for one more strip.
struct Fewest {
  int at_all = 1, at_the_end = 1;
};

Fewest fewest_rounds(const RoundCost& cost, bool has_loops, const Machine& machine) {
  const auto rounds = [&](double margin, double more) {
    return std::max(1, static_cast<int>(std::ceil(margin * (cost.lanes + more) / std::max(cost.alone, 1.0))));
  };
  // Lanes with loops wait for their masks.
  const double of_one_more = has_loops ? machine.strip_margin : std::min(machine.strip_margin, 1.0);
  return {rounds(machine.strip_margin, kStart), rounds(of_one_more, 0)};
}

class Strips {
 public:
  Strips(const Stmt& loop, const Divergence& divergence, int lanes, Fewest fewest, bool has_checks,
         const std::optional<SplitRounds>& split)
      : loop_(loop), divergence_(divergence), lanes_(lanes), fewest_(fewest), has_checks_(has_checks), split_(split) {}

  /// `alone`: the loop for rounds that are run one by one.
  void emit(const Stmt& alone, ir::Block& out) {
    const SourceLocation& at = loop_.location();
    const Expr begin = let_in(out, "begin", loop_->begin(), at), end = let_in(out, "end", loop_->end(), at);
    const ir::Var first = ir::make_var(loop_->var->name, ir::kI64);
    const Expr middle = end_of_strips(begin, end, out);
    Strip strip{ir::variable(first), Expr(), lanes_};
    if (has_rest()) {
      // Where a check fails in some lane, the rounds from that strip on are done one by one; the check then raises.
      rest_from_ = ir::make_var(has_checks_ ? "retry_from" : "rest_from", ir::kI64);
      out.push_back(ir::declare(rest_from_, middle, at));
    }
    if (has_checks_) {
      strip.retry_from = rest_from_;
      strip.failed = ir::make_var("failed", ir::Type::scalar(array::DType::Bool));
      out.push_back(ir::declare(strip.failed, ir::bool_constant(false), at));
    }
    ir::Block body;
    strip.on = fewest_.at_the_end >= lanes_ ? ir::broadcast(ir::bool_constant(true), lanes_)
                                            : lanes_that_are_on(strip.first, end, body);
    LanesEmitter emitter(loop_, divergence_, strip);
    for (ir::Stmt& s : emitter.body()) body.push_back(std::move(s));
    out.insert(out.end(), emitter.before().begin(), emitter.before().end());
    if (split_) ordered_part(emitter, ir::variable(first), end, body, out);
    out.push_back(ir::for_loop(first, begin, middle, lanes_, std::move(body), ir::LoopKind::Serial, at));
    if (!has_rest()) return;
    const ir::Var rest = ir::make_var(loop_->var->name, ir::kI64);
    ir::Substitution renamed;
    renamed.set(loop_->var, ir::variable(rest));
    out.push_back(ir::for_loop(rest, ir::variable(rest_from_), end, 1, with_fresh_variables(alone->body, renamed),
                               ir::LoopKind::Serial, at));
  }

 private:
  bool has_rest() const { return has_checks_ || fewest_.at_all > 1; }

  /// Few rounds are done one by one, and so are few last ones.
  Expr end_of_strips(const Expr& begin, const Expr& end, ir::Block& out) const {
    if (fewest_.at_all <= 1) return end;
    const auto if_few = [](const Expr& count, int fewest, const Expr& other) {
      const Expr few = ir::operation(Op::lt, {count, ir::int_constant(fewest)});
      // The minimum is the count itself, and says how long the rest can be.
      return ir::operation(Op::select, {few, ir::operation(Op::min, {count, ir::int_constant(fewest - 1)}), other});
    };
    const Expr rounds = let_in(out, "rounds", round_count(begin, end), loop_.location());
    const Expr left_over = ir::operation(Op::bit_and, {rounds, ir::int_constant(lanes_ - 1)});
    Expr rest = ir::int_constant(0);
    if (fewest_.at_the_end > 1) rest = if_few(left_over, std::min(fewest_.at_the_end, lanes_), rest);
    if (fewest_.at_all > fewest_.at_the_end) rest = if_few(rounds, fewest_.at_all, rest);
    return let_in(out, "middle", minus(end, let_in(out, "rest", rest, loop_.location())), loop_.location());
  }

  /// Those that have a round. Counted from the strip's own first round, which is before the end: the rounds left are
  /// any number below 2^64.
  Expr lanes_that_are_on(const Expr& first, const Expr& end, ir::Block& body) const {
    const ir::Type counter = ir::Type::scalar(array::DType::U64);
    const Expr lane = ir::ramp(ir::int_constant(0, counter), ir::int_constant(1, counter), lanes_);
    const Expr left = ir::broadcast(ir::cast(minus(end, first), array::DType::U64), lanes_);
    const ir::Var on = ir::make_var("on", ir::Type::vector(array::DType::Bool, lanes_));
    body.push_back(ir::let(on, ir::operation(Op::lt, {lane, left}), loop_.location()));
    return ir::variable(on);
  }

  /// What must happen in order, for one lane after the other: it reads what the lanes have left in memory.
  void ordered_part(LanesEmitter& emitter, const Expr& first, const Expr& end, ir::Block& strip, ir::Block& before) {
    const SourceLocation& at = loop_.location();
    const ir::Var lane = ir::make_var("lane", ir::kI64);
    ir::Block body;
    ir::Substitution here;
    const ir::Var round = ir::make_var(loop_->var->name, ir::kI64);
    body.push_back(ir::let(round, first + ir::variable(lane), at));
    here.set(loop_->var, ir::variable(round));
    for (const ir::Var& var : split_->passed) {
      const Expr lanes = emitter.lanes_of(var);
      if (!lanes) continue;
      const ir::Var row = ir::make_var(var->name, ir::Type::array(var->type.dtype(), 1, ir::Layout::C));
      before.push_back(ir::allocate(row, {ir::int_constant(lanes_)}, at));
      strip.push_back(ir::store(ir::variable(row), {lane_numbers(lanes_)}, lanes, {}, at));
      const ir::Var own = ir::make_var(var->name, var->type);
      body.push_back(ir::let(own, ir::load(ir::variable(row), {ir::variable(lane)}), at));
      here.set(var, ir::variable(own));
    }
    const bool ends = ir::has_own_jump(split_->ordered, StmtKind::Break);
    const ir::Var ended = ends ? ir::make_var("ended", ir::kBool) : nullptr;
    if (ends) strip.push_back(ir::declare(ended, ir::bool_constant(false), at));
    for (ir::Stmt& s : with_fresh_variables(ends ? telling(split_->ordered, ended) : split_->ordered, here)) {
      body.push_back(std::move(s));
    }
    const Expr left = minus(end, first);
    // Rounds left, of which there may be up to 2^64 - 1.
    const Expr few = ir::operation(
        Op::lt, {ir::cast(left, array::DType::U64), ir::int_constant(lanes_, ir::Type::scalar(array::DType::U64))});
    const Expr count = ir::operation(Op::select, {few, left, ir::int_constant(lanes_)});
    strip.push_back(ir::for_loop(lane, ir::int_constant(0), count, 1, std::move(body), ir::LoopKind::Serial, at));
    if (!ends) return;
    Block leave;
    if (has_rest()) leave.push_back(ir::assign(rest_from_, end, at));
    leave.push_back(ir::break_loop(at));
    strip.push_back(ir::if_then(ir::variable(ended), std::move(leave), {}, at));
  }

  /// The block with each `break` out of it noted in a variable.
  static ir::Block telling(const ir::Block& block, const ir::Var& ended) {
    ir::Block out;
    for (const Stmt& s : block) {
      if (s.is(StmtKind::Break)) out.push_back(ir::assign(ended, ir::bool_constant(true), s.location()));
      out.push_back(s.is(StmtKind::If) ? ir::if_then(s->condition(), telling(s->body, ended),
                                                     telling(s->else_body, ended), s.location())
                                       : s);
    }
    return out;
  }

  const Stmt& loop_;
  const Divergence& divergence_;
  int lanes_;
  Fewest fewest_;
  bool has_checks_;
  const std::optional<SplitRounds>& split_;
  ir::Var rest_from_;  ///< where the rounds begin that are no lanes
};

/// Whether nothing in the body rules lanes out at first sight: large nests that became vectors are not looked at
/// further.
bool is_scalar_code(const Block& body) {
  return std::all_of(body.begin(), body.end(), [](const Stmt& s) {
    const bool wide = (s->var && s->var->type.is_scalar() && s->var->type.lanes() != 1) ||
                      (s.is(StmtKind::Store) && s->value.lanes() != 1);
    const bool other = s.is(StmtKind::Allocate) || s.is(StmtKind::Poll) || s.is(StmtKind::Prefetch) ||
                       (s.is(StmtKind::For) && s->loop != ir::LoopKind::Serial);
    return !wide && !other && is_scalar_code(s->body) && is_scalar_code(s->else_body);
  });
}

/// The loop in the form that suits lanes best. Its exceptions do not count: rounds that raise are run again as they
/// were.
Stmt prepared(const Stmt& given, const ir::Module& module) {
  const Block body = with_calls_inlined(given->body, module);
  const auto straight = without_jumps(body, StmtKind::Continue, [](const Stmt&) { return Block(); });
  return with_stores_at_the_end(with_plain_subscripts(ir::with_body(given, straight.value_or(body))));
}

}  // namespace

bool run_in_lanes(const Stmt& given, const ir::Module& module, Rounds rounds, const MemoryFacts& facts,
                  const PassContext& context, ir::Block& out, std::string& why_not) {
  if (given->step != 1 || given->loop != ir::LoopKind::Serial || !is_scalar_code(given->body)) return false;
  const Stmt whole = prepared(given, module);
  const std::optional<SplitRounds> split = rounds == Rounds::Split ? split_rounds(whole) : std::nullopt;
  if (rounds == Rounds::Split && !split) return false;
  const Stmt loop = split ? ir::with_body(whole, split->free) : whole;
  const Body body(loop);
  if (!body.good || (!body.has_store && !split)) {
    why_not = body.why_not;
    return false;
  }
  if (!rounds_are_independent(loop, facts, why_not)) return false;
  const Divergence divergence(loop);
  if (!has_form(loop, divergence, why_not) || (!split && stores_one_element(loop, divergence))) return false;
  const Machine& machine = *context.machine;
  const int lanes = lane_registers(loop, divergence, machine) * machine.vector_bytes / body.widest;
  if (lanes < 2) return false;
  RoundCost cost = round_cost(loop, divergence, lanes, machine);
  if (split) {
    const double ordered = round_cost(ir::with_body(loop, split->ordered), divergence, lanes, machine).alone;
    cost.alone += ordered;
    cost.lanes += lanes * (ordered + kTurn + kPassed * static_cast<double>(split->passed.size()));
  }
  const double gain = cost.alone * lanes / std::max(cost.lanes, 1.0);
  if (gain < (split ? kMarginOfSplit : kMargin)) {
    if (why_not.empty()) why_not = "rounds side by side would not be faster than one by one";
    return false;
  }
  why_not.clear();
  const Fewest fewest = fewest_rounds(cost, body.has_loops, machine);
  Strips(loop, divergence, lanes, fewest, body.has_checks, split).emit(given, out);
  context.done("vectorise", loop.location(), std::to_string(lanes) + " rounds at once as lanes");
  return true;
}

}  // namespace rooftop::opt
