// Packing loops, and views that stand for what was packed or was not worth it.
#include "rooftop/opt/contraction_pack.h"

#include "rooftop/base/errors.h"
#include "rooftop/ir/walk.h"
#include "rooftop/opt/widen.h"

namespace rooftop::opt {

using ir::Block;
using ir::Expr;
using ir::Op;
using ir::Var;

namespace {

Expr integer(std::int64_t value) { return ir::int_constant(value); }

std::int64_t panel_width(const ContractionPlan& plan) { return static_cast<std::int64_t>(plan.vectors) * plan.lanes; }

/// What is known of the rounds that read an operand which the loop does not move.
std::vector<Limit> limits_without(const Contraction& c, const ContractionLoop& loop) {
  return c.limits.empty() ? std::vector<Limit>() : without_loop(c.limits, loop);
}

}  // namespace

Block pack_panel(const TileSetting& setting, const Expr& load, const Expr& panel, const PackedBlock& block) {
  const ContractionPlan& plan = setting.plan;
  const Contraction& c = setting.contraction;
  const Var q = ir::make_var("q", ir::kI64), k = ir::make_var("k", ir::kI64);
  Block body, copies;
  const Expr left = let_in(body, "left", plus(block.columns_begin, ir::variable(q) * integer(panel_width(plan))));
  ir::Substitution place;
  place.set(c.reduction[0].var, ir::variable(k));
  for (int v = 0; v < plan.vectors; ++v) {
    const std::int64_t offset = std::int64_t{v} * plan.lanes;
    const Expr column = plus(left, offset);
    Expr mask = ir::operation(Op::lt, {ir::ramp(column, integer(1), plan.lanes),
                                       ir::broadcast(block.columns_end, plan.lanes)});
    const Expr columns = let_in(body, "mask", mask);
    mask = columns;
    // What no round of the source reads may lie outside of the array.
    for (const Limit& l : limits_without(c, setting.row)) {
      const Expr one = holds(l, setting.lane.var, column, plan.lanes, place);
      mask = ir::operation(Op::bit_and, {mask, one.lanes() == 1 ? ir::broadcast(one, plan.lanes) : one});
    }
    Widener widener(setting.lane.var, column, plan.lanes, mask);
    copies.push_back(ir::store(panel, {ir::variable(q), minus(ir::variable(k), block.first_term),
                                       ir::ramp(integer(offset), integer(1), plan.lanes)},
                               widener.widen(place.rewrite(load)), {}, c.location));
  }
  body.push_back(ir::for_loop(k, block.first_term, block.terms_end, 1, std::move(copies), ir::LoopKind::Serial, c.location));
  const Expr count = ir::operation(Op::floordiv, {plus(minus(block.columns_end, block.columns_begin), panel_width(plan) - 1),
                                                  integer(panel_width(plan))});
  return {ir::for_loop(q, integer(0), count, 1, std::move(body), ir::LoopKind::Serial, c.location)};
}

Block pack_sliver(const TileSetting& setting, const Expr& load, const Expr& sliver, const PackedBlock& block,
                  const Expr& row, const Expr& row_count) {
  const Contraction& c = setting.contraction;
  const Var r = ir::make_var("r", ir::kI64), k = ir::make_var("k", ir::kI64);
  ir::Substitution place;
  place.set(c.reduction[0].var, ir::variable(k));
  place.set(setting.row.var, plus(row, ir::variable(r)));
  Expr value = place.rewrite(load);
  Expr mask;
  for (const Limit& l : limits_without(c, setting.lane)) {
    const Expr one = holds(l, setting.lane.var, {}, 1, place);
    mask = mask ? ir::operation(Op::bit_and, {mask, one}) : one;
  }
  if (mask) value = ir::load(value.array(), {value.indices().begin(), value.indices().end()}, mask);
  Block copy = {ir::store(sliver, {ir::variable(r), minus(ir::variable(k), block.first_term)}, value, {}, c.location)};
  copy = {ir::for_loop(k, block.first_term, block.terms_end, 1, std::move(copy), ir::LoopKind::Serial, c.location)};
  return {ir::for_loop(r, integer(0), row_count, 1, std::move(copy), ir::LoopKind::Serial, c.location)};
}

namespace {

/// The two-dimensional part of the operand's array that two variables move, from their values in `place` on.
Expr part_of(const Expr& load, ir::Substitution& place, const Var& first, const Var& second, const Expr& first_length,
             const Expr& second_length, const ir::Type& type) {
  ir::ViewParts parts{.base = load.array(),
                      .starts = {},
                      .from = {-1, -1},
                      .lengths = {first_length, second_length},
                      .steps = {integer(1), integer(1)}};
  for (std::size_t d = 0; d < load.indices().size(); ++d) {
    const Expr& index = load.indices()[d];
    parts.starts.push_back(place.rewrite(index));
    if (ir::reads(index, first)) parts.from[0] = static_cast<int>(d);
    if (ir::reads(index, second)) parts.from[1] = static_cast<int>(d);
  }
  ROOFTOP_CHECK(parts.from[0] >= 0 && parts.from[1] >= 0) << "the operand is no matrix of the two variables";
  return ir::view(parts, type);
}

ir::Type panel_type(const Expr& load) {
  return ir::Type::array(load.dtype(), 2, ir::Layout::Inner, load.array().type().read_only());
}

/// Terms next to each other where they are so in the operand.
ir::Type sliver_type(const TileSetting& setting, const Expr& load) {
  const ir::Type& array = load.array().type();
  const bool along = array.layout() != ir::Layout::Strided &&
                     ir::reads(load.indices().back(), setting.contraction.reduction[0].var);
  return ir::Type::array(load.dtype(), 2, along ? ir::Layout::Inner : ir::Layout::Strided, array.read_only());
}

}  // namespace

Expr panel_view(const Expr& load, const Expr& panel, const Expr& q) {
  return ir::view({.base = panel,
                   .starts = {q, integer(0), integer(0)},
                   .from = {1, 2},
                   .lengths = {ir::length(panel, 1), ir::length(panel, 2)},
                   .steps = {integer(1), integer(1)}},
                  panel_type(load));
}

Expr panel_view_of_operand(const TileSetting& setting, const Expr& load, const PackedBlock& block, const Expr& column,
                           const Expr& columns) {
  const Var& k = setting.contraction.reduction[0].var;
  ir::Substitution place;
  place.set(k, block.first_term);
  place.set(setting.lane.var, column);
  return part_of(load, place, k, setting.lane.var, minus(block.terms_end, block.first_term), columns, panel_type(load));
}

Expr sliver_view(const TileSetting& setting, const Expr& load, const Expr& sliver) {
  return ir::view({.base = sliver,
                   .starts = {integer(0), integer(0)},
                   .from = {0, 1},
                   .lengths = {ir::length(sliver, 0), ir::length(sliver, 1)},
                   .steps = {integer(1), integer(1)}},
                  sliver_type(setting, load));
}

Expr sliver_view_of_operand(const TileSetting& setting, const Expr& load, const PackedBlock& block, const Expr& row,
                            const Expr& rows) {
  const Var& k = setting.contraction.reduction[0].var;
  ir::Substitution place;
  place.set(k, block.first_term);
  place.set(setting.row.var, row);
  return part_of(load, place, setting.row.var, k, rows, minus(block.terms_end, block.first_term),
                 sliver_type(setting, load));
}

}  // namespace rooftop::opt
