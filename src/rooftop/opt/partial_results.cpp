// How many parts there are depends on the text and the number of rounds alone: not on the machine, whose threads may be
// one in another process that must find the same bits.
#include "rooftop/opt/partial_results.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/affine.h"
#include "rooftop/opt/fresh.h"
#include "rooftop/opt/let_in.h"
#include "rooftop/opt/machine.h"
#include "rooftop/opt/reduction_step.h"
#include "rooftop/opt/work_estimate.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;

constexpr std::int64_t kParts = 32;

/// Element operations from which parts pay: those of folds in lanes are quick. Where the order shows in the result the
/// number is the same on all machines.
constexpr double kWorthwhile = 200'000;
constexpr double kForks = 2;

/// Rounds up to which the arithmetic on parts stays within 64 bits.
constexpr std::int64_t kMostRounds = std::int64_t{1} << 60;

/// Whether the statement reads one of the variables.
bool reads_any_of(const Stmt& s, const std::vector<Reduction>& reductions) {
  bool found = false;
  ir::for_each_expr(s, [&](const Expr& e) {
    for (const Reduction& r : reductions) found |= ir::reads(e, r.variable);
  });
  return found;
}

/// The folds of a loop, or of the loop that its body is but for names.
std::optional<std::vector<Reduction>> folds_of(const Stmt& loop) {
  if (loop->loop != ir::LoopKind::Serial) return std::nullopt;
  if (auto found = reductions_of(loop)) return found;
  if (loop->body.empty() || !loop->body.back().is(StmtKind::For)) return std::nullopt;
  auto found = folds_of(loop->body.back());
  if (!found) return std::nullopt;
  for (const Stmt& s : loop->body) {
    const bool is_last = s == loop->body.back();
    if (reads_any_of(s, *found) || !(is_last || s.is(StmtKind::Let) || s.is(StmtKind::Assume))) return std::nullopt;
  }
  return found;
}

class Parts {
 public:
  Parts(const Stmt& loop, const std::vector<Reduction>& reductions, double worthwhile, ir::LoopKind kind)
      : loop_(loop), at_(loop.location()), reductions_(reductions), worthwhile_(worthwhile), kind_(kind) {}

  void emit(Block& out) const {
    const Expr begin = let_in(out, "begin", loop_->begin(), at_);
    const Expr rounds = let_in(out, "rounds", round_count(begin, let_in(out, "end", loop_->end(), at_)), at_);
    const Expr work = ir::cast(rounds, array::DType::F64) * work_of_round(loop_);
    Expr pays = ir::operation(Op::gt, {work, ir::float_constant(worthwhile_)});
    for (const auto& [op, limit] : {std::pair(Op::ge, kParts), std::pair(Op::le, kMostRounds)}) {
      pays = ir::operation(Op::bit_and, {pays, ir::operation(op, {rounds, ir::int_constant(limit)})});
    }
    const Expr count =
        let_in(out, "parts", ir::operation(Op::select, {pays, ir::int_constant(kParts), ir::int_constant(1)}), at_);
    std::vector<ir::Var> rows;
    for (const Reduction& r : reductions_) {
      rows.push_back(ir::make_var(r.variable->name, ir::Type::array(r.variable->type.dtype(), 1, ir::Layout::C)));
      out.push_back(ir::allocate(rows.back(), {ir::int_constant(kParts)}, at_));
    }
    emit_parts(begin, rounds, count, rows, out);
    // One after the other, so that of two zeros the first still counts.
    const ir::Var t = ir::make_var("t", ir::kI64);
    Block together;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const ir::Var& v = reductions_[i].variable;
      const Expr part = ir::load(ir::variable(rows[i]), {ir::variable(t)});
      together.push_back(ir::assign(v, folded(reductions_[i].fold, ir::variable(v), part), at_));
    }
    out.push_back(ir::for_loop(t, ir::int_constant(0), ir::operation(Op::min, {count, ir::int_constant(kParts)}), 1,
                               std::move(together), ir::LoopKind::Serial));
  }

 private:
  void emit_parts(const Expr& begin, const Expr& rounds, const Expr& count, const std::vector<ir::Var>& rows,
                  Block& out) const {
    const Expr length = let_in(out, "part", pieces(rounds, count), at_);
    const ir::Var t = ir::make_var("t", ir::kI64), round = ir::make_var(loop_->var->name, ir::kI64);
    Block body;
    ir::Substitution own;
    own.set(loop_->var, ir::variable(round));
    std::vector<ir::Var> parts;
    for (const Reduction& r : reductions_) {
      const ir::Var start = ir::make_var("start", r.variable->type);
      out.push_back(ir::let(start, neutral(r), at_));
      parts.push_back(ir::make_var(r.variable->name, r.variable->type, r.variable->is_unordered));
      body.push_back(ir::declare(parts.back(), ir::variable(start), at_));
      own.set(r.variable, ir::variable(parts.back()));
    }
    const Expr low = ir::operation(Op::min, {ir::variable(t) * length, rounds});
    const Expr high = ir::operation(Op::min, {low + length, rounds});
    const Expr first = let_in(body, "first", plus(begin, low), at_),
               last = let_in(body, "last", plus(begin, high), at_);
    body.push_back(
        ir::for_loop(round, first, last, 1, with_fresh_variables(loop_->body, own), ir::LoopKind::Serial, at_));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      body.push_back(ir::store(ir::variable(rows[i]), {ir::variable(t)}, ir::variable(parts[i]), {}, at_));
    }
    out.push_back(ir::for_loop(t, ir::int_constant(0), count, 1, std::move(body), kind_, at_));
  }

  const Stmt& loop_;
  const SourceLocation& at_;
  const std::vector<Reduction>& reductions_;
  double worthwhile_;
  ir::LoopKind kind_;
};

class PartialResults {
 public:
  PartialResults(ir::FloatModel model, const PassContext& context)
      : fast_(model == ir::FloatModel::Fast), context_(context) {}

  /// Loops that stand in no other one: inside, there would be too little to do each time.
  Block block(const Block& statements) {
    Block out;
    for (const Stmt& s : statements) {
      if (s.is(StmtKind::For) || s.is(StmtKind::While)) {
        if (!s.is(StmtKind::For) || !loop(s, out)) out.push_back(s);
        continue;
      }
      out.push_back(ir::map_blocks(s, [&](const Block& b) { return block(b); }));
    }
    return out;
  }

 private:
  bool loop(const Stmt& s, Block& out) {
    if (s->step != 1) return false;
    const auto found = folds_of(s);
    if (!found) return false;
    const bool rounds = !are_exact(*found);
    const int threads = context_.machine->threads;
    // What has no order needs parts for threads alone.
    if (rounds ? !fast_ && !are_unordered(*found) : threads <= 1) return false;
    const double worthwhile = rounds ? kWorthwhile : kForks * context_.machine->fork_work;
    Parts(s, *found, worthwhile, threads > 1 ? ir::LoopKind::Parallel : ir::LoopKind::Serial).emit(out);
    if (threads > 1) {
      context_.done("parallel", s.location(),
                    "where there is enough to do, in " + std::to_string(kParts) +
                        " parts with results of their own on " + std::to_string(threads) + " threads; expected to be " +
                        expected_gain(s, *context_.machine));
    }
    return true;
  }

  bool fast_;
  const PassContext& context_;
};

}  // namespace

ir::Module partial_results(const ir::Module& module, const PassContext& context) {
  return with_bodies(module,
                     [&](const ir::Function& f) { return PartialResults(module.float_model, context).block(f.body); });
}

}  // namespace rooftop::opt
