// Lanes are of a fixed number for the types that a loop computes with, whatever the machine; the tree over them is
// fixed.
#include "rooftop/opt/reductions.h"

#include <algorithm>
#include <unordered_set>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/affine.h"
#include "rooftop/opt/fresh.h"
#include "rooftop/opt/let_in.h"
#include "rooftop/opt/reduction_step.h"
#include "rooftop/opt/trip_bound.h"
#include "rooftop/opt/widen.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;

// Lanes of one vector, and bytes of those side by side: enough to hide the latency of an addition on any machine that
// we know, and no more than its registers hold.
constexpr int kLanes = 8;
constexpr int kBytes = 256;
constexpr int kMostVectors = 8;
constexpr std::int64_t kShort = 32;

/// What the steps of a loop are made of.
struct Shape {
  int widest = 1;                     ///< bytes of the widest element computed with
  int contiguous = 0, scattered = 0;  ///< loads
  int side_by_side = 0, apart = 0;    ///< loads, as the rounds of the loop around see them
  bool has_math = false, good = true;
};

class Measure {
 public:
  Measure(const Stmt& loop, ir::Var around) : loop_(loop), around_(std::move(around)) {}

  Shape shape;

  void expression(const Expr& e) {
    if (!seen_.insert(e.get()).second) return;
    if (e.type().is_scalar()) {
      shape.good &= e.lanes() == 1 && !array::is_complex(e.dtype());
      if (!array::is_bool(e.dtype()))
        shape.widest = std::max(shape.widest, static_cast<int>(array::size_of(e.dtype())));
    }
    if (e.is(ExprKind::Operation)) shape.has_math |= ops::info(e.op()).is_math;
    if (e.is(ExprKind::Load)) return load(e);
    for (const Expr& a : e.args()) expression(a);
  }

 private:
  /// A load of other places than this loop's own, which lie side by side for `around`.
  void neighbour(const Expr& e) {
    const Access access = access_of(e.array(), e.indices(), around_);
    shape.side_by_side += access == Access::Contiguous ? 1 : 0;
    shape.apart += access == Access::Other ? 1 : 0;
  }

  void load(const Expr& e) {
    // An array that differs between rounds has no vector form.
    shape.good &= !e.has_mask() && !ir::reads(e.array(), loop_->var);
    const Access access = access_of(e.array(), e.indices(), loop_->var);
    shape.contiguous += access == Access::Contiguous ? 1 : 0;
    shape.scattered += access == Access::Other ? 1 : 0;
    if (around_) neighbour(e);
    if (access != Access::Other) return;  // one subscript for all lanes
    for (const Expr& i : e.indices()) expression(i);
  }

  const Stmt& loop_;
  const ir::Var around_;
  std::unordered_set<const ir::ExprNode*> seen_;
};

Shape shape_of(const Stmt& loop, const ir::Var& around, const std::vector<Reduction>& reductions) {
  Measure measure(loop, around);
  for (const Reduction& r : reductions) measure.expression(r.step);
  return measure.shape;
}

class Strips {
 public:
  Strips(const Stmt& loop, const std::vector<Reduction>& reductions, const Shape& shape, bool keeps_zeros)
      : loop_(loop), at_(loop.location()), reductions_(reductions), keeps_zeros_(keeps_zeros) {
    vectors_ = shape.has_math ? 1 : std::min(kMostVectors, kBytes / kLanes / shape.widest);
  }

  int vectors() const { return vectors_; }

  void emit(Block& out) {
    begin_ = let_in(out, "begin", loop_->begin(), at_);
    const Expr end = let_in(out, "end", loop_->end(), at_);
    const Expr rounds = let_in(out, "rounds", round_count(begin_, end), at_);
    const auto whole = [&](std::int64_t of) { return ir::operation(Op::bit_and, {rounds, ir::int_constant(-of)}); };
    const Expr wide = let_in(out, "wide", whole(kLanes), at_);
    middle_ = let_in(out, "middle", plus(begin_, wide), at_);
    Block strips;
    const Expr first = let_in(strips, "full", plus(begin_, whole(std::int64_t{kLanes} * vectors_)), at_);
    emit_strips(first, strips);
    out.push_back(ir::if_then(ir::operation(Op::ne, {wide, ir::int_constant(0)}), std::move(strips), {}, at_));
    // Fewer rounds than lanes are left.
    const ir::Var round = ir::make_var("round", ir::kI64), own = ir::make_var(loop_->var->name, ir::kI64);
    ir::Substitution renamed;
    renamed.set(loop_->var, ir::variable(own));
    Block rest = {ir::let(own, plus(middle_, ir::variable(round)), at_)};
    for (Stmt& s : with_fresh_variables(loop_->body, renamed)) rest.push_back(std::move(s));
    out.push_back(ir::for_loop(round, ir::int_constant(0),
                               ir::operation(Op::bit_and, {rounds, ir::int_constant(kLanes - 1)}), 1, std::move(rest),
                               ir::LoopKind::Serial, at_));
  }

 private:
  void emit_strips(const Expr& full, Block& out) {
    std::vector<std::vector<ir::Var>> lanes;
    for (const Reduction& r : reductions_) {
      lanes.emplace_back();
      for (int k = 0; k < vectors_; ++k) {
        lanes.back().push_back(ir::make_var(r.variable->name, ir::Type::vector(r.variable->type.dtype(), kLanes)));
        out.push_back(ir::declare(lanes.back().back(), ir::broadcast(neutral(r), kLanes), at_));
      }
    }
    out.push_back(strip(begin_, full, vectors_, lanes));
    if (vectors_ > 1) out.push_back(strip(full, middle_, 1, lanes));
    std::vector<Expr> totals;
    for (std::size_t i = 0; i < reductions_.size(); ++i) totals.push_back(total(reductions_[i], lanes[i], out));
    give_back(totals, out);
  }

  /// A loop over so many vectors a round.
  Stmt strip(const Expr& from, const Expr& to, int vectors, const std::vector<std::vector<ir::Var>>& lanes) const {
    const ir::Var i = ir::make_var(loop_->var->name, ir::kI64);
    Block body;
    for (int k = 0; k < vectors; ++k) {
      Widener widener(loop_->var, plus(ir::variable(i), std::int64_t{k} * kLanes), kLanes);
      for (std::size_t r = 0; r < reductions_.size(); ++r) {
        widener.set(reductions_[r].variable, ir::variable(lanes[r][static_cast<std::size_t>(k)]));
      }
      for (std::size_t r = 0; r < reductions_.size(); ++r) {
        const ir::Var& own = lanes[r][static_cast<std::size_t>(k)];
        body.push_back(ir::assign(own, widener.widen(reductions_[r].step), at_));
      }
    }
    return ir::for_loop(i, from, to, std::int64_t{kLanes} * vectors, std::move(body), ir::LoopKind::Serial, at_);
  }

  /// All lanes as one value: vectors first, then what one vector holds.
  Expr total(const Reduction& r, const std::vector<ir::Var>& lanes, Block& out) const {
    std::vector<Expr> parts;
    for (const ir::Var& v : lanes) parts.push_back(ir::variable(v));
    const Expr all = tree_of(r.fold, std::move(parts));
    const std::string name = r.variable->name;
    switch (r.fold) {
      case Fold::Sum:
        return let_in(out, name, ir::operation(Op::reduce_add, {all}), at_);
      case Fold::Least:
        return let_in(out, name, ir::operation(Op::reduce_min, {all}), at_);
      case Fold::Greatest:
        return let_in(out, name, ir::operation(Op::reduce_max, {all}), at_);
      case Fold::And:
        return let_in(out, name, ir::operation(Op::reduce_and, {all}), at_);
      case Fold::Or:
        return let_in(out, name, ir::operation(Op::reduce_or, {all}), at_);
      case Fold::None:
      case Fold::Product:
      case Fold::Xor:
        break;
    }
    const ir::Var row = ir::make_var(name, ir::Type::array(r.variable->type.dtype(), 1, ir::Layout::C));
    out.push_back(ir::allocate(row, {ir::int_constant(kLanes)}, at_));
    out.push_back(ir::store(ir::variable(row), {lane_numbers(kLanes)}, all, {}, at_));
    std::vector<Expr> in_row;
    for (int l = 0; l < kLanes; ++l) in_row.push_back(ir::load(ir::variable(row), {ir::int_constant(l)}));
    return let_in(out, name, tree_of(r.fold, std::move(in_row)), at_);
  }

  void give_back(const std::vector<Expr>& totals, Block& out) const {
    Totals given = assigned(reductions_, totals, keeps_zeros_, at_);
    if (!given.unsure) {
      out.insert(out.end(), given.assignments.begin(), given.assignments.end());
      return;
    }
    const ir::Var i = ir::make_var(loop_->var->name, ir::kI64);
    ir::Substitution renamed;
    renamed.set(loop_->var, ir::variable(i));
    Block again = {
        ir::for_loop(i, begin_, middle_, 1, with_fresh_variables(loop_->body, renamed), ir::LoopKind::Serial, at_)};
    const Expr sure = ir::operation(Op::likely, {ir::operation(Op::bit_not, {given.unsure})});
    out.push_back(ir::if_then(sure, std::move(given.assignments), std::move(again), at_));
  }

  const Stmt& loop_;
  const SourceLocation& at_;
  const std::vector<Reduction>& reductions_;
  bool keeps_zeros_;
  int vectors_;
  Expr begin_, middle_;
};

std::string names_of(const std::vector<Reduction>& reductions) {
  std::string names;
  for (const Reduction& r : reductions) names += (names.empty() ? "'" : ", '") + r.variable->name + "'";
  return names;
}

class Reductions {
 public:
  Reductions(ir::FloatModel model, const PassContext& context)
      : fast_(model == ir::FloatModel::Fast), context_(context) {}

  Block block(const Block& statements) {
    Block out;
    for (const Stmt& s : statements) {
      if (s.is(StmtKind::For) && loop(s, out)) continue;
      const ir::Var outer = around_;
      if (s.is(StmtKind::For)) around_ = s->var;
      out.push_back(ir::map_blocks(s, [&](const Block& b) { return block(b); }));
      around_ = outer;
    }
    return out;
  }

 private:
  bool loop(const Stmt& s, Block& out) {
    if (s->step != 1 || s->loop != ir::LoopKind::Serial || is_short(s)) return false;
    const auto found = reductions_of(s);
    if (!found) return false;
    const bool rounds = !are_exact(*found);
    if (rounds && !fast_ && !are_unordered(*found)) return false;
    const Shape shape = shape_of(s, around_, *found);
    // A chain of roundings is slow enough that even gathered lanes are faster.
    if (!shape.good || (!rounds && shape.scattered > shape.contiguous)) return false;
    // But not faster than chains side by side, where the loop around runs along memory.
    if (shape.scattered > 0 && shape.contiguous == 0 && shape.side_by_side > 0 && shape.apart == 0) return false;
    Strips strips(s, *found, shape, !fast_);
    strips.emit(out);
    context_.done("reductions", s.location(),
                  names_of(*found) + " in " + std::to_string(strips.vectors() * kLanes) +
                      " lanes, put together in a fixed order at the end" +
                      (rounds && !are_unordered(*found) ? " (fp_model=\"fast\")" : ""));
    return true;
  }

  /// A loop of so few rounds that lanes would be most of the code and little of the time.
  static bool is_short(const Stmt& s) {
    const auto most = TripBounds().of(s);
    return most && *most <= kShort;
  }

  bool fast_;
  const PassContext& context_;
  ir::Var around_;  ///< of the loop around
};

}  // namespace

ir::Module reductions(const ir::Module& module, const PassContext& context) {
  return with_bodies(module,
                     [&](const ir::Function& f) { return Reductions(module.float_model, context).block(f.body); });
}

}  // namespace rooftop::opt
