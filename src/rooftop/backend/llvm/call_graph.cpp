// Reachability over calls; modules have few functions.
#include "rooftop/backend/llvm/call_graph.h"

#include <unordered_set>

#include "rooftop/ir/walk.h"

namespace rooftop::backend::llvm {
namespace {

using ir::StmtKind;
using Names = std::unordered_set<std::string>;

bool fails_itself(const ir::Stmt& s) {
  return s.is(StmtKind::Raise) || s.is(StmtKind::Check) || s.is(StmtKind::Poll) || s.is(StmtKind::Allocate) ||
         s.is(StmtKind::Create) || (s.is(StmtKind::For) && s->loop == ir::LoopKind::Parallel);
}

/// Everything that a call of `name` may call in turn.
void reach(const std::unordered_map<std::string, Names>& calls, const std::string& name, Names& reached) {
  for (const std::string& callee : calls.at(name)) {
    if (reached.insert(callee).second) reach(calls, callee, reached);
  }
}

}  // namespace

std::unordered_map<std::string, CallFacts> call_facts(const ir::Module& module) {
  std::unordered_map<std::string, Names> calls;
  std::unordered_map<std::string, CallFacts> facts;
  Names failing;
  for (const ir::Function& f : module.functions) {
    Names& callees = calls[f.name];
    ir::for_each_statement(f.body, [&](const ir::Stmt& s) {
      if (s.is(StmtKind::Call)) callees.insert(s->callee);
      if (fails_itself(s)) failing.insert(f.name);
    });
  }
  std::unordered_map<std::string, Names> reached;
  for (const ir::Function& f : module.functions) {
    reach(calls, f.name, reached[f.name]);
    facts[f.name].recursive = reached[f.name].contains(f.name);
    if (facts[f.name].recursive) failing.insert(f.name);
  }
  for (const ir::Function& f : module.functions) {
    facts[f.name].can_fail = failing.contains(f.name);
    for (const std::string& callee : reached[f.name]) facts[f.name].can_fail |= failing.contains(callee);
  }
  return facts;
}

}  // namespace rooftop::backend::llvm
