// Where a subscript that moves with the loop meets one that stays is where a loop may be cut.
#include "rooftop/opt/split.h"

#include <algorithm>
#include <optional>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/affine.h"
#include "rooftop/opt/dependence.h"
#include "rooftop/opt/let_in.h"
#include "rooftop/opt/motion_loop.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;

/// Loops inside of each other that are cut: each makes three of what is inside.
constexpr int kDeepest = 2;
constexpr std::size_t kMostCandidates = 4;

/// Straight statements, choices and loops over them that write nothing of the surroundings but elements.
bool is_plain(const Block& body, const ir::VarSet& own) {
  return std::all_of(body.begin(), body.end(), [&](const Stmt& s) {
    switch (s.kind()) {
      case StmtKind::Let:
      case StmtKind::Declare:
        return s->var->type.is_scalar();
      case StmtKind::Assign:
        return own.contains(s->var.get());
      case StmtKind::Store:
        return true;
      case StmtKind::For:
      case StmtKind::If:
        return is_plain(s->body, own) && is_plain(s->else_body, own);
      default:
        return false;
    }
  });
}

bool has_loops(const Block& body) {
  bool found = false;
  ir::for_each_statement(body, [&](const Stmt& s) { found |= s.is(StmtKind::For); });
  return found;
}

class Split {
 public:
  explicit Split(const PassContext& context) : context_(context) {}

  Block block(const Block& statements, MemoryFacts facts, int cuts = 0) {
    Block out;
    for (const Stmt& s : statements) {
      facts.learn(s);
      const auto inside = [&](const Stmt& of, int deeper) {
        return ir::map_blocks(of, [&](const Block& b) { return block(b, facts, deeper); });
      };
      if (const auto at = cut(s, facts, cuts)) {
        for (const Stmt& part : parts(s, *at)) out.push_back(inside(part, cuts + 1));
        context_.done("split", s.location(),
                      "the round in which the loop reads what all others need runs by itself, so that those before it "
                      "and those after it are independent");
      } else {
        out.push_back(inside(s, cuts));
      }
    }
    return out;
  }

 private:
  static bool can_run_at_once(const Stmt& loop, const MemoryFacts& facts) {
    std::string unused;
    MemoryFacts known = facts;
    known.learn(loop);
    return rounds_are_independent(loop, known, unused) ||
           (!has_loops(loop->body) && rounds_run_in_lockstep(loop, known, unused));
  }

  /// The round to cut out, where that makes the others independent.
  static std::optional<Expr> cut(const Stmt& loop, const MemoryFacts& facts, int cuts) {
    if (cuts >= kDeepest || !loop.is(StmtKind::For) || loop->loop != ir::LoopKind::Serial || loop->step != 1) {
      return std::nullopt;
    }
    const ir::VarSet own = ir::bound_variables(loop->body);
    if (!is_plain(loop->body, own)) return std::nullopt;
    const std::vector<Expr> rounds = candidates(loop, own);
    if (rounds.empty() || can_run_at_once(loop, facts)) return std::nullopt;
    for (const Expr& round : rounds) {
      MemoryFacts later = facts;
      later.learn(ir::assume(ir::operation(Op::lt, {round, loop->end()})));
      if (can_run_at_once(before(loop, round), facts) && can_run_at_once(after(loop, round), later)) return round;
    }
    return std::nullopt;
  }

  /// Rounds in which the subscript of a store is one that does not move with the loop, or the other way round.
  static std::vector<Expr> candidates(const Stmt& loop, const ir::VarSet& own) {
    std::vector<Expr> rounds;
    std::string unused;
    const auto accesses = accesses_in(loop->body, unused);
    if (!accesses) return rounds;
    std::vector<ir::Var> vars = {loop->var};
    ir::for_each_statement(loop->body, [&](const Stmt& s) {
      if (s.is(StmtKind::For)) vars.push_back(s->var);
    });
    const auto consider = [&](const Expr& moving, const Expr& staying) {
      const auto x = affine(moving, vars), y = affine(staying, vars);
      if (!x || !y || x->coefficient(loop->var) != 1 || x->coefficients.size() != 1 || !y->coefficients.empty()) return;
      const Expr round = minus(y->rest, x->rest);
      bool known = is_speculatable(round) && !ir::reads(round, loop->var);
      ir::for_each_node(round,
                        [&](const Expr& n) { known &= !(n.is(ExprKind::Variable) && own.contains(n.var().get())); });
      const bool is_new =
          std::none_of(rounds.begin(), rounds.end(), [&](const Expr& r) { return ir::same_expression(r, round); });
      if (known && is_new && rounds.size() < kMostCandidates) rounds.push_back(round);
    };
    for (const ArrayAccess& s : *accesses) {
      for (const ArrayAccess& other : *accesses) {
        if (!s.is_store || s.array != other.array) continue;
        for (std::size_t d = 0; d < s.indices.size(); ++d) {
          consider(s.indices[d], other.indices[d]);
          consider(other.indices[d], s.indices[d]);
        }
      }
    }
    return rounds;
  }

  static Stmt with_bounds(const Stmt& loop, const Expr& begin, const Expr& end) {
    return ir::for_loop(loop->var, begin, end, 1, loop->body, ir::LoopKind::Serial, loop.location());
  }
  static Stmt before(const Stmt& loop, const Expr& round) {
    return with_bounds(loop, loop->begin(), ir::operation(Op::min, {round, loop->end()}));
  }
  static Stmt after(const Stmt& loop, const Expr& round) {
    return with_bounds(loop, ir::operation(Op::max, {loop->begin(), plus(round, 1)}), loop->end());
  }

  static Block parts(const Stmt& given, const Expr& round) {
    Block out;
    const Expr begin = let_in(out, "begin", given->begin(), given.location());
    const Expr end = let_in(out, "end", given->end(), given.location());
    const Expr at = let_in(out, "round", round, given.location());
    const Stmt loop = with_bounds(given, begin, end);
    out.push_back(before(loop, at));
    const Expr inside = ir::operation(Op::lt, {at, end});
    const Stmt alone = with_bounds(loop, at, plus(at, 1));
    // `at + 1` exists where `at` is below the end.
    out.push_back(
        ir::if_then(inside,
                    {ir::assume(inside, given.location()),
                     ir::if_then(ir::operation(Op::ge, {at, begin}), {alone}, {}, given.location()), after(loop, at)},
                    {}, given.location()));
    return out;
  }

  const PassContext& context_;
};

}  // namespace

ir::Module split(const ir::Module& module, const PassContext& context) {
  return with_bodies(module, [&](const ir::Function& f) { return Split(context).block(f.body, {}); });
}

}  // namespace rooftop::opt
