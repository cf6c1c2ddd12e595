// Accumulators, the loop over terms, and the ways in and out of the registers.
#include "rooftop/opt/contraction_tile.h"

#include "rooftop/ir/walk.h"
#include "rooftop/opt/contraction_parts.h"

namespace rooftop::opt {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Var;

namespace {

/// Terms between a panel's being fetched from the second cache and its use: longer than that takes.
constexpr std::int64_t kTermsAhead = 16;
/// The part of a tile's terms, one of so many, before which the next tile is fetched.
constexpr std::int64_t kFetchedBefore = 4;

class Tile {
 public:
  Tile(const TileSetting& setting, const TilePlace& place, TileShape shape, Lanes lanes)
      : s_(setting),
        c_(setting.contraction),
        plan_(setting.plan),
        p_(place),
        row_number_(shape.rows),
        vectors_(shape.vectors),
        kind_(lanes) {}

  Block emit() {
    find_rows();
    find_columns();
    declare_accumulators();
    start();
    if (p_.is_far) {
      out_.push_back(ir::if_then(p_.is_far, terms_from_far(), all_terms(), c_.location));
    } else {
      append(out_, all_terms());
    }
    correct();
    finish();
    return std::move(out_);
  }

 private:
  struct Cell {
    int row, vector;
  };
  template <class F>
  void each(const F& f) const {
    for (int r = 0; r < row_number_; ++r) {
      for (int v = 0; v < vectors_; ++v) f(Cell{r, v});
    }
  }
  template <class T>
  static const T& at(const std::vector<T>& list, int i) {
    return list[static_cast<std::size_t>(i)];
  }
  template <class T>
  const T& at(const std::vector<T>& list, Cell cell) const {
    return at(list, cell.row * vectors_ + cell.vector);
  }
  const Var& accumulator(Cell cell) const { return at(accumulators_, cell); }

  void find_rows() {
    const Expr last = row_number_ > 1 ? let_in(out_, "last", plus(p_.row_count, -1)) : Expr();
    for (int r = 0; r < row_number_; ++r) {
      const Expr first = p_.first ? p_.first : ir::int_constant(0);
      at_.push_back(r == 0 ? first : let_in(out_, "r", smaller(plus(first, r), last)));
      rows_.push_back(r == 0 && !p_.first ? p_.row : let_in(out_, s_.row.var->name, plus(p_.row, at_.back())));
    }
  }

  void find_columns() {
    for (int v = 0; v < vectors_; ++v) {
      columns_.push_back(plus(p_.column, std::int64_t{v} * plan_.lanes));
      masks_.push_back(kind_ == Lanes::All
                           ? Expr()
                           : let_in(out_, "mask", lanes_below(columns_.back(), p_.columns_end, plan_.lanes)));
    }
    if (kind_ != Lanes::Limited) return;
    each([&](Cell cell) {
      limited_.push_back(let_in(out_, "inside", both(at(masks_, cell.vector), limits(cell, {}))));
    });
  }

  Expr along(const Expr& first) const { return plan_.lanes == 1 ? first : ir::ramp(first, integer(1), plan_.lanes); }

  /// The lanes of a cell that the limits leave: of the element itself, or with a term's variable of the round.
  Expr limits(Cell cell, const Var& term) const {
    ir::Substitution others;
    others.set(s_.row.var, at(rows_, cell.row));
    const Var& reduced = c_.reduction[0].var;
    if (term) others.set(reduced, ir::variable(term));
    Expr all;
    for (const Limit& l : c_.limits) {
      if (l.depends_on(reduced) != static_cast<bool>(term)) continue;
      all = both(all, holds(l, s_.lane.var, at(columns_, cell.vector), plan_.lanes, others));
    }
    return all;
  }

  Expr mask(Cell cell) const { return kind_ == Lanes::Limited ? at(limited_, cell) : at(masks_, cell.vector); }

  /// Of one element, or of a vector from there on.
  std::vector<Expr> target_indices(const Expr& row, const Expr& column, bool is_vector = false) const {
    std::vector<Expr> indices;
    for (const Affine& form : c_.target_indices) {
      Expr index = form.rest;
      if (form.depends_on(s_.lane.var)) {
        index = plus(index, column);
        if (is_vector) index = along(index);
      } else if (form.depends_on(s_.row.var)) {
        index = plus(index, row);
      } else {
        for (const ContractionLoop& l : c_.parallel) {
          if (form.depends_on(l.var)) index = plus(index, ir::variable(l.var));
        }
      }
      indices.push_back(index);
    }
    return indices;
  }
  std::vector<Expr> target_indices(Cell cell) const {
    return target_indices(at(rows_, cell.row), at(columns_, cell.vector), true);
  }
  std::vector<Expr> staging_indices(Cell cell) const {
    return {plus(p_.staging_row, at(at_, cell.row)),
            along(plus(p_.staging_column, std::int64_t{cell.vector} * plan_.lanes))};
  }
  Expr in_target(Cell cell) const { return ir::load(c_.target, target_indices(cell), mask(cell)); }
  Expr in_staging(Cell cell) const { return ir::load(p_.staging, staging_indices(cell), mask(cell)); }

  /// The expression at a cell, reading under its mask; `value` stands for the accumulator.
  Expr wide(const Expr& e, Cell cell, const Var& value = {}) const {
    ir::Substitution rows;
    rows.set(s_.row.var, at(rows_, cell.row));
    if (plan_.lanes == 1) {
      if (value) rows.set(c_.accumulator, ir::variable(value));
      return rows.rewrite(e);
    }
    Widener widener(s_.lane.var, at(columns_, cell.vector), plan_.lanes, mask(cell));
    if (value) widener.set(c_.accumulator, ir::variable(value));
    return widener.widen(rows.rewrite(e));
  }

  void declare_accumulators() {
    const ir::Type scalar = c_.accumulator->type;
    const ir::Type type = plan_.lanes == 1 ? scalar : scalar.with_lanes(plan_.lanes);
    each([&](Cell cell) {
      accumulators_.push_back(ir::make_var("acc", type));
      out_.push_back(ir::declare(accumulators_.back(), first_value(cell), c_.location));
    });
  }

  bool starts_from_initial() const { return c_.initial && kind_ != Lanes::Limited; }
  Expr first_value(Cell cell) const {
    if (starts_from_initial()) return wide(c_.initial, cell);
    return c_.initial ? ir::broadcast(ir::zero(c_.accumulator->type), plan_.lanes) : in_target(cell);
  }

  /// Start values at the first visit, values so far at the others.
  void start() {
    Block first, later;
    each([&](Cell cell) {
      const Var& acc = accumulator(cell);
      if (c_.initial && kind_ == Lanes::Limited) {
        add_if(first, some_lane(cell), {ir::assign(acc, wide(c_.initial, cell), c_.location)});
      }
      if (p_.is_first && (c_.initial || p_.staging)) {
        later.push_back(ir::assign(acc, p_.staging ? in_staging(cell) : in_target(cell), c_.location));
      }
    });
    if (first.empty() && later.empty()) return;
    if (!p_.is_first) return append(out_, std::move(first));
    if (first.empty()) {
      return add_if(out_, negated(p_.is_first), std::move(later));
    }
    out_.push_back(ir::if_then(p_.is_first, std::move(first), std::move(later), c_.location));
  }

  void add_if(Block& out, const Expr& condition, Block block) const {
    if (block.empty()) return;
    if (!condition) return append(out, std::move(block));
    out.push_back(ir::if_then(condition, std::move(block), {}, c_.location));
  }

  /// The nest of the reducing loops, or of a part of the only one.
  Block all_terms() { return terms(p_.first_term, p_.terms_end, false); }
  Block terms(const Expr& first, const Expr& end, bool is_far) {
    // Fresh loop variables: tiles stand side by side.
    ir::Substitution loops;
    std::vector<Var> vars;
    for (const ContractionLoop& l : c_.reduction) {
      vars.push_back(ir::make_var(l.var->name, ir::kI64));
      loops.set(l.var, ir::variable(vars.back()));
    }
    Block body;
    std::vector<std::pair<Expr, Expr>> bound;
    each([&](Cell cell) { term(cell, vars[0], loops, body, bound); });
    if (is_far) fetch_panels(ir::variable(vars[0]), body);
    for (std::size_t i = vars.size(); i-- > 0;) {
      const bool all = plan_.reduction_block == 0;
      body = {
          s_.loop(vars[i], all ? c_.reduction[i].begin : first, all ? c_.reduction[i].end : end, 1, std::move(body))};
    }
    return body;
  }

  /// The terms in two parts, with panels fetched ahead. Between them the values so far of the next tile are: early
  /// enough to arrive, and not so early that the panels push them out of the cache again.
  Block terms_from_far() {
    Block out, part;
    const Expr rest = ir::operation(Op::floordiv, {minus(p_.terms_end, p_.first_term), integer(kFetchedBefore)});
    const Expr middle = let_in(out, "middle", minus(p_.terms_end, rest));
    const Var visit = ir::make_var("visit", ir::kI64);
    const Expr is_second = let_in(part, "is_second", equal(ir::variable(visit), integer(1)));
    part.push_back(ir::if_then(is_second, next_tile(), {}, c_.location));
    append(part, terms(choose(is_second, middle, p_.first_term), choose(is_second, p_.terms_end, middle), true));
    out.push_back(s_.loop(visit, integer(0), integer(2), 1, std::move(part)));
    return out;
  }

  Block next_tile() const {
    const Var r = ir::make_var("r", ir::kI64);
    const Expr& from = p_.staging ? p_.staging : c_.target;
    Block row;
    for (const std::int64_t column : lines(from.dtype())) {
      const Expr right = plus(p_.next_column, column), down = plus(p_.next_row, ir::variable(r));
      std::vector<Expr> indices = p_.staging ? std::vector{plus(p_.staging_row, minus(down, p_.row)),
                                                           plus(p_.staging_column, minus(right, p_.column))}
                                             : target_indices(down, right);
      row.push_back(ir::prefetch(from, std::move(indices), c_.location));
    }
    return {s_.loop(r, integer(0), integer(row_number_), 1, std::move(row))};
  }

  void fetch_panels(const Expr& k, Block& body) const {
    for (const Expr& panel : p_.panels) {
      const Expr term = plus(minus(k, p_.block_begin), kTermsAhead), left = minus(p_.column, p_.panel_left);
      for (const std::int64_t column : lines(panel.dtype())) {
        body.push_back(ir::prefetch(panel, {term, plus(left, column)}, c_.location));
      }
    }
  }

  /// The tile's columns where cache lines begin.
  std::vector<std::int64_t> lines(array::DType d) const {
    std::vector<std::int64_t> columns;
    for (std::int64_t c = 0; c < std::int64_t{vectors_} * plan_.lanes; c += line_elements(d)) columns.push_back(c);
    return columns;
  }

  /// One accumulator takes up one term. Operands are loaded once for all, except under limits.
  void term(Cell cell, const Var& k, ir::Substitution& loops, Block& body, std::vector<std::pair<Expr, Expr>>& bound) {
    const Var& acc = accumulator(cell);
    if (kind_ != Lanes::Limited) {
      body.push_back(ir::assign(acc, step(cell, k, mask(cell), loops, body, bound), c_.location));
      return;
    }
    const Expr on = let_in(body, "on", both(mask(cell), limits(cell, k)));
    Block taken;
    std::vector<std::pair<Expr, Expr>> own;
    const Expr next = step(cell, k, on, loops, taken, own);
    taken.push_back(ir::assign(acc, ir::operation(Op::select, {on, next, ir::variable(acc)}), c_.location));
    add_if(body, ir::operation(Op::reduce_or, {on}), std::move(taken));
  }

  Expr step(Cell cell, const Var& k, const Expr& on, ir::Substitution& loops, Block& body,
            std::vector<std::pair<Expr, Expr>>& bound) {
    ir::Substitution rows;
    rows.set(s_.row.var, at(rows_, cell.row));
    const auto placed = [&](const Expr& e) { return rows.rewrite(loops.rewrite(e)); };
    const auto bind_once = [&](const Expr& value) {
      for (const auto& [known, variable] : bound) {
        if (ir::same_expression(known, value)) return variable;
      }
      bound.emplace_back(value, let_in(body, "x", value));
      return bound.back().second;
    };
    if (plan_.lanes == 1) {
      rows.set(c_.accumulator, ir::variable(accumulator(cell)));
      return placed(s_.step);
    }
    const auto in_sliver = [&](std::size_t i) {
      return bind_once(ir::load(p_.slivers[i], {at(at_, cell.row), minus(ir::variable(k), p_.block_begin)}));
    };
    Widener widener(s_.lane.var, at(columns_, cell.vector), plan_.lanes, on);
    widener.set(c_.accumulator, ir::variable(accumulator(cell)));
    for (std::size_t i = 0; i < s_.sliver_names.size(); ++i) {
      if (s_.sliver_names[i]) rows.set(s_.sliver_names[i], in_sliver(i));
    }
    for (std::size_t i = 0; i < s_.panel_names.size(); ++i) {
      if (s_.panel_names[i]) widener.set(s_.panel_names[i], bind_once(in_panel(i, cell, k, on)));
    }
    widener.on_load = [&](const Expr& scalar, const Expr& wide) {
      for (std::size_t i = 0; i < plan_.panels.size(); ++i) {
        if (ir::same_expression(scalar, placed(plan_.panels[i]))) return bind_once(in_panel(i, cell, k, on));
      }
      for (std::size_t i = 0; i < plan_.slivers.size(); ++i) {
        if (ir::same_expression(scalar, placed(plan_.slivers[i]))) return in_sliver(i);
      }
      return bind_once(wide);
    };
    return widener.widen(placed(s_.step));
  }

  Expr in_panel(std::size_t i, Cell cell, const Var& k, const Expr& on) const {
    const Expr first = minus(at(columns_, cell.vector), p_.panel_left);
    return ir::load(p_.panels[i], {minus(ir::variable(k), p_.block_begin), along(first)}, on);
  }

  /// What shifted panels added to the sums is taken away again.
  void correct() {
    if (!plan_.shifted) return;
    each([&](Cell cell) {
      const Expr extra = ir::load(p_.slivers[0], {at(at_, cell.row), integer(plan_.sliver_elements())});
      const Expr sum = ir::variable(accumulator(cell)) + ir::broadcast(extra, plan_.lanes);
      out_.push_back(ir::assign(accumulator(cell), sum, c_.location));
    });
  }

  void finish() {
    if (p_.staging && p_.is_last) {
      Block last, later;
      store_rows(last, [this](Cell cell) { return to_target(cell, final_value(cell)); });
      store_rows(later, [this](Cell cell) {
        return ir::store(p_.staging, staging_indices(cell), ir::variable(accumulator(cell)), mask(cell), c_.location);
      });
      out_.push_back(ir::if_then(p_.is_last, std::move(last), std::move(later), c_.location));
      return;
    }
    if (!p_.is_last) return store_rows(out_, [this](Cell cell) { return to_target(cell, final_value(cell)); });
    Block end;
    if (c_.final_value) {
      each([&](Cell cell) {
        add_if(end, some_lane(cell), {ir::assign(accumulator(cell), final_value(cell), c_.location)});
      });
    }
    add_if(out_, p_.is_last, std::move(end));
    store_rows(out_, [this](Cell cell) { return to_target(cell, ir::variable(accumulator(cell))); });
  }

  Expr final_value(Cell cell) const {
    return c_.final_value ? wide(c_.final_value, cell, accumulator(cell)) : ir::variable(accumulator(cell));
  }
  ir::Stmt to_target(Cell cell, const Expr& value) const {
    return ir::store(c_.target, target_indices(cell), value, mask(cell), c_.location);
  }

  /// Under limits a row may have no element at all, and then nothing of it may be read.
  Expr some_lane(Cell cell) const {
    return kind_ == Lanes::Limited ? ir::operation(Op::reduce_or, {mask(cell)}) : Expr();
  }

  /// Stores of the rows that exist. Those beyond the last have the last one's values, which may be stored again unless
  /// the final value was made of what the element held before.
  template <class Store>
  void store_rows(Block& out, const Store& store) const {
    for (int r = 0; r < row_number_; ++r) {
      Block row;
      for (int v = 0; v < vectors_; ++v) add_if(row, some_lane({r, v}), {store(Cell{r, v})});
      const bool always = r == 0 || !c_.reads_target;
      add_if(out, always ? Expr() : ir::operation(Op::lt, {ir::int_constant(r), p_.row_count}), std::move(row));
    }
  }

  const TileSetting& s_;
  const Contraction& c_;
  const ContractionPlan& plan_;
  const TilePlace& p_;
  int row_number_, vectors_;
  Lanes kind_;
  Block out_;
  std::vector<Expr> at_, rows_;  ///< of each row: its place in the tile, its loop variable's value
  std::vector<Expr> columns_, masks_;
  std::vector<Expr> limited_;
  std::vector<Var> accumulators_;
};

bool is_product(const Expr& e, const Var& accumulator) { return e.is_op(Op::mul) && !ir::reads(e, accumulator); }

}  // namespace

Block tile(const TileSetting& setting, const TilePlace& place, TileShape shape, Lanes lanes) {
  return Tile(setting, place, shape, lanes).emit();
}

Expr with_fused_products(const Expr& step, const Var& accumulator) {
  if (!step.is(ExprKind::Operation) || !ir::reads(step, accumulator)) return step;
  const Expr e = ir::map_args(step, [&](const Expr& a) { return with_fused_products(a, accumulator); });
  const bool is_float = array::is_float(e.dtype()) || array::is_complex(e.dtype());
  if (!is_float || (e.op() != Op::add && e.op() != Op::sub)) return e;
  const Expr &a = e.arg(0), &b = e.arg(1);
  if (is_product(b, accumulator)) {
    return ir::operation(Op::fma, {e.op() == Op::add ? b.arg(0) : -b.arg(0), b.arg(1), a});
  }
  if (e.op() == Op::add && is_product(a, accumulator)) return ir::operation(Op::fma, {a.arg(0), a.arg(1), b});
  return e;
}

Expr holds(const Limit& limit, const Var& lane, const Expr& column, int lanes, ir::Substitution& others) {
  Expr sum = others.rewrite(limit.rest);
  for (const auto& [var, coefficient] : limit.terms) {
    if (var == lane) continue;
    const Expr value = others.rewrite(ir::variable(var));
    sum = coefficient == -1 ? minus(sum, value)
                            : plus(sum, coefficient == 1 ? value : value * ir::int_constant(coefficient));
  }
  const std::int64_t step = limit.coefficient(lane);
  if (step == 0) return ir::broadcast(ir::operation(Op::ge, {sum, ir::int_constant(0)}), lanes);
  const Expr first = plus(sum, step == 1 ? column : column * ir::int_constant(step));
  return ir::operation(Op::ge,
                       {ir::ramp(first, ir::int_constant(step), lanes), ir::broadcast(ir::int_constant(0), lanes)});
}

}  // namespace rooftop::opt
