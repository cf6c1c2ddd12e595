// A list of statements is read as loops, each perhaps behind a test, with names for integers between them.
#include "rooftop/opt/fuse.h"

#include <algorithm>
#include <optional>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/fuse_loops.h"
#include "rooftop/opt/motion_loop.h"
#include "rooftop/opt/sweeps_match.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;

/// Loops in one: more would only hold more registers.
constexpr int kMostLoops = 4;

/// A loop that runs if the test holds, and the statements that do the same in any case.
struct Candidate {
  Block names;    ///< before it
  Expr test;      ///< unset: none is needed
  Block assumed;  ///< what the test says
  Stmt loop;
  Block original;  ///< without the names
  int loops = 1;
};

bool is_name(const Stmt& s) { return s.is(StmtKind::Let) && s->var->type.is_scalar() && is_speculatable(s->exprs[0]); }

/// The candidate that begins with statement `at`, which then becomes that of the next statement.
std::optional<Candidate> candidate(const Block& block, std::size_t& at) {
  Candidate found;
  std::size_t next = at;
  while (next < block.size() && is_name(block[next])) found.names.push_back(block[next++]);
  if (next == block.size()) return std::nullopt;
  const Stmt& s = block[next];
  found.original = {s};
  if (s.is(StmtKind::For)) {
    found.loop = s;
  } else {
    if (!s.is(StmtKind::If) || !s->condition().is_op(Op::likely) || s->body.empty()) return std::nullopt;
    if (!s->body.back().is(StmtKind::For)) return std::nullopt;
    found.assumed.assign(s->body.begin(), s->body.end() - 1);
    const auto is_assumption = [](const Stmt& a) { return a.is(StmtKind::Assume); };
    if (!std::all_of(found.assumed.begin(), found.assumed.end(), is_assumption)) return std::nullopt;
    found.test = s->condition().arg(0);
    found.loop = s->body.back();
  }
  at = next + 1;
  return found;
}

class Fuse {
 public:
  explicit Fuse(const PassContext& context) : context_(context) {}

  Block block(const Block& statements, MemoryFacts facts, bool in_time_steps = false) {
    Block out;
    for (std::size_t at = 0; at < statements.size();) {
      auto first = in_time_steps ? std::nullopt : candidate(statements, at);
      if (!first) {
        facts.learn(statements[at]);
        out.push_back(inside(statements[at++], facts));
        continue;
      }
      for (const Stmt& name : first->names) facts.learn(name);
      while (first->loops < kMostLoops && join(*first, statements, at, facts)) {
      }
      emit(*first, facts, out);
      for (const Stmt& s : first->original) facts.learn(s);
    }
    return out;
  }

 private:
  Stmt inside(const Stmt& s, const MemoryFacts& facts) {
    // Sweeps of time steps have a schedule of their own.
    const bool time_steps = s.is(StmtKind::For) && TimeSteps::match(s, facts).has_value();
    return ir::map_blocks(s, [&](const Block& b) { return block(b, facts, time_steps); });
  }

  /// Takes the next loop of the list into the candidate.
  static bool join(Candidate& first, const Block& statements, std::size_t& at, MemoryFacts& facts) {
    std::size_t next = at;
    const auto second = candidate(statements, next);
    if (!second) return false;
    MemoryFacts known = facts;
    const std::initializer_list<const Block*> before = {&second->names, &first.assumed, &second->assumed};
    for (const Block* part : before) {
      for (const Stmt& s : *part) known.learn(s);
    }
    const auto fused = fuse_loops(first.loop, second->loop, known);
    if (!fused) return false;
    at = next;
    for (const Stmt& s : second->names) facts.learn(s);
    first.names.insert(first.names.end(), second->names.begin(), second->names.end());
    first.assumed.insert(first.assumed.end(), second->assumed.begin(), second->assumed.end());
    first.original.insert(first.original.end(), second->original.begin(), second->original.end());
    const auto also = [&](const Expr& test) {
      first.test = first.test ? ir::operation(Op::bit_and, {first.test, test}) : test;
    };
    if (second->test) also(second->test);
    for (const auto& [a, b] : fused->apart) {
      const Expr test = ir::disjoint(ir::variable(a), ir::variable(b));
      also(test);
      first.assumed.push_back(ir::assume(test, second->loop.location()));
    }
    first.loop = fused->loop;
    ++first.loops;
    return true;
  }

  void emit(const Candidate& c, const MemoryFacts& facts, Block& out) {
    out.insert(out.end(), c.names.begin(), c.names.end());
    if (c.loops == 1) {
      for (const Stmt& s : c.original) out.push_back(inside(s, facts));
      return;
    }
    context_.done("fuse", c.loop.location(),
                  std::to_string(c.loops) + " loops become one: what they share is read once");
    if (!c.test) return out.push_back(c.loop);
    Block fused = c.assumed;
    fused.push_back(c.loop);
    out.push_back(ir::if_then(ir::operation(Op::likely, {c.test}), std::move(fused), c.original, c.loop.location()));
  }

  const PassContext& context_;
};

}  // namespace

ir::Module fuse(const ir::Module& module, const PassContext& context) {
  return with_bodies(module, [&](const ir::Function& f) { return Fuse(context).block(f.body, {}); });
}

}  // namespace rooftop::opt
