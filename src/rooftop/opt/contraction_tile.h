// The innermost part of a contraction's schedule: a tile of the target in registers, and terms added to it.
//
//   rows x vectors accumulators from the target, the start value or the staging array
//   for %k in … { each accumulator takes up one term }
//   back to the target, through the final value behind the last term
#pragma once

#include <vector>

#include "rooftop/ir/stmt.h"
#include "rooftop/ir/walk.h"
#include "rooftop/opt/contraction_plan.h"

namespace rooftop::opt {

/// What all tiles of a contraction share.
struct TileSetting {
  const Contraction& contraction;
  const ContractionPlan& plan;
  ContractionLoop lane, row;  ///< loops of one round where the plan has none
  ir::Expr step;              ///< the contraction's, multiply-adds fused, with names for converted operands:
  std::vector<ir::Var> panel_names, sliver_names;  ///< by plan; null where the step has the load

  ir::Stmt loop(const ir::Var& var, const ir::Expr& begin, const ir::Expr& end, std::int64_t size, ir::Block body,
                ir::LoopKind kind = ir::LoopKind::Serial) const {
    return ir::for_loop(var, begin, end, size, std::move(body), kind, contraction.location);
  }
};

/// Where a tile lies and what it reads. Rows beyond the last are computed like the last one and not stored.
struct TilePlace {
  ir::Expr row, row_count;
  ir::Expr first;  ///< the tile's first row, counted from `row`; empty: `row` itself
  ir::Expr column;
  ir::Expr columns_end;            ///< lanes from there on are off
  ir::Expr first_term, terms_end;  ///< of this visit; unused with several reducing loops
  ir::Expr block_begin;            ///< the first term of panels and slivers
  ir::Expr is_first, is_last;      ///< whether the visit is an element's first or last; empty: it is
  std::vector<ir::Expr> panels;    ///< by plan: [term, column] from block_begin and panel_left
  ir::Expr panel_left;
  std::vector<ir::Expr> slivers;  ///< by plan: [row, term] from row and block_begin
  ir::Expr staging;               ///< values so far: [row, column] from the two below; empty: in the target
  ir::Expr staging_row, staging_column;
  /// Whether panels and values so far come from far memory: they are fetched before they are needed. Empty: no.
  ir::Expr is_far;
  ir::Expr next_row, next_column;  ///< of the tile after this one; with is_far
};

enum class Lanes : std::uint8_t {
  All,      ///< every lane exists
  Masked,   ///< up to columns_end
  Limited,  ///< and each round is held against the contraction's limits
};

/// Accumulators of one tile.
struct TileShape {
  int rows, vectors;
};

ir::Block tile(const TileSetting& setting, const TilePlace& place, TileShape shape, Lanes lanes);

/// The step with each product that is only added or subtracted as a fused multiply-add.
ir::Expr with_fused_products(const ir::Expr& step, const ir::Var& accumulator);

/// Whether the limit holds in each of the lanes from `column` on, with other variables replaced.
ir::Expr holds(const Limit& limit, const ir::Var& lane, const ir::Expr& column, int lanes, ir::Substitution& others);

}  // namespace rooftop::opt
