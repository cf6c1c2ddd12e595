// The condition, and the loops over the tiles.
#include "rooftop/opt/contraction_little.h"

#include <algorithm>

#include "rooftop/opt/contraction_pack.h"
#include "rooftop/opt/contraction_parts.h"

namespace rooftop::opt {

using ir::Block;
using ir::Expr;
using ir::Op;
using ir::Var;

namespace {

// Rows of the low tile, and its vectors: just enough chains of dependent terms.
constexpr int kLowRows = 4, kVectors = kChains / kLowRows;
// Terms up to which the nest pays: of a product alone, of one in a batch, and of any shape; fewer where operands of so
// many would not lie in the first-level cache. Below the rows and columns given here half of a tile or more has no
// work.
constexpr std::int64_t kMostTerms = 32 * 32 * 32, kMostInBatch = 16 * 16 * 16, kFewTerms = 1024;
constexpr std::int64_t kFewestRows = 3, kFewestColumns = 4;
// All extents are below this power of two, which the loops say: what is so short needs no polls.
constexpr std::int64_t kExtents = 128;

Block tiles(const TileSetting& s, TileShape shape) {
  const Contraction& c = s.contraction;
  const auto end_of = [](const ContractionLoop& l) { return smaller(l.end, plus(l.begin, kExtents)); };
  const std::int64_t width = std::int64_t{shape.vectors} * s.plan.lanes;
  const Var row = ir::make_var(s.row.var->name, ir::kI64), column = ir::make_var(s.lane.var->name, ir::kI64);
  PackedBlock at;
  at.columns_begin = s.lane.begin;
  at.columns_end = s.lane.end;
  at.first_term = c.reduction[0].begin;
  at.terms_end = at.elements_end = end_of(c.reduction[0]);
  Block rows, columns;
  TilePlace place;
  place.row = ir::variable(row);
  place.row_count = let_in(rows, "rows", smaller(minus(s.row.end, place.row), integer(shape.rows)));
  place.column = place.panel_left = ir::variable(column);
  place.columns_end = s.lane.end;
  place.first_term = place.block_begin = at.first_term;
  place.terms_end = at.terms_end;
  for (const Expr& load : s.plan.slivers) {
    const Expr view = sliver_view_of_operand(s, load, at, place.row, place.row_count);
    place.slivers.push_back(let_in(rows, "rows_of", view, c.location));
  }
  for (const Expr& load : s.plan.panels) {
    const Expr rest = smaller(minus(s.lane.end, place.column), integer(width));
    const Expr view = panel_view_of_operand(s, load, at, place.column, rest);
    place.panels.push_back(let_in(columns, "columns_of", view, c.location));
  }
  append(columns, tile(s, place, shape, Lanes::Masked));
  rows.push_back(s.loop(column, s.lane.begin, end_of(s.lane), width, std::move(columns)));
  return {s.loop(row, s.row.begin, end_of(s.row), shape.rows, std::move(rows))};
}

}  // namespace

bool has_little_nest(const Contraction& c, const ContractionPlan& plan) {
  return plan.row_loop && plan.lanes > 1 && plan.reduction_block > 0 && plan.terms_per_element == 1 &&
         !c.has_limits() && plan.has_direct_panels() && plan.has_direct_slivers();
}

Expr is_little(const TileSetting& s, const Machine& machine, bool is_in_batch) {
  const Expr rows = count(s.row), columns = count(s.lane), terms = count(s.contraction.reduction[0]);
  const Expr is_narrow = either(less(rows, integer(kFewestRows)), less(columns, integer(kFewestColumns)));
  const auto at_most = [&](std::int64_t n) { return integer(std::min(n, machine.l1_bytes)); };
  const Expr most = choose(is_narrow, at_most(kFewTerms), at_most(is_in_batch ? kMostInBatch : kMostTerms));
  const auto bits = [](const Expr& x, const Expr& y) { return ir::operation(Op::bit_or, {x, y}); };
  const Expr are_short = less(bits(bits(rows, columns), terms), integer(kExtents));
  return both(are_short, ir::operation(Op::le, {rows * columns * terms, most}));
}

/// High tiles, unless half of the last one would have no work or registers are too few; of one vector where the columns
/// are no more.
Block little_nest(const TileSetting& s) {
  const int registers = s.plan.rows * s.plan.vectors;
  const int vectors = array::is_complex(s.contraction.accumulator->type.dtype()) ? 1 : kVectors;
  const Expr rows = count(s.row);
  Block nest = tiles(s, {kLowRows, vectors});
  const auto prefer = [&](const Expr& condition, TileShape shape) {
    if (shape.rows * shape.vectors > registers) return;
    nest = {ir::if_then(condition, tiles(s, shape), std::move(nest), s.contraction.location)};
  };
  const Expr last_is_half = equal(ir::operation(Op::bit_and, {plus(rows, -1), integer(kLowRows)}), integer(0));
  static_assert(kChains == 2 * kLowRows);
  if (vectors > 1) prefer(negated(last_is_half), {kChains, vectors});
  const Expr is_one_vector = less(count(s.lane), integer(s.plan.lanes + 1));
  prefer(both(less(integer(kLowRows), rows), is_one_vector), {kChains, 1});
  return nest;
}

}  // namespace rooftop::opt
