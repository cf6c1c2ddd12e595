// Packing loops, and views that stand for what was packed or was not worth it.
#include "rooftop/opt/contraction_pack.h"

#include "rooftop/base/errors.h"
#include "rooftop/ir/walk.h"
#include "rooftop/opt/contraction_operands.h"
#include "rooftop/opt/contraction_parts.h"
#include "rooftop/opt/widen.h"

namespace rooftop::opt {

using ir::Block;
using ir::Expr;
using ir::Op;
using ir::Var;

namespace {

constexpr std::int64_t kRowsAhead = 4;  ///< of an operand that is packed: fetched before they are read

std::int64_t panel_width(const ContractionPlan& plan) { return static_cast<std::int64_t>(plan.vectors) * plan.lanes; }

/// What is known of the rounds that read an operand which the loop does not move.
std::vector<Limit> limits_without(const Contraction& c, const ContractionLoop& loop) {
  return c.limits.empty() ? std::vector<Limit>() : without_loop(c.limits, loop);
}

/// The terms that the element for `first` holds.
std::vector<Expr> terms_of_element(const TileSetting& setting, const PackedBlock& block, const Expr& first) {
  std::vector<Expr> terms = {first};
  for (int i = 1; i < setting.plan.terms_per_element; ++i) terms.push_back(plus(terms.back(), block.distance()));
  return terms;
}

}  // namespace

Expr PackedBlock::distance() const { return minus(elements_end, first_term); }

Block pack_panel(const TileSetting& setting, const Expr& operand, const Expr& panel, const PackedBlock& block) {
  const Expr& load = load_in(operand);
  const ContractionPlan& plan = setting.plan;
  const Contraction& c = setting.contraction;
  const Var q = ir::make_var("q", ir::kI64), k = ir::make_var("k", ir::kI64);
  Block body, copies;
  const Expr left = let_in(body, "left", plus(block.columns_begin, ir::variable(q) * integer(panel_width(plan))));
  const std::vector<Expr> terms = terms_of_element(setting, block, ir::variable(k));
  ir::Substitution place;
  place.set(c.reduction[0].var, ir::variable(k));
  for (int v = 0; v < plan.vectors; ++v) {
    const std::int64_t offset = std::int64_t{v} * plan.lanes;
    const Expr column = plus(left, offset);
    Expr mask = let_in(body, "mask",
                       ir::operation(Op::lt, {ir::ramp(column, integer(1), plan.lanes),
                                              ir::broadcast(block.columns_end, plan.lanes)}));
    // What no round of the source reads may lie outside of the array.
    for (const Limit& l : limits_without(c, setting.row)) {
      const Expr one = holds(l, setting.lane.var, column, plan.lanes, place);
      mask = ir::operation(Op::bit_and, {mask, one.lanes() == 1 ? ir::broadcast(one, plan.lanes) : one});
    }
    std::vector<Expr> factors;
    for (const Expr& term : terms) {
      if (access_of(load.array(), load.indices(), setting.lane.var) == Access::Contiguous) {
        // A row is too short for the hardware to see in time that its columns follow one another.
        ir::Substitution ahead;
        ahead.set(c.reduction[0].var, plus(term, kRowsAhead));
        ahead.set(setting.lane.var, column);
        std::vector<Expr> indices;
        for (const Expr& index : load.indices()) indices.push_back(ahead.rewrite(index));
        copies.push_back(ir::prefetch(load.array(), std::move(indices), c.location));
      }
      ir::Substitution at;
      at.set(c.reduction[0].var, term);
      const Expr on = factors.empty() ? mask : both(mask, ir::broadcast(less(term, block.terms_end), plan.lanes));
      factors.push_back(Widener(setting.lane.var, column, plan.lanes, on).widen(at.rewrite(operand)));
    }
    copies.push_back(ir::store(
        panel,
        {ir::variable(q), minus(ir::variable(k), block.first_term), ir::ramp(integer(offset), integer(1), plan.lanes)},
        plan.shifted ? shifted_element(packed_element(factors)) : packed_element(factors), {}, c.location));
  }
  const Expr count = ir::operation(
      Op::floordiv,
      {plus(minus(block.columns_end, block.columns_begin), panel_width(plan) - 1), integer(panel_width(plan))});
  const auto over_panels = [&](Block inner) {
    return ir::for_loop(q, integer(0), count, 1, std::move(inner), ir::LoopKind::Serial, c.location);
  };
  const auto over_terms = [&](Block inner) {
    return ir::for_loop(k, block.first_term, block.elements_end, 1, std::move(inner), ir::LoopKind::Serial, c.location);
  };
  // The operand is read along its memory: row by row, or where its rows are the columns here, some of them at a time.
  if (access_of(load.array(), load.indices(), setting.lane.var) == Access::Contiguous) {
    for (ir::Stmt& s : copies) body.push_back(std::move(s));
    return {over_terms({over_panels(std::move(body))})};
  }
  body.push_back(over_terms(std::move(copies)));
  return {over_panels(std::move(body))};
}

namespace {

/// Whether the rows of the operand lie side by side, and a vector has room for a tile's.
bool rows_are_lanes(const TileSetting& setting, const Expr& operand) {
  const Expr& load = load_in(operand);
  const Var& k = setting.contraction.reduction[0].var;
  return setting.plan.rows <= setting.plan.lanes &&
         access_of(load.array(), load.indices(), setting.row.var) == Access::Contiguous &&
         access_of(load.array(), load.indices(), k) != Access::Contiguous;
}

/// `lanes` elements along `loop` from `first` on, those below `end` and inside of the limits.
Expr masked_lanes(const TileSetting& setting, const Expr& operand, const Var& along, const Expr& first, const Expr& end,
                  ir::Substitution& others) {
  const int lanes = setting.plan.lanes;
  Expr mask = ir::operation(Op::lt, {ir::ramp(first, integer(1), lanes), ir::broadcast(end, lanes)});
  for (const Limit& l : limits_without(setting.contraction, setting.lane)) {
    const Expr one = holds(l, along, first, lanes, others);
    mask = ir::operation(Op::bit_and, {mask, one.lanes() == 1 ? ir::broadcast(one, lanes) : one});
  }
  return Widener(along, first, lanes, mask).widen(others.rewrite(operand));
}

/// The loop over terms that stores the element of each; first, where the plan shifts, a variable that takes up the
/// rows' sums.
Block copy_of_sliver(const TileSetting& setting, const Expr& sliver, const std::vector<Expr>& place,
                     const Expr& element, const Var& term, const PackedBlock& block, int step) {
  const SourceLocation& at = setting.contraction.location;
  Block out, body;
  const Expr value = let_in(body, "x", element);
  body.push_back(ir::store(sliver, place, value, {}, at));
  if (setting.plan.shifted) {
    const Var sums = ir::make_var("sums", value.type());
    out.push_back(ir::declare(sums, ir::int_constant(0, value.type()), at));
    body.push_back(ir::assign(sums, row_sums(setting.plan, ir::variable(sums), value), at));
  }
  out.push_back(
      ir::for_loop(term, block.first_term, block.elements_end, step, std::move(body), ir::LoopKind::Serial, at));
  return out;
}

}  // namespace

std::vector<Expr> sliver_shape(const TileSetting& setting, const Expr& load) {
  const ContractionPlan& plan = setting.plan;
  const std::int64_t elements = plan.sliver_elements();
  if (rows_are_lanes(setting, load)) return {integer(elements + (plan.shifted ? 1 : 0)), integer(plan.lanes)};
  return {integer(plan.rows), integer(elements + (plan.shifted ? plan.lanes : 0))};
}

Block pack_sliver(const TileSetting& setting, const Expr& operand, const Expr& sliver, const PackedBlock& block,
                  const Expr& row, const Expr& row_count) {
  const Contraction& c = setting.contraction;
  const int lanes = setting.plan.lanes;
  const Var r = ir::make_var("r", ir::kI64), k = ir::make_var("k", ir::kI64);
  const Expr place_of = minus(ir::variable(k), block.first_term);
  const std::vector<Expr> terms = terms_of_element(setting, block, ir::variable(k));
  std::vector<Expr> factors;
  if (rows_are_lanes(setting, operand)) {
    for (const Expr& term : terms) {
      ir::Substitution place;
      place.set(c.reduction[0].var, term);
      // No rows of a term that does not exist.
      const Expr last = plus(row, row_count);
      const Expr end = factors.empty() ? last : choose(less(term, block.terms_end), last, row);
      factors.push_back(masked_lanes(setting, operand, setting.row.var, row, end, place));
    }
    const std::vector<Expr> elements = {place_of, lane_numbers(lanes)};
    Block copy = copy_of_sliver(setting, sliver, elements, packed_element(factors), k, block, 1);
    if (!setting.plan.shifted) return copy;
    const Expr sums = ir::variable(copy.front()->var);
    copy.push_back(ir::store(sliver, {integer(setting.plan.sliver_elements()), lane_numbers(lanes)},
                             row_correction(setting.plan, sums), {}, c.location));
    return copy;
  }
  // Several terms at once; beyond the last there are zeros, for which the sliver has room.
  Expr end = block.elements_end;
  for (const Expr& term : terms) {
    ir::Substitution place;
    place.set(setting.row.var, plus(row, ir::variable(r)));
    factors.push_back(masked_lanes(setting, operand, c.reduction[0].var, term, smaller(end, block.terms_end), place));
    end = plus(end, block.distance());
  }
  const std::vector<Expr> elements = {ir::variable(r), ir::ramp(place_of, integer(1), lanes)};
  Block copy = copy_of_sliver(setting, sliver, elements, packed_element(factors), k, block, lanes);
  if (setting.plan.shifted) {
    const Expr sums = ir::operation(Op::reduce_add, {ir::variable(copy.front()->var)});
    copy.push_back(ir::store(sliver, {ir::variable(r), integer(setting.plan.sliver_elements())},
                             row_correction(setting.plan, sums), {}, c.location));
  }
  return {ir::for_loop(r, integer(0), row_count, 1, std::move(copy), ir::LoopKind::Serial, c.location)};
}

Block fetch_sliver(const TileSetting& setting, const Expr& operand, const PackedBlock& block, const Expr& row,
                   const Expr& part, std::int64_t parts) {
  const Expr& load = load_in(operand);
  const Contraction& c = setting.contraction;
  const Var& k = c.reduction[0].var;
  // Along the terms a cache line holds several of them, else it holds several rows.
  const bool along = access_of(load.array(), load.indices(), k) == Access::Contiguous;
  const std::int64_t step = along ? line_elements(load.dtype()) : 1;
  const std::int64_t lines = (setting.plan.reduction_block + step - 1) / step;
  const std::int64_t mine = (lines + parts - 1) / parts;
  Block out;
  const Var r = ir::make_var("r", ir::kI64);
  for (std::int64_t i = 0; i < mine; ++i) {
    ir::Substitution place;
    place.set(setting.row.var, along ? plus(row, ir::variable(r)) : row);
    place.set(k, plus(plus(block.first_term, part * integer(mine * step)), i * step));
    std::vector<Expr> indices;
    for (const Expr& index : load.indices()) indices.push_back(place.rewrite(index));
    out.push_back(ir::prefetch(load.array(), std::move(indices), c.location));
  }
  return along ? Block{setting.loop(r, integer(0), integer(setting.plan.rows), 1, std::move(out))} : out;
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

ir::Type panel_type(const Expr& operand) {
  return ir::Type::array(operand.dtype(), 2, ir::Layout::Inner, load_in(operand).array().type().read_only());
}

/// Terms next to each other where they are so in the operand.
ir::Type sliver_type(const TileSetting& setting, const Expr& operand) {
  const Expr& load = load_in(operand);
  const ir::Type& array = load.array().type();
  const bool along =
      array.layout() != ir::Layout::Strided && ir::reads(load.indices().back(), setting.contraction.reduction[0].var);
  return ir::Type::array(operand.dtype(), 2, along ? ir::Layout::Inner : ir::Layout::Strided, array.read_only());
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
  const int rows = rows_are_lanes(setting, load) ? 1 : 0;
  return ir::view({.base = sliver,
                   .starts = {integer(0), integer(0)},
                   .from = {rows, 1 - rows},
                   .lengths = {ir::length(sliver, rows), ir::length(sliver, 1 - rows)},
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
