// The step is followed down to the variable: each operation on the way must be the same one.
#include "rooftop/opt/reduction_step.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/contraction_step.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;

/// Follows one variable through an expression.
class Follower {
 public:
  explicit Follower(const ir::Var& variable) : variable_(variable) {}

  Fold fold = Fold::None;

  /// The expression with comparisons that choose between the variable and a term as min and max; null if it is no step.
  Expr follow(const Expr& e) {
    if (is_variable(e)) return e;
    if (!e.is(ExprKind::Operation)) return {};
    switch (e.op()) {
      case Op::add:
        return either(e, Fold::Sum);
      case Op::mul:
        return either(e, Fold::Product);
      case Op::bit_and:
        return either(e, Fold::And);
      case Op::bit_or:
        return either(e, Fold::Or);
      case Op::bit_xor:
        return either(e, Fold::Xor);
      case Op::sub:
        return at(e, 0, Fold::Sum);
      case Op::fma:
        return at(e, 2, Fold::Sum);
      // With the term first a NaN would end what came before it.
      case Op::min:
        return is_integer(e) ? either(e, Fold::Least) : at(e, 0, Fold::Least);
      case Op::max:
        return is_integer(e) ? either(e, Fold::Greatest) : at(e, 0, Fold::Greatest);
      case Op::select:
        return choice(e);
      default:
        return {};
    }
  }

 private:
  bool is_variable(const Expr& e) const { return e.is(ExprKind::Variable) && e.var() == variable_; }
  bool reads(const Expr& e) const { return ir::reads(e, variable_); }
  static bool is_integer(const Expr& e) { return array::is_integer(e.dtype()); }

  bool agree(Fold found) {
    if (fold == Fold::None) fold = found;
    return fold == found;
  }

  Expr either(const Expr& e, Fold found) { return at(e, reads(e.arg(0)) ? 0 : 1, found); }

  /// The variable is in argument `side` and in no other one.
  Expr at(const Expr& e, std::size_t side, Fold found) {
    for (std::size_t i = 0; i < e.args().size(); ++i) {
      if (i != side && reads(e.arg(i))) return {};
    }
    const Expr inner = agree(found) ? follow(e.arg(side)) : Expr();
    if (!inner) return {};
    std::vector<Expr> args(e.args().begin(), e.args().end());
    args[side] = inner;
    return ir::operation(e.op(), std::move(args));
  }

  Expr choice(const Expr& e) {
    const Expr& c = e.arg(0);
    if (reads(c)) return extreme(c, e.arg(1), e.arg(2));
    const Expr a = follow(e.arg(1));
    const Expr b = a ? follow(e.arg(2)) : Expr();
    return b ? ir::operation(Op::select, {c, a, b}) : Expr();
  }

  /// `term < s ? term : s` and its other spellings.
  Expr extreme(const Expr& c, const Expr& yes, const Expr& no) {
    if (c.is_op(Op::likely)) return extreme(c.arg(0), yes, no);
    if (!is_variable(no) || reads(yes) || !c.is(ExprKind::Operation)) return {};
    const bool less = c.is_op(Op::lt) || c.is_op(Op::le), greater = c.is_op(Op::gt) || c.is_op(Op::ge);
    if (!less && !greater) return {};
    const bool term_first = ir::same_expression(c.arg(0), yes) && is_variable(c.arg(1));
    const bool term_last = ir::same_expression(c.arg(1), yes) && is_variable(c.arg(0));
    if (!term_first && !term_last) return {};
    const bool least = less == term_first;
    if (!agree(least ? Fold::Least : Fold::Greatest)) return {};
    return ir::operation(least ? Op::min : Op::max, {no, yes});
  }

  const ir::Var& variable_;
};

bool is_number(const ir::Type& type) {
  return type.is_scalar() && type.lanes() == 1 && !array::is_bool(type.dtype()) && !array::is_complex(type.dtype());
}

/// The block without assignments to those variables.
Block without_assignments(const Block& block, const ir::VarSet& dropped) {
  Block out;
  for (const Stmt& s : block) {
    if (s.is(StmtKind::Assign) && dropped.contains(s->var.get())) continue;
    Stmt kept = ir::map_blocks(s, [&](const Block& b) { return without_assignments(b, dropped); });
    if (!kept.is(StmtKind::If) || !kept->body.empty() || !kept->else_body.empty()) out.push_back(std::move(kept));
  }
  return out;
}

/// Whether the block is made of names, assignments and choices alone.
bool only_computes(const Block& block) {
  return std::all_of(block.begin(), block.end(), [](const Stmt& s) {
    const bool plain = s.is(StmtKind::Let) || s.is(StmtKind::Declare) || s.is(StmtKind::Assign) ||
                       s.is(StmtKind::Assume) || s.is(StmtKind::If);
    return plain && only_computes(s->body) && only_computes(s->else_body);
  });
}

/// Outer variables that the body assigns, in the order of the text.
std::vector<ir::Var> folded_variables(const Block& body) {
  const ir::VarSet inside = ir::bound_variables(body);
  std::vector<ir::Var> found;
  ir::for_each_statement(body, [&](const Stmt& s) {
    if (!s.is(StmtKind::Assign) || inside.contains(s->var.get())) return;
    if (std::find(found.begin(), found.end(), s->var) == found.end()) found.push_back(s->var);
  });
  return found;
}

}  // namespace

std::optional<std::vector<Reduction>> reductions_of(const Stmt& loop) {
  if (!only_computes(loop->body)) return std::nullopt;
  const std::vector<ir::Var> variables = folded_variables(loop->body);
  std::vector<Reduction> result;
  for (const ir::Var& v : variables) {
    if (!is_number(v->type)) return std::nullopt;
    ir::VarSet others;
    for (const ir::Var& o : variables) {
      if (o != v) others.insert(o.get());
    }
    const auto update = update_of(without_assignments(loop->body, others), ir::Substitution());
    if (!update || update->variable != v) return std::nullopt;
    Follower follower(v);
    const Expr step = follower.follow(update->value);
    const bool apart = step && std::all_of(variables.begin(), variables.end(),
                                           [&](const ir::Var& o) { return o == v || !ir::reads(step, o); });
    if (!apart || follower.fold == Fold::None) return std::nullopt;
    result.push_back({v, follower.fold, step});
  }
  if (result.empty()) return std::nullopt;
  return result;
}

Expr folded(Fold fold, const Expr& a, const Expr& b) {
  switch (fold) {
    case Fold::None:
      return a;
    case Fold::Sum:
      return a + b;
    case Fold::Product:
      return a * b;
    case Fold::Least:
      return ir::operation(Op::min, {a, b});
    case Fold::Greatest:
      return ir::operation(Op::max, {a, b});
    case Fold::And:
      return ir::operation(Op::bit_and, {a, b});
    case Fold::Or:
      return ir::operation(Op::bit_or, {a, b});
    case Fold::Xor:
      return ir::operation(Op::bit_xor, {a, b});
  }
  return {};
}

Expr tree_of(Fold fold, std::vector<Expr> parts) {
  while (parts.size() > 1) {
    std::vector<Expr> halves;
    for (std::size_t i = 0; i < parts.size(); i += 2) halves.push_back(folded(fold, parts[i], parts[i + 1]));
    parts = std::move(halves);
  }
  return parts[0];
}

Expr neutral(const Reduction& r) {
  const ir::Type& type = r.variable->type;
  const auto number = [&](std::int64_t integer, double real) {
    return array::is_float(type.dtype()) ? ir::float_constant(real, type) : ir::int_constant(integer, type);
  };
  switch (r.fold) {
    case Fold::Sum:
      return number(0, -0.0);
    case Fold::Product:
      return number(1, 1.0);
    case Fold::Xor:
      return ir::int_constant(0, type);
    case Fold::None:
    case Fold::Least:
    case Fold::Greatest:
    case Fold::And:
    case Fold::Or:
      break;
  }
  return ir::variable(r.variable);
}

namespace {
bool is_exact(const Reduction& r) {
  return array::is_integer(r.variable->type.dtype()) || r.fold == Fold::Least || r.fold == Fold::Greatest;
}
}  // namespace

bool are_exact(const std::vector<Reduction>& reductions) {
  return std::all_of(reductions.begin(), reductions.end(), is_exact);
}

bool are_unordered(const std::vector<Reduction>& reductions) {
  return std::all_of(reductions.begin(), reductions.end(),
                     [](const Reduction& r) { return is_exact(r) || r.variable->is_unordered; });
}

Totals assigned(const std::vector<Reduction>& reductions, const std::vector<Expr>& totals, bool keeps_zeros,
                const SourceLocation& at) {
  Totals result;
  for (std::size_t i = 0; i < totals.size(); ++i) {
    const Reduction& r = reductions[i];
    const bool is_whole = neutral(r).is(ExprKind::Variable);
    const Expr value = is_whole ? totals[i] : folded(r.fold, ir::variable(r.variable), totals[i]);
    result.assignments.push_back(ir::assign(r.variable, value, at));
    if (!keeps_zeros || !array::is_float(r.variable->type.dtype()) || !is_exact(r)) continue;
    const Expr zero = ir::operation(Op::eq, {totals[i], ir::zero(r.variable->type)});
    result.unsure = result.unsure ? ir::operation(Op::bit_or, {result.unsure, zero}) : zero;
  }
  return result;
}

}  // namespace rooftop::opt
