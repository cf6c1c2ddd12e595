// Sums over the body. Branches are taken half of the time, loops run as long for lanes as for a round alone.
#include "rooftop/opt/lanes_cost.h"

#include <algorithm>

#include "rooftop/opt/widen.h"

namespace rooftop::opt {

using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;

namespace {

constexpr double kRounds = 16;          ///< of a loop whose length is not constant
constexpr double kBranchMiss = 4;       ///< of a branch by itself: a guess that is wrong now and then
constexpr double kIdleLanes = 1.5;      ///< lanes wait for the longest round
constexpr double kSumLatency = 4;       ///< of one step of a sum in order
constexpr double kGathered = 3;         ///< a lane of a scattered read
constexpr double kScattered = 5;        ///< a lane of a scattered write
constexpr double kScalarDivision = 10;  ///< of integers

bool is_integer_division(const Expr& n) {
  return n.is_op(Op::quo) || n.is_op(Op::rem) || n.is_op(Op::floordiv) || n.is_op(Op::floormod);
}

/// An operation on one element, or on one register of them.
double operation_cost(const Expr& n) {
  const bool complex = n.type().is_scalar() && array::is_complex(n.dtype());
  switch (n.op()) {
    case Op::div:
    case Op::sqrt:
      return complex ? 30 : 6;
    case Op::quo:
    case Op::rem:
    case Op::floordiv:
    case Op::floormod:
      return n.arg(1).is_constant() ? 3 : kScalarDivision;
    case Op::mul:
    case Op::fma:
      return complex ? 4 : 1;
    default:
      return ops::info(n.op()).is_math ? ops::info(n.op()).flops : 1;
  }
}

class Costs {
 public:
  Costs(const Stmt& loop, const Divergence& divergence, int lanes, const Machine& machine)
      : loop_(loop), divergence_(divergence), lanes_(lanes), machine_(machine) {}

  RoundCost block(const ir::Block& statements) {
    RoundCost sum;
    for (const Stmt& s : statements) {
      const RoundCost c = statement(s);
      sum.alone += c.alone;
      sum.lanes += c.lanes;
    }
    return sum;
  }

 private:
  RoundCost statement(const Stmt& s) {
    RoundCost own;
    ir::for_each_expr(s, [&](const Expr& e) { ir::for_each_node(e, [&](const Expr& n) { add(own, n); }); });
    if (s.is(StmtKind::Store)) {
      own.alone += 1;
      own.lanes += is_contiguous(s->array, s->exprs) ? registers(s->value) : lanes_ * kScattered;
    } else if (s.is(StmtKind::Assign) && divergence_.varies(s->var)) {
      own.lanes += registers(s->exprs[0]);
    } else if (s.is(StmtKind::If)) {
      branch(s, own);
    } else if (s.is(StmtKind::For) || s.is(StmtKind::While)) {
      inner_loop(s, own);
    }
    return own;
  }

  void branch(const Stmt& s, RoundCost& own) {
    const RoundCost then = block(s->body), otherwise = block(s->else_body);
    const bool apart = divergence_.varies(s->condition());
    own.alone += 0.5 * (then.alone + otherwise.alone) + (apart ? kBranchMiss : 1);
    own.lanes += apart ? then.lanes + otherwise.lanes + 2 : 0.5 * (then.lanes + otherwise.lanes) + 1;
  }

  void inner_loop(const Stmt& s, RoundCost& own) {
    RoundCost body = block(s->body);
    body.alone = std::max(body.alone + 1, has_ordered_sum(s) ? kSumLatency * 2 : 0);
    body.lanes += 1;
    if (divergence_.leaves_apart(s)) body.lanes = (body.lanes + 2) * kIdleLanes;
    const double rounds = constant_rounds(s);
    own.alone += rounds * body.alone;
    own.lanes += rounds * body.lanes;
  }

  static double constant_rounds(const Stmt& s) {
    if (!s.is(StmtKind::For) || !s->begin().is_constant() || !s->end().is_constant()) return kRounds;
    const double span = static_cast<double>(s->end().constant().integer - s->begin().constant().integer);
    return std::max(0.0, span / static_cast<double>(s->step));
  }

  /// A float variable to which each iteration adds: alone, the additions wait for each other.
  static bool has_ordered_sum(const Stmt& loop) {
    bool found = false;
    for (const Stmt& s : loop->body) {
      found |= s.is(StmtKind::Assign) && s->var->type.is_scalar() && array::is_float(s->var->type.dtype());
    }
    return found;
  }

  void add(RoundCost& own, const Expr& n) {
    if (n.is(ExprKind::Load)) {
      const bool apart = divergence_.varies(n);
      own.alone += 1;
      own.lanes += !apart ? 1 : is_contiguous(n.array(), n.indices()) ? registers(n) : lanes_ * kGathered;
    } else if (n.is(ExprKind::Operation)) {
      const double cost = operation_cost(n);
      own.alone += cost;
      own.lanes += divergence_.varies(n) ? lanes_cost(n, cost) : cost;
    }
  }

  double lanes_cost(const Expr& n, double cost) const {
    if (is_integer_division(n)) return lanes_ * (cost + 2);
    const bool is_wide_product = n.is_op(Op::mul) && array::is_integer(n.dtype()) && array::size_of(n.dtype()) == 8;
    const bool converts_wide = n.is_op(Op::cast) && n.arg(0).type().is_scalar() &&
                               array::is_float(n.dtype()) != array::is_float(n.arg(0).dtype());
    if (is_wide_product || converts_wide) return machine_.vector_bytes == 64 ? registers(n) * 2 : lanes_ * 2;
    return registers(n) * (n.is_op(Op::div) || n.is_op(Op::sqrt) ? cost * 1.7 : cost);
  }

  double registers(const Expr& n) const {
    const int bytes = lanes_ * static_cast<int>(array::size_of(n.dtype()));
    return std::max(1.0, static_cast<double>(bytes) / machine_.vector_bytes);
  }

  bool is_contiguous(const Expr& array, std::span<const Expr> indices) const {
    ir::VarSet inner;
    for (const Expr& i : indices) {
      bool other = false;
      ir::for_each_node(i, [&](const Expr& n) {
        other |= n.is(ExprKind::Variable) && n.var() != loop_->var && divergence_.varies(n.var());
      });
      if (other) return false;
    }
    return access_of(array, indices, loop_->var) == Access::Contiguous;
  }

  const Stmt& loop_;
  const Divergence& divergence_;
  int lanes_;
  const Machine& machine_;
};

}  // namespace

bool may_fail(const Expr& n) {
  if (n.is(ExprKind::Load) || n.is(ExprKind::Lookup)) return true;
  if (!n.is(ExprKind::Operation) || !is_integer_division(n)) return false;
  const Expr& divisor = n.arg(1);
  return !divisor.is_constant() || divisor.constant().integer == 0 || divisor.constant().integer == -1;
}

bool needs_checked_lanes(const Stmt& s) {
  bool found = s.is(StmtKind::Store);
  ir::for_each_expr(s, [&](const Expr& e) { ir::for_each_node(e, [&](const Expr& n) { found |= may_fail(n); }); });
  return found;
}

double own_cost(const Stmt& s) {
  double cost = s.is(StmtKind::Store) ? 2 : 0;
  ir::for_each_expr(s, [&](const Expr& e) {
    ir::for_each_node(e, [&](const Expr& n) {
      if (n.is(ExprKind::Load)) cost += 2;
      if (n.is(ExprKind::Operation)) cost += operation_cost(n);
    });
  });
  return cost;
}

RoundCost round_cost(const Stmt& loop, const Divergence& divergence, int lanes, const Machine& machine) {
  return Costs(loop, divergence, lanes, machine).block(loop->body);
}

}  // namespace rooftop::opt
