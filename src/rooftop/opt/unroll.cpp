// Innermost loops of a few plain statements; what is short, hardly ever runs, or is a vector already stays as it is.
#include "rooftop/opt/unroll.h"

#include <algorithm>
#include <optional>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/affine.h"
#include "rooftop/opt/fresh.h"
#include "rooftop/opt/lanes_cost.h"
#include "rooftop/opt/let_in.h"
#include "rooftop/opt/spare.h"
#include "rooftop/opt/trip_bound.h"
#include "rooftop/opt/widen.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;

constexpr int kRounds = 4;
/// Beyond that what a round does outweighs its counting.
constexpr double kMostWork = 24;

bool is_plain(const Stmt& s) {
  switch (s.kind()) {
    case StmtKind::Let:
    case StmtKind::Declare:
    case StmtKind::Assign:
      return s->var->type.is_scalar();
    case StmtKind::Store:
    case StmtKind::Check:
    case StmtKind::Assume:
      return true;
    default:
      return false;
  }
}

/// A subscript that counts from the end if it is negative: a let and the check after it.
struct Wrap {
  Expr index;   ///< as the program has it
  Expr length;  ///< of a dimension: not negative

  /// That the index is in bounds and does not count from the end.
  Expr is_plain() const {
    return ir::operation(Op::bit_and,
                         {ir::operation(Op::ge, {index, ir::int_constant(0)}), ir::operation(Op::lt, {index, length})});
  }
};

/// `select(index < 0, index + length, index)`.
std::optional<Wrap> wrap(const Stmt& let) {
  if (!let.is(StmtKind::Let) || !let->exprs[0].is_op(Op::select) || let->var->type != ir::kI64) return std::nullopt;
  const Expr& choice = let->exprs[0];
  const Expr& negative = choice.arg(0);
  const Expr& sum = choice.arg(1);
  const Expr& index = choice.arg(2);
  const bool matches = negative.is_op(Op::lt) && ir::same_expression(negative.arg(0), index) &&
                       ir::is_int_constant(negative.arg(1), 0) && sum.is_op(Op::add) &&
                       ir::same_expression(sum.arg(0), index) && sum.arg(1).is(ir::ExprKind::Length);
  return matches ? std::optional(Wrap{index, sum.arg(1)}) : std::nullopt;
}

/// `var >= 0 & var < length`.
bool is_bounds_check(const Stmt& s, const ir::Var& var, const Expr& length) {
  if (!s.is(StmtKind::Check) || !s->condition().is_op(Op::bit_and)) return false;
  const auto compares = [&](const Expr& e, Op op) {
    return e.is_op(op) && e.arg(0).is(ir::ExprKind::Variable) && e.arg(0).var() == var;
  };
  const Expr& low = s->condition().arg(0);
  const Expr& high = s->condition().arg(1);
  return compares(low, Op::ge) && ir::is_int_constant(low.arg(1), 0) && compares(high, Op::lt) &&
         ir::same_expression(high.arg(1), length);
}

/// The wrap at statements `at` and `at + 1`.
std::optional<Wrap> wrap_at(const Block& block, std::size_t at) {
  const auto found = at + 1 < block.size() ? wrap(block[at]) : std::nullopt;
  return found && is_bounds_check(block[at + 1], block[at]->var, found->length) ? found : std::nullopt;
}

class Unroll {
 public:
  Unroll(const ir::Function& function, const PassContext& context)
      : context_(context), assigned_(ir::assigned_variables(function.body)) {}

  Block block(const Block& statements) {
    Block out;
    out.reserve(statements.size());
    for (const Stmt& s : statements) {
      if (s.is(StmtKind::Let)) bounds_.note(s);
      if (is_worth_it(s)) {
        emit(s, out);
      } else {
        out.push_back(with_usual_blocks(s, [&](const Block& b) { return block(b); }));
      }
    }
    return out;
  }

 private:
  bool is_worth_it(const Stmt& s) const {
    if (!s.is(StmtKind::For) || s->step != 1 || s->loop != ir::LoopKind::Serial) return false;
    if (s->body.empty() || !std::all_of(s->body.begin(), s->body.end(), is_plain)) return false;
    // The rounds that vectors or lanes have left.
    if (s->begin().is(ir::ExprKind::Variable) && assigned_.contains(s->begin().var().get())) return false;
    if (const auto most = bounds_.of(s); most && *most < 2 * kRounds) return false;
    double work = 0;
    for (const Stmt& inner : s->body) work += own_cost(inner);
    return work <= kMostWork;
  }

  /// The end, evaluated once: the body may assign the variable that it reads.
  static Expr bound(const Stmt& s, Block& out) {
    const Expr& end = s->end();
    if (!end.is(ir::ExprKind::Variable) || !ir::assigned_variables(s->body).contains(end.var().get())) {
      return let_in(out, "end", end, s.location());
    }
    const ir::Var var = ir::make_var("end", end.type());
    out.push_back(ir::let(var, end, s.location()));
    return ir::variable(var);
  }

  void emit(const Stmt& s, Block& out) const {
    const SourceLocation& at = s.location();
    const Expr begin = let_in(out, "begin", s->begin(), at), end = bound(s, out);
    const Expr whole = ir::operation(Op::bit_and, {round_count(begin, end), ir::int_constant(-kRounds)});
    const Expr middle = let_in(out, "middle", plus(begin, whole), at);
    const ir::Var first = ir::make_var(s->var->name, ir::kI64);
    // Rounds with subscripts that count from the end, or are out of bounds, are the rest's, and all that follow.
    const std::vector<Wrap> wraps = wraps_known_before(s);
    const ir::Var from = has_wraps(s->body) || !wraps.empty() ? ir::make_var("from", ir::kI64) : nullptr;
    if (from) out.push_back(ir::declare(from, middle, at));
    Block body;
    for (const Wrap& w : wraps)
      leave_unless(all_plain(w, s->var, ir::variable(first)), ir::variable(first), from, at, body);
    for (int r = 0; r < kRounds; ++r) round(s, plus(ir::variable(first), r), from, !wraps.empty(), body);
    out.push_back(ir::for_loop(first, begin, middle, kRounds, std::move(body), ir::LoopKind::Serial, at));
    const ir::Var rest = ir::make_var(s->var->name, ir::kI64);
    Block last;
    round(s, ir::variable(rest), nullptr, false, last);
    out.push_back(
        ir::for_loop(rest, from ? ir::variable(from) : middle, end, 1, std::move(last), ir::LoopKind::Serial, at));
    context_.done("unroll", at, std::to_string(kRounds) + " rounds in a row before the loop counts and jumps back");
  }

  /// Whether it can be told that the statement has run: a round that has done so cannot begin again.
  static bool has_effect(const Stmt& s) { return s.is(StmtKind::Store) || s.is(StmtKind::Assign); }

  static bool has_wraps(const Block& body) {
    for (std::size_t i = 0; i < body.size(); ++i) {
      if (has_effect(body[i])) return false;
      if (wrap_at(body, i)) return true;
    }
    return false;
  }

  /// The wraps of all subscripts, if all come from elements side by side that no round writes: those of four rounds are
  /// then one vector.
  static std::vector<Wrap> wraps_known_before(const Stmt& s) {
    const ir::VarSet inside = ir::bound_variables(s->body), assigned = ir::assigned_variables(s->body);
    std::vector<Wrap> wraps;
    ir::Substitution lets;
    for (std::size_t i = 0; i < s->body.size(); ++i) {
      const auto found = wrap_at(s->body, i);
      if (!found && s->body[i].is(StmtKind::Let)) lets.set(s->body[i]->var, lets.rewrite(s->body[i]->exprs[0]));
      if (!found && (s->body[i].is(StmtKind::Store) || s->body[i].is(StmtKind::Check))) return {};
      if (!found) continue;
      const Expr index = lets.rewrite(found->index);
      const Expr& load = index.is_op(Op::cast) ? index.arg(0) : index;
      if (!load.is(ir::ExprKind::Load) || load.has_mask() ||
          access_of(load.array(), load.indices(), s->var) != Access::Contiguous)
        return {};
      bool known = true;
      ir::for_each_node(index, [&](const Expr& n) {
        if (n.is(ir::ExprKind::Variable)) known &= !inside.contains(n.var().get()) && !assigned.contains(n.var().get());
      });
      if (!known) return {};
      wraps.push_back({index, found->length});
      ++i;
    }
    return wraps;
  }

  /// That the subscripts of all rounds from `first` on are plain. As numbers without a sign they are below the length.
  static Expr all_plain(const Wrap& wrap, const ir::Var& var, const Expr& first) {
    const Expr indices = Widener(var, first, kRounds).widen(wrap.index);
    const auto number = [](const Expr& e) { return ir::cast(e, array::DType::U64); };
    return ir::operation(Op::reduce_and,
                         {ir::operation(Op::lt, {number(indices), ir::broadcast(number(wrap.length), kRounds)})});
  }

  /// Ends the loop where the condition does not hold; the rest begins with this round.
  static void leave_unless(const Expr& condition, const Expr& number, const ir::Var& from, const SourceLocation& at,
                           Block& out) {
    out.push_back(ir::if_then(ir::operation(Op::likely, {condition}), {},
                              {ir::assign(from, number, at), ir::break_loop(at)}, at));
  }

  /// One round; with `from`, it ends the loop and leaves its number there where a subscript is not a plain one, unless
  /// that is known.
  static void round(const Stmt& s, const Expr& number, const ir::Var& from, bool is_known, Block& out) {
    ir::Substitution own;
    own.set(s->var, number);
    const Block copy = with_fresh_variables(s->body, own);
    bool effects = false;
    for (std::size_t i = 0; i < copy.size(); ++i) {
      const auto found = is_known || (from && !effects) ? wrap_at(copy, i) : std::nullopt;
      effects |= has_effect(copy[i]);
      if (!found) {
        out.push_back(copy[i]);
        continue;
      }
      const SourceLocation& at = copy[i].location();
      if (!is_known) leave_unless(found->is_plain(), number, from, at, out);
      out.push_back(ir::let(copy[i++]->var, found->index, at));
    }
  }

  const PassContext& context_;
  ir::VarSet assigned_;
  TripBounds bounds_;
};

}  // namespace

ir::Module unroll(const ir::Module& module, const PassContext& context) {
  return with_bodies(module, [&](const ir::Function& f) { return Unroll(f, context).block(f.body); });
}

}  // namespace rooftop::opt
