// Straight-line innermost loops as vectors; the rounds that do not fill one stay scalar.
#include "rooftop/opt/vectorise.h"

#include <algorithm>
#include <unordered_set>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/affine.h"
#include "rooftop/opt/dependence.h"
#include "rooftop/opt/fresh.h"
#include "rooftop/opt/lanes.h"
#include "rooftop/opt/lanes_cost.h"
#include "rooftop/opt/let_in.h"
#include "rooftop/opt/machine.h"
#include "rooftop/opt/plain_subscripts.h"
#include "rooftop/opt/spare.h"
#include "rooftop/opt/trip_bound.h"
#include "rooftop/opt/widen.h"

namespace rooftop::opt {

using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::StmtKind;

namespace {

/// Registers whose loads and stores take a mask at no cost, and the smallest elements that they do so for.
constexpr int kMaskedBytes = 64, kMaskedElement = 4;

/// Rounds from which vectors pay where the number is not known exactly.
constexpr std::int64_t kFewestRounds = 8;

/// What a loop with gathers must gain by the estimate. It counts an operation on a register and one on a number
/// alike, but of the second a processor does more at once.
constexpr double kMarginOfGathers = 4.5;

constexpr const char* kGathers = "its reads are wherever an array says, and the rest of a round is little";

/// Loops in a function from which those that hardly ever run stay as they are: what a machine needs for their code
/// would be most of the time that users wait.
constexpr std::size_t kManyLoops = 64;

struct Shape {
  int widest = 1;                     ///< bytes of the widest element computed with
  int contiguous = 0, scattered = 0;  ///< accesses
  bool has_gathers = false;           ///< subscripts that were read or computed in the round
  bool has_math = false, has_complex = false, has_masks = false, has_checks = false;
};

/// Whether the body is made of lets, checks and stores alone: then no variable changes on the way.
bool is_plain(const ir::Block& body) {
  return std::all_of(body.begin(), body.end(), [](const ir::Stmt& s) {
    return s.is(StmtKind::Let) || s.is(StmtKind::Assume) || s.is(StmtKind::Check) || s.is(StmtKind::Store);
  });
}

class Vectorise {
 public:
  Vectorise(const ir::Module& module, const PassContext& context)
      : module_(module), context_(context), machine_(*context.machine) {}

  ir::Block run(const ir::Block& body) {
    std::size_t loops = 0;
    ir::for_each_statement(body, [&](const ir::Stmt& s) { loops += s.is(StmtKind::For) ? 1 : 0; });
    has_many_loops_ = loops > kManyLoops;
    ir::Block result = block(body, {});
    result = ordered(result, {});
    for (const Missed& m : missed_) context_.missed("vectorise", m.loop.location(), m.why);
    return result;
  }

 private:
  struct Missed {
    ir::Stmt loop;
    std::string why;
  };

  /// Loops whose rounds can run at once, innermost first: loops around one that became vectors stay as they are.
  ir::Block block(const ir::Block& statements, MemoryFacts facts) {
    ir::Block out;
    for (const ir::Stmt& s : statements) {
      facts.learn(s);
      if (is_short(s) || (spare_ && has_many_loops_)) {
        out.push_back(s);
        continue;
      }
      const std::size_t placed = out.size(), missed = missed_.size();
      std::string why_not;
      bool done = s.is(StmtKind::For) && is_innermost(s) && loop(s, facts, out, why_not);
      if (!done) {
        ir::Stmt inner = with_blocks(s, [&](const ir::Block& b) { return block(b, facts); });
        done = inner == s && s.is(StmtKind::For) && !spare_ && why_not != kGathers &&
               run_in_lanes(s, module_, Rounds::Independent, facts, context_, out, why_not);
        if (!done) out.push_back(std::move(inner));
      }
      if (done) {
        missed_.resize(missed);  // of the loops inside
        finish(out, placed);
      } else if (!why_not.empty() && !spare_) {
        missed_.push_back({s, why_not});
      }
    }
    return out;
  }

  /// The loops left that carry values from round to round: what does not depend on these as vectors.
  ir::Block ordered(const ir::Block& statements, MemoryFacts facts) {
    ir::Block out;
    for (const ir::Stmt& s : statements) {
      facts.learn(s);
      if (finished_.contains(s.get()) || is_short(s)) {
        out.push_back(s);
        continue;
      }
      ir::Stmt inner = with_blocks(s, [&](const ir::Block& b) { return ordered(b, facts); });
      std::string why_not;
      const bool done = inner == s && s.is(StmtKind::For) && !spare_ &&
                        run_in_lanes(s, module_, Rounds::Split, facts, context_, out, why_not);
      if (!done) out.push_back(std::move(inner));
      if (done) std::erase_if(missed_, [&](const Missed& m) { return m.loop == s; });
    }
    return out;
  }

  /// The statement with its blocks mapped, `spare_` being true in one that hardly ever runs.
  template <class Map>
  ir::Stmt with_blocks(const ir::Stmt& s, const Map& map) {
    const bool before = spare_;
    ir::Stmt result = ir::map_blocks(s, [&](const ir::Block& b) {
      spare_ = before || is_spare(s, b);
      return map(b);
    });
    spare_ = before;
    return result;
  }

  /// Loops that vectors and lanes have left: they are short.
  void finish(const ir::Block& block, std::size_t from) {
    for (std::size_t i = from; i < block.size(); ++i) finished_.insert(block[i].get());
  }

  /// An innermost loop of so few rounds that its code is all that vectors would add to.
  static bool is_short(const ir::Stmt& s) {
    if (!s.is(StmtKind::For) || !is_innermost(s)) return false;
    const auto most = TripBounds().of(s);
    return most && *most < kFewestRounds && !s->end().is_constant();
  }

  static bool is_innermost(const ir::Stmt& loop) {
    bool inner = false;
    ir::for_each_statement(loop->body, [&](const ir::Stmt& s) {
      inner |= s.is(StmtKind::For) || s.is(StmtKind::While) || s.is(StmtKind::Call);
    });
    return !inner && loop->step == 1 && loop->loop == ir::LoopKind::Serial;
  }

  bool loop(const ir::Stmt& given, const MemoryFacts& facts, ir::Block& out, std::string& why_not) {
    if (!is_plain(given->body)) return false;
    const ir::Stmt s = with_plain_subscripts(given);
    Shape shape;
    if (!is_straight_line(s, shape, why_not) || !rounds_run_in_lockstep(s, facts, why_not)) return false;
    if (shape.has_gathers && !pays_for_gathers(s, shape)) {
      why_not = kGathers;
      return false;
    }
    emit(s, shape, out);
    return true;
  }

  /// Gathers are no faster in a vector: the rest of the round must be worth it.
  bool pays_for_gathers(const ir::Stmt& s, const Shape& shape) const {
    const int lanes = registers(shape) * machine_.vector_bytes / shape.widest;
    const RoundCost cost = round_cost(s, Divergence(s), lanes, machine_);
    return cost.alone * lanes > kMarginOfGathers * cost.lanes;
  }

  /// Several registers a round hide latencies; mathematical functions need the registers themselves.
  static int registers(const Shape& shape) { return shape.has_math ? 1 : 4; }

  static bool is_indirect(const Expr& index, const ir::VarSet& bound) {
    bool found = false;
    ir::for_each_node(index, [&](const Expr& n) {
      found |= n.is(ExprKind::Load) || (n.is(ExprKind::Variable) && bound.contains(n.var().get()));
    });
    return found;
  }

  bool is_straight_line(const ir::Stmt& loop, Shape& shape, std::string& why_not) {
    const ir::VarSet bound = ir::bound_variables(loop->body);
    bool has_store = false;
    for (const ir::Stmt& s : loop->body) {
      switch (s.kind()) {
        case StmtKind::Let:
          if (s->var->type.is_array() || !is_scalar(s->var->type)) return false;
          break;
        case StmtKind::Assume:
          break;
        case StmtKind::Check:
          // A round that fails is run again by itself, so nothing may have been written before.
          if (has_store || !is_scalar(s->condition().type())) return false;
          shape.has_checks = true;
          break;
        case StmtKind::Store:
          has_store = true;
          if (s->mask || !is_scalar(s->value.type())) return false;
          if (access_of(s->array, s->exprs, loop->var) != Access::Contiguous) {
            why_not = "the loop does not write along memory";
            return false;
          }
          ++shape.contiguous;
          shape.widest = std::max(shape.widest, static_cast<int>(array::size_of(s->array.dtype())));
          break;
        default:
          return false;
      }
      ir::for_each_expr(
          s, [&](const Expr& e) { ir::for_each_node(e, [&](const Expr& n) { measure(n, loop->var, bound, shape); }); });
    }
    if (shape.has_complex || shape.has_masks) return false;
    if (shape.scattered > shape.contiguous) {
      why_not = "most reads do not run along memory";
      return false;
    }
    return has_store;
  }

  static bool is_scalar(const ir::Type& type) { return type.lanes() == 1; }

  /// `bound`: variables of the body, which differ between rounds.
  static void measure(const Expr& n, const ir::Var& var, const ir::VarSet& bound, Shape& shape) {
    if (n.is(ExprKind::Load)) {
      shape.has_masks |= n.has_mask();
      shape.widest = std::max(shape.widest, static_cast<int>(array::size_of(n.dtype())));
      const Access access = access_of(n.array(), n.indices(), var);
      if (std::any_of(n.indices().begin(), n.indices().end(), [&](const Expr& i) { return is_indirect(i, bound); })) {
        ++shape.scattered;
        shape.has_gathers = true;
      } else if (access != Access::Fixed) {
        ++(access == Access::Contiguous ? shape.contiguous : shape.scattered);
      }
    }
    if (n.is(ExprKind::Operation)) shape.has_math |= ops::info(n.op()).is_math;
    shape.has_complex |= n.type().is_scalar() && array::is_complex(n.dtype());
  }

  void emit(const ir::Stmt& s, const Shape& shape, ir::Block& out) {
    const int lanes = std::max(2, registers(shape) * machine_.vector_bytes / shape.widest);
    const Expr begin = let_in(out, "begin", s->begin(), s.location());
    const Expr end = let_in(out, "end", s->end(), s.location());
    // The difference may be anything below 2^64. The lanes are a power of two, so that whole vectors are the rounds
    // without their low bits, whatever the sign.
    const Expr whole = ir::operation(Op::bit_and, {round_count(begin, end), ir::int_constant(-std::int64_t{lanes})});
    const Expr middle = let_in(out, "middle", plus(begin, whole), s.location());
    const ir::Var first = ir::make_var(s->var->name, ir::kI64);
    // Where a check fails in some lane, the rounds from there on are done one by one; the check then raises.
    const ir::Var scalar_from = shape.has_checks ? ir::make_var("scalar_from", ir::kI64) : ir::Var();
    if (scalar_from) out.push_back(ir::declare(scalar_from, middle, s.location()));
    out.push_back(ir::for_loop(first, begin, middle, lanes, body(s, first, lanes, scalar_from, {}),
                               ir::LoopKind::Serial, s.location()));
    context_.done("vectorise", s.location(), std::to_string(lanes) + " rounds at once");
    if (!shape.has_checks && machine_.vector_bytes == kMaskedBytes && shape.widest >= kMaskedElement) {
      return out.push_back(masked_rest(s, middle, end, machine_.vector_bytes / shape.widest));
    }
    const ir::Var rest = ir::make_var(s->var->name, ir::kI64);
    ir::Substitution renamed;
    renamed.set(s->var, ir::variable(rest));
    out.push_back(ir::for_loop(rest, scalar_from ? ir::variable(scalar_from) : middle, end, 1,
                               with_fresh_variables(s->body, renamed), ir::LoopKind::Serial, s.location()));
  }

  /// The rounds that do not fill a whole vector, a register at a time.
  static ir::Stmt masked_rest(const ir::Stmt& s, const Expr& begin, const Expr& end, int lanes) {
    const ir::Var first = ir::make_var(s->var->name, ir::kI64);
    const ir::Var on = ir::make_var("on", ir::Type::vector(array::DType::Bool, lanes));
    // Counted from the strip's own first round: the rounds left are any number below 2^64.
    const ir::Type counter = ir::Type::scalar(array::DType::U64);
    const Expr lane = ir::ramp(ir::int_constant(0, counter), ir::int_constant(1, counter), lanes);
    const Expr left = ir::broadcast(ir::cast(minus(end, ir::variable(first)), array::DType::U64), lanes);
    ir::Block strip = {ir::let(on, ir::operation(Op::lt, {lane, left}), s.location())};
    for (ir::Stmt& inner : body(s, first, lanes, {}, ir::variable(on))) strip.push_back(std::move(inner));
    return ir::for_loop(first, begin, end, lanes, std::move(strip), ir::LoopKind::Serial, s.location());
  }

  static ir::Block body(const ir::Stmt& loop, const ir::Var& first, int lanes, const ir::Var& scalar_from,
                        const Expr& mask) {
    ir::Block out;
    Expr good;  // of the checks since the last exit
    const auto leave_unless_good = [&](const ir::Stmt& s) {
      if (!good) return;
      const Expr bad = ir::operation(Op::bit_not, {ir::operation(Op::reduce_and, {good})});
      out.push_back(
          ir::if_then(bad, {ir::assign(scalar_from, ir::variable(first), s.location()), ir::break_loop(s.location())},
                      {}, s.location()));
      good = Expr();
    };
    Widener widener(loop->var, ir::variable(first), lanes, mask);
    ir::Substitution uniform;
    uniform.set(loop->var, ir::variable(first));
    for (const ir::Stmt& s : loop->body) {
      if (needs_checked_lanes(s)) leave_unless_good(s);
      if (s.is(StmtKind::Check)) {
        const Expr wide = widener.widen(s->condition());
        good = good ? ir::operation(Op::bit_and, {good, wide}) : wide;
      } else if (s.is(StmtKind::Let)) {
        const Expr wide = widener.widen(s->exprs[0]);
        const ir::Var var = ir::make_var(s->var->name, wide.type());
        out.push_back(ir::let(var, wide, s.location()));
        widener.set(s->var, ir::variable(var));
      } else if (s.is(StmtKind::Store)) {
        std::vector<Expr> indices;
        for (const Expr& i : s->exprs) indices.push_back(uniform.rewrite(i));
        indices.back() = ir::ramp(indices.back(), ir::int_constant(1), lanes);
        out.push_back(ir::store(s->array, std::move(indices), widener.widen(s->value), mask, s.location()));
      }
    }
    return out;
  }

  std::vector<Missed> missed_;
  bool has_many_loops_ = false;
  bool spare_ = false;  ///< in a block that hardly ever runs: it is kept small
  std::unordered_set<const ir::StmtNode*> finished_;
  const ir::Module& module_;
  const PassContext& context_;
  const Machine& machine_;
};

}  // namespace

ir::Module vectorise(const ir::Module& module, const PassContext& context) {
  return with_bodies(module, [&](const ir::Function& f) { return Vectorise(module, context).run(f.body); });
}

}  // namespace rooftop::opt
