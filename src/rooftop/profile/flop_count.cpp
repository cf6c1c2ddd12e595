// One walk over the nodes of a statement, each once.
#include "rooftop/profile/flop_count.h"

#include <unordered_set>

#include "rooftop/ir/walk.h"

namespace rooftop::profile {
namespace {

using ir::Expr;
using ir::ExprKind;
using ops::Op;

/// Operations on the parts of complex numbers that one operation on complex numbers takes.
double complex_flops(Op op) {
  switch (op) {
    case Op::mul:
      return 6;  // four products, two sums
    case Op::div:
      return 9;  // a ratio, a scale, and two each of: product, sum, quotient
    case Op::conj:
      return 1;
    default:
      return 2.0 * ops::info(op).flops;
  }
}

class Counter {
 public:
  void add(const Expr& e) {
    if (!seen_.insert(e.get()).second) return;
    for (const Expr& a : e.args()) add(a);
    if (!e.is(ExprKind::Operation)) return;
    // Conversions have a type of their own, and reductions a single lane: what counts is what they work on.
    const ir::Type& type = e.arg(e.args().size() - 1).type();
    const array::DType part = array::part_of(type.dtype());
    if (!array::is_float(part)) return;
    const bool is_complex = array::is_complex(type.dtype());
    const double flops = type.lanes() * (is_complex ? complex_flops(e.op()) : 1.0 * ops::info(e.op()).flops);
    (part == array::DType::F32 ? sum.f32 : sum.f64) += flops;
  }

  Flops sum;

 private:
  std::unordered_set<const ir::ExprNode*> seen_;
};

}  // namespace

Flops flops_of(const ir::Expr& e) {
  Counter counter;
  counter.add(e);
  return counter.sum;
}

Flops flops_of(const ir::Stmt& s) {
  if (s.is(ir::StmtKind::Check) || s.is(ir::StmtKind::Raise) || s.is(ir::StmtKind::Assume)) return {};
  Counter counter;
  ir::for_each_expr(s, [&](const Expr& e) { counter.add(e); });
  return counter.sum;
}

}  // namespace rooftop::profile
