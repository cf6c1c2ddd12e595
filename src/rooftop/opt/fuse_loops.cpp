// An access of the first loop and one of the second change places where the first's round is the later one.
#include "rooftop/opt/fuse_loops.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/contraction.h"
#include "rooftop/opt/dependence.h"
#include "rooftop/opt/fresh.h"
#include "rooftop/opt/meeting.h"
#include "rooftop/opt/plain_body.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Stmt;
using ir::StmtKind;

/// Arrays that a loop may walk through at once: each is a stream from memory, and holds registers.
constexpr std::size_t kMostArrays = 8;
/// Tests before the loop that arrays do not overlap.
constexpr std::size_t kMostTests = 8;

bool have_same_rounds(const Stmt& a, const Stmt& b) {
  const auto in_memory = [](const Expr& e) {
    bool found = false;
    ir::for_each_node(e, [&](const Expr& n) { found |= n.is(ExprKind::Load); });
    return found;
  };
  return a.is(StmtKind::For) && b.is(StmtKind::For) && a->loop == ir::LoopKind::Serial &&
         b->loop == ir::LoopKind::Serial && a->step == b->step && ir::same_expression(a->begin(), b->begin()) &&
         ir::same_expression(a->end(), b->end()) && !in_memory(a->begin()) && !in_memory(a->end());
}

class Fusion {
 public:
  explicit Fusion(MemoryFacts facts) : facts_(std::move(facts)) {}

  std::vector<std::pair<ir::Var, ir::Var>> apart;

  std::optional<Stmt> fuse(const Stmt& a, const Stmt& b) {
    if (!have_same_rounds(a, b)) return std::nullopt;
    if (!is_plain(a->body, ir::bound_variables(a->body)) || !is_plain(b->body, ir::bound_variables(b->body))) {
      return std::nullopt;
    }
    ir::Substitution renamed;
    renamed.set(b->var, ir::variable(a->var));
    Block second = with_fresh_variables(b->body, renamed);
    if (!is_legal(a, second)) return std::nullopt;
    facts_.learn(ir::with_body(a, {}));
    Block body = a->body;
    if (const auto inner = fuse(body.back(), second.front())) {
      body.back() = *inner;
      second.erase(second.begin());
    }
    body.insert(body.end(), second.begin(), second.end());
    return ir::with_body(a, std::move(body));
  }

  const MemoryFacts& facts() const { return facts_; }

 private:
  bool is_legal(const Stmt& a, const Block& second) {
    std::string unused;
    const auto first_touched = accesses_in(a->body, unused), second_touched = accesses_in(second, unused);
    if (!first_touched || !second_touched) return false;
    ir::VarSet changing = ir::bound_variables(a->body);
    changing.merge(ir::bound_variables(second));
    for (const Block* block : {&a->body, &second}) {
      ir::for_each_statement(*block, [&](const Stmt& s) {
        if (s.is(StmtKind::For)) changing.erase(s->var.get());
      });
    }
    const Stmt header = ir::with_body(a, {});
    const Order later = Order::After;
    for (const ArrayAccess& x : *first_touched) {
      for (const ArrayAccess& y : *second_touched) {
        if (!(x.is_store || y.is_store)) continue;
        if (x.array != y.array) {
          if (!keep_apart(x.array, y.array)) return false;
          continue;
        }
        if (!facts_.has_distinct_elements(x.array)) return false;
        if (may_meet(x, y, {&header, 1}, {&later, 1}, facts_, changing)) return false;
      }
    }
    return true;
  }

  bool keep_apart(const ir::Var& a, const ir::Var& b) {
    if (facts_.disjoint(a, b)) return true;
    if (apart.size() == kMostTests) return false;
    apart.emplace_back(a, b);
    facts_.learn(ir::assume(ir::disjoint(ir::variable(a), ir::variable(b))));
    return true;
  }

  MemoryFacts facts_;
};

ir::VarSet arrays_of(const Stmt& loop) {
  ir::VarSet arrays;
  std::string unused;
  const auto accesses = accesses_in(loop->body, unused);
  if (accesses) {
    for (const ArrayAccess& a : *accesses) arrays.insert(a.array.get());
  }
  return arrays;
}

}  // namespace

std::optional<FusedLoops> fuse_loops(const Stmt& first, const Stmt& second, const MemoryFacts& facts) {
  if (!have_same_rounds(first, second) || first->body.empty() || second->body.empty()) return std::nullopt;
  const ir::VarSet ours = arrays_of(first), theirs = arrays_of(second);
  ir::VarSet all = ours;
  all.insert(theirs.begin(), theirs.end());
  if (all.size() == ours.size() + theirs.size() || all.size() > kMostArrays) return std::nullopt;
  Fusion fusion(facts);
  const auto loop = fusion.fuse(first, second);
  if (!loop) return std::nullopt;
  std::string unused;
  // Matrix products have better schedules by themselves.
  for (const Stmt& l : {first, second}) {
    if (match_contraction(l, fusion.facts(), unused)) return std::nullopt;
    if (!rounds_are_independent(l, fusion.facts(), unused)) return std::nullopt;
  }
  if (!rounds_are_independent(*loop, fusion.facts(), unused)) return std::nullopt;
  return FusedLoops{*loop, std::move(fusion.apart)};
}

}  // namespace rooftop::opt
