// Two neighbouring loops may change places when all dependences stay within a round of one of them.
#include "rooftop/opt/interchange.h"

#include <algorithm>
#include <optional>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/dependence.h"
#include "rooftop/opt/widen.h"

namespace rooftop::opt {

using ir::Expr;
using ir::ExprKind;
using ir::StmtKind;

namespace {

/// What an access costs that takes the next element of memory, one that does not, and one that stays where it is.
constexpr int kAlongMemory = 1, kAcrossMemory = 8, kFixed = 0;
/// What it costs that a round waits for the one before it; and where rounds of another loop can run beside it.
constexpr int kRecurrence = 24, kHiddenRecurrence = 4;

bool reads_memory(const Expr& e) {
  bool found = false;
  ir::for_each_node(e, [&](const Expr& n) { found |= n.is(ExprKind::Load); });
  return found;
}

struct Nest {
  std::vector<ir::Stmt> loops;  ///< outermost first
  ir::Block body;

  ir::Stmt statement(std::size_t from = 0) const {
    ir::Block inner = body;
    for (std::size_t i = loops.size(); i-- > from;) inner = {ir::with_body(loops[i], std::move(inner))};
    return inner[0];
  }
};

/// Statements that do the same wherever their round stands: no exit, no exception, no variable of the surroundings.
bool can_be_reordered(const ir::Block& body, const ir::VarSet& own) {
  return std::all_of(body.begin(), body.end(), [&](const ir::Stmt& s) {
    switch (s.kind()) {
      case StmtKind::Let:
      case StmtKind::Declare:
        return !s->var->type.is_array();
      case StmtKind::Assign:
        return own.contains(s->var.get());
      case StmtKind::Store:
      case StmtKind::Assume:
        return true;
      case StmtKind::If:
        return can_be_reordered(s->body, own) && can_be_reordered(s->else_body, own);
      default:
        return false;
    }
  });
}

/// The perfect nest that starts at the loop. Lets between loops move inwards, into every round that uses them.
std::optional<Nest> perfect_nest(const ir::Stmt& outermost) {
  Nest nest;
  ir::Block sunk;
  ir::VarSet changing;
  const auto is_fixed = [&](const Expr& e) {
    bool fixed = !reads_memory(e);
    ir::for_each_node(e,
                      [&](const Expr& n) { fixed &= !(n.is(ExprKind::Variable) && changing.contains(n.var().get())); });
    return fixed;
  };
  for (ir::Stmt loop = outermost;;) {
    if (loop->loop != ir::LoopKind::Serial || !is_fixed(loop->begin()) || !is_fixed(loop->end())) return std::nullopt;
    nest.loops.push_back(loop);
    changing.insert(loop->var.get());
    const ir::Block& body = loop->body;
    if (body.empty()) return std::nullopt;
    const bool goes_on =
        body.back().is(StmtKind::For) && std::all_of(body.begin(), body.end() - 1, [](const ir::Stmt& s) {
          return s.is(StmtKind::Let) && s->var->type.is_scalar() && !reads_memory(s->exprs[0]);
        });
    if (!goes_on) {
      nest.body = sunk;
      nest.body.insert(nest.body.end(), body.begin(), body.end());
      break;
    }
    for (auto s = body.begin(); s != body.end() - 1; ++s) {
      sunk.push_back(*s);
      changing.insert((*s)->var.get());
    }
    loop = body.back();
  }
  if (nest.loops.size() < 2 || !can_be_reordered(nest.body, ir::bound_variables(nest.body))) return std::nullopt;
  return nest;
}

class Interchange {
 public:
  explicit Interchange(const PassContext& context) : context_(context) {}

  ir::Block block(const ir::Block& statements, MemoryFacts facts) {
    ir::Block out;
    for (const ir::Stmt& s : statements) {
      facts.learn(s);
      if (s.is(StmtKind::For)) {
        if (auto nest = perfect_nest(s)) {
          reorder(*nest, facts);
          out.push_back(nest->statement());
          continue;
        }
      }
      out.push_back(ir::map_blocks(s, [&](const ir::Block& b) { return block(b, facts); }));
    }
    return out;
  }

 private:
  void reorder(Nest& nest, const MemoryFacts& facts) {
    std::string why_not;
    const auto accesses = accesses_in(nest.body, why_not);
    if (!accesses) return;
    // From the innermost outwards: where two are as good, the source's order stays.
    std::size_t best = nest.loops.size() - 1;
    std::vector<bool> waits;
    for (const ir::Stmt& loop : nest.loops) {
      std::string unused;
      waits.push_back(!rounds_are_independent(ir::with_body(loop, nest.body), facts, unused));
    }
    const int recurrence =
        std::find(waits.begin(), waits.end(), false) == waits.end() ? kRecurrence : kHiddenRecurrence;
    const auto cost = [&](std::size_t i) {
      return cost_of(*accesses, nest.loops[i]->var) + (waits[i] ? recurrence : 0);
    };
    int least = cost(best);
    for (std::size_t i = nest.loops.size() - 1; i-- > 0;) {
      const int other = cost(i);
      if (other < least) {
        least = other;
        best = i;
      }
    }
    if (best + 1 == nest.loops.size()) return;
    Nest changed = nest;
    for (std::size_t i = best; i + 1 < changed.loops.size(); ++i) {
      if (!exchange(changed, i, facts, why_not)) {
        context_.missed(
            "interchange", nest.loops[0].location(),
            "the loop over '" + nest.loops[best]->var->name + "' should be the innermost one, but " + why_not);
        return;
      }
    }
    context_.done(
        "interchange", nest.loops[0].location(),
        "the loop over '" + nest.loops[best]->var->name + "' is made the innermost one: it runs along memory");
    nest = std::move(changed);
  }

  static int cost_of(const std::vector<ArrayAccess>& accesses, const ir::Var& innermost) {
    int sum = 0;
    for (const ArrayAccess& a : accesses) {
      const Access move = access_of(ir::variable(a.array), a.indices, innermost);
      sum += move == Access::Fixed ? kFixed : move == Access::Contiguous ? kAlongMemory : kAcrossMemory;
    }
    return sum;
  }

  /// Swaps loop i and the next one if that keeps every dependence: those of independent rounds stay within a round of
  /// one loop, in the order of the other.
  static bool exchange(Nest& nest, std::size_t i, const MemoryFacts& facts, std::string& why_not) {
    Nest swapped = nest;
    std::swap(swapped.loops[i], swapped.loops[i + 1]);
    if (!rounds_are_independent(nest.statement(i), facts, why_not) &&
        !rounds_are_independent(swapped.statement(i), facts, why_not)) {
      return false;
    }
    nest = std::move(swapped);
    return true;
  }

  const PassContext& context_;
};

}  // namespace

ir::Module interchange(const ir::Module& module, const PassContext& context) {
  return with_bodies(module, [&](const ir::Function& f) { return Interchange(context).block(f.body, {}); });
}

}  // namespace rooftop::opt
