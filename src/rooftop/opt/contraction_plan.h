// The plan of a contraction: which loop becomes lanes, which one rows of registers, what is packed, and how large the
// blocks are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rooftop/opt/contraction.h"
#include "rooftop/opt/machine.h"

namespace rooftop::opt {

/// Chains of dependent operations that keep the arithmetic busy: two units times the four cycles that one takes.
inline constexpr int kChains = 8;

struct ContractionPlan {
  std::optional<std::size_t> lane_loop;  ///< index into Contraction::parallel: vectors run along it
  std::optional<std::size_t> row_loop;   ///< index into Contraction::parallel: rows of accumulators
  int lanes;                             ///< 1 without a lane loop
  int rows, vectors;                     ///< accumulators: rows x vectors
  int single_vectors = 0;                ///< accumulators of the tile for rows that are few; 0: no such tile
  std::int64_t reduction_block;          ///< terms that one visit adds; 0: all of them
  std::int64_t column_block;
  /// Loads of the step that are copied first: into panels as wide as the accumulators those that run along the lanes,
  /// into slivers as high those that run along the rows. Where one is direct, the operand's own elements will do too:
  /// at run time they do when they are read too seldom for a copy.
  std::vector<ir::Expr> panels, slivers;
  std::vector<bool> panel_is_direct, sliver_is_direct;
  bool staged = false;  ///< between blocks the values so far wait in an array of their own, not in the target

  std::int64_t panel_columns() const { return std::int64_t{vectors} * lanes; }
};

/// From the machine model; nothing (and the reason) when no loop can become lanes.
std::optional<ContractionPlan> plan_contraction(const Contraction& contraction, const Machine& machine,
                                                std::string& why_not);

/// For people: sizes and what is packed.
std::string describe(const ContractionPlan& plan);

}  // namespace rooftop::opt
