// Which operands are turned, and the loops around the squares.
#include "rooftop/opt/contraction_upright.h"

#include <algorithm>
#include <bit>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/contraction_parts.h"
#include "rooftop/opt/contraction_step.h"

namespace rooftop::opt {

using ir::Block;
using ir::Expr;
using ir::Op;
using ir::Var;

namespace {

// Rows of one pass, and vectors at least where there is one column: their chains of dependent terms hide each other's
// latency. With several columns their numbers are read for one vector, as two would keep them where no register is
// left.
constexpr int kRows = 16, kVectors = 2;
// Squares of more elements are more code than they are worth.
constexpr int kMostLanes = 16;
// So many columns have code of their own.
constexpr int kColumns = 3;
// From so many rows on, tiles that compute one lane of each vector are slower.
constexpr std::int64_t kFewestRows = 4;

class Upright {
 public:
  Upright(const Contraction& c, const ContractionPlan& plan, const Machine& machine, const Expr& step)
      : c_(c), machine_(machine), step_(step), row_(c.parallel[*plan.row_loop]), term_(c.reduction[0]) {
    if (plan.lane_loop) column_ = c.parallel[*plan.lane_loop];
    lanes_ = upright_lanes(c, machine);
    if (lanes_ > 1 && column_.var) most_columns_ = columns_of_pass(lanes_);
  }

  static int upright_lanes(const Contraction& c, const Machine& machine) {
    return static_cast<int>(machine.vector_bytes /
                            static_cast<std::int64_t>(array::size_of(c.accumulator->type.dtype())));
  }

  /// As many as take up their terms while the arithmetic's other unit turns a square.
  static int columns_of_pass(int lanes) { return std::bit_width(static_cast<unsigned>(lanes)) - 1; }

  /// Something must lie along the terms, and nothing across both.
  bool fits() {
    if (lanes_ < 2 || lanes_ > kMostLanes || !std::has_single_bit(static_cast<unsigned>(lanes_))) return false;
    if (array::is_complex(c_.accumulator->type.dtype())) return false;
    for (const Expr& load : loads_of(step_)) {
      if (c_.is_of_target(load)) return false;
      if (!reads_any(load, {row_.var}) || runs_along(load, row_.var)) continue;
      if (!runs_along(load, term_.var) || !ops::accepts(Op::even_blocks, load.dtype())) return false;
      // A square of which every column has its own is turned for one column.
      if (column_.var && reads_any(load, {column_.var})) most_columns_ = 1;
      turned_.push_back(load);
    }
    return !turned_.empty();
  }

  Block nest(const Expr& pays) {
    Block out;
    const Expr rows = count(row_);
    if (machine_.threads <= 1) return {pass_loop(row_.begin, row_.end)};
    const Expr used = let_in(out, "chunks", choose(pays, threads_of_call(machine_), integer(1)));
    const Expr share = let_in(out, "chunk", pieces(pieces(rows, used), lanes_) * integer(lanes_));
    const Var t = ir::make_var("t", ir::kI64);
    Block body;
    const Expr first = let_in(body, "first", smaller(plus(row_.begin, ir::variable(t) * share), row_.end));
    const Expr last = let_in(body, "last", smaller(plus(first, share), row_.end));
    body.push_back(pass_loop(first, last));
    out.push_back(ir::for_loop(t, integer(0), used, 1, std::move(body), ir::LoopKind::Parallel, c_.location));
    return out;
  }

 private:
  ir::Stmt loop(const Var& var, const Expr& begin, const Expr& end, std::int64_t step, Block body) const {
    return ir::for_loop(var, begin, end, step, std::move(body), ir::LoopKind::Serial, c_.location);
  }

  /// With code for one column, for the most, and for three where four are the most.
  ir::Stmt pass_loop(const Expr& first, const Expr& last) {
    ir::Stmt out = pass_loop(first, last, most_columns_);
    for (const int columns : {kColumns, 1}) {
      if (columns >= most_columns_) continue;
      const Expr fits = less(count(column_), integer(columns + 1));
      out = ir::if_then(fits, {pass_loop(first, last, columns)}, {std::move(out)}, c_.location);
    }
    return out;
  }

  /// All rows and columns, so many columns at once.
  ir::Stmt pass_loop(const Expr& first, const Expr& last, int columns) {
    const Var i = ir::make_var(row_.var->name, ir::kI64);
    vectors_ = std::max(columns == 1 ? kVectors : 1, kRows / lanes_);
    Block body;
    if (column_.var) {
      const Var j = ir::make_var(column_.var->name, ir::kI64);
      Block some = pass(ir::variable(i), last, ir::variable(j), columns);
      body = {loop(j, column_.begin, column_.end, columns, std::move(some))};
    } else {
      body = pass(ir::variable(i), last, {}, 1);
    }
    return loop(i, first, last, std::int64_t{vectors_} * lanes_, std::move(body));
  }

  /// Some rows and columns. Columns beyond the last are computed like the last one.
  Block pass(const Expr& first, const Expr& end, const Expr& left, int columns) {
    Block out;
    cells_.clear();
    tops_.clear();
    masks_.clear();
    at_columns_.clear();
    last_ = let_in(out, "last", plus(end, -1));
    for (int c = 0; c < columns && left; ++c) {
      const Expr column = c == 0 ? left : smaller(plus(left, c), plus(column_.end, -1));
      at_columns_.push_back(let_in(out, column_.var->name, column));
    }
    for (int v = 0; v < vectors_; ++v) {
      tops_.push_back(plus(first, std::int64_t{v} * lanes_));
      masks_.push_back(let_in(out, "mask", lanes_below(tops_.back(), end, lanes_)));
      for (int c = 0; c < columns; ++c) {
        cells_.push_back({v, c, ir::make_var("acc", c_.accumulator->type.with_lanes(lanes_))});
        const Cell& cell = cells_.back();
        const Expr start = c_.initial ? wide(c_.initial, cell, {}) : ir::load(c_.target, element(cell), masks_.back());
        out.push_back(ir::declare(cell.accumulator, start, c_.location));
      }
    }
    const Expr squares = ir::operation(Op::floordiv, {count(term_), integer(lanes_)});
    const Expr whole = let_in(out, "whole", plus(term_.begin, squares * integer(lanes_)));
    out.push_back(square_loop(whole));
    out.push_back(rest_loop(whole));
    for (const Cell& cell : cells_) {
      const Expr value = ir::variable(cell.accumulator);
      const Expr last = c_.final_value ? wide(c_.final_value, cell, value) : value;
      ir::Stmt store = ir::store(c_.target, element(cell), last, at(masks_, cell.vector), c_.location);
      // The last column's values may be stored again unless they were made of what the element held before.
      if (cell.column > 0 && c_.reads_target) {
        store = ir::if_then(less(plus(left, cell.column), column_.end), {std::move(store)}, {}, c_.location);
      }
      out.push_back(std::move(store));
    }
    return out;
  }

  template <class T>
  static const T& at(const std::vector<T>& list, int i) {
    return list[static_cast<std::size_t>(i)];
  }

  /// The accumulator of one vector of rows and one column.
  struct Cell {
    int vector, column;
    Var accumulator;
  };

  std::vector<Expr> element(const Cell& cell) const {
    std::vector<Expr> indices;
    for (const Affine& form : c_.target_indices) {
      if (form.depends_on(row_.var)) {
        indices.push_back(ir::ramp(plus(form.rest, at(tops_, cell.vector)), integer(1), lanes_));
      } else {
        const bool moves = column_.var && form.depends_on(column_.var);
        indices.push_back(moves ? plus(form.rest, at(at_columns_, cell.column)) : form.rest);
      }
    }
    return indices;
  }

  /// The cell's column in place of the variable.
  void place(ir::Substitution& into, const Cell& cell) const {
    if (column_.var) into.set(column_.var, at(at_columns_, cell.column));
  }

  Expr wide(const Expr& e, const Cell& cell, const Expr& accumulator) const {
    ir::Substitution column;
    place(column, cell);
    Widener widener(row_.var, at(tops_, cell.vector), lanes_, at(masks_, cell.vector));
    if (accumulator) widener.set(c_.accumulator, accumulator);
    return widener.widen(column.rewrite(e));
  }

  /// As many terms at once as a vector has lanes.
  ir::Stmt square_loop(const Expr& whole) {
    const Var k = ir::make_var(term_.var->name, ir::kI64);
    Block body;
    for (int v = 0; v < vectors_; ++v) {
      std::vector<std::vector<Expr>> squares;
      for (const Expr& load : turned_) squares.push_back(square(body, load, v, ir::variable(k)));
      for (int t = 0; t < lanes_; ++t) {
        take_up(body, v, plus(ir::variable(k), t), [&](std::size_t i) { return at(squares[i], t); });
      }
    }
    return loop(k, term_.begin, whole, lanes_, std::move(body));
  }

  /// The terms that fill no vector, one by one.
  ir::Stmt rest_loop(const Expr& whole) {
    const Var k = ir::make_var(term_.var->name, ir::kI64);
    Block body;
    for (int v = 0; v < vectors_; ++v) take_up(body, v, ir::variable(k), [](std::size_t) { return Expr(); });
    return loop(k, whole, term_.end, 1, std::move(body));
  }

  /// The accumulators of one vector take up one term; `turned` has the vectors of operands that were turned, or
  /// nothing.
  template <class Turned>
  void take_up(Block& body, int v, const Expr& k, const Turned& turned) const {
    for (const Cell& cell : cells_) {
      if (cell.vector != v) continue;
      ir::Substitution term;
      term.set(term_.var, k);
      place(term, cell);
      Widener widener(row_.var, at(tops_, v), lanes_, at(masks_, v));
      widener.set(c_.accumulator, ir::variable(cell.accumulator));
      widener.on_load = [&](const Expr& scalar, const Expr& own) {
        for (std::size_t i = 0; i < turned_.size(); ++i) {
          const Expr vector = turned(i);
          if (vector && ir::same_expression(scalar, term.rewrite(turned_[i]))) return vector;
        }
        return own;
      };
      body.push_back(ir::assign(cell.accumulator, widener.widen(term.rewrite(step_)), c_.location));
    }
  }

  /// Rows of the operand as vectors along the terms, whose blocks are exchanged, halves first, until vectors run along
  /// the rows. Rows beyond the last are read as the last one and not stored.
  std::vector<Expr> square(Block& body, const Expr& load, int v, const Expr& k) const {
    std::vector<Expr> lines;
    for (int r = 0; r < lanes_; ++r) {
      ir::Substitution row;
      row.set(row_.var, let_in(body, row_.var->name, smaller(plus(at(tops_, v), r), last_)));
      // The only column, where squares have one.
      if (column_.var) row.set(column_.var, at_columns_.front());
      Widener along(term_.var, k, lanes_);
      lines.push_back(let_in(body, "line", along.widen(row.rewrite(load))));
    }
    for (int block = lanes_ / 2; block > 0; block /= 2) {
      std::vector<Expr> turned;
      for (int r = 0; r < lanes_; ++r) {
        const bool is_even = (r & block) == 0;
        const int other = r ^ block;
        turned.push_back(
            let_in(body, "turned",
                   ir::operation(is_even ? Op::even_blocks : Op::odd_blocks,
                                 {at(lines, std::min(r, other)), at(lines, std::max(r, other)), integer(block)})));
      }
      lines = std::move(turned);
    }
    return lines;
  }

  const Contraction& c_;
  const Machine& machine_;
  const Expr& step_;
  ContractionLoop row_, term_, column_;
  int lanes_;             ///< rows of a vector
  int vectors_ = 0;       ///< of the pass that is being written
  int most_columns_ = 1;  ///< of a pass
  std::vector<Expr> turned_;
  // Of the pass that is being written: its accumulators, rows by vector, columns, and the last row of all.
  std::vector<Cell> cells_;
  std::vector<Expr> tops_, masks_, at_columns_;
  Expr last_;
};

}  // namespace

std::optional<Block> upright_nest(const Contraction& contraction, const ContractionPlan& plan, const Machine& machine,
                                  const Expr& step, const Expr& pays) {
  if (!plan.row_loop || contraction.reduction.size() != 1 || contraction.has_limits()) return std::nullopt;
  if (contraction.parallel.size() > (plan.lane_loop ? 2U : 1U)) return std::nullopt;
  // What is packed in another form has names in the step that only packing gives a value.
  const auto is_converted = [](const Expr& operand) { return !operand.is(ir::ExprKind::Load); };
  if (plan.terms_per_element > 1 || std::any_of(plan.panels.begin(), plan.panels.end(), is_converted) ||
      std::any_of(plan.slivers.begin(), plan.slivers.end(), is_converted)) {
    return std::nullopt;
  }
  Upright upright(contraction, plan, machine, step);
  if (!upright.fits()) return std::nullopt;
  return upright.nest(pays);
}

Expr is_upright(const Contraction& contraction, const ContractionPlan& plan, const Machine& machine) {
  const Expr tall = less(integer(kFewestRows), count(contraction.parallel[*plan.row_loop]));
  if (!plan.lane_loop) return tall;
  const int columns = Upright::columns_of_pass(Upright::upright_lanes(contraction, machine));
  const Expr narrow = less(count(contraction.parallel[*plan.lane_loop]), integer(columns + 1));
  return both(tall, narrow);
}

}  // namespace rooftop::opt
