// The plan of a contraction: which loop becomes lanes, which one rows of registers, what is packed, and how large the
// blocks are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rooftop/opt/contraction.h"
#include "rooftop/opt/machine.h"

namespace rooftop::opt {

struct ContractionPlan {
  std::size_t lane_loop;  ///< index into Contraction::parallel: vectors run along it
  std::size_t row_loop;   ///< index into Contraction::parallel: rows of accumulators
  int lanes;
  int rows, vectors;             ///< accumulators: rows x vectors registers
  std::int64_t reduction_block;  ///< terms that one visit adds; 0: all of them
  std::int64_t column_block;
  std::vector<ir::Expr> packed;  ///< loads of the term that are copied into panels first
};

/// From the machine model; nothing (and the reason) when no loop can become lanes.
std::optional<ContractionPlan> plan_contraction(const Contraction& contraction, const Machine& machine,
                                                std::string& why_not);

/// For people: sizes and what is packed.
std::string describe(const ContractionPlan& plan);

}  // namespace rooftop::opt
