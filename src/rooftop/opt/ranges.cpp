// One walk over each function, with the facts of the current point; loops are walked on trial first.
#include "rooftop/opt/ranges.h"

#include "rooftop/ir/walk.h"
#include "rooftop/opt/fresh.h"
#include "rooftop/opt/ranges_loops.h"
#include "rooftop/opt/ranges_values.h"
#include "rooftop/opt/simplify_expr.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;

constexpr int kMaxTrialDepth = 3;  ///< loops inside of loops on trial: each level multiplies the work
constexpr int kMaxTrialRounds = 5;

/// Expressions with everything decided that the facts of one point decide.
class Decider : public ir::Rewriter {
 public:
  explicit Decider(Values& values) : values_(values) {}

 protected:
  Expr rewrite_expression(const Expr& e) override {
    if (!e.is(ExprKind::Operation) || e.lanes() != 1) return e;
    if (e.type() == ir::kBool) {
      if (const auto known = values_.decide(values_.number(e))) return ir::bool_constant(*known);
      return simplify_node(e);
    }
    if (e.is_op(Op::select) || e.is_op(Op::select_rare)) return simplify_node(e);
    if (e.dtype() != ir::DType::I64) return e;
    switch (e.op()) {
      case Op::min:
        return choose(e, Op::le);
      case Op::max:
        return choose(e, Op::ge);
      case Op::abs:
        return holds(Op::ge, e.arg(0), ir::int_constant(0)) ? e.arg(0) : e;
      case Op::floordiv:
      case Op::floormod:
        return truncating(e);
      default:
        return e;
    }
  }

 private:
  bool holds(Op op, const Expr& a, const Expr& b) {
    return values_.decide(values_.number(ir::operation(op, {a, b}))) == true;
  }

  Expr choose(const Expr& e, Op order) {
    if (holds(order, e.arg(0), e.arg(1))) return e.arg(0);
    return holds(order, e.arg(1), e.arg(0)) ? e.arg(1) : e;
  }

  /// Rounding down is truncation among non-negative numbers.
  Expr truncating(const Expr& e) {
    if (!holds(Op::ge, e.arg(0), ir::int_constant(0)) || !holds(Op::gt, e.arg(1), ir::int_constant(0))) return e;
    return ir::operation(e.is_op(Op::floordiv) ? Op::quo : Op::rem, {e.arg(0), e.arg(1)});
  }

  Values& values_;
};

class FunctionRanges {
 public:
  FunctionRanges(const ir::Function& function, const PassContext& context)
      : function_(function), context_(context), values_(ir::assigned_variables(function.body)) {}

  ir::Function run() {
    ir::Function result = function_;
    result.body = block(function_.body);
    if (removed_ > 0) {
      context_.done("ranges", function_.location,
                    std::to_string(removed_) + " of " + std::to_string(removed_ + kept_) +
                        " checks (subscripts, overflow, division) can never fail");
    }
    return result;
  }

 private:
  Block block(const Block& statements) {
    Block out;
    out.reserve(statements.size());
    for (const Stmt& s : statements) {
      if (!reachable_) break;
      statement(s, out);
    }
    return out;
  }

  Expr decide(const Expr& e) { return Decider(values_).rewrite(e); }

  Stmt with_expressions(const Stmt& s) {
    Decider decider(values_);
    return ir::map_children(
        s, [&](const Expr& e) { return decider.rewrite(e); }, [](const Block& b) { return b; });
  }

  void statement(const Stmt& s, Block& out) {
    switch (s.kind()) {
      case StmtKind::Let:
      case StmtKind::Declare:
      case StmtKind::Assign: {
        const Stmt t = with_expressions(s);
        const Symbol value = values_.number(t->exprs[0]);
        values_.form(value);  // here, where it is known that its sums do not overflow
        values_.bind(s->var, value);
        out.push_back(t);
        return;
      }
      case StmtKind::Check:
        return check(s, out);
      case StmtKind::Assume:
        values_.assume(values_.number(s->condition()), true);
        out.push_back(s);
        return;
      case StmtKind::If:
        return branch(s, out);
      case StmtKind::For:
        return for_loop(s, out);
      case StmtKind::While:
        return while_loop(s, out);
      case StmtKind::Store:
        out.push_back(with_expressions(s));
        values_.memory_changed();
        return;
      case StmtKind::Call:
      case StmtKind::Create:
      case StmtKind::Retain:
      case StmtKind::Release:
        out.push_back(with_expressions(s));
        values_.memory_changed();
        for (const ir::Var& v : s->results) values_.bind(v, values_.fresh(v->type));
        return;
      case StmtKind::Allocate:
        out.push_back(with_expressions(s));
        values_.bind(s->var, values_.fresh(s->var->type));
        return;
      case StmtKind::Break:
        if (!loops_.empty()) leave_by_break(values_, *loops_.back());
        break;
      case StmtKind::Continue:
        if (!loops_.empty()) close_iteration(values_, *loops_.back());
        break;
      case StmtKind::Return:
      case StmtKind::Raise:
        break;
      case StmtKind::Prefetch:
        out.push_back(with_expressions(s));
        return;
      case StmtKind::Poll:
        out.push_back(s);
        return;
    }
    out.push_back(with_expressions(s));
    reachable_ = false;
  }

  void check(const Stmt& s, Block& out) {
    const Stmt t = with_expressions(s);
    if (ir::is_int_constant(t->condition(), 1)) {
      if (trials_ == 0) ++removed_;
      return;
    }
    if (trials_ == 0) ++kept_;
    // Of the original: the rewritten condition may lack a part that followed from the facts.
    values_.assume(values_.number(s->condition()), true);
    out.push_back(t);
  }

  void branch(const Stmt& s, Block& out) {
    const Expr decided = decide(s->condition());
    if (decided.is_constant()) {
      return splice(block(decided.constant().integer != 0 ? s->body : s->else_body), out);
    }
    const Symbol condition = values_.number(s->condition());
    const Values::State state = values_.state();
    const std::int64_t memory = values_.memory();
    const Values::Mark mark = values_.mark();
    values_.assume(condition, true);
    Block then_body = block(s->body);
    const bool then_reachable = reachable_;
    const Values::State then_state = values_.state();
    const std::int64_t then_memory = values_.memory();
    // Forms are exact where they were computed: at the join each branch's own are wanted.
    const std::map<Symbol, Linear> then_forms = forms_of(then_state, state);
    values_.undo(mark);
    values_.set_state(state);
    values_.set_memory(memory);
    reachable_ = true;
    values_.assume(condition, false);
    Block else_body = block(s->else_body);
    if (!then_reachable) {
      // Only the else-branch goes on, with all that is known at its end.
    } else if (!reachable_) {
      values_.undo(mark);
      values_.set_state(then_state);
      values_.set_memory(then_memory);
      values_.assume(condition, true);
      reachable_ = true;
    } else {
      const Values::State else_state = values_.state();
      const std::map<Symbol, Linear> else_forms = forms_of(else_state, state);
      const std::int64_t else_memory = values_.memory();
      values_.undo(mark);
      join(condition, {then_state, then_forms}, {else_state, else_forms});
      if (then_memory != else_memory) values_.memory_changed();
    }
    out.push_back(ir::if_then(decided, std::move(then_body), std::move(else_body), s.location()));
  }

  /// The forms of the values that differ from those in `base`.
  std::map<Symbol, Linear> forms_of(const Values::State& state, const Values::State& base) {
    std::map<Symbol, Linear> forms;
    for (const auto& [var, value] : state) {
      const auto old = base.find(var);
      if (old == base.end() || old->second == value) continue;
      if (const auto form = values_.form(value)) forms[value] = *form;
    }
    return forms;
  }

  struct Branch {
    const Values::State& state;
    const std::map<Symbol, Linear>& forms;
  };

  void join(Symbol condition, const Branch& yes, const Branch& no) {
    Values::State state;
    for (const auto& [var, value] : yes.state) {
      const auto other = no.state.find(var);
      if (other == no.state.end()) continue;
      if (other->second == value) {
        state[var] = value;
        continue;
      }
      const Symbol merged = values_.fresh(var->type);
      state[var] = merged;
      const auto form = [&](const Branch& b, Symbol s) {
        const auto found = b.forms.find(s);
        return found == b.forms.end() ? values_.form(s) : std::optional(found->second);
      };
      const auto a = form(yes, value);
      const auto b = form(no, other->second);
      if (!a || !b) continue;
      const Interval p = values_.facts().range(*a);
      const Interval q = values_.facts().range(*b);
      values_.facts().narrow(merged, {std::min(p.low, q.low), std::max(p.high, q.high)});
      values_.facts().assume_cases(
          merged, {{*a, values_.inequalities(condition, true)}, {*b, values_.inequalities(condition, false)}});
    }
    values_.set_state(std::move(state));
  }

  static bool writes_memory(const Block& body) {
    bool writes = false;
    ir::for_each_statement(body, [&](const Stmt& s) { writes |= s.is(StmtKind::Store) || s.is(StmtKind::Call); });
    return writes;
  }

  /// Walks the body until the candidates that are left hold on every way back. Returns the loop with these.
  /// `begin_iteration` assumes what holds in the body; it runs with the candidates assumed.
  template <typename Propose, typename Begin>
  LoopState settle(const Stmt& s, const Propose& propose_all, const Begin& begin_iteration) {
    const ir::VarSet assigned = ir::assigned_variables(s->body);
    const Values::State before = values_.state();
    LoopState loop = enter_loop(values_, assigned);
    propose_all(loop, before);
    if (trials_ >= kMaxTrialDepth) loop.candidates.clear();
    for (int round = 0; !loop.candidates.empty(); ++round) {
      if (round == kMaxTrialRounds) {
        loop.candidates.clear();
        break;
      }
      const std::size_t count = loop.candidates.size();
      ++trials_;
      walk_body(s, loop, begin_iteration);
      --trials_;
      std::erase_if(loop.candidates, [](const LoopState::Candidate& c) { return !c.holds; });
      if (loop.candidates.size() == count) break;
      for (LoopState::Candidate& c : loop.candidates) c.holds_after = true;
    }
    return loop;
  }

  /// One walk over the body from the head's values; afterwards the head's values and facts stand again.
  template <typename Begin>
  Block walk_body(const Stmt& s, LoopState& loop, const Begin& begin_iteration) {
    const Values::Mark mark = values_.mark();
    const Values::State head = values_.state();
    const std::int64_t memory = values_.memory();
    assume_candidates(values_, loop);
    begin_iteration(loop);
    loops_.push_back(&loop);
    Block body = block(s->body);
    loops_.pop_back();
    if (reachable_) close_iteration(values_, loop);
    reachable_ = true;
    values_.undo(mark);
    values_.set_state(head);
    values_.set_memory(memory);
    return body;
  }

  void for_loop(const Stmt& s, Block& out) {
    const Expr begin = decide(s->begin());
    const Expr end = decide(s->end());
    const auto first = values_.form(values_.number(begin));
    const auto limit = values_.form(values_.number(end));
    const bool writes = writes_memory(s->body);
    if (writes) values_.memory_changed();
    const Symbol index = values_.fresh(ir::kI64);
    const auto begin_iteration = [&](const LoopState&) {
      values_.bind(s->var, index);
      const Linear i = Linear::of(index);
      const bool up = s->step > 0;
      const auto past_begin = up ? i.minus(*first) : first->minus(i);
      const auto before_end = up ? limit->minus(i) : i.minus(*limit);
      if (past_begin) values_.facts().assume_nonnegative(*past_begin);
      if (before_end) values_.facts().assume_nonnegative(*before_end->plus(Linear(-1)));
    };
    const auto propose_all = [&](LoopState& loop, const Values::State& before) {
      loop.index = index;
      loop.step = s->step;
      propose(values_, loop, before, first);
    };
    LoopState loop = settle(s, propose_all, begin_iteration);
    Block body = walk_body(s, loop, begin_iteration);
    if (writes) values_.memory_changed();
    exit_loop(values_, loop, first, limit);
    out.push_back(ir::for_loop(s->var, begin, end, s->step, std::move(body), s->loop, s.location()));
  }

  void while_loop(const Stmt& s, Block& out) {
    if (writes_memory(s->body)) values_.memory_changed();
    const auto begin_iteration = [&](const LoopState&) { values_.assume(values_.number(s->condition()), true); };
    const auto propose_all = [&](LoopState& loop, const Values::State& before) {
      propose(values_, loop, before, std::nullopt);
      propose_from_condition(values_, loop, before, values_.number(s->condition()));
    };
    LoopState loop = settle(s, propose_all, begin_iteration);
    const Values::Mark mark = values_.mark();
    assume_candidates(values_, loop);
    const Expr condition = decide(s->condition());
    values_.undo(mark);
    Block body = walk_body(s, loop, begin_iteration);
    if (writes_memory(s->body)) values_.memory_changed();
    exit_loop(values_, loop, std::nullopt, std::nullopt);
    if (!loop.breaks) values_.assume(values_.number(s->condition()), false);
    if (ir::is_int_constant(condition, 1) && !loop.breaks) reachable_ = false;
    out.push_back(ir::while_loop(condition, std::move(body), s.location()));
  }

  const ir::Function& function_;
  const PassContext& context_;
  Values values_;
  std::vector<LoopState*> loops_;
  bool reachable_ = true;
  int trials_ = 0;
  int removed_ = 0;
  int kept_ = 0;
};

}  // namespace

ir::Module ranges(const ir::Module& module, const PassContext& context) {
  ir::Module result = module;
  for (ir::Function& f : result.functions) f = FunctionRanges(f, context).run();
  return result;
}

}  // namespace rooftop::opt
