// The plan of a contraction: which loop becomes lanes, which one rows of registers, what is packed, and how large the
// blocks are.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "rooftop/opt/contraction.h"
#include "rooftop/opt/machine.h"

namespace rooftop::opt {

/// Chains of dependent operations that keep the arithmetic busy: two units times the four cycles that one takes.
inline constexpr int kChains = 8;

/// Rows of the tile for rows that are few: two share what the tile reads, and half of it has no work for one alone,
/// which takes no longer than reading.
inline constexpr int kFlatRows = 2;

struct ContractionPlan {
  std::optional<std::size_t> lane_loop;  ///< index into Contraction::parallel: vectors run along it
  std::optional<std::size_t> row_loop;   ///< index into Contraction::parallel: rows of accumulators
  int lanes;                             ///< 1 without a lane loop
  int rows, vectors;                     ///< accumulators: rows x vectors
  int flat_vectors = 0;                  ///< of the tile of kFlatRows rows, for rows that are few; 0: no such tile
  std::int64_t reduction_block;          ///< terms that one visit adds; 0: all of them
  std::int64_t column_block;
  /// Operands of the step (loads, or conversions of loads) that are copied first: into panels as wide as the
  /// accumulators those that run along the lanes, into slivers as high those that run along the rows. Where one is
  /// direct, the operand's own elements will do too: at run time they do when they are read too seldom for a copy.
  std::vector<ir::Expr> panels, slivers;
  std::vector<bool> panel_is_direct, sliver_is_direct;
  int terms_per_element = 1;  ///< of panels and slivers: narrow integers share one, see contraction_operands.h
  /// The panel's elements are kept with 128 added or taken away; behind its terms each row of the sliver has the number
  /// that makes its sums right again.
  bool shifted = false;
  bool staged = false;  ///< between blocks the values so far wait in an array of their own, not in the target

  /// Whether panels, or slivers, can all be read from where they are.
  bool has_direct_panels() const { return all(panel_is_direct); }
  bool has_direct_slivers() const { return all(sliver_is_direct); }

  /// Elements of a panel's column or a sliver's row for the terms of a block.
  std::int64_t block_elements() const { return (reduction_block + terms_per_element - 1) / terms_per_element; }
  /// Terms that a row of a sliver has room for: whole vectors.
  std::int64_t sliver_elements() const { return (block_elements() + lanes - 1) / lanes * lanes; }
  std::int64_t panel_columns() const { return std::int64_t{vectors} * lanes; }

 private:
  static bool all(const std::vector<bool>& list) {
    return std::all_of(list.begin(), list.end(), [](bool b) { return b; });
  }
};

/// From the machine model; nothing (and the reason) when no loop can become lanes.
std::optional<ContractionPlan> plan_contraction(const Contraction& contraction, const Machine& machine,
                                                std::string& why_not);

/// For people: sizes and what is packed.
std::string describe(const ContractionPlan& plan);

}  // namespace rooftop::opt
