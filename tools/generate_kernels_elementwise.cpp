// Elementwise loops. Whole vectors first, several registers a round where a round is little; the elements that are left
// under a mask, or one by one.
#include <algorithm>

#include "generate_kernels_loops.h"
#include "rooftop/base/errors.h"
#include "rooftop/ir/meaning.h"
#include "rooftop/ir/ufuncs.h"
#include "rooftop/ir/walk.h"

namespace rooftop::tools {

using ir::Block;
using ir::DType;
using ir::Expr;
using ir::Op;
using ir::Type;

namespace {

class ExpandMath : public ir::Rewriter {
 protected:
  Expr rewrite_expression(const Expr& e) override {
    const bool is_math = e.is(ir::ExprKind::Operation) && ops::info(e.op()).is_math;
    return is_math ? ir::expand(e.op(), e.args()) : e;
  }
};

/// What a round of one element computes.
struct Shape {
  int widest = 1;  ///< bytes of the widest element, of a complex one its part
  int operations = 0;
  bool has_math = false, has_slow = false, has_halves = false;
  bool divides = false;  ///< floats
  bool has_roots = false;
  bool needs_single_lane = false;  ///< divisions of 64-bit integers, or in loops that each lane ends by itself
};

bool is_integer_division(const Expr& n) {
  return n.is_op(Op::quo) || n.is_op(Op::rem) || n.is_op(Op::floordiv) || n.is_op(Op::floormod);
}

Shape measure(const Block& block) {
  Shape shape;
  ir::for_each_statement(block, [&](const ir::Stmt& s) {
    ir::for_each_expr(s, [&](const Expr& e) {
      ir::for_each_node(e, [&](const Expr& n) {
        if (!n.type().is_scalar()) return;
        const DType part = array::part_of(n.dtype());
        shape.has_halves |= array::is_half(part);
        if (n.is_constant()) return;
        if (n.is(ir::ExprKind::Load)) shape.widest = std::max(shape.widest, static_cast<int>(array::size_of(part)));
        if (!n.is(ir::ExprKind::Operation)) return;
        ++shape.operations;
        if (!n.is_op(Op::likely)) shape.widest = std::max(shape.widest, static_cast<int>(array::size_of(part)));
        shape.has_math |= ops::info(n.op()).is_math;
        shape.divides |= n.is_op(Op::div);
        shape.has_roots |= n.is_op(Op::sqrt);
        shape.has_slow |= n.is_op(Op::div) || n.is_op(Op::sqrt) || is_integer_division(n);
        shape.needs_single_lane |= is_integer_division(n) && array::size_of(n.dtype()) == 8;
      });
    });
    if (s.is(ir::StmtKind::While)) {
      ir::for_each_statement(s->body, [&](const ir::Stmt& inner) {
        ir::for_each_expr(inner, [&](const Expr& e) {
          ir::for_each_node(e, [&](const Expr& n) { shape.needs_single_lane |= is_integer_division(n); });
        });
      });
      shape.has_slow = true;
    }
  });
  return shape;
}

class Elementwise {
 public:
  Elementwise(ops::Ufunc ufunc, const ops::Loop& loop, Variant variant, const Target& target)
      : row_(ops::info(ufunc)), ufunc_(ufunc), loop_(loop), variant_(variant), target_(target) {
    for (int i = 0; i < row_.inputs + row_.outputs; ++i) {
      const ir::Layout layout = variant == Variant::Strided ? ir::Layout::Strided : ir::Layout::C;
      const std::string name = (i < row_.inputs ? "in" : "out") + std::to_string(i < row_.inputs ? i : i - row_.inputs);
      arrays_.push_back(ir::make_var(name, Type::array(loop.types[static_cast<std::size_t>(i)], 1, layout)));
    }
    n_ = ir::length(ir::variable(arrays_[row_.inputs]), 0);
    tells_ = ops::tells_finite(ufunc, loop);
    if (tells_) {
      arrays_.push_back(ir::make_var("unsure", Type::array(DType::Bool, 1, ir::Layout::C)));
      unsure_ = ir::make_var("found", ir::kBool);
    }
  }

  KernelLoop build() {
    Block outer, body;
    if (tells_) outer.push_back(ir::declare(unsure_, ir::bool_constant(false)));
    bind_scalars(body);
    Block round;
    emit_round(round, ir::int_constant(0), 1, {});
    shape_ = measure(round);
    if (shape_.has_math) shape_.has_roots = measure(with_expanded_math(round)).has_roots;
    const bool single = shape_.needs_single_lane || (variant_ == Variant::Strided && !shape_.has_math);
    if (single) {
      add_loop(body, ir::int_constant(0), n_, 1, false);
    } else {
      vectors(body);
    }
    if (has_scalar()) {  // which need not exist where there are no elements
      outer.push_back(ir::if_then(ir::operation(Op::gt, {n_, ir::int_constant(0)}), std::move(body)));
    } else {
      for (ir::Stmt& statement : body) outer.push_back(std::move(statement));
    }
    if (tells_) outer.push_back(ir::store(ir::variable(arrays_.back()), {ir::int_constant(0)}, ir::variable(unsure_)));
    ir::Function function{.name = "kernel", .python_name = "kernel", .parameters = arrays_, .body = std::move(outer)};
    return {std::move(function), single && !shape_.has_halves};
  }

 private:
  bool is_scalar(int operand) const {
    return (variant_ == Variant::LeftScalar && operand == 0) || (variant_ == Variant::RightScalar && operand == 1);
  }
  bool has_scalar() const { return variant_ == Variant::LeftScalar || variant_ == Variant::RightScalar; }

  void bind_scalars(Block& out) {
    for (int i = 0; i < row_.inputs; ++i) {
      if (!is_scalar(i)) continue;
      const ir::Var var = ir::make_var("x", Type::scalar(loop_.types[static_cast<std::size_t>(i)]));
      out.push_back(ir::let(var, ir::load(ir::variable(arrays_[static_cast<std::size_t>(i)]), {ir::int_constant(0)})));
      scalar_ = ir::variable(var);
    }
  }

  /// Registers of a round that hide each other's latencies.
  int registers() const {
    // Rounds of mathematics side by side: alone, a round's chain of operations fills the processor's queues. As many as
    // the registers hold.
    const bool is_complex = array::is_complex(loop_.types[0]);
    if (shape_.has_math) {
      if (variant_ == Variant::Strided || is_complex || target_.vector_bytes < 32) return 1;
      // Square roots leave the queue one by one, and what follows them waits in it.
      return target_.has_masks && !shape_.has_roots ? 4 : 2;
    }
    if (shape_.operations > 24) return 1;
    return shape_.has_slow || shape_.operations > 6 ? 2 : 4;
  }

  void vectors(Block& out) {
    const int lanes = std::max(2, target_.vector_bytes / shape_.widest);
    Expr begin = ir::int_constant(0);
    const bool masked = target_.has_masks;
    for (const int count : {registers(), 1}) {
      // A strip under a mask serves for whole vectors too where the round is long.
      const bool needed = count > 1 ? true : !masked && (registers() > 1 || begin.is_constant());
      if (!needed) continue;
      const Expr left = begin.is_constant() ? n_ : n_ - begin;
      const Expr whole = ir::operation(Op::bit_and, {left, ir::int_constant(-std::int64_t{count} * lanes)});
      const ir::Var end = ir::make_var("end", ir::kI64);
      out.push_back(ir::let(end, begin.is_constant() ? whole : begin + whole));
      add_loop(out, begin, ir::variable(end), count * lanes, false);
      begin = ir::variable(end);
      if (registers() == 1) break;
    }
    if (masked) {
      add_loop(out, begin, n_, lanes, true);
    } else {
      add_loop(out, begin, n_, 1, false);
    }
  }

  void add_loop(Block& out, const Expr& begin, const Expr& end, int lanes, bool masked) {
    const ir::Var i = ir::make_var("i", ir::kI64);
    Block round;
    Expr on;
    if (masked) {
      const ir::Var mask = ir::make_var("on", Type::vector(DType::Bool, lanes));
      round.push_back(ir::let(mask, lanes_left(end - ir::variable(i), lanes)));
      on = ir::variable(mask);
    }
    if (!tells_) {
      emit_round(round, ir::variable(i), lanes, on);
      out.push_back(ir::for_loop(i, begin, end, lanes, std::move(round)));
      return;
    }
    const Type type = Type::vector(loop_.types[row_.inputs], lanes);
    sum_ = ir::make_var("not_finite", type);
    out.push_back(ir::declare(sum_, ir::float_constant(0, type)));
    emit_round(round, ir::variable(i), lanes, on);
    out.push_back(ir::for_loop(i, begin, end, lanes, std::move(round)));
    Expr any = ir::operation(Op::ne, {ir::variable(sum_), ir::float_constant(0, type)});
    if (lanes > 1) any = ir::operation(Op::reduce_or, {any});
    out.push_back(ir::assign(unsure_, ir::operation(Op::bit_or, {ir::variable(unsure_), any})));
  }

  /// x * 0 is zero for finite numbers alone.
  void note(Block& out, const Expr& result) {
    if (!sum_ || result.dtype() != sum_->type.dtype()) return;  // while the round is measured; frexp's exponents
    const Expr zero = ir::float_constant(0, result.type());
    const Expr sum = ir::variable(sum_);
    // One instruction where there is one.
    const bool has_fma = target_.vector_bytes >= 32;
    out.push_back(ir::assign(sum_, has_fma ? ir::operation(Op::fma, {result, zero, sum}) : sum + result * zero));
  }

  /// The first `left` lanes, compared in elements as wide as those that they switch.
  Expr lanes_left(const Expr& left, int lanes) const {
    const DType counter = shape_.widest == 8   ? DType::U64
                          : shape_.widest == 4 ? DType::U32
                          : shape_.widest == 2 ? DType::U16
                                               : DType::U8;
    const Type type = Type::scalar(counter);
    const Expr lane = ir::ramp(ir::int_constant(0, type), ir::int_constant(1, type), lanes);
    const Expr most = ir::operation(Op::min, {left, ir::int_constant(lanes)});
    return ir::operation(Op::lt, {lane, ir::broadcast(ir::cast(most, counter), lanes)});
  }

  void emit_round(Block& out, const Expr& first, int lanes, const Expr& on) {
    const Expr index = lanes == 1 ? first : ir::ramp(first, ir::int_constant(1), lanes);
    std::vector<Expr> inputs;
    for (int i = 0; i < row_.inputs; ++i) {
      if (is_scalar(i)) {
        inputs.push_back(ir::broadcast(scalar_, lanes));
        continue;
      }
      Expr value = ir::load(ir::variable(arrays_[static_cast<std::size_t>(i)]), {index}, on);
      if (on && (shape_.divides || shape_.has_math) &&
          (array::is_float(value.dtype()) || array::is_complex(value.dtype()))) {
        // Lanes that are off do what the first one does: they raise no flag and need no rare case that it does not.
        const Expr same = ir::load(ir::variable(arrays_[static_cast<std::size_t>(i)]), {first});
        value = ir::operation(Op::select, {on, value, ir::broadcast(same, lanes)});
      }
      // Bound, so that nothing is read again after the first output is written.
      const ir::Var var = ir::make_var("a", value.type());
      out.push_back(ir::let(var, value));
      inputs.push_back(ir::variable(var));
    }
    std::vector<Expr> outputs = ir::ufunc_values(ufunc_, loop_, inputs, out);
    for (Expr& value : outputs) {
      if (outputs.size() == 1 && !tells_) break;
      const ir::Var var = ir::make_var("r", value.type());
      out.push_back(ir::let(var, value));
      value = ir::variable(var);
      if (tells_) note(out, value);
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      out.push_back(ir::store(ir::variable(arrays_[row_.inputs + i]), {index}, outputs[i], on));
    }
  }

  const ops::UfuncInfo& row_;
  ops::Ufunc ufunc_;
  const ops::Loop& loop_;
  Variant variant_;
  Target target_;
  std::vector<ir::Var> arrays_;
  Expr n_;
  Expr scalar_;
  Shape shape_;
  bool tells_ = false;  ///< whether all results are finite, through the last array
  ir::Var unsure_, sum_;
};

}  // namespace

Block with_expanded_math(const Block& block) {
  ExpandMath expander;
  return static_cast<ir::Rewriter&>(expander).rewrite(block);
}

KernelLoop elementwise(ops::Ufunc ufunc, const ops::Loop& loop, Variant variant, const Target& target) {
  return Elementwise(ufunc, loop, variant, target).build();
}

}  // namespace rooftop::tools
