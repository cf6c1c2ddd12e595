// Loops over rows and panels, with whole tiles inside and narrower ones at the edges and limits.
#include "rooftop/opt/contraction_block.h"

#include "rooftop/ir/walk.h"
#include "rooftop/opt/contraction_parts.h"

namespace rooftop::opt {

using ir::Block;
using ir::Expr;
using ir::Op;
using ir::Var;

namespace {

// Of a flat tile whose lanes are masked: as many masks as there are registers for them.
constexpr int kNarrowVectors = 4;

class BlockTiler {
 public:
  BlockTiler(const TileSetting& setting, const TiledBlock& block)
      : tiles_(setting),
        c_(setting.contraction),
        plan_(setting.plan),
        row_(setting.row),
        lane_(setting.lane),
        panel_(plan_.panel_columns()),
        b_(block) {}

  Block rows_of_tiles() {
    const Var block = ir::make_var(row_.var->name + "s", ir::kI64);
    Block body;
    TilePlace place;
    place.row = ir::variable(block);
    place.row_count = let_in(body, "rows", smaller(minus(b_.last_row, place.row), integer(plan_.rows)));
    place.block_begin = place.first_term = b_.at.first_term;
    place.terms_end = b_.at.elements_end;
    place.is_first = b_.is_first;
    place.is_last = b_.is_last;
    if (plan_.lanes == 1) {
      place.column = integer(0);
      append(body, tile(tiles_, place, {plan_.rows, 1}, Lanes::All));
    } else {
      for (std::size_t i = 0; i < b_.slivers.size(); ++i) place.slivers.push_back(sliver(body, i, place));
      if (b_.staging) {
        place.staging = ir::variable(b_.staging);
        place.staging_row = minus(place.row, b_.first_row);
      }
      append(body, c_.has_limits() ? limited_panels(place) : few_or_whole(place));
    }
    return {tiles_.loop(block, b_.first_row, b_.last_row, plan_.rows, std::move(body))};
  }

 private:
  /// Where panel q begins.
  Expr left_of(const Expr& q) const { return plus(b_.at.columns_begin, q * integer(panel_)); }

  /// An array variable that names the copy where one is made, else the operand itself.
  Expr chosen(Block& body, const char* name, const Expr& own, const Expr& copy, const Expr& is_copied, Block fill) {
    const Var var = ir::make_var(name, copy.type());
    body.push_back(ir::declare(var, own, c_.location));
    fill.push_back(ir::assign(var, copy, c_.location));
    body.push_back(ir::if_then(is_copied, std::move(fill), {}, c_.location));
    return ir::variable(var);
  }

  Expr sliver(Block& body, std::size_t i, const TilePlace& place) {
    const Expr& load = plan_.slivers[i];
    if (!b_.slivers[i]) {
      return let_in(body, "rows_of", sliver_view_of_operand(tiles_, load, b_.at, place.row, place.row_count),
                    c_.location);
    }
    const Expr copy = ir::variable(b_.slivers[i]);
    Block fill = pack_sliver(tiles_, load, copy, b_.at, place.row, place.row_count);
    if (!plan_.sliver_is_direct[i] || !b_.copies_sliver) {
      append(body, std::move(fill));
      return let_in(body, "rows_of", sliver_view(tiles_, load, copy), c_.location);
    }
    return chosen(body, "rows_of", sliver_view_of_operand(tiles_, load, b_.at, place.row, place.row_count),
                  sliver_view(tiles_, load, copy), b_.copies_sliver, std::move(fill));
  }

  /// The panels that the tile at column `left` reads.
  void find_panels(Block& body, TilePlace& place, const Expr& q, const Expr& left) {
    place.panel_left = left;
    place.panels.clear();
    for (std::size_t i = 0; i < b_.panels.size(); ++i) {
      const Expr& load = plan_.panels[i];
      const Expr copy = panel_view(load, ir::variable(b_.panels[i]), q);
      if (!plan_.panel_is_direct[i] || !b_.copies_panel) {
        place.panels.push_back(let_in(body, "columns_of", copy, c_.location));
        continue;
      }
      const Expr width = smaller(minus(b_.at.columns_end, left), integer(panel_));
      place.panels.push_back(chosen(body, "columns_of", panel_view_of_operand(tiles_, load, b_.at, left, width), copy,
                                    b_.copies_panel, {}));
    }
    if (place.staging) place.staging_column = minus(left, b_.at.columns_begin);
  }

  /// Rows that would leave half of a tile without work go through flat tiles, of fewer rows and more columns.
  Block few_or_whole(const TilePlace& place) {
    if (plan_.flat_vectors == 0) return whole_panels(place);
    const Expr columns = minus(b_.at.columns_end, b_.at.columns_begin);
    const std::int64_t lanes = plan_.lanes;
    // Three or four rows in one tile of half the width, so that columns are read once.
    const bool has_four = plan_.rows / 2 > kFlatRows && plan_.flat_vectors % 2 == 0;
    const std::int64_t width = plan_.flat_vectors * lanes / (has_four ? 2 : 1);
    const Expr wide = less(integer(width - 1), columns);
    // As many as one flat tile under masks has and two vectors do not.
    const Expr narrow = both(less(integer(2 * lanes), columns), less(columns, integer(kNarrowVectors * lanes + 1)));
    const Expr single = equal(place.row_count, integer(1));
    const Expr few = either(single, both(less(place.row_count, integer(plan_.rows / 2 + 1)), either(wide, narrow)));
    Block flat = flat_rows(place, kFlatRows, plan_.flat_vectors);
    if (has_four) {
      Block four = flat_rows(place, 2 * kFlatRows, plan_.flat_vectors / 2);
      flat = {
          ir::if_then(less(place.row_count, integer(kFlatRows + 1)), std::move(flat), std::move(four), c_.location)};
    }
    return {ir::if_then(both(few, negated(b_.copies_panel)), std::move(flat), whole_panels(place), c_.location)};
  }

  Block flat_rows(const TilePlace& place, int rows, int vectors) {
    Block out;
    const Expr columns = minus(b_.at.columns_end, b_.at.columns_begin);
    const Expr width = integer(std::int64_t{vectors} * plan_.lanes);
    const Expr done = let_in(out, "done", ir::operation(Op::floordiv, {columns, width}) * width);
    append(out, flat_tiles(place, integer(0), done, {rows, vectors}, Lanes::All));
    append(out, flat_tiles(place, done, columns, {rows, kNarrowVectors}, Lanes::Masked));
    return out;
  }

  Block flat_tiles(TilePlace place, const Expr& begin, const Expr& end, TileShape shape, Lanes lanes) {
    Block body, row;
    const Var at = ir::make_var("c", ir::kI64), r = ir::make_var("r", ir::kI64);
    place.first = ir::variable(r);
    place.columns_end = b_.at.columns_end;
    place.column = place.panel_left = let_in(body, lane_.var->name, plus(b_.at.columns_begin, ir::variable(at)));
    if (place.staging) place.staging_column = ir::variable(at);
    const std::int64_t width = std::int64_t{shape.vectors} * plan_.lanes;
    for (const Expr& load : plan_.panels) {
      const Expr rest = smaller(minus(end, ir::variable(at)), integer(width));
      place.panels.push_back(
          let_in(body, "columns_of", panel_view_of_operand(tiles_, load, b_.at, place.column, rest), c_.location));
    }
    append(row, tile(tiles_, place, shape, lanes));
    body.push_back(tiles_.loop(r, integer(0), place.row_count, shape.rows, std::move(row)));
    return {tiles_.loop(at, begin, end, width, std::move(body))};
  }

  /// Whole panels with all their vectors, then what is left, under a mask: in pairs of vectors where
  /// there is more than one: those of one alone hardly keep the arithmetic busy.
  Block whole_panels(const TilePlace& row) {
    Block out, full, edge;
    const Expr columns = minus(b_.at.columns_end, b_.at.columns_begin);
    const Expr whole = let_in(out, "whole", ir::operation(Op::floordiv, {columns, integer(panel_)}));
    const Var q = ir::make_var("q", ir::kI64);
    TilePlace place = row;
    place.column = let_in(full, lane_.var->name, left_of(ir::variable(q)));
    find_panels(full, place, ir::variable(q), place.column);
    find_next(full, place);
    // Where panels are copied the next rows are far away, too.
    if (b_.copies_panel) {
      Block fetch;
      for (const Expr& load : plan_.slivers) {
        append(fetch, fetch_sliver(tiles_, load, b_.at, plus(place.row, plan_.rows), ir::variable(q),
                                   plan_.column_block / panel_));
      }
      if (!fetch.empty()) full.push_back(ir::if_then(b_.copies_panel, std::move(fetch), {}, c_.location));
    }
    append(full, tile(tiles_, place, {plan_.rows, plan_.vectors}, Lanes::All));
    place.is_far = Expr();
    out.push_back(tiles_.loop(q, integer(0), whole, 1, std::move(full)));

    const Expr left = let_in(edge, "left", left_of(whole));
    find_panels(edge, place, whole, left);
    place.columns_end = b_.at.columns_end;
    const Expr rest = minus(b_.at.columns_end, left);
    Expr done = integer(0);
    if (plan_.vectors > 1) {
      const std::int64_t pair = 2 * std::int64_t{plan_.lanes};
      // A pair where there is more than one vector.
      const Expr pairs = ir::operation(Op::floordiv, {plus(rest, plan_.lanes - 1), integer(pair)});
      done = let_in(edge, "done", pairs * integer(pair));
      edge_tiles(edge, place, left, integer(0), done, 2);
    }
    edge_tiles(edge, place, left, done, rest, 1);
    out.push_back(ir::if_then(less(left_of(whole), b_.at.columns_end), std::move(edge), {}, c_.location));
    return out;
  }

  /// The tile to the right, or the first one of the next rows.
  void find_next(Block& body, TilePlace& place) const {
    if (!b_.is_far) return;
    place.is_far = b_.is_far;
    const Expr right = plus(place.column, panel_);
    const Expr is_right = let_in(body, "is_right", less(right, b_.at.columns_end));
    place.next_column = let_in(body, "next", choose(is_right, right, b_.at.columns_begin));
    place.next_row = let_in(body, "next", choose(is_right, place.row, plus(place.row, plan_.rows)));
  }

  void edge_tiles(Block& out, TilePlace place, const Expr& left, const Expr& begin, const Expr& end, int vectors,
                  Lanes lanes = Lanes::Masked) {
    const Var at = ir::make_var("c", ir::kI64);
    Block body;
    place.column = let_in(body, lane_.var->name, plus(left, ir::variable(at)));
    if (place.staging) place.staging_column = minus(place.column, b_.at.columns_begin);
    append(body, tile(tiles_, place, {plan_.rows, vectors}, lanes));
    out.push_back(tiles_.loop(at, begin, end, std::int64_t{vectors} * plan_.lanes, std::move(body)));
  }

  /// Panels inside of the limits with all their vectors; those that a limit cuts vector by vector, each round held
  /// against the limits. Where terms are limited, the first and last of them go that way too.
  Block limited_panels(const TilePlace& row) {
    Block body, cut;
    const Var q = ir::make_var("q", ir::kI64);
    TilePlace place = row;
    const Expr left = let_in(body, lane_.var->name, left_of(ir::variable(q)));
    const Expr width = let_in(body, "width", smaller(minus(b_.at.columns_end, left), integer(panel_)));
    place.column = left;
    find_panels(body, place, ir::variable(q), left);
    find_next(body, place);
    const std::vector<Span> spans = {{row_.var, place.row, plus(plus(place.row, place.row_count), -1)},
                                     {lane_.var, left, plus(plus(left, width), -1)}};
    Expr inside = equal(width, integer(panel_)), outside = ir::bool_constant(false);
    for (const Limit& l : c_.limits) {
      if (l.depends_on(c_.reduction[0].var)) continue;
      inside = both(inside, ir::operation(Op::ge, {least(l, spans), integer(0)}));
      outside = either(outside, less(greatest(l, spans), integer(0)));
    }
    inside = let_in(body, "inside", inside);
    Block some =
        c_.limits_terms() ? split_terms(place, left, width, inside, spans) : split_panels(place, left, width, inside);
    body.push_back(ir::if_then(negated(outside), std::move(some), {}, c_.location));
    return {
        tiles_.loop(q, integer(0), pieces(minus(b_.at.columns_end, b_.at.columns_begin), panel_), 1, std::move(body))};
  }

  Block vectors_under_limits(TilePlace place, const Expr& left, const Expr& width) {
    Block out;
    place.columns_end = b_.at.columns_end;
    place.is_far = Expr();
    edge_tiles(out, place, left, integer(0), width, 1, Lanes::Limited);
    return out;
  }

  Block split_panels(const TilePlace& place, const Expr& left, const Expr& width, const Expr& inside) {
    return {ir::if_then(inside, tile(tiles_, place, {plan_.rows, plan_.vectors}, Lanes::All),
                        vectors_under_limits(place, left, width), c_.location)};
  }

  /// Three visits: terms that only some elements take, those that all take, and again such for some.
  Block split_terms(const TilePlace& given, const Expr& left, const Expr& width, const Expr& inside,
                    const std::vector<Span>& spans) {
    Block out;
    const Var& k = c_.reduction[0].var;
    Expr any_begin = b_.at.first_term, all_begin = b_.at.first_term;
    Expr any_end = b_.at.terms_end, all_end = b_.at.terms_end;
    for (const Limit& limit : c_.limits) {
      const std::int64_t c = limit.coefficient(k);
      if (c == 0) continue;
      const Limit rest = limit.without(k);
      const Expr low = least(rest, spans), high = greatest(rest, spans);
      if (c > 0) {
        any_begin = larger(any_begin, minus(integer(0), high));
        all_begin = larger(all_begin, minus(integer(0), low));
      } else {
        any_end = smaller(any_end, plus(high, 1));
        all_end = smaller(all_end, plus(low, 1));
      }
    }
    any_begin = let_in(out, "any_begin", any_begin);
    any_end = let_in(out, "any_end", larger(any_begin, any_end));
    // Where not all of the panel is inside, every term is one that only some take.
    all_begin = let_in(out, "all_begin", choose(inside, smaller(larger(all_begin, any_begin), any_end), any_end));
    all_end = let_in(out, "all_end", smaller(larger(all_end, all_begin), any_end));

    const Var visit = ir::make_var("visit", ir::kI64);
    const Expr is_second = equal(ir::variable(visit), integer(1));
    Block body;
    TilePlace some = given;
    some.first_term = let_in(body, "first", choose(is_second, all_end, any_begin));
    some.terms_end = let_in(body, "last", choose(is_second, any_end, all_begin));
    some.is_first = let_in(body, "is_first", both(given.is_first, negated(is_second)));
    some.is_last = let_in(body, "is_last", both(given.is_last, is_second));
    const Expr needed = either(less(some.first_term, some.terms_end), either(some.is_first, some.is_last));
    body.push_back(ir::if_then(needed, vectors_under_limits(some, left, width), {}, c_.location));
    TilePlace all = given;
    all.first_term = all_begin;
    all.terms_end = all_end;
    all.is_first = all.is_last = ir::bool_constant(false);
    body.push_back(ir::if_then(both(negated(is_second), less(all_begin, all_end)),
                               tile(tiles_, all, {plan_.rows, plan_.vectors}, Lanes::All), {}, c_.location));
    out.push_back(tiles_.loop(visit, integer(0), integer(2), 1, std::move(body)));
    return out;
  }

  const TileSetting& tiles_;
  const Contraction& c_;
  const ContractionPlan& plan_;
  const ContractionLoop &row_, &lane_;
  std::int64_t panel_;  ///< columns of a panel
  const TiledBlock& b_;
};

}  // namespace

Block tiles_of_block(const TileSetting& setting, const TiledBlock& block) {
  return BlockTiler(setting, block).rows_of_tiles();
}

}  // namespace rooftop::opt
