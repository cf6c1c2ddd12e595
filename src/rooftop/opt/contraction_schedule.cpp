// From a plan to the nest: chunks for the threads, blocks of columns and terms, panels and slivers, tiles.
#include "rooftop/opt/contraction_schedule.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/contraction_pack.h"
#include "rooftop/opt/contraction_tile.h"
#include "rooftop/opt/widen.h"

namespace rooftop::opt {

using array::DType;
using ir::Block;
using ir::Expr;
using ir::LoopKind;
using ir::Op;
using ir::Var;

namespace {

// A term from registers costs less than the operation on elements of memory that Machine::fork_work counts.
constexpr double kTermsOfAnOperation = 2;
// Rows of tiles that must read a panel before its copy pays, and panels that must read a sliver.
constexpr std::int64_t kTilesPerPanel = 8, kPanelsPerSliver = 3;
// Terms of a block where an operand is read straight from far memory: as many streams as the hardware follows.
constexpr std::int64_t kStreams = 16;
// Unused terms at the end of a panel: with panels a power of two apart, a row of them would fall into one set of a cache.
constexpr std::int64_t kPanelGap = 1;
// Under limits chunks of as many rows are work of different size: more of them than threads.
constexpr std::int64_t kUnevenChunks = 4;

Expr integer(std::int64_t value) { return ir::int_constant(value); }
Expr smaller(const Expr& a, const Expr& b) { return ir::operation(Op::min, {a, b}); }
Expr larger(const Expr& a, const Expr& b) { return ir::operation(Op::max, {a, b}); }
Expr less(const Expr& a, const Expr& b) { return ir::operation(Op::lt, {a, b}); }
Expr equal(const Expr& a, const Expr& b) { return ir::operation(Op::eq, {a, b}); }
Expr both(const Expr& a, const Expr& b) { return !a ? b : !b ? a : ir::operation(Op::bit_and, {a, b}); }
Expr either(const Expr& a, const Expr& b) { return !a ? b : !b ? a : ir::operation(Op::bit_or, {a, b}); }
Expr choose(const Expr& c, const Expr& a, const Expr& b) { return ir::operation(Op::select, {c, a, b}); }
Expr count(const ContractionLoop& l) { return minus(l.end, l.begin); }
/// ceil(a / b) for a positive constant b and an a that is not near the ends of 64 bits.
Expr pieces(const Expr& a, std::int64_t b) { return ir::operation(Op::floordiv, {plus(a, b - 1), integer(b)}); }

void append(Block& block, Block more) {
  for (ir::Stmt& s : more) block.push_back(std::move(s));
}

ContractionLoop once(const char* name) { return {ir::make_var(name, ir::kI64), integer(0), integer(1)}; }

class Scheduler {
 public:
  Scheduler(const Contraction& c, const ContractionPlan& plan, const Machine& machine, ir::FloatModel model)
      : c_(c),
        plan_(plan),
        machine_(machine),
        tiles_{c, plan, plan.lane_loop ? c.parallel[*plan.lane_loop] : once("c"),
               plan.row_loop ? c.parallel[*plan.row_loop] : once("r"),
               machine.has_fma && model != ir::FloatModel::Strict ? with_fused_products(c.step, c.accumulator) : c.step},
        row_(tiles_.row),
        lane_(tiles_.lane),
        panel_(static_cast<std::int64_t>(plan.vectors) * plan.lanes) {
    for (std::size_t i = 0; i < c.parallel.size(); ++i) {
      if (i != plan.lane_loop && i != plan.row_loop) outer_.push_back(c.parallel[i]);
    }
  }

  ir::Stmt schedule(const ir::Stmt& original) {
    Block inner = outer_.empty() ? chunks() : batches();
    Expr condition = has_terms();
    for (const Expr& c : conditions_of(c_)) condition = both(condition, c);
    // Without terms a value that goes back as it came does nothing.
    Block otherwise;
    if (c_.initial || c_.final_value || c_.test_distinct || !c_.other_parts.empty()) otherwise.push_back(original);
    return ir::if_then(condition, std::move(inner), std::move(otherwise), c_.location);
  }

 private:
  /// Whether the terms are added block by block.
  bool is_blocked() const { return plan_.reduction_block > 0; }
  bool has_limits() const { return !c_.limits.empty(); }
  ir::Stmt loop(const Var& var, const Expr& begin, const Expr& end, std::int64_t step, Block body,
                LoopKind kind = LoopKind::Serial) const {
    return ir::for_loop(var, begin, end, step, std::move(body), kind, c_.location);
  }

  /// Something in each loop: the schedule counts on it, and without terms the loops may have other duties (the start
  /// values).
  Expr has_terms() const {
    Expr all;
    for (const ContractionLoop& l : c_.loops()) all = both(all, less(l.begin, l.end));
    return all;
  }

  Expr pays() const {
    Expr work;
    for (const ContractionLoop& l : c_.loops()) {
      const Expr n = ir::cast(count(l), DType::F64);
      work = work ? work * n : n;
    }
    return ir::operation(Op::gt, {work, ir::float_constant(kTermsOfAnOperation * machine_.fork_work)});
  }

  /// Further dimensions of the target stay outside; the threads share the first of them, if it is long enough, or else
  /// each product.
  Block batches() {
    Block prepared_part = prepared(row_.begin, row_.end, lane_.begin, lane_.end);
    Block inner = part();
    for (std::size_t i = outer_.size(); i-- > 1;) {
      inner = {loop(outer_[i].var, outer_[i].begin, outer_[i].end, 1, std::move(inner))};
    }
    const ContractionLoop& first = outer_[0];
    if (machine_.threads <= 1) {
      prepared_part.push_back(loop(first.var, first.begin, first.end, 1, std::move(inner)));
      return prepared_part;
    }
    Block out;
    const Expr used = let_in(out, "chunks", choose(pays(), smaller(integer(machine_.threads), count(first)), integer(1)));
    const Expr share =
        let_in(out, "chunk", ir::operation(Op::floordiv, {plus(count(first), minus(used, integer(1))), used}));
    const Var t = ir::make_var("t", ir::kI64);
    Block body = std::move(prepared_part);
    const Expr begin = let_in(body, "first", smaller(plus(first.begin, ir::variable(t) * share), first.end));
    body.push_back(loop(first.var, begin, smaller(plus(begin, share), first.end), 1, std::move(inner)));
    out.push_back(loop(t, integer(0), used, 1, std::move(body), LoopKind::Parallel));
    return out;
  }

  Block serial() {
    Block out = prepared(row_.begin, row_.end, lane_.begin, lane_.end);
    append(out, part());
    return out;
  }

  /// One part of the target per thread, of rows, or of columns where those are few; each packs its own panels, so that
  /// no thread waits for another.
  Block chunks() {
    if (machine_.threads <= 1) return serial();
    Block out;
    const Expr rows = let_in(out, "rows", count(row_)), columns = let_in(out, "columns", count(lane_));
    const std::int64_t most = has_limits() ? kUnevenChunks * machine_.threads : machine_.threads;
    const Expr used = let_in(out, "chunks", choose(pays(), integer(most), integer(1)));
    const Expr by_columns =
        plan_.lane_loop && !has_limits() ? let_in(out, "by_columns", less(rows, integer(machine_.threads * plan_.rows)))
                                         : ir::bool_constant(false);
    // Whole tiles in each chunk.
    const auto share = [&](const Expr& n, std::int64_t unit) {
      const Expr even = ir::operation(Op::floordiv, {plus(n, minus(used, integer(1))), used});
      return let_in(out, "chunk", pieces(even, unit) * integer(unit));
    };
    const Expr row_share = share(rows, plan_.rows);
    const Expr column_share = plan_.lane_loop ? share(columns, panel_) : Expr();
    const Var t = ir::make_var("t", ir::kI64);
    Block body;
    const auto range = [&](const ContractionLoop& l, const Expr& size, const Expr& divided) {
      const Expr mine = smaller(plus(l.begin, ir::variable(t) * size), l.end);
      const Expr begin = let_in(body, "first", choose(divided, mine, l.begin));
      const Expr end = let_in(body, "last", choose(divided, smaller(plus(mine, size), l.end), l.end));
      return std::pair(begin, end);
    };
    const auto [first, last] = range(row_, row_share, ir::operation(Op::bit_not, {by_columns}));
    const auto [left, right] = column_share ? range(lane_, column_share, by_columns) : std::pair(lane_.begin, lane_.end);
    append(body, prepared(first, last, left, right));
    append(body, part());
    out.push_back(loop(t, integer(0), used, 1, std::move(body), LoopKind::Parallel));
    return out;
  }

  /// What the part of rows first … last - 1 and columns left … right - 1 needs once, whatever the outer loops do.
  Block prepared(const Expr& first, const Expr& last, const Expr& left, const Expr& right) {
    Block out;
    first_row_ = first;
    last_row_ = last;
    left_ = left;
    right_ = right;
    if (plan_.lanes == 1) return out;
    choose_copies(out, minus(right, left));
    allocate(out, minus(right, left));
    return out;
  }

  Block part() {
    if (plan_.lanes == 1) return rows_of_tiles();
    Block out;
    Expr begin = left_, end = right_;
    if (has_limits()) std::tie(begin, end) = narrowed(out, lane_, left_, right_, {rows_span()}, true);
    // Blocks of one width, in whole panels: a narrow last one would read its copies too seldom.
    const Expr columns = minus(end, begin);
    const Expr blocks = let_in(out, "column_blocks", pieces(columns, plan_.column_block));
    const Expr even = ir::operation(Op::floordiv, {plus(columns, minus(blocks, integer(1))), larger(blocks, integer(1))});
    const Expr width = let_in(out, "columns", pieces(even, panel_) * integer(panel_));
    const Var block = ir::make_var("column_block", ir::kI64);
    Block body;
    block_.columns_begin = let_in(body, lane_.var->name + "s", plus(begin, ir::variable(block) * width));
    const Expr most = plus(block_.columns_begin, plan_.column_block);
    block_.columns_end =
        let_in(body, "columns_end", smaller(smaller(plus(block_.columns_begin, width), most), end));
    append(body, blocks_of_terms());
    out.push_back(loop(block, integer(0), blocks, 1, std::move(body)));
    return out;
  }

  Span rows_span() const { return {row_.var, first_row_, plus(last_row_, -1)}; }

  /// The part of a loop's range that limits leave, given the ranges of other variables.
  std::pair<Expr, Expr> narrowed(Block& out, const ContractionLoop& l, Expr begin, Expr end, const std::vector<Span>& spans,
                                 bool elements) const {
    for (const Limit& limit : c_.limits) {
      const std::int64_t c = limit.coefficient(l.var);
      if (c == 0 || (elements && limit.depends_on(c_.reduction[0].var))) continue;
      Limit rest = limit;
      std::erase_if(rest.terms, [&](const auto& term) { return term.first == l.var; });
      const Expr most = greatest(rest, spans);
      if (c > 0) {
        begin = larger(begin, minus(integer(0), most));
      } else {
        end = smaller(end, plus(most, 1));
      }
    }
    begin = let_in(out, "begin", begin);
    return {begin, let_in(out, "end", larger(begin, end))};
  }

  /// Which operands are copied, and how many terms a block has: decided once for the part.
  void choose_copies(Block& out, const Expr& columns) {
    terms_ = integer(plan_.reduction_block);
    copies_panel_ = copies_sliver_ = Expr();
    if (!is_blocked() || has_limits()) return;
    const ContractionLoop& k = c_.reduction[0];
    const auto item = static_cast<std::int64_t>(array::size_of(c_.target.dtype()));
    const Expr is_near = let_in(
        out, "near", less(count(k) * columns, integer(machine_.l2_bytes / 2 / item)));
    const Expr is_low = let_in(out, "low", less(minus(last_row_, first_row_), integer(kTilesPerPanel * plan_.rows)));
    copies_panel_ = let_in(out, "packed", ir::operation(Op::bit_not, {either(is_near, is_low)}));
    copies_sliver_ = let_in(out, "slivers", less(integer(kPanelsPerSliver * panel_), columns));
    const bool all_direct = std::all_of(plan_.panel_is_direct.begin(), plan_.panel_is_direct.end(), [](bool d) { return d; });
    const bool streams = !plan_.staged && all_direct;
    if (streams && plan_.reduction_block > kStreams) {
      const Expr far = both(is_low, ir::operation(Op::bit_not, {is_near}));
      terms_ = let_in(out, "terms", choose(far, integer(kStreams), integer(plan_.reduction_block)));
    }
  }

  Var new_array(const char* name, DType dtype, int rank) const {
    return ir::make_var(name, ir::Type::array(dtype, rank, ir::Layout::C));
  }

  void allocate(Block& out, const Expr& columns) {
    panels_.clear();
    slivers_.clear();
    const std::int64_t block_panels = plan_.column_block / panel_;
    for (std::size_t i = 0; i < plan_.panels.size(); ++i) {
      panels_.push_back(new_array("panel", plan_.panels[i].dtype(), 3));
      const Expr needed = plan_.panel_is_direct[i] && copies_panel_
                              ? choose(copies_panel_, integer(block_panels), integer(0))
                              : smaller(pieces(columns, panel_), integer(block_panels));
      out.push_back(
          ir::allocate(panels_.back(), {needed, integer(plan_.reduction_block + kPanelGap), integer(panel_)}, c_.location));
    }
    for (std::size_t i = 0; i < plan_.slivers.size(); ++i) {
      const Expr& load = plan_.slivers[i];
      // Rows whose terms lie side by side are read as fast from where they are.
      if (plan_.sliver_is_direct[i] && copies_sliver_ && runs_along_terms(load)) {
        slivers_.push_back(nullptr);
        continue;
      }
      slivers_.push_back(new_array("sliver", load.dtype(), 2));
      out.push_back(ir::allocate(slivers_.back(), sliver_shape(tiles_, load), c_.location));
    }
    staging_ = nullptr;
    if (!plan_.staged) return;
    staging_ = new_array("staging", c_.accumulator->type.dtype(), 2);
    const Expr rows = pieces(minus(last_row_, first_row_), plan_.rows) * integer(plan_.rows);
    const Expr width = smaller(columns, integer(plan_.column_block));
    // One visit of all terms needs no place to wait.
    const Expr waits = limits_terms() ? ir::bool_constant(true) : ir::operation(Op::gt, {count(c_.reduction[0]), terms_});
    out.push_back(ir::allocate(staging_, {choose(waits, rows, integer(0)), width}, c_.location));
  }

  bool runs_along_terms(const Expr& load) const {
    return access_of(load.array(), load.indices(), c_.reduction[0].var) == Access::Contiguous;
  }

  Block blocks_of_terms() {
    Block out;
    if (!is_blocked()) {
      is_first_ = is_last_ = Expr();
      append(out, rows_of_tiles());
      return out;
    }
    const ContractionLoop& k = c_.reduction[0];
    Expr begin = k.begin, end = k.end;
    if (has_limits()) {
      const Span columns{lane_.var, block_.columns_begin, plus(block_.columns_end, -1)};
      std::tie(begin, end) = narrowed(out, k, begin, end, {rows_span(), columns}, false);
    }
    // Under limits no term may be left, and the start and final values still have their duty.
    const Expr whole = ir::operation(Op::floordiv, {plus(minus(end, begin), minus(terms_, integer(1))), terms_});
    const Expr blocks = let_in(out, "blocks", has_limits() ? larger(whole, integer(1)) : whole);
    const Var b = ir::make_var("block", ir::kI64);
    Block body;
    block_.first_term = let_in(body, k.var->name + "s", plus(begin, ir::variable(b) * terms_));
    block_.terms_end =
        let_in(body, "end", smaller(smaller(plus(block_.first_term, terms_), plus(block_.first_term, plan_.reduction_block)), end));
    is_first_ = equal(ir::variable(b), integer(0));
    is_last_ = equal(ir::variable(b), minus(blocks, integer(1)));
    for (std::size_t i = 0; i < panels_.size(); ++i) {
      Block pack = pack_panel(tiles_, plan_.panels[i], ir::variable(panels_[i]), block_);
      if (plan_.panel_is_direct[i] && copies_panel_) pack = {ir::if_then(copies_panel_, std::move(pack), {}, c_.location)};
      append(body, std::move(pack));
    }
    append(body, rows_of_tiles());
    out.push_back(loop(b, integer(0), blocks, 1, std::move(body)));
    return out;
  }

  Block rows_of_tiles() {
    const Var block = ir::make_var(row_.var->name + "s", ir::kI64);
    Block body;
    TilePlace place;
    place.row = ir::variable(block);
    place.row_count = let_in(body, "rows", smaller(minus(last_row_, place.row), integer(plan_.rows)));
    place.block_begin = place.first_term = block_.first_term;
    place.terms_end = block_.terms_end;
    place.is_first = is_first_;
    place.is_last = is_last_;
    if (plan_.lanes == 1) {
      place.column = integer(0);
      append(body, tile(tiles_, place, 1, Lanes::All));
    } else {
      for (std::size_t i = 0; i < slivers_.size(); ++i) place.slivers.push_back(sliver(body, i, place));
      if (staging_) {
        place.staging = ir::variable(staging_);
        place.staging_row = minus(place.row, first_row_);
      }
      append(body, has_limits() ? limited_panels(place) : whole_panels(place));
    }
    return {loop(block, first_row_, last_row_, plan_.rows, std::move(body))};
  }

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
    if (!slivers_[i]) {
      const Expr own = sliver_view_of_operand(tiles_, load, block_, place.row, place.row_count);
      const Var var = ir::make_var("rows_of", own.type());
      body.push_back(ir::let(var, own, c_.location));
      return ir::variable(var);
    }
    const Expr copy = ir::variable(slivers_[i]);
    Block fill = pack_sliver(tiles_, load, copy, block_, place.row, place.row_count);
    if (!plan_.sliver_is_direct[i] || !copies_sliver_) {
      append(body, std::move(fill));
      const Expr view = sliver_view(tiles_, load, copy);
      const Var var = ir::make_var("rows_of", view.type());
      body.push_back(ir::let(var, view, c_.location));
      return ir::variable(var);
    }
    return chosen(body, "rows_of", sliver_view_of_operand(tiles_, load, block_, place.row, place.row_count),
                  sliver_view(tiles_, load, copy), copies_sliver_, std::move(fill));
  }

  /// The panels that the tile at column `left` reads.
  void find_panels(Block& body, TilePlace& place, const Expr& q, const Expr& left) {
    place.panel_left = left;
    place.panels.clear();
    for (std::size_t i = 0; i < panels_.size(); ++i) {
      const Expr& load = plan_.panels[i];
      const Expr copy = panel_view(load, ir::variable(panels_[i]), q);
      if (!plan_.panel_is_direct[i] || !copies_panel_) {
        const Var var = ir::make_var("columns_of", copy.type());
        body.push_back(ir::let(var, copy, c_.location));
        place.panels.push_back(ir::variable(var));
        continue;
      }
      const Expr width = smaller(minus(block_.columns_end, left), integer(panel_));
      place.panels.push_back(chosen(body, "columns_of", panel_view_of_operand(tiles_, load, block_, left, width), copy,
                                    copies_panel_, {}));
    }
    if (place.staging) place.staging_column = minus(left, block_.columns_begin);
  }

  /// Whole panels with all their vectors, then what is left: pairs of vectors and one, under a mask.
  Block whole_panels(const TilePlace& row) {
    Block out, full, edge;
    const Expr columns = minus(block_.columns_end, block_.columns_begin);
    const Expr whole = let_in(out, "whole", ir::operation(Op::floordiv, {columns, integer(panel_)}));
    const Var q = ir::make_var("q", ir::kI64);
    TilePlace place = row;
    place.column = let_in(full, lane_.var->name, plus(block_.columns_begin, ir::variable(q) * integer(panel_)));
    find_panels(full, place, ir::variable(q), place.column);
    // Where panels are copied the target and the next rows are far away, too.
    if (copies_panel_) {
      if (!staging_) place.fetches_next = copies_panel_;
      Block fetch;
      for (const Expr& load : plan_.slivers) {
        append(fetch, fetch_sliver(tiles_, load, block_, plus(place.row, plan_.rows), ir::variable(q),
                                   plan_.column_block / panel_));
      }
      if (!fetch.empty()) full.push_back(ir::if_then(copies_panel_, std::move(fetch), {}, c_.location));
    }
    append(full, tile(tiles_, place, plan_.vectors, Lanes::All));
    place.fetches_next = Expr();
    out.push_back(loop(q, integer(0), whole, 1, std::move(full)));

    const Expr left = let_in(edge, "left", plus(block_.columns_begin, whole * integer(panel_)));
    find_panels(edge, place, whole, left);
    place.columns_end = block_.columns_end;
    const Expr rest = minus(block_.columns_end, left);
    Expr done = integer(0);
    if (plan_.vectors > 1) {
      const std::int64_t pair = 2 * std::int64_t{plan_.lanes};
      // A pair where there is more than one vector.
      const Expr pairs = ir::operation(Op::floordiv, {plus(rest, plan_.lanes - 1), integer(pair)});
      done = let_in(edge, "done", pairs * integer(pair));
      edge_tiles(edge, place, left, integer(0), done, 2);
    }
    edge_tiles(edge, place, left, done, rest, 1);
    out.push_back(ir::if_then(less(left_of(whole), block_.columns_end), std::move(edge), {}, c_.location));
    return out;
  }
  Expr left_of(const Expr& q) const { return plus(block_.columns_begin, q * integer(panel_)); }

  void edge_tiles(Block& out, TilePlace place, const Expr& left, const Expr& begin, const Expr& end, int vectors,
                  Lanes lanes = Lanes::Masked) {
    const Var at = ir::make_var("c", ir::kI64);
    Block body;
    place.column = let_in(body, lane_.var->name, plus(left, ir::variable(at)));
    if (place.staging) place.staging_column = minus(place.column, block_.columns_begin);
    append(body, tile(tiles_, place, vectors, lanes));
    out.push_back(loop(at, begin, end, std::int64_t{vectors} * plan_.lanes, std::move(body)));
  }

  /// Panels inside of the limits with all their vectors; those that a limit cuts vector by vector, each round held
  /// against the limits. Where terms are limited, the first and last of them go that way too.
  Block limited_panels(const TilePlace& row) {
    Block body, cut;
    const Var q = ir::make_var("q", ir::kI64);
    TilePlace place = row;
    const Expr left = let_in(body, lane_.var->name, left_of(ir::variable(q)));
    const Expr width = let_in(body, "width", smaller(minus(block_.columns_end, left), integer(panel_)));
    place.column = left;
    find_panels(body, place, ir::variable(q), left);
    const std::vector<Span> spans = {{row_.var, place.row, plus(plus(place.row, place.row_count), -1)},
                                     {lane_.var, left, plus(plus(left, width), -1)}};
    Expr inside = equal(width, integer(panel_)), outside = ir::bool_constant(false);
    for (const Limit& l : c_.limits) {
      if (l.depends_on(c_.reduction[0].var)) continue;
      inside = both(inside, ir::operation(Op::ge, {least(l, spans), integer(0)}));
      outside = either(outside, less(greatest(l, spans), integer(0)));
    }
    inside = let_in(body, "inside", inside);
    Block some = limits_terms() ? split_terms(place, left, width, inside, spans)
                                : split_panels(place, left, width, inside);
    body.push_back(ir::if_then(ir::operation(Op::bit_not, {outside}), std::move(some), {}, c_.location));
    return {loop(q, integer(0), pieces(minus(block_.columns_end, block_.columns_begin), panel_), 1, std::move(body))};
  }

  bool limits_terms() const {
    return std::any_of(c_.limits.begin(), c_.limits.end(),
                       [&](const Limit& l) { return l.depends_on(c_.reduction[0].var); });
  }

  Block vectors_under_limits(TilePlace place, const Expr& left, const Expr& width) {
    Block out;
    place.columns_end = block_.columns_end;
    edge_tiles(out, place, left, integer(0), width, 1, Lanes::Limited);
    return out;
  }

  Block split_panels(const TilePlace& place, const Expr& left, const Expr& width, const Expr& inside) {
    return {ir::if_then(inside, tile(tiles_, place, plan_.vectors, Lanes::All), vectors_under_limits(place, left, width),
                        c_.location)};
  }

  /// Three visits: terms that only some elements take, those that all take, and again such for some.
  Block split_terms(const TilePlace& given, const Expr& left, const Expr& width, const Expr& inside,
                    const std::vector<Span>& spans) {
    Block out;
    const Var& k = c_.reduction[0].var;
    Expr any_begin = block_.first_term, all_begin = block_.first_term;
    Expr any_end = block_.terms_end, all_end = block_.terms_end;
    for (const Limit& limit : c_.limits) {
      const std::int64_t c = limit.coefficient(k);
      if (c == 0) continue;
      Limit rest = limit;
      std::erase_if(rest.terms, [&](const auto& term) { return term.first == k; });
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
    some.is_first = let_in(body, "is_first", both(given.is_first, ir::operation(Op::bit_not, {is_second})));
    some.is_last = let_in(body, "is_last", both(given.is_last, is_second));
    const Expr needed = either(less(some.first_term, some.terms_end), either(some.is_first, some.is_last));
    body.push_back(ir::if_then(needed, vectors_under_limits(some, left, width), {}, c_.location));
    TilePlace all = given;
    all.first_term = all_begin;
    all.terms_end = all_end;
    all.is_first = all.is_last = ir::bool_constant(false);
    body.push_back(ir::if_then(both(ir::operation(Op::bit_not, {is_second}), less(all_begin, all_end)),
                               tile(tiles_, all, plan_.vectors, Lanes::All), {}, c_.location));
    out.push_back(loop(visit, integer(0), integer(2), 1, std::move(body)));
    return out;
  }

  const Contraction& c_;
  const ContractionPlan& plan_;
  const Machine& machine_;
  TileSetting tiles_;
  const ContractionLoop &row_, &lane_;
  std::int64_t panel_;  ///< columns of a panel
  std::vector<ContractionLoop> outer_;
  // Of the part and block that is being written.
  std::vector<Var> panels_, slivers_;
  Var staging_;
  PackedBlock block_;
  Expr first_row_, last_row_, left_, right_;
  Expr terms_, copies_panel_, copies_sliver_;
  Expr is_first_, is_last_;
};

}  // namespace

ir::Stmt schedule_contraction(const Contraction& contraction, const ContractionPlan& plan, const Machine& machine,
                              ir::FloatModel model, const ir::Stmt& original) {
  return Scheduler(contraction, plan, machine, model).schedule(original);
}

}  // namespace rooftop::opt
