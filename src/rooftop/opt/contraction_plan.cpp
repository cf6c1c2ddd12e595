// Sizes from the machine model: registers for the accumulators, the first cache for terms, the second for columns.
#include "rooftop/opt/contraction_plan.h"

#include <algorithm>

#include "rooftop/base/errors.h"
#include "rooftop/ir/walk.h"
#include "rooftop/opt/widen.h"

namespace rooftop::opt {

using array::DType;
using ir::Expr;
using ir::ExprKind;
using ir::Var;

namespace {

// Steps of the reduction that one visit of a block makes at most: more do not make reading and writing the accumulators
// any cheaper.
constexpr std::int64_t kReductionBlock = 256;
/// Few enough that a row sliver of the other operand fits into a part of the first-level cache.
std::int64_t reduction_block(const Machine& machine, int rows, std::int64_t item) {
  return std::clamp<std::int64_t>(machine.l1_bytes * 3 / 8 / (rows * item), 4, kReductionBlock);
}

std::vector<Expr> distinct_loads(const Expr& term) {
  std::vector<Expr> loads;
  ir::for_each_node(term, [&](const Expr& n) {
    if (!n.is(ExprKind::Load)) return;
    for (const Expr& known : loads) {
      if (ir::same_expression(known, n)) return;
    }
    loads.push_back(n);
  });
  return loads;
}

bool depends(const Expr& load, const Var& var) {
  for (const Expr& i : load.indices()) {
    if (ir::reads(i, var)) return true;
  }
  return false;
}

/// A load can be packed when only the lane loop and the one reduction loop move it.
bool is_packable(const Contraction& c, const Expr& load, const Var& lane_var) {
  if (c.reduction.size() != 1 || load.has_mask()) return false;
  const std::vector<Var> vars = {lane_var, c.reduction[0].var};
  for (const Expr& i : load.indices()) {
    if (!affine(i, vars)) return false;
  }
  for (const ContractionLoop& l : c.parallel) {
    if (l.var != lane_var && depends(load, l.var)) return false;
  }
  return depends(load, lane_var) && depends(load, c.reduction[0].var);
}

bool target_is_contiguous(const Contraction& c, const Var& var) {
  if (c.target.type().layout() == ir::Layout::Strided || !c.target_indices.back().depends_on(var)) return false;
  return true;  // each parallel variable has one target dimension
}

std::size_t row_loop_for(const Contraction& c, std::size_t lane_loop) {
  // The last other loop: next to the lanes in memory.
  for (std::size_t i = c.parallel.size(); i-- > 0;) {
    if (i != lane_loop) return i;
  }
  ROOFTOP_UNREACHABLE("a contraction with one parallel loop has no rows");
}

}  // namespace

std::optional<ContractionPlan> plan_contraction(const Contraction& c, const Machine& machine, std::string& why_not) {
  const DType dtype = c.target.dtype();
  if (c.parallel.size() < 2) {
    why_not = "only one loop is not reduced";
    return std::nullopt;
  }
  if (array::is_bool(dtype) || array::is_complex(dtype)) {
    why_not = std::string(array::name_of(dtype)) + " elements have no vector form here";
    return std::nullopt;
  }
  ContractionPlan plan{};
  plan.lanes = std::max(2, machine.lanes(dtype));
  for (std::size_t v = 0; v < c.parallel.size(); ++v) {
    const Var& var = c.parallel[v].var;
    if (!target_is_contiguous(c, var)) continue;
    plan.packed.clear();
    bool fits = true;
    for (const Expr& load : distinct_loads(c.term)) {
      const Access access = access_of(load.array(), load.indices(), var);
      if (is_packable(c, load, var)) {
        plan.packed.push_back(load);
      } else if (access == Access::Other) {
        fits = false;
      }
    }
    if (!fits) continue;
    plan.lane_loop = v;
    plan.row_loop = row_loop_for(c, v);
    // Of 32 registers 24 hold accumulators, of 16 twelve; the rest is for operands.
    plan.rows = machine.vector_registers >= 32 ? 6 : 4;
    plan.vectors = machine.vector_registers >= 32 ? 4 : 3;
    const auto item = static_cast<std::int64_t>(array::size_of(dtype));
    const std::int64_t terms = reduction_block(machine, plan.rows, item);
    plan.reduction_block = c.reduction.size() == 1 && !c.reads_target ? terms : 0;
    const std::int64_t panel = static_cast<std::int64_t>(plan.vectors) * plan.lanes;
    const std::int64_t columns = machine.l2_bytes * 3 / 4 / (terms * item);
    // Without blocks of terms a panel holds them all, however many: one at a time.
    const bool long_panels = plan.reduction_block == 0 && !plan.packed.empty();
    plan.column_block = long_panels ? panel : std::max<std::int64_t>(1, columns / panel) * panel;
    return plan;
  }
  why_not = "no loop runs along the target's and the operands' memory";
  return std::nullopt;
}

std::string describe(const ContractionPlan& plan) {
  const std::string terms = plan.reduction_block == 0 ? "all" : std::to_string(plan.reduction_block);
  return "contraction: " + std::to_string(plan.rows) + " x " + std::to_string(plan.vectors * plan.lanes) +
         " elements in registers, blocks of " + terms + " terms and " + std::to_string(plan.column_block) +
         " columns, " + std::to_string(plan.packed.size()) + " operand packed";
}

}  // namespace rooftop::opt
