// Sums over the statements; loops inside count as often as they run, where that is known before.
#include "rooftop/opt/work_estimate.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <unordered_map>

#include "rooftop/opt/affine.h"
#include "rooftop/opt/motion_loop.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Stmt;
using ir::StmtKind;

/// What a loop of unknown length counts for. The runtime looks how long rounds take before it wakes anybody.
constexpr double kUnknownRounds = 100;

/// Operations on vectors for a byte from memory above which one thread computes more slowly than it reads, on the
/// machines that we know (about 60 Gflop/s and 30 GB/s).
constexpr double kBalance = 2;

double operations_of(const Stmt& s) {
  double operations = 0;
  ir::for_each_expr(s, [&](const Expr& e) {
    ir::for_each_node(e, [&](const Expr& n) {
      if (n.is(ExprKind::Operation)) operations += ops::info(n.op()).flops;
    });
  });
  return operations;
}

/// What the work is estimated from: expressions that have a value before the loop.
class Estimate {
 public:
  explicit Estimate(const Stmt& loop) : inside_(ir::bound_variables(loop->body)) {
    inside_.insert(loop->var.get());
    learn_middle(loop);
  }

  Expr work_of(const Block& block) {
    Expr total = ir::float_constant(0);
    for (const Stmt& s : block) {
      Expr own = ir::float_constant(1 + operations_of(s));
      if (s.is(StmtKind::Let)) {
        known_.set(s->var, s->exprs[0]);
      } else if (s.is(StmtKind::For)) {
        const Expr rounds = rounds_of(s);
        learn_middle(s);
        own = work_of(s->body) * rounds;
      } else if (s.is(StmtKind::While)) {
        own = work_of(s->body) * ir::float_constant(kUnknownRounds);
      } else if (s.is(StmtKind::If)) {
        own = work_of(s->body) + work_of(s->else_body);
      }
      total = total + own;
    }
    return total;
  }

 private:
  /// Names inside of the loop, by what stands for them before it.
  class Known : public ir::Rewriter {
   public:
    using Rewriter::rewrite;
    void set(const ir::Var& var, Expr value) { values_.insert_or_assign(var.get(), std::move(value)); }

   protected:
    Expr rewrite_expression(const Expr& e) override {
      if (e.is(ExprKind::Variable) && !e.type().is_array()) {
        if (const Expr* value = find(e)) return rewrite(*value);
      } else if (e.is(ExprKind::Length) && e.array().is(ExprKind::Variable)) {
        const Expr* array = find(e.array());
        if (array != nullptr && array->is(ExprKind::View))
          return rewrite(ir::view_parts(*array).lengths[static_cast<std::size_t>(e.dimension())]);
      }
      return e;
    }

   private:
    const Expr* find(const Expr& variable) const {
      const auto found = values_.find(variable.var().get());
      return found == values_.end() ? nullptr : &found->second;
    }

    std::unordered_map<const ir::VarNode*, Expr> values_;
  };

  /// The expression before the outer loop, which may not run at all: nothing there may be computed that could fail.
  std::optional<Expr> before(const Expr& e) {
    const Expr found = known_.rewrite(e);
    bool good = is_speculatable(found);
    ir::for_each_node(found,
                      [&](const Expr& n) { good &= !(n.is(ExprKind::Variable) && inside_.contains(n.var().get())); });
    return good ? std::optional(found) : std::nullopt;
  }

  Expr rounds_of(const Stmt& loop) {
    const auto begin = before(loop->begin()), end = before(loop->end());
    if (!begin || !end) return ir::float_constant(kUnknownRounds);
    const Expr count = ir::cast(minus(*end, *begin), array::DType::F64);
    return count * ir::float_constant(1.0 / static_cast<double>(loop->step));
  }

  /// Loops inside whose bounds are made of the variable run as often as in its middle round.
  void learn_middle(const Stmt& loop) {
    const auto begin = before(loop->begin()), end = before(loop->end());
    if (!begin || !end) return;
    known_.set(loop->var, plus(*begin, ir::operation(ir::Op::floordiv, {minus(*end, *begin), ir::int_constant(2)})));
  }

  ir::VarSet inside_;
  Known known_;
};

/// The value of an expression of constants.
std::optional<double> value_of(const Expr& e) {
  if (e.is_constant())
    return array::is_float(e.dtype()) ? e.constant().real : static_cast<double>(e.constant().integer);
  if (!e.is(ExprKind::Operation)) return std::nullopt;
  const auto a = value_of(e.arg(0));
  if (e.is_op(ir::Op::cast)) return a;
  const auto b = e.args().size() > 1 ? value_of(e.arg(1)) : std::nullopt;
  if (!a || !b) return std::nullopt;
  if (e.is_op(ir::Op::add)) return *a + *b;
  if (e.is_op(ir::Op::sub)) return *a - *b;
  if (e.is_op(ir::Op::mul)) return *a * *b;
  return std::nullopt;
}

/// Operations and bytes of a round, loops inside being of middling length.
struct Intensity {
  double operations = 0, bytes = 0;

  void add(const Block& block, const ir::Var& round, double times) {
    for (const Stmt& s : block) {
      operations += times * operations_of(s);
      ir::for_each_expr(s, [&](const Expr& e) {
        ir::for_each_node(e, [&](const Expr& n) {
          if (n.is(ExprKind::Load)) access(n.indices(), n.dtype(), round, times);
        });
      });
      // What is stored was read before, if it was not in the cache.
      if (s.is(StmtKind::Store)) access(s->exprs, s->value.dtype(), round, 2 * times);
      const bool repeats = s.is(StmtKind::For) || s.is(StmtKind::While);
      const ir::Var& inner = s.is(StmtKind::For) ? s->var : round;
      add(s->body, inner, repeats ? times * kUnknownRounds : times);
      add(s->else_body, inner, times);
    }
  }

 private:
  /// An element at a place that is plainly the same in all rounds stays in a register.
  void access(std::span<const Expr> indices, array::DType dtype, const ir::Var& round, double times) {
    const bool moves = std::any_of(indices.begin(), indices.end(), [&](const Expr& i) {
      return ir::reads(i, round) || !(i.is_constant() || i.is(ExprKind::Variable));
    });
    if (moves) bytes += times * static_cast<double>(array::size_of(dtype));
  }
};

std::string rounded(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2g", value);
  return text;
}

}  // namespace

Expr work_of_round(const Stmt& loop) { return Estimate(loop).work_of(loop->body); }

std::optional<double> known_work_of_round(const Stmt& loop) { return value_of(work_of_round(loop)); }

std::string rounds_that_pay(const Stmt& loop, const Machine& machine) {
  const auto work = known_work_of_round(loop);
  if (!work || *work <= 0) return "where there is enough to do";
  return "from about " + std::to_string(static_cast<std::int64_t>(std::floor(machine.fork_work / *work)) + 1) +
         " rounds on";
}

std::string expected_gain(const Stmt& loop, const Machine& machine, double extra) {
  Intensity intensity;
  intensity.add(loop->body, loop->var, 1);
  const std::string most = "up to " + rounded(machine.threads / (1 + extra)) + " times faster";
  if (intensity.bytes == 0) return most;
  const double each = intensity.operations / intensity.bytes;
  const std::string told = each == 0 ? "it computes nothing" : rounded(each) + " operations a byte";
  if (each >= kBalance) return most + " (" + told + ": bound by computing)";
  return most + " from the caches, less from memory, whose bandwidth the threads share (" + told + ")";
}

}  // namespace rooftop::opt
