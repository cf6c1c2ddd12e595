// Innermost pairs of loops are looked at. Profit: the inner loop's steps wait for each other, and the outer loop's
// rounds are no better as lanes.
#include "rooftop/opt/jam.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/affine.h"
#include "rooftop/opt/dependence.h"
#include "rooftop/opt/fresh.h"
#include "rooftop/opt/jam_free_chains.h"
#include "rooftop/opt/jam_lanes.h"
#include "rooftop/opt/jam_rows.h"
#include "rooftop/opt/jam_updates.h"
#include "rooftop/opt/let_in.h"
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

/// Sizes and accesses of an inner loop's step.
struct Step {
  int size = 0;
  bool carries = false;  ///< an assigned variable of the surroundings, or an element that each step rewrites
  int along_inner = 0, along_outer = 0;

  Step(const Rows& rows, const Stmt& loop) : outer_(rows.outer->var), inner_(loop->var) {
    const ir::VarSet own = ir::bound_variables(loop->body);
    for (const ir::VarNode* v : ir::assigned_variables(loop->body)) carries |= !own.contains(v);
    ir::for_each_statement(loop->body, [&](const Stmt& s) {
      if (s.is(StmtKind::Store)) access(s->array, s->exprs);
      ir::for_each_expr(s, [&](const Expr& e) {
        ir::for_each_node(e, [&](const Expr& n) {
          if (n.is(ExprKind::Load) || (n.is(ExprKind::Operation) && n.type() != ir::kI64)) ++size;
          if (n.is(ExprKind::Load)) access(n.array(), n.indices());
        });
      });
    });
  }

 private:
  void access(const Expr& array, std::span<const Expr> indices) {
    const Access inner = access_of(array, indices, inner_), outer = access_of(array, indices, outer_);
    along_inner += inner == Access::Contiguous ? 1 : 0;
    along_outer += outer == Access::Contiguous && inner != Access::Fixed ? 1 : 0;
  }

  ir::Var outer_, inner_;
};

class Jam {
 public:
  explicit Jam(const PassContext& context) : context_(context) {}

  Block block(const Block& statements, MemoryFacts facts) {
    Block out;
    for (const Stmt& s : statements) {
      facts.learn(s);
      if (auto rows = Rows::match(with_free_chain(s)); rows && choose(*rows, facts)) {
        emit(*rows, out);
        continue;
      }
      if (const auto updates = Updates::match(s, facts)) {
        in_strips(updates->rounds, updates->first, updates->together(), out);
        context_.done("jam", s.location(),
                      std::to_string(updates->rounds.count) +
                          " rounds together in each row, so that what they update is read and written once");
        continue;
      }
      out.push_back(ir::map_blocks(s, [&](const Block& b) { return block(b, facts); }));
    }
    return out;
  }

 private:
  /// Whether it pays, and how many rounds together with which shift.
  bool choose(Rows& rows, const MemoryFacts& facts) const {
    int size = 0;
    bool waits = false, along_outer = false;
    std::string unused;
    MemoryFacts inside = facts;
    for (const Block& b : rows.straight) {
      for (const Stmt& s : b) inside.learn(s);
    }
    for (const RowLoop& l : rows.inner) {
      const Step step(rows, l.loop);
      if (step.along_inner == 0) return false;
      size += step.size;
      along_outer |= step.along_outer > 0;
      waits |= step.carries || !rounds_run_in_lockstep(l.loop, inside, unused);
    }
    if (!waits || size > kLongestStep) return false;
    if (along_outer && rounds_are_independent(rows.outer, facts, unused)) return false;  // better as lanes
    rows.count = lanes_of_rows(rows, *context_.machine);
    if (rows.count > 0 && rows.is_legal(facts)) return rows.in_lanes = true;
    rows.count = size > kLongStep ? kRoundsOfLongSteps : kRounds;
    const bool may_shift = rows.inner.size() == 1 && rows.straight[0].empty() && rows.straight[1].empty();
    for (rows.shift = 0; rows.shift <= (may_shift ? kMostShift : 0); ++rows.shift) {
      if (rows.is_legal(facts)) return true;
    }
    return false;
  }

  void emit(const Rows& rows, Block& out) {
    const SourceLocation& at = rows.outer.location();
    const ir::Var first = ir::make_var(rows.outer->var->name, ir::kI64);
    Block body;
    if (rows.in_lanes) {
      const ir::Var& sum = rows.straight[0].back()->var;
      const ir::Var sums = ir::make_var("sums", ir::Type::array(sum->type.dtype(), 1, ir::Layout::C));
      out.push_back(allocate_sums(rows, sums));  // for all strips
      body = rows_in_lanes(rows, ir::variable(first), sums);
    } else {
      body = together(rows, ir::variable(first));
    }
    in_strips(rows, first, std::move(body), out);
    context_.done("jam", at,
                  std::to_string(rows.count) + " rounds together, so that their chains run side by side" +
                      (rows.in_lanes ? " as lanes" : "") +
                      (rows.shift > 0 ? ", each " + std::to_string(rows.shift) + " steps behind the one before" : ""));
  }

  /// The loop with `body`, which does `count` rounds from `first` on, and the rounds that are left.
  static void in_strips(const Rows& rows, const ir::Var& first, Block body, Block& out) {
    const SourceLocation& at = rows.outer.location();
    const Expr begin = let_in(out, "begin", rows.outer->begin(), at), end = let_in(out, "end", rows.outer->end(), at);
    const Expr runs = ir::operation(Op::bit_and, {ir::operation(Op::lt, {begin, end}), rows.bounds_are_moderate()});
    const Expr rounds = ir::operation(Op::select, {runs, minus(end, begin), ir::int_constant(0)});
    const Expr whole = ir::operation(Op::bit_and, {rounds, ir::int_constant(-std::int64_t{rows.count})});
    // Never beyond the end, which says so.
    const Expr middle = let_in(out, "middle", ir::operation(Op::min, {plus(begin, whole), end}), at);
    out.push_back(ir::for_loop(first, begin, middle, rows.count, std::move(body), ir::LoopKind::Serial, at));
    const ir::Var left = ir::make_var(rows.outer->var->name, ir::kI64);
    ir::Substitution renamed;
    renamed.set(rows.outer->var, ir::variable(left));
    out.push_back(
        ir::for_loop(left, middle, end, 1, with_fresh_variables(rows.outer->body, renamed), ir::LoopKind::Serial, at));
  }

  /// The phases of `count` rounds.
  static Block together(const Rows& rows, const Expr& first) {
    Block out;
    std::vector<ir::Substitution> own(static_cast<std::size_t>(rows.count));
    const auto of = [&](int r) -> ir::Substitution& { return own[static_cast<std::size_t>(r)]; };
    for (int r = 0; r < rows.count; ++r) of(r).set(rows.outer->var, plus(first, r));
    const auto steps = [&](const RowLoop& l, const Expr& from, const Expr& to, int r) {
      const Stmt part = ir::for_loop(l.loop->var, from, to, 1, l.loop->body, ir::LoopKind::Serial, l.loop.location());
      out.push_back(with_fresh_variables({part}, of(r))[0]);
    };
    for (std::size_t k = 0; k <= rows.inner.size(); ++k) {
      const RowLoop* done = k > 0 ? &rows.inner[k - 1] : nullptr;
      const RowLoop* next = k < rows.inner.size() ? &rows.inner[k] : nullptr;
      for (int r = 0; r < rows.count; ++r) {
        const Expr round = plus(first, r), behind = ir::int_constant(-rows.shift * r);
        // The round that has the common steps' bounds has no others.
        if (done != nullptr && rows.has_rest(*done) && r != (done->end_slope + rows.shift > 0 ? 0 : rows.count - 1)) {
          const Expr end = ir::operation(Op::max, {rows.common_begin(*done, first), rows.common_end(*done, first)});
          steps(*done, plus(end, behind), rows.end(*done, round), r);
        }
        for (Stmt& s : with_fresh_variables(rows.straight[k], of(r))) out.push_back(std::move(s));
        if (next != nullptr && rows.has_lead(*next) && r != (next->begin_slope + rows.shift > 0 ? rows.count - 1 : 0)) {
          const Expr begin = plus(rows.common_begin(*next, first), behind);
          steps(*next, rows.begin(*next, round), ir::operation(Op::min, {begin, rows.end(*next, round)}), r);
        }
      }
      if (next != nullptr) out.push_back(common_steps(rows, *next, first, own));
    }
    return out;
  }

  static Stmt common_steps(const Rows& rows, const RowLoop& l, const Expr& first, std::vector<ir::Substitution>& own) {
    const ir::Var w = ir::make_var(l.loop->var->name, ir::kI64);
    Block body;
    for (int r = 0; r < rows.count; ++r) {
      ir::Substitution& mine = own[static_cast<std::size_t>(r)];
      mine.set(l.loop->var, plus(ir::variable(w), -rows.shift * r));
      for (Stmt& s : with_fresh_variables(l.loop->body, mine)) body.push_back(std::move(s));
    }
    return ir::for_loop(w, rows.common_begin(l, first), rows.common_end(l, first), 1, std::move(body),
                        ir::LoopKind::Serial, l.loop.location());
  }

  const PassContext& context_;
};

}  // namespace

ir::Module jam(const ir::Module& module, const PassContext& context) {
  return with_bodies(module, [&](const ir::Function& f) { return Jam(context).block(f.body, {}); });
}

}  // namespace rooftop::opt
