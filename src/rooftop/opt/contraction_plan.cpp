// Sizes from the machine model: registers for the accumulators, the first cache for terms, the second for columns.
#include "rooftop/opt/contraction_plan.h"

#include <algorithm>

#include "rooftop/base/errors.h"
#include "rooftop/ir/walk.h"
#include "rooftop/opt/contraction_operands.h"
#include "rooftop/opt/contraction_parts.h"

namespace rooftop::opt {

using array::DType;
using ir::Expr;
using ir::ExprKind;
using ir::Var;

namespace {

// Bytes of the first-level cache for each step of the reduction that one visit of a block makes at most: more steps do
// not make reading and writing the accumulators any cheaper.
constexpr std::int64_t kBytesOfAStep = 128;
constexpr std::int64_t kFewestSteps = 8;

constexpr std::int64_t kPanelBytes = 768 * 1024;

/// Few enough that a row sliver of the other operand fits into a part of the first-level cache.
std::int64_t reduction_block(const Machine& machine, int rows, std::int64_t item) {
  const std::int64_t sliver = machine.l1_bytes / 2 / (rows * item);
  return std::max(kFewestSteps, std::min(sliver, machine.l1_bytes / kBytesOfAStep));
}

/// Of the second cache for the block of terms and columns: most of a small one; of a large one half, which is enough to
/// make a packed row worth its while, and leaves the other half to the rows and the target that stream by.
std::int64_t panel_bytes(const Machine& machine) {
  return std::min(machine.l2_bytes * 3 / 4, std::max(kPanelBytes, machine.l2_bytes / 2));
}

bool depends(const Expr& load, const Var& var) {
  for (const Expr& i : load.indices()) {
    if (ir::reads(i, var)) return true;
  }
  return false;
}

/// Bytes of the widest value that a step computes with; subscripts do not count.
std::int64_t widest(const Expr& e, std::vector<const ir::ExprNode*>& seen) {
  if (std::find(seen.begin(), seen.end(), e.get()) != seen.end()) return 0;
  seen.push_back(e.get());
  // Complex numbers are two vectors.
  std::int64_t most = e.is_constant() ? 0 : static_cast<std::int64_t>(array::size_of(array::part_of(e.dtype())));
  if (e.is(ExprKind::Operation)) {
    for (const Expr& a : e.args()) most = std::max(most, widest(a, seen));
  }
  return most;
}

/// Whether each of the variables moves its own dimension of the load by one element, and the load no other way.
bool is_plain(const Expr& load, const Var& a, const Var& b) {
  int moved = 0;
  for (const Expr& i : load.indices()) {
    const auto form = affine(i, {a, b});
    if (!form || form->coefficients.size() > 1) return false;
    if (form->coefficients.empty()) continue;
    if (form->coefficients.begin()->second != 1) return false;
    ++moved;
  }
  return moved == 2 && depends(load, a) && depends(load, b);
}

class Planner {
 public:
  Planner(const Contraction& c, const Machine& machine) : c_(c), machine_(machine) {
    std::vector<const ir::ExprNode*> seen;
    item_ = widest(c.step, seen);
    registers_ = machine.vector_registers >= 32 ? 24 : 12;
    parts_ = array::is_complex(c.accumulator->type.dtype()) ? 2 : 1;
    operands_ = operands_of(c.step);
    std::erase_if(operands_, [&](const Expr& o) { return is_own(load_in(o)); });
  }

  std::optional<ContractionPlan> plan(std::string& why_not) {
    for (const ContractionLoop& l : c_.reduction) {
      for (const Limit& limit : c_.limits) {
        if (c_.reduction.size() > 1 && limit.depends_on(l.var)) {
          why_not = "the bounds of one of several reducing loops depend on another loop";
          return std::nullopt;
        }
      }
    }
    for (std::size_t v = c_.parallel.size(); v-- > 0;) {
      if (c_.target_indices.back().depends_on(c_.parallel[v].var) && takes_lanes(v)) return finished();
    }
    if (takes_rows_only()) return finished();
    why_not = "no loop runs along the target's and the operands' memory";
    return std::nullopt;
  }

 private:
  bool is_own(const Expr& load) const {
    return c_.is_of_target(load) && std::none_of(c_.other_parts.begin(), c_.other_parts.end(),
                                                 [&](const Expr& other) { return ir::same_expression(other, load); });
  }

  /// A load can be packed when only one other loop and the one reduction loop move it.
  bool is_packable(const Expr& load, const Var& var) const {
    if (c_.reduction.size() != 1) return false;
    const Var& k = c_.reduction[0].var;
    for (const Expr& i : load.indices()) {
      if (!affine(i, {var, k})) return false;
    }
    return depends(load, var) && depends(load, k);
  }
  bool moved_by_others(const Expr& load, const std::optional<std::size_t>& loop) const {
    for (std::size_t i = 0; i < c_.parallel.size(); ++i) {
      if (i != loop && depends(load, c_.parallel[i].var)) return true;
    }
    return false;
  }
  /// Loops that stay outside of the schedule move whole panels.
  bool moved_by(const Expr& load, const std::optional<std::size_t>& loop) const {
    return loop && depends(load, c_.parallel[*loop].var);
  }

  /// The other loop whose rows share the most operands; of several the last, next to the lanes in memory.
  std::optional<std::size_t> row_loop_for(std::size_t lane_loop) const {
    std::optional<std::size_t> best;
    std::ptrdiff_t least = 0;
    for (std::size_t i = c_.parallel.size(); i-- > 0;) {
      if (i == lane_loop) continue;
      const std::ptrdiff_t vectors = std::count_if(operands_.begin(), operands_.end(), [&](const Expr& o) {
        return moved_by(load_in(o), lane_loop) && moved_by(load_in(o), i);
      });
      if (!best || vectors < least) {
        best = i;
        least = vectors;
      }
    }
    return best;
  }

  bool takes_lanes(std::size_t v) {
    const Var& var = c_.parallel[v].var;
    const auto rows = row_loop_for(v);
    plan_ = {};
    for (const Expr& operand : operands_) {
      const Expr& load = load_in(operand);
      const bool is_load = operand == load;
      const bool along = runs_along(load, var);
      const bool for_rows = moved_by(load, rows);
      if (!moved_by(load, v)) {
        if (!for_rows || !is_packable(load, c_.parallel[*rows].var)) continue;
        plan_.slivers.push_back(operand);
        plan_.sliver_is_direct.push_back(is_load && !c_.has_limits() &&
                                         is_plain(load, c_.parallel[*rows].var, c_.reduction[0].var));
      } else if (!for_rows && is_packable(load, var) && (rows || !along)) {
        // A copy that is read once is no gain; without rows to share it, only one along memory will do.
        if (!rows) return false;
        plan_.panels.push_back(operand);
        plan_.panel_is_direct.push_back(is_load && along && !c_.has_limits() &&
                                        is_plain(load, var, c_.reduction[0].var));
      } else if (!along) {
        return false;
      }
    }
    plan_.lane_loop = v;
    plan_.row_loop = rows;
    plan_.lanes = static_cast<int>(std::max<std::int64_t>(2, machine_.vector_bytes / item_));
    if (rows) {
      // Of 32 registers 24 hold accumulators, of 16 twelve; the rest is for operands.
      plan_.rows = registers_ >= 24 ? (l1_ways() >= 12 ? 8 : 6) : 4;
      plan_.vectors = registers_ / plan_.rows / parts_;
      if (!plan_.panels.empty() && plan_.has_direct_panels() && !c_.has_limits())
        plan_.flat_vectors = registers_ / kFlatRows / parts_;
    } else {
      plan_.rows = 1;
      plan_.vectors = kChains / parts_;
    }
    return true;
  }

  /// Lines of the first-level cache for one place in a page: rows whose distance is a power of two share them.
  std::int64_t l1_ways() const { return machine_.l1_bytes / 4096; }

  /// Elements of a target with one loop, whose operands lie across memory: several at once, one number each.
  bool takes_rows_only() {
    if (c_.parallel.size() != 1 || c_.has_limits()) return false;
    plan_ = {};
    plan_.row_loop = 0;
    plan_.lanes = 1;
    plan_.rows = kChains / parts_;
    plan_.vectors = 1;
    return true;
  }

  ContractionPlan finished() {
    const std::int64_t terms = reduction_block(machine_, plan_.rows, std::max<std::int64_t>(item_ * parts_, 1));
    const bool blocked = c_.reduction.size() == 1 && plan_.lanes > 1;
    if (blocked) share_elements(c_, machine_, plan_);
    plan_.reduction_block = blocked ? terms * plan_.terms_per_element : 0;
    const std::int64_t panel = plan_.panel_columns();
    const std::int64_t columns = panel_bytes(machine_) / (terms * item_ * parts_);
    plan_.column_block = plan_.lanes == 1 ? 1 : std::max<std::int64_t>(1, columns / panel) * panel;
    const ir::Type& target = c_.target.type();
    const bool along = plan_.lanes == 1 || target.layout() != ir::Layout::Strided;
    plan_.staged = blocked && (c_.reads_target || c_.accumulator->type != target.element() || !along);
    return plan_;
  }

  const Contraction& c_;
  const Machine& machine_;
  std::int64_t item_;
  int registers_;
  int parts_;  ///< vectors of one accumulator: complex numbers have two
  std::vector<Expr> operands_;
  ContractionPlan plan_{};
};

}  // namespace

std::optional<ContractionPlan> plan_contraction(const Contraction& c, const Machine& machine, std::string& why_not) {
  return Planner(c, machine).plan(why_not);
}

std::string describe(const ContractionPlan& plan) {
  const std::string terms = plan.reduction_block == 0 ? "all" : std::to_string(plan.reduction_block);
  std::string text = "contraction: " + std::to_string(plan.rows) + " x " + std::to_string(plan.panel_columns()) +
                     " elements in registers";
  if (plan.lanes > 1) text += ", blocks of " + terms + " terms and " + std::to_string(plan.column_block) + " columns";
  const std::size_t packed = plan.panels.size() + plan.slivers.size();
  if (packed > 0) text += ", " + std::to_string(packed) + (packed == 1 ? " operand packed" : " operands packed");
  if (plan.terms_per_element > 1) text += ", " + std::to_string(plan.terms_per_element) + " products added at once";
  return text;
}

}  // namespace rooftop::opt
