// Innermost pairs of loops are looked at. Profit: the inner loop's steps wait for each other, and the outer loop's
// rounds are no better as lanes.
#include "rooftop/opt/jam.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/affine.h"
#include "rooftop/opt/dependence.h"
#include "rooftop/opt/fresh.h"
#include "rooftop/opt/jam_rows.h"
#include "rooftop/opt/widen.h"

namespace rooftop::opt {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;

namespace {

/// Chains that hide the latency of an addition on two units, and fewer of long steps, which are many instructions.
constexpr int kRounds = 8, kRoundsOfLongSteps = 4;
constexpr int kLongStep = 24, kLongestStep = 48;  ///< loads and operations on them
constexpr int kMostShift = 2;

/// Sizes and accesses of the inner loop's step.
struct Step {
  int size = 0;
  bool carries = false;  ///< an assigned variable of the surroundings, or an element that each step rewrites
  int along_inner = 0, along_outer = 0;

  explicit Step(const Rows& rows) {
    const ir::VarSet own = ir::bound_variables(rows.inner->body);
    for (const ir::VarNode* v : ir::assigned_variables(rows.inner->body)) carries |= !own.contains(v);
    ir::for_each_statement(rows.inner->body, [&](const Stmt& s) {
      if (s.is(StmtKind::Store)) access(s->array, s->exprs, rows);
      ir::for_each_expr(s, [&](const Expr& e) {
        ir::for_each_node(e, [&](const Expr& n) {
          if (n.is(ExprKind::Load) || (n.is(ExprKind::Operation) && n.type() != ir::kI64)) ++size;
          if (n.is(ExprKind::Load)) access(n.array(), n.indices(), rows);
        });
      });
    });
  }

 private:
  void access(const Expr& array, std::span<const Expr> indices, const Rows& rows) {
    const Access inner = access_of(array, indices, rows.inner->var), outer = access_of(array, indices, rows.outer->var);
    along_inner += inner == Access::Contiguous ? 1 : 0;
    along_outer += outer == Access::Contiguous && inner != Access::Fixed ? 1 : 0;
  }
};

class Jam {
 public:
  explicit Jam(const PassContext& context) : context_(context) {}

  Block block(const Block& statements, MemoryFacts facts) {
    Block out;
    for (const Stmt& s : statements) {
      facts.learn(s);
      if (auto rows = Rows::match(s); rows && choose(*rows, facts)) {
        emit(*rows, out);
        continue;
      }
      out.push_back(ir::map_children(
          s, [](const Expr& e) { return e; }, [&](const Block& b) { return block(b, facts); }));
    }
    return out;
  }

 private:
  /// Whether it pays, and how many rounds together with which shift.
  static bool choose(Rows& rows, const MemoryFacts& facts) {
    const Step step(rows);
    if (step.size > kLongestStep || step.along_inner == 0) return false;
    std::string unused;
    MemoryFacts inside = facts;
    for (const Stmt& s : rows.before) inside.learn(s);
    const bool waits = step.carries || !rounds_run_in_lockstep(rows.inner, inside, unused);
    if (!waits) return false;
    if (step.along_outer > 0 && rounds_are_independent(rows.outer, facts, unused)) return false;  // better as lanes
    rows.count = step.size > kLongStep ? kRoundsOfLongSteps : kRounds;
    const bool may_shift = rows.before.empty() && rows.after.empty();
    for (rows.shift = 0; rows.shift <= (may_shift ? kMostShift : 0); ++rows.shift) {
      if (rows.is_legal(facts)) return true;
    }
    return false;
  }

  void emit(const Rows& rows, Block& out) {
    const SourceLocation& at = rows.outer.location();
    const auto let = [&](Block& block, const char* name, const Expr& value) {
      if (value.is_constant() || value.is(ExprKind::Variable)) return value;
      const ir::Var var = ir::make_var(name, value.type());
      block.push_back(ir::let(var, value, at));
      return ir::variable(var);
    };
    const Expr begin = let(out, "begin", rows.outer->begin()), end = let(out, "end", rows.outer->end());
    const Expr runs = ir::operation(Op::bit_and, {ir::operation(Op::lt, {begin, end}), rows.bounds_are_moderate()});
    const Expr rounds = ir::operation(Op::select, {runs, minus(end, begin), ir::int_constant(0)});
    const Expr whole = ir::operation(Op::bit_and, {rounds, ir::int_constant(-std::int64_t{rows.count})});
    // Never beyond the end, which says so.
    const Expr middle = let(out, "middle", ir::operation(Op::min, {plus(begin, whole), end}));
    const ir::Var first = ir::make_var(rows.outer->var->name, ir::kI64);
    out.push_back(
        ir::for_loop(first, begin, middle, rows.count, together(rows, ir::variable(first)), ir::LoopKind::Serial, at));
    const ir::Var left = ir::make_var(rows.outer->var->name, ir::kI64);
    ir::Substitution renamed;
    renamed.set(rows.outer->var, ir::variable(left));
    out.push_back(
        ir::for_loop(left, middle, end, 1, with_fresh_variables(rows.outer->body, renamed), ir::LoopKind::Serial, at));
    context_.done("jam", at,
                  std::to_string(rows.count) + " rounds together, so that their chains run side by side" +
                      (rows.shift > 0 ? ", each " + std::to_string(rows.shift) + " steps behind the one before" : ""));
  }

  /// The three phases of `count` rounds.
  static Block together(const Rows& rows, const Expr& first) {
    Block out;
    std::vector<ir::Substitution> own(static_cast<std::size_t>(rows.count));
    const Expr common = rows.common_begin(first);
    const Expr common_end = ir::operation(Op::max, {common, rows.common_end(first)});
    const auto copy = [&](const Block& block, int r) {
      for (Stmt& s : with_fresh_variables(block, own[static_cast<std::size_t>(r)])) out.push_back(std::move(s));
    };
    const auto steps = [&](const Expr& from, const Expr& to, int r) {
      out.push_back(with_fresh_variables(
          {ir::for_loop(rows.inner->var, from, to, 1, rows.inner->body, ir::LoopKind::Serial, rows.inner.location())},
          own[static_cast<std::size_t>(r)])[0]);
    };
    for (int r = 0; r < rows.count; ++r) {
      const Expr round = plus(first, r);
      own[static_cast<std::size_t>(r)].set(rows.outer->var, round);
      copy(rows.before, r);
      // The round that has the common steps' bounds has no others.
      if (rows.has_lead() && r != (rows.begin_slope + rows.shift > 0 ? rows.count - 1 : 0)) {
        steps(rows.begin(round), ir::operation(Op::min, {plus(common, -rows.shift * r), rows.end(round)}), r);
      }
    }
    out.push_back(common_steps(rows, common, rows.common_end(first), own));
    for (int r = 0; r < rows.count; ++r) {
      if (rows.has_rest() && r != (rows.end_slope + rows.shift > 0 ? 0 : rows.count - 1)) {
        steps(plus(common_end, -rows.shift * r), rows.end(plus(first, r)), r);
      }
      copy(rows.after, r);
    }
    return out;
  }

  static Stmt common_steps(const Rows& rows, const Expr& begin, const Expr& end, std::vector<ir::Substitution>& own) {
    const ir::Var w = ir::make_var(rows.inner->var->name, ir::kI64);
    Block body;
    for (int r = 0; r < rows.count; ++r) {
      ir::Substitution& mine = own[static_cast<std::size_t>(r)];
      mine.set(rows.inner->var, plus(ir::variable(w), -rows.shift * r));
      for (Stmt& s : with_fresh_variables(rows.inner->body, mine)) body.push_back(std::move(s));
    }
    return ir::for_loop(w, begin, end, 1, std::move(body), ir::LoopKind::Serial, rows.inner.location());
  }

  const PassContext& context_;
};

}  // namespace

ir::Module jam(const ir::Module& module, const PassContext& context) {
  ir::Module result = module;
  for (ir::Function& f : result.functions) f.body = Jam(context).block(f.body, {});
  return result;
}

}  // namespace rooftop::opt
