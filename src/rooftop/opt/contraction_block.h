// The tiles of one block of a contraction: of some rows and columns the terms of one visit.
#pragma once

#include "rooftop/opt/contraction_pack.h"
#include "rooftop/opt/contraction_tile.h"

namespace rooftop::opt {

/// A block, and the arrays that serve it.
struct TiledBlock {
  PackedBlock at;
  ir::Expr first_row, last_row;          ///< rows first … last - 1
  std::vector<ir::Var> panels, slivers;  ///< by plan; a sliver without an array is never copied
  ir::Var staging;                       ///< or null
  ir::Expr copies_panel, copies_sliver;  ///< whether direct operands are copied; empty: all are
  ir::Expr is_far;                       ///< whether panels and target are fetched before they are needed; empty: no
  ir::Expr is_first, is_last;            ///< among the blocks of terms; empty: there is one block
};

/// The block's panels are packed already.
ir::Block tiles_of_block(const TileSetting& setting, const TiledBlock& block);

}  // namespace rooftop::opt
