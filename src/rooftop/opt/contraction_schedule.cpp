// From a plan to the nest: chunks for the threads, blocks of columns and terms, panels and slivers, tiles.
#include "rooftop/opt/contraction_schedule.h"

#include <algorithm>
#include <optional>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/contraction_block.h"
#include "rooftop/opt/contraction_conditions.h"
#include "rooftop/opt/contraction_little.h"
#include "rooftop/opt/contraction_operands.h"
#include "rooftop/opt/contraction_pack.h"
#include "rooftop/opt/contraction_parts.h"
#include "rooftop/opt/contraction_upright.h"

namespace rooftop::opt {

using array::DType;
using ir::Block;
using ir::Expr;
using ir::LoopKind;
using ir::Op;
using ir::Var;

namespace {

// Terms from registers that take as long as one of the operations on elements of memory that Machine::fork_work
// counts, by lanes of a vector.
constexpr double kTermsOfAnOperation = 0.5;
// Rows of tiles that must read a panel before its copy pays, fewer where the operand lies in the second-level cache,
// and panels that must read a sliver.
constexpr std::int64_t kTilesPerPanel = 8, kTilesPerCachedPanel = 4, kPanelsPerSliver = 3;
// Bytes of an operand that is read as fast from where it is.
constexpr std::int64_t kSmallOperand = 64 * 1024;
// Panels of a thread of which one more or less is no matter.
constexpr std::int64_t kPanelsPerThread = 8;
// Terms from which fetching ahead pays: with fewer a tile is done before what it asks for has come.
constexpr std::int64_t kFewestFetched = 32;
// Terms of a block where an operand is read straight from far memory: as many streams as the hardware follows.
constexpr std::int64_t kStreams = 16;
// Unused terms at the end of a panel: with panels a power of two apart, a row of them would fall into one set of a
// cache.
constexpr std::int64_t kPanelGap = 1;
// Products of a batch of small ones that share what their blocks need.
constexpr std::int64_t kProductsTogether = 64;
// Under limits chunks of as many rows are work of different size: more of them than threads.
constexpr std::int64_t kUnevenChunks = 4;

ContractionLoop once(const char* name) { return {ir::make_var(name, ir::kI64), integer(0), integer(1)}; }

TileSetting setting_of(const Contraction& c, const ContractionPlan& plan, bool fuses) {
  NamedStep named = named_step(c, plan);
  return {c,
          plan,
          plan.lane_loop ? c.parallel[*plan.lane_loop] : once("c"),
          plan.row_loop ? c.parallel[*plan.row_loop] : once("r"),
          fuses ? with_fused_products(named.step, c.accumulator) : named.step,
          std::move(named.panels),
          std::move(named.slivers)};
}

class Scheduler {
 public:
  Scheduler(const Contraction& c, const ContractionPlan& plan, const Machine& machine, ir::FloatModel model)
      : c_(c),
        plan_(plan),
        machine_(machine),
        tiles_(setting_of(c, plan, machine.has_fma && model != ir::FloatModel::Strict)),
        row_(tiles_.row),
        lane_(tiles_.lane),
        panel_(plan.panel_columns()) {
    for (std::size_t i = 0; i < c.parallel.size(); ++i) {
      if (i != plan.lane_loop && i != plan.row_loop) outer_.push_back(c.parallel[i]);
    }
  }

  ir::Stmt schedule(const ir::Stmt& original) {
    Block inner = outer_.empty() ? unless_little(chunks()) : batches();
    if (auto upright = upright_nest(c_, plan_, machine_, tiles_.step, pays())) {
      inner = {ir::if_then(is_upright(c_, plan_, machine_), std::move(*upright), std::move(inner), c_.location)};
    }
    Expr condition = has_terms();
    const std::vector<Expr> tests = conditions_of(c_);
    for (const Expr& c : tests) condition = both(condition, c);
    // Without terms a value that goes back as it came does nothing.
    Block otherwise;
    if (c_.initial || c_.final_value || !tests.empty()) otherwise.push_back(original);
    if (tests.empty()) condition = ir::operation(Op::likely, {condition});
    return ir::if_then(condition, std::move(inner), std::move(otherwise), c_.location);
  }

 private:
  /// Whether the terms are added block by block.
  bool is_blocked() const { return plan_.reduction_block > 0; }

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
    return ir::operation(
        Op::gt, {work, ir::float_constant(kTermsOfAnOperation * std::max(4, plan_.lanes) * machine_.fork_work)});
  }

  /// Further dimensions of the target stay outside; the threads share the first of them, if it is long enough, or else
  /// each product.
  Block batches() {
    const ContractionLoop& first = outer_[0];
    if (machine_.threads <= 1) return products(first.begin, first.end);
    Block out;
    const Expr used =
        let_in(out, "chunks", choose(pays(), smaller(threads_of_call(machine_), count(first)), integer(1)));
    const Expr share = let_in(out, "chunk", pieces(count(first), used));
    const Var t = ir::make_var("t", ir::kI64);
    Block body;
    const Expr begin = let_in(body, "first", smaller(plus(first.begin, ir::variable(t) * share), first.end));
    append(body, products(begin, smaller(plus(begin, share), first.end)));
    out.push_back(tiles_.loop(t, integer(0), used, 1, std::move(body), LoopKind::Parallel));
    return out;
  }

  /// The part of a batch from `begin` to `end` of the first of the further dimensions.
  Block products(const Expr& begin, const Expr& end) {
    std::vector<ContractionLoop> loops = outer_;
    loops[0].begin = begin;
    loops[0].end = end;
    return unless_little(scheduled_products(loops), loops);
  }

  /// The nest, or for extents at which it is the faster one that of little products, in the loops around it.
  Block unless_little(Block nest, const std::vector<ContractionLoop>& outer = {}) const {
    if (!has_little_nest(c_, plan_)) return nest;
    Block little = nested(outer, little_nest(tiles_));
    return {ir::if_then(is_little(tiles_, machine_, !outer.empty()), std::move(little), std::move(nest), c_.location)};
  }

  Block scheduled_products(std::vector<ContractionLoop> loops) {
    Block out = prepared(row_.begin, row_.end, lane_.begin, lane_.end);
    if (!is_blocked() || c_.has_limits()) {
      append(out, nested(loops, part()));
      return out;
    }
    // Small products of one block: what the loops over blocks do is done once for many of them.
    const ContractionLoop last = loops.back();
    loops.pop_back();
    const Expr is_single = both(equal(column_blocks_, integer(1)), equal(term_blocks_, integer(1)));
    const Expr together = let_in(out, "together", choose(is_single, integer(kProductsTogether), integer(1)));
    const Var group = ir::make_var("group", ir::kI64);
    Block body;
    const Expr from = let_in(body, "from", plus(last.begin, ir::variable(group) * together));
    group_ = ContractionLoop{last.var, from, let_in(body, "to", smaller(plus(from, together), last.end))};
    append(body, part());
    group_.reset();
    const Expr groups = choose(is_single, pieces(count(last), kProductsTogether), count(last));
    append(out, nested(loops, {tiles_.loop(group, integer(0), groups, 1, std::move(body))}));
    return out;
  }

  /// The loops around the block, the first outermost.
  Block nested(const std::vector<ContractionLoop>& loops, Block body) const {
    for (std::size_t i = loops.size(); i-- > 0;)
      body = {tiles_.loop(loops[i].var, loops[i].begin, loops[i].end, 1, std::move(body))};
    return body;
  }

  Block serial() {
    Block out = prepared(row_.begin, row_.end, lane_.begin, lane_.end);
    append(out, part());
    return out;
  }

  /// One part of the target per thread, of columns where there are enough or rows are few, else of rows; each packs its
  /// own panels, so that no thread waits for another. Parts of rows would each pack all of them.
  Block chunks() {
    if (machine_.threads <= 1) return serial();
    Block out;
    const Expr rows = let_in(out, "rows", count(row_)), columns = let_in(out, "columns", count(lane_));
    const Expr threads = let_in(out, "threads", threads_of_call(machine_));
    const Expr uneven = choose(less(integer(1), threads), threads * integer(kUnevenChunks), integer(1));
    const Expr used = let_in(out, "chunks", choose(pays(), c_.has_limits() ? uneven : threads, integer(1)));
    Expr by_columns = ir::bool_constant(false);
    if (plan_.lane_loop && !c_.has_limits()) {
      const Expr are_few = less(rows, integer(machine_.threads * plan_.rows));
      const Expr is_wide = both(less(integer(machine_.threads * kPanelsPerThread * panel_ - 1), columns),
                                less(rows, columns * integer(2)));
      by_columns = let_in(out, "by_columns", either(are_few, is_wide));
    }
    // Whole tiles in each chunk.
    const auto share = [&](const Expr& n, std::int64_t unit) {
      return let_in(out, "chunk", pieces(pieces(n, used), unit) * integer(unit));
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
    const auto [first, last] = range(row_, row_share, negated(by_columns));
    const auto [left, right] =
        column_share ? range(lane_, column_share, by_columns) : std::pair(lane_.begin, lane_.end);
    append(body, prepared(first, last, left, right));
    append(body, part());
    out.push_back(tiles_.loop(t, integer(0), used, 1, std::move(body), LoopKind::Parallel));
    return out;
  }

  /// What the part of rows first … last - 1 and columns left … right - 1 needs once, whatever the outer loops do.
  Block prepared(const Expr& first, const Expr& last, const Expr& left, const Expr& right) {
    Block out;
    b_.first_row = first;
    b_.last_row = last;
    left_ = left;
    right_ = right;
    if (plan_.lanes == 1) return out;
    choose_copies(out, minus(right, left));
    if (!c_.has_limits()) {
      // Divisions that a batch should not repeat.
      cut_columns(out, minus(right, left));
      if (is_blocked()) term_blocks_ = let_in(out, "blocks", pieces(count(c_.reduction[0]), terms_));
    }
    allocate(out, minus(right, left));
    return out;
  }

  Block part() {
    if (plan_.lanes == 1) return tiles_of_block(tiles_, b_);
    Block out;
    Expr begin = left_, end = right_;
    if (c_.has_limits()) {
      std::vector<Limit> of_elements = c_.limits;
      std::erase_if(of_elements, [&](const Limit& l) { return l.depends_on(c_.reduction[0].var); });
      std::tie(begin, end) = narrowed(of_elements, lane_.var, left_, right_, {rows_span()});
      begin = let_in(out, "begin", begin);
      end = let_in(out, "end", end);
    }
    if (c_.has_limits()) cut_columns(out, minus(end, begin));
    const Var block = ir::make_var("column_block", ir::kI64);
    Block body;
    b_.at.columns_begin = let_in(body, lane_.var->name + "s", plus(begin, ir::variable(block) * width_));
    const Expr most = plus(b_.at.columns_begin, most_columns_);
    b_.at.columns_end = let_in(body, "columns_end", smaller(smaller(plus(b_.at.columns_begin, width_), most), end));
    append(body, blocks_of_terms());
    out.push_back(tiles_.loop(block, integer(0), column_blocks_, 1, std::move(body)));
    return out;
  }

  /// Blocks of one width, in whole panels: a narrow last one would read its copies too seldom.
  void cut_columns(Block& out, const Expr& columns) {
    column_blocks_ = let_in(out, "column_blocks", pieces(columns, most_columns_));
    const Expr even = ir::operation(
        Op::floordiv, {plus(columns, minus(column_blocks_, integer(1))), larger(column_blocks_, integer(1))});
    width_ = let_in(out, "columns", pieces(even, panel_) * integer(panel_));
  }

  Span rows_span() const { return {row_.var, b_.first_row, plus(b_.last_row, -1)}; }

  /// Which operands are copied, and how many terms a block has: decided once for the part.
  void choose_copies(Block& out, const Expr& columns) {
    terms_ = integer(plan_.reduction_block);
    most_columns_ = integer(plan_.column_block);
    b_.copies_panel = b_.copies_sliver = b_.is_far = Expr();
    if (!is_blocked()) return;
    const ContractionLoop& k = c_.reduction[0];
    const auto item = static_cast<std::int64_t>(array::size_of(c_.target.dtype()));
    const std::int64_t half = machine_.l2_bytes / 2;
    const Expr rows = minus(b_.last_row, b_.first_row);
    const Expr is_large = less(integer(half / item), rows * columns);
    if (c_.has_limits()) {
      b_.is_far = let_in(out, "far", is_large);
      return;
    }
    const Expr operand = let_in(out, "operand", count(k) * columns);
    const Expr is_near = let_in(out, "near", less(operand, integer(half / item)));
    const Expr is_small = less(operand, integer(std::min(half, kSmallOperand) / item));
    const Expr tiles = choose(is_near, integer(kTilesPerCachedPanel), integer(kTilesPerPanel));
    const Expr is_low = let_in(out, "low", less(rows, tiles * integer(plan_.rows)));
    b_.copies_panel = let_in(out, "packed", negated(either(is_small, is_low)));
    const Expr are_many = less(integer(kFewestFetched - 1), count(k));
    b_.is_far = let_in(out, "far", both(are_many, either(b_.copies_panel, is_large)));
    b_.copies_sliver = let_in(out, "slivers", less(integer(kPanelsPerSliver * panel_), columns));
    const bool streams = !plan_.staged && plan_.has_direct_panels();
    if (streams && plan_.reduction_block > kStreams) {
      const Expr far = let_in(out, "streams", both(is_low, negated(is_near)));
      // What the hardware follows goes on for as long as the rows of both fit into the cache.
      const Expr fit = ir::operation(Op::floordiv, {integer(half / item / panel_), plus(rows, kStreams)});
      most_columns_ = let_in(out, "most", choose(far, larger(fit * integer(panel_), most_columns_), most_columns_));
      terms_ = let_in(out, "terms", choose(far, integer(kStreams), integer(plan_.reduction_block)));
    }
  }

  Var new_array(const char* name, DType dtype, int rank) const {
    return ir::make_var(name, ir::Type::array(dtype, rank, ir::Layout::C));
  }

  void allocate(Block& out, const Expr& columns) {
    b_.panels.clear();
    b_.slivers.clear();
    const std::int64_t block_panels = plan_.column_block / panel_;
    for (std::size_t i = 0; i < plan_.panels.size(); ++i) {
      b_.panels.push_back(new_array("panel", plan_.panels[i].dtype(), 3));
      const Expr needed = plan_.panel_is_direct[i] && b_.copies_panel
                              ? choose(b_.copies_panel, integer(block_panels), integer(0))
                              : smaller(pieces(columns, panel_), integer(block_panels));
      out.push_back(ir::allocate(b_.panels.back(),
                                 {needed, integer(plan_.block_elements() + kPanelGap), integer(panel_)}, c_.location));
    }
    for (std::size_t i = 0; i < plan_.slivers.size(); ++i) {
      const Expr& load = plan_.slivers[i];
      // Rows whose terms lie side by side are read as fast from where they are.
      if (plan_.sliver_is_direct[i] && b_.copies_sliver && runs_along(load, c_.reduction[0].var)) {
        b_.slivers.push_back(nullptr);
        continue;
      }
      b_.slivers.push_back(new_array("sliver", load.dtype(), 2));
      out.push_back(ir::allocate(b_.slivers.back(), sliver_shape(tiles_, load), c_.location));
    }
    b_.staging = nullptr;
    if (!plan_.staged) return;
    b_.staging = new_array("staging", c_.accumulator->type.dtype(), 2);
    const Expr rows = pieces(minus(b_.last_row, b_.first_row), plan_.rows) * integer(plan_.rows);
    const Expr width = smaller(columns, integer(plan_.column_block));
    // One visit of all terms needs no place to wait.
    const Expr waits =
        c_.limits_terms() ? ir::bool_constant(true) : ir::operation(Op::gt, {count(c_.reduction[0]), terms_});
    out.push_back(ir::allocate(b_.staging, {choose(waits, rows, integer(0)), width}, c_.location));
  }

  Block blocks_of_terms() {
    Block out;
    if (!is_blocked()) {
      b_.is_first = b_.is_last = Expr();
      append(out, tiles_of_block(tiles_, b_));
      return out;
    }
    const ContractionLoop& k = c_.reduction[0];
    Expr begin = k.begin, end = k.end;
    if (c_.has_limits()) {
      const Span columns{lane_.var, b_.at.columns_begin, plus(b_.at.columns_end, -1)};
      std::tie(begin, end) = narrowed(c_.limits, k.var, begin, end, {rows_span(), columns});
      begin = let_in(out, "begin", begin);
      end = let_in(out, "end", end);
    }
    // Under limits no term may be left, and the start and final values still have their duty.
    const Expr blocks =
        c_.has_limits() ? let_in(out, "blocks", larger(pieces(minus(end, begin), terms_), integer(1))) : term_blocks_;
    const Var b = ir::make_var("block", ir::kI64);
    Block body;
    b_.at.first_term = let_in(body, k.var->name + "s", plus(begin, ir::variable(b) * terms_));
    b_.at.terms_end =
        let_in(body, "end",
               smaller(smaller(plus(b_.at.first_term, terms_), plus(b_.at.first_term, plan_.reduction_block)), end));
    const std::int64_t shared = plan_.terms_per_element;
    b_.at.elements_end = shared == 1
                             ? b_.at.terms_end
                             : let_in(body, "elements_end",
                                      plus(b_.at.first_term, pieces(minus(b_.at.terms_end, b_.at.first_term), shared)));
    b_.is_first = equal(ir::variable(b), integer(0));
    b_.is_last = equal(ir::variable(b), minus(blocks, integer(1)));
    Block product;
    for (std::size_t i = 0; i < b_.panels.size(); ++i) {
      Block pack = pack_panel(tiles_, plan_.panels[i], ir::variable(b_.panels[i]), b_.at);
      if (plan_.panel_is_direct[i] && b_.copies_panel)
        pack = {ir::if_then(b_.copies_panel, std::move(pack), {}, c_.location)};
      append(product, std::move(pack));
    }
    append(product, tiles_of_block(tiles_, b_));
    if (group_) product = {tiles_.loop(group_->var, group_->begin, group_->end, 1, std::move(product))};
    append(body, std::move(product));
    out.push_back(tiles_.loop(b, integer(0), blocks, 1, std::move(body)));
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
  TiledBlock b_;
  Expr left_, right_, terms_;
  std::optional<ContractionLoop> group_;      ///< products of a batch that share their blocks
  Expr most_columns_;                         ///< of a block, at most
  Expr column_blocks_, width_, term_blocks_;  ///< how many of them, and columns of one
};

}  // namespace

ir::Stmt schedule_contraction(const Contraction& contraction, const ContractionPlan& plan, const Machine& machine,
                              ir::FloatModel model, const ir::Stmt& original) {
  return Scheduler(contraction, plan, machine, model).schedule(original);
}

}  // namespace rooftop::opt
