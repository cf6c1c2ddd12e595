// Copies of operands in the order in which the tiles of a contraction read them.
//
//   for %q … { for %k … { %panel[%q, %k, lanes] = %B[%k, columns of panel %q] } }      as wide as a tile
//   for %r … { for %k … { %sliver[%r, %k] = %A[row %r, %k] } }                         as high as a tile
#pragma once

#include "rooftop/opt/contraction_tile.h"

namespace rooftop::opt {

/// The columns and terms of one block.
struct PackedBlock {
  ir::Expr columns_begin, columns_end;
  ir::Expr first_term, terms_end;
  ir::Expr elements_end;  ///< first_term plus the elements of a packed column; terms_end where each holds one term

  /// Where the factors of one element lie apart: so many terms, lest a vector had to read every other element.
  ir::Expr distance() const;
};

/// Fills the panels of the block. Lanes beyond the last column get zeros.
ir::Block pack_panel(const TileSetting& setting, const ir::Expr& load, const ir::Expr& panel, const PackedBlock& block);

/// Lengths of a sliver's array: [row, term], or [term, row] where the operand's rows lie side by side.
std::vector<ir::Expr> sliver_shape(const TileSetting& setting, const ir::Expr& load);
/// Fills the sliver of `row_count` rows from `row` on.
ir::Block pack_sliver(const TileSetting& setting, const ir::Expr& load, const ir::Expr& sliver,
                      const PackedBlock& block, const ir::Expr& row, const ir::Expr& row_count);

/// Prefetches of one part, the `part`-th of `parts`, of the operand's elements that pack_sliver will read for the rows
/// from `row` on.
ir::Block fetch_sliver(const TileSetting& setting, const ir::Expr& load, const PackedBlock& block, const ir::Expr& row,
                       const ir::Expr& part, std::int64_t parts);

/// Views that a tile reads: of what was packed, or of the operand's own elements where copying them would not pay. Both
/// of one load have one type. Own elements only for loads that the plan calls direct.
ir::Expr panel_view(const ir::Expr& load, const ir::Expr& panel, const ir::Expr& q);
ir::Expr panel_view_of_operand(const TileSetting& setting, const ir::Expr& load, const PackedBlock& block,
                               const ir::Expr& column, const ir::Expr& columns);
ir::Expr sliver_view(const TileSetting& setting, const ir::Expr& load, const ir::Expr& sliver);
ir::Expr sliver_view_of_operand(const TileSetting& setting, const ir::Expr& load, const PackedBlock& block,
                                const ir::Expr& row, const ir::Expr& rows);

}  // namespace rooftop::opt
