// From a plan to the nest: chunks of rows for the threads, blocks of terms and columns, panels, and register kernels.
#include "rooftop/opt/contraction_schedule.h"

#include "rooftop/base/errors.h"
#include "rooftop/ir/walk.h"
#include "rooftop/opt/widen.h"

namespace rooftop::opt {

using array::DType;
using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Var;

namespace {

// A term from registers costs less than the operation on elements of memory that Machine::fork_work counts.
constexpr double kTermsOfAnOperation = 2;

Expr integer(std::int64_t value) { return ir::int_constant(value); }
Expr smaller(const Expr& a, const Expr& b) { return ir::operation(Op::min, {a, b}); }
Expr less(const Expr& a, const Expr& b) { return ir::operation(Op::lt, {a, b}); }

/// Appends a let and returns its variable.
Expr let_in(ir::Block& block, const std::string& name, const Expr& value) {
  if (value.is_constant() || value.is(ExprKind::Variable)) return value;
  const Var var = ir::make_var(name, value.type());
  block.push_back(ir::let(var, value));
  return ir::variable(var);
}

class Scheduler {
 public:
  Scheduler(const Contraction& c, const ContractionPlan& plan, const Machine& machine, ir::FloatModel model)
      : c_(c),
        plan_(plan),
        machine_(machine),
        model_(model),
        lane_(c.parallel[plan.lane_loop]),
        row_(c.parallel[plan.row_loop]),
        panel_(static_cast<std::int64_t>(plan.vectors) * plan.lanes) {}

  ir::Stmt schedule(const ir::Stmt& original) {
    ir::Block out;
    ir::Block inner = chunks();
    // Loops over further target dimensions stay outside.
    for (std::size_t i = c_.parallel.size(); i-- > 0;) {
      if (i == plan_.lane_loop || i == plan_.row_loop) continue;
      const ContractionLoop& l = c_.parallel[i];
      inner = {ir::for_loop(l.var, l.begin, l.end, 1, std::move(inner), ir::LoopKind::Serial, c_.location)};
    }
    // Without terms a sum into the target's own elements does nothing.
    ir::Block otherwise;
    if (c_.initial || c_.final_value) otherwise.push_back(original);
    return ir::if_then(has_terms(), std::move(inner), std::move(otherwise), c_.location);
  }

 private:
  /// Whether the terms are added block by block, with the accumulators in the target meanwhile.
  bool is_blocked() const { return plan_.reduction_block > 0; }
  static Expr count(const ContractionLoop& l) { return minus(l.end, l.begin); }

  /// Something in each loop: the schedule counts on it, and without terms the loops may have other duties (the start
  /// values).
  Expr has_terms() const {
    Expr all;
    for (const auto* loops : {&c_.parallel, &c_.reduction}) {
      for (const ContractionLoop& l : *loops) {
        const Expr some = less(l.begin, l.end);
        all = all ? ir::operation(Op::bit_and, {all, some}) : some;
      }
    }
    return all;
  }

  /// The rows of the target in one chunk per thread; each packs its own panels, so that no thread waits for another.
  ir::Block chunks() {
    ir::Block out;
    const Expr rows = let_in(out, "rows", count(row_));
    const bool outermost = c_.parallel.size() == 2;
    const int threads = outermost ? machine_.threads : 1;
    if (threads <= 1) {
      append(out, rows_between(row_.begin, row_.end));
      return out;
    }
    Expr work = ir::cast(rows, DType::F64) * ir::cast(count(lane_), DType::F64);
    for (const ContractionLoop& l : c_.reduction) work = work * ir::cast(count(l), DType::F64);
    const Expr pays = ir::operation(Op::gt, {work, ir::float_constant(kTermsOfAnOperation * machine_.fork_work)});
    const Expr used = let_in(out, "chunks", ir::operation(Op::select, {pays, integer(threads), integer(1)}));
    // Whole blocks of rows in each chunk.
    const Expr share = ir::operation(Op::floordiv, {plus(rows, minus(used, integer(1))), used});
    const Expr blocks = ir::operation(Op::floordiv, {plus(share, plan_.rows - 1), integer(plan_.rows)});
    const Expr chunk = let_in(out, "chunk", blocks * integer(plan_.rows));
    const Var t = ir::make_var("t", ir::kI64);
    ir::Block body;
    const Expr first = let_in(body, "first", smaller(plus(row_.begin, ir::variable(t) * chunk), row_.end));
    const Expr last = let_in(body, "last", smaller(plus(first, chunk), row_.end));
    append(body, rows_between(first, last));
    out.push_back(ir::for_loop(t, integer(0), used, 1, std::move(body), ir::LoopKind::Parallel, c_.location));
    return out;
  }

  static void append(ir::Block& block, ir::Block more) {
    for (ir::Stmt& s : more) block.push_back(std::move(s));
  }

  ir::Block rows_between(const Expr& first, const Expr& last) {
    ir::Block out;
    panels_.clear();
    for (const Expr& load : plan_.packed) {
      const Type type = ir::Type::array(load.dtype(), 3, ir::Layout::C);
      const Var panel = ir::make_var("panel", type);
      const Expr terms = is_blocked() ? integer(plan_.reduction_block) : let_in(out, "terms", count(c_.reduction[0]));
      out.push_back(ir::allocate(panel, {integer(plan_.column_block / panel_), terms, integer(panel_)}, c_.location));
      panels_.push_back(panel);
    }
    if (!is_blocked()) {
      const ContractionLoop& all = c_.reduction[0];
      append(out, column_blocks(first, last, all.begin, all.end));
      return out;
    }
    const ContractionLoop& l = c_.reduction[0];
    const Var block = ir::make_var(l.var->name + "s", ir::kI64);
    ir::Block body;
    const Expr begin = ir::variable(block);
    const Expr end = let_in(body, "end", smaller(plus(begin, plan_.reduction_block), l.end));
    append(body, column_blocks(first, last, begin, end));
    out.push_back(
        ir::for_loop(block, l.begin, l.end, plan_.reduction_block, std::move(body), ir::LoopKind::Serial, c_.location));
    return out;
  }

  ir::Block column_blocks(const Expr& first, const Expr& last, const Expr& begin, const Expr& end) {
    const Var block = ir::make_var(lane_.var->name + "s", ir::kI64);
    columns_begin_ = ir::variable(block);
    ir::Block body;
    columns_end_ = let_in(body, "columns_end", smaller(plus(columns_begin_, plan_.column_block), lane_.end));
    reduction_begin_ = begin;
    reduction_end_ = end;
    for (std::size_t i = 0; i < panels_.size(); ++i) append(body, pack(plan_.packed[i], panels_[i]));
    append(body, row_blocks(first, last));
    return {ir::for_loop(block, lane_.begin, lane_.end, plan_.column_block, std::move(body), ir::LoopKind::Serial,
                         c_.location)};
  }

  /// Copies the block of an operand into panels as wide as the accumulators, in the order in which they are read.
  ir::Block pack(const Expr& load, const Var& panel) {
    const Var q = ir::make_var("q", ir::kI64), k = ir::make_var("k", ir::kI64), column = ir::make_var("c", ir::kI64);
    ir::Block body;
    const Expr left = let_in(body, "left", plus(columns_begin_, ir::variable(q) * integer(panel_)));
    const Expr width = let_in(body, "width", smaller(minus(columns_end_, left), integer(panel_)));
    ir::Substitution place;
    place.set(c_.reduction[0].var, ir::variable(k));
    place.set(lane_.var, left + ir::variable(column));
    const Expr row = minus(ir::variable(k), reduction_begin_);
    ir::Block copy = {ir::store(ir::variable(panel), {ir::variable(q), row, ir::variable(column)}, place.rewrite(load),
                                {}, c_.location)};
    ir::Block terms = {ir::for_loop(column, integer(0), width, 1, std::move(copy), ir::LoopKind::Serial, c_.location)};
    // Along memory: where the operand's rows are the columns here, the other loop is the inner one.
    body.push_back(
        ir::for_loop(k, reduction_begin_, reduction_end_, 1, std::move(terms), ir::LoopKind::Serial, c_.location));
    return {ir::for_loop(q, integer(0), panel_count(), 1, std::move(body), ir::LoopKind::Serial, c_.location)};
  }

  Expr panel_count() const {
    return ir::operation(Op::floordiv, {plus(minus(columns_end_, columns_begin_), panel_ - 1), integer(panel_)});
  }

  ir::Block row_blocks(const Expr& first, const Expr& last) {
    ir::Block out;
    const Var block = ir::make_var(row_.var->name + "s", ir::kI64), rest = ir::make_var(row_.var->name, ir::kI64);
    const Expr whole = ir::operation(Op::floordiv, {minus(last, first), integer(plan_.rows)});
    const Expr middle = let_in(out, "middle", plus(first, whole * integer(plan_.rows)));
    out.push_back(ir::for_loop(block, first, middle, plan_.rows, panels_of_row(ir::variable(block), plan_.rows),
                               ir::LoopKind::Serial, c_.location));
    out.push_back(
        ir::for_loop(rest, middle, last, 1, vectors_of_row(ir::variable(rest)), ir::LoopKind::Serial, c_.location));
    return out;
  }

  /// The last rows, fewer than a block's: one row and one vector at a time, under a mask. Little work, hence little
  /// code.
  ir::Block vectors_of_row(const Expr& row) {
    const Var q = ir::make_var("q", ir::kI64), at = ir::make_var("c", ir::kI64);
    ir::Block panel, vector;
    const Expr left = let_in(panel, "left", plus(columns_begin_, ir::variable(q) * integer(panel_)));
    const Expr column = let_in(vector, lane_.var->name, left + ir::variable(at));
    append(vector, kernel(row, 1, ir::variable(q), ir::variable(at), column, 1, true));
    panel.push_back(ir::for_loop(at, integer(0), smaller(minus(columns_end_, left), integer(panel_)), plan_.lanes,
                                 std::move(vector), ir::LoopKind::Serial, c_.location));
    return {ir::for_loop(q, integer(0), panel_count(), 1, std::move(panel), ir::LoopKind::Serial, c_.location)};
  }

  /// Whole panels with all their vectors, then what is left vector by vector under a mask.
  ir::Block panels_of_row(const Expr& row, int rows) {
    ir::Block out;
    const Var q = ir::make_var("q", ir::kI64);
    const Expr whole =
        let_in(out, "whole", ir::operation(Op::floordiv, {minus(columns_end_, columns_begin_), integer(panel_)}));
    ir::Block full;
    const Expr left = let_in(full, lane_.var->name, plus(columns_begin_, ir::variable(q) * integer(panel_)));
    append(full, kernel(row, rows, ir::variable(q), integer(0), left, plan_.vectors, false));
    out.push_back(ir::for_loop(q, integer(0), whole, 1, std::move(full), ir::LoopKind::Serial, c_.location));

    const Var at = ir::make_var("c", ir::kI64);
    const Expr start = let_in(out, "start", plus(columns_begin_, whole * integer(panel_)));
    ir::Block edge;
    const Expr column = let_in(edge, lane_.var->name, start + ir::variable(at));
    append(edge, kernel(row, rows, whole, ir::variable(at), column, 1, true));
    out.push_back(ir::for_loop(at, integer(0), minus(columns_end_, start), plan_.lanes, std::move(edge),
                               ir::LoopKind::Serial, c_.location));
    return out;
  }

  /// rows x vectors accumulators over the current block of the reduction. `q` and `offset` find the column in the
  /// panels, `column` in the arrays.
  ir::Block kernel(const Expr& row, int rows, const Expr& q, const Expr& offset, const Expr& column, int vectors,
                   bool masked) {
    ir::Block out;
    const Type type = c_.target.type().element().with_lanes(plan_.lanes);
    std::vector<Expr> columns, masks;
    for (int v = 0; v < vectors; ++v) {
      columns.push_back(plus(column, std::int64_t{v} * plan_.lanes));
      masks.push_back(masked ? let_in(out, "mask",
                                      less(ir::ramp(columns.back(), integer(1), plan_.lanes),
                                           ir::broadcast(columns_end_, plan_.lanes)))
                             : Expr());
    }
    std::vector<std::vector<Var>> accumulators(static_cast<std::size_t>(rows));
    for (int r = 0; r < rows; ++r) {
      for (int v = 0; v < vectors; ++v) {
        const Var acc = ir::make_var("acc", type);
        accumulators[static_cast<std::size_t>(r)].push_back(acc);
        out.push_back(ir::declare(acc, element(row, r, columns, masks, v), c_.location));
      }
    }
    const auto each = [&](const auto& f) {
      for (int r = 0; r < rows; ++r) {
        for (int v = 0; v < vectors; ++v) {
          f(r, v, accumulators[static_cast<std::size_t>(r)][static_cast<std::size_t>(v)]);
        }
      }
    };
    if (c_.initial) {
      ir::Block begin;
      each([&](int r, int v, const Var& acc) {
        begin.push_back(ir::assign(acc, wide(c_.initial, row, r, columns, masks, v), c_.location));
      });
      add_if(out, at_first_block(), std::move(begin));
    }
    append(out, reduction(row, q, offset, columns, masks, accumulators));
    if (c_.final_value) {
      ir::Block end;
      each([&](int r, int v, const Var& acc) {
        end.push_back(ir::assign(acc, wide(c_.final_value, row, r, columns, masks, v, acc), c_.location));
      });
      add_if(out, at_last_block(), std::move(end));
    }
    each([&](int r, int v, const Var& acc) {
      std::vector<Expr> indices = target_indices(row, r, columns[static_cast<std::size_t>(v)]);
      indices.back() = ir::ramp(indices.back(), integer(1), plan_.lanes);
      out.push_back(ir::store(c_.target, indices, ir::variable(acc), masks[static_cast<std::size_t>(v)], c_.location));
    });
    return out;
  }

  Expr at_first_block() const {
    return is_blocked() ? ir::operation(Op::eq, {reduction_begin_, c_.reduction[0].begin}) : Expr();
  }
  Expr at_last_block() const {
    return is_blocked() ? ir::operation(Op::eq, {reduction_end_, c_.reduction[0].end}) : Expr();
  }
  void add_if(ir::Block& out, const Expr& condition, ir::Block block) const {
    if (!condition) return append(out, std::move(block));
    out.push_back(ir::if_then(condition, std::move(block), {}, c_.location));
  }

  std::vector<Expr> target_indices(const Expr& row, int r, const Expr& column) const {
    std::vector<Expr> indices;
    for (const Affine& form : c_.target_indices) {
      Expr index = form.rest;
      if (form.depends_on(lane_.var)) {
        index = plus(index, column);
      } else if (form.depends_on(row_.var)) {
        index = plus(index, plus(row, r));
      } else {
        for (const ContractionLoop& l : c_.parallel) {
          if (form.depends_on(l.var)) index = plus(index, ir::variable(l.var));
        }
      }
      indices.push_back(index);
    }
    return indices;
  }

  Expr element(const Expr& row, int r, const std::vector<Expr>& columns, const std::vector<Expr>& masks, int v) const {
    std::vector<Expr> indices = target_indices(row, r, columns[static_cast<std::size_t>(v)]);
    indices.back() = ir::ramp(indices.back(), integer(1), plan_.lanes);
    return ir::load(c_.target, indices, masks[static_cast<std::size_t>(v)]);
  }

  /// The expression at row + r and the lanes of vector v.
  Expr wide(const Expr& e, const Expr& row, int r, const std::vector<Expr>& columns, const std::vector<Expr>& masks,
            int v, const Var& result = {}) const {
    ir::Substitution rows;
    rows.set(row_.var, plus(row, r));
    const auto i = static_cast<std::size_t>(v);
    Widener widener(lane_.var, columns[i], plan_.lanes, masks[i]);
    if (result) widener.set(c_.result, ir::variable(result));
    return widener.widen(rows.rewrite(e));
  }

  ir::Block reduction(const Expr& row, const Expr& q, const Expr& offset, const std::vector<Expr>& columns,
                      const std::vector<Expr>& masks, const std::vector<std::vector<Var>>& accumulators) {
    // Fresh loop variables: the kernels stand side by side.
    ir::Substitution loops;
    std::vector<Var> vars;
    for (const ContractionLoop& l : c_.reduction) {
      vars.push_back(ir::make_var(l.var->name, ir::kI64));
      loops.set(l.var, ir::variable(vars.back()));
    }
    const Expr term = loops.rewrite(c_.term);
    ir::Block body;
    std::vector<std::pair<Expr, Expr>> bound;  // operands of this round, each loaded once
    const auto bind_once = [&](const Expr& value) {
      for (const auto& [known, variable] : bound) {
        if (ir::same_expression(known, value)) return variable;
      }
      bound.emplace_back(value, let_in(body, "x", value));
      return bound.back().second;
    };
    for (std::size_t r = 0; r < accumulators.size(); ++r) {
      ir::Substitution rows;
      rows.set(row_.var, plus(row, static_cast<std::int64_t>(r)));
      const Expr at_row = rows.rewrite(term);
      for (std::size_t v = 0; v < accumulators[r].size(); ++v) {
        Widener widener(lane_.var, columns[v], plan_.lanes, masks[v]);
        widener.on_load = [&](const Expr& scalar, const Expr& wide) {
          for (std::size_t p = 0; p < panels_.size(); ++p) {
            if (!ir::same_expression(scalar, loops.rewrite(plan_.packed[p]))) continue;
            const Expr k = minus(ir::variable(vars[0]), reduction_begin_);
            const Expr first = plus(offset, static_cast<std::int64_t>(v) * plan_.lanes);
            return bind_once(
                ir::load(ir::variable(panels_[p]), {q, k, ir::ramp(first, integer(1), plan_.lanes)}, masks[v]));
          }
          return bind_once(wide);
        };
        const Var& acc = accumulators[r][v];
        body.push_back(ir::assign(acc, reduced(ir::variable(acc), widener.widen(at_row)), c_.location));
      }
    }
    for (std::size_t i = vars.size(); i-- > 0;) {
      const Expr begin = is_blocked() ? reduction_begin_ : c_.reduction[i].begin;
      const Expr end = is_blocked() ? reduction_end_ : c_.reduction[i].end;
      body = {ir::for_loop(vars[i], begin, end, 1, std::move(body), ir::LoopKind::Serial, c_.location)};
    }
    return body;
  }

  /// accumulator op term, as one fused multiply-add where the floating-point model allows it.
  Expr reduced(const Expr& accumulator, const Expr& term) const {
    const bool fuses =
        term.is_op(Op::mul) && array::is_float(term.dtype()) && machine_.has_fma && model_ != ir::FloatModel::Strict;
    if (fuses && c_.reduce == Op::add) return ir::operation(Op::fma, {term.arg(0), term.arg(1), accumulator});
    if (fuses && c_.reduce == Op::sub) return ir::operation(Op::fma, {-term.arg(0), term.arg(1), accumulator});
    return ir::operation(c_.reduce, {accumulator, term});
  }

  using Type = ir::Type;
  const Contraction& c_;
  const ContractionPlan& plan_;
  const Machine& machine_;
  ir::FloatModel model_;
  const ContractionLoop& lane_;
  const ContractionLoop& row_;
  std::int64_t panel_;  ///< columns of a panel
  std::vector<Var> panels_;
  Expr columns_begin_, columns_end_, reduction_begin_, reduction_end_;
};

}  // namespace

ir::Stmt schedule_contraction(const Contraction& contraction, const ContractionPlan& plan, const Machine& machine,
                              ir::FloatModel model, const ir::Stmt& original) {
  return Scheduler(contraction, plan, machine, model).schedule(original);
}

}  // namespace rooftop::opt
