// Fixed points over the definitions of variables: unknown values spread forwards, steering ones backwards.
#include "rooftop/profile/cost_knowledge.h"

#include <algorithm>
#include <unordered_map>

namespace rooftop::profile {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Stmt;
using ir::StmtKind;

namespace {

bool is_loop(const Stmt& s) { return s.is(StmtKind::For) || s.is(StmtKind::While); }

bool is_definition(const Stmt& s) { return s.is(StmtKind::Let) || s.is(StmtKind::Declare) || s.is(StmtKind::Assign); }

bool reads_any(const Expr& e, const ir::VarSet& vars) {
  bool found = false;
  ir::for_each_node(e, [&](const Expr& n) { found |= n.is(ExprKind::Variable) && vars.contains(n.var().get()); });
  return found;
}

/// A break or continue of the loop whose body this is.
bool has_own_jump(const Block& block) {
  return std::any_of(block.begin(), block.end(), [](const Stmt& s) {
    return s.is(StmtKind::Break) || s.is(StmtKind::Continue) ||
           (s.is(StmtKind::If) && (has_own_jump(s->body) || has_own_jump(s->else_body)));
  });
}

}  // namespace

CostKnowledge::CostKnowledge(const Block& body) {
  do {
    changed_ = false;
    learn(body, false);
  } while (changed_);
  find_steering(body);
}

bool CostKnowledge::is_known(const Expr& e) const {
  bool known = true;
  ir::for_each_node(e, [&](const Expr& n) {
    known = known && !n.is(ExprKind::Load) && !n.is(ExprKind::Lookup) && !n.is(ExprKind::Disjoint) &&
            !(n.is(ExprKind::Variable) && unknown_.contains(n.var().get()));
  });
  return known;
}

void CostKnowledge::learn(const Block& block, bool uncertain) {
  const auto unknown = [&](const ir::Var& var) { changed_ |= unknown_.insert(var.get()).second; };
  for (const Stmt& s : block) {
    if (is_definition(s)) {
      if (!is_known(s->exprs[0]) || (uncertain && s.is(StmtKind::Assign))) unknown(s->var);
    } else if (s.is(StmtKind::Call) || s.is(StmtKind::Create)) {
      for (const ir::Var& var : s->results) unknown(var);
    } else if (s.is(StmtKind::If)) {
      const bool known = is_known(s->condition());
      if (!known) changed_ |= uncertain_.insert(s.get()).second;
      learn(s->body, uncertain || !known);
      learn(s->else_body, uncertain || !known);
    } else if (is_loop(s)) {
      learn_loop(s, uncertain);
    }
  }
}

void CostKnowledge::learn_loop(const Stmt& loop, bool uncertain) {
  const bool known = std::all_of(loop->exprs.begin(), loop->exprs.end(), [&](const Expr& e) { return is_known(e); }) &&
                     !has_unknown_jump(loop->body, false);
  if (!known) changed_ |= uncertain_.insert(loop.get()).second;
  learn(loop->body, uncertain || !known);
}

bool CostKnowledge::has_unknown_jump(const Block& block, bool unknown) const {
  return std::any_of(block.begin(), block.end(), [&](const Stmt& s) {
    if (s.is(StmtKind::Break) || s.is(StmtKind::Continue)) return unknown;
    if (!s.is(StmtKind::If)) return false;
    const bool inside = unknown || !is_known(s->condition());
    return has_unknown_jump(s->body, inside) || has_unknown_jump(s->else_body, inside);
  });
}

void CostKnowledge::collect_controls(const Block& block, std::vector<Expr>& controls) const {
  for (const Stmt& s : block) {
    if ((!is_loop(s) && !s.is(StmtKind::If)) || !is_certain(s)) continue;
    controls.insert(controls.end(), s->exprs.begin(), s->exprs.end());
    collect_controls(s->body, controls);
    collect_controls(s->else_body, controls);
  }
}

void CostKnowledge::find_steering(const Block& body) {
  std::unordered_map<const ir::VarNode*, std::vector<Expr>> definitions;
  ir::for_each_statement(body, [&](const Stmt& s) {
    if (is_definition(s)) definitions[s->var.get()].push_back(s->exprs[0]);
  });
  std::vector<Expr> waiting;
  collect_controls(body, waiting);
  while (!waiting.empty()) {
    const Expr e = waiting.back();
    waiting.pop_back();
    ir::for_each_node(e, [&](const Expr& n) {
      if (!n.is(ExprKind::Variable) || !steering_.insert(n.var().get()).second) return;
      const auto found = definitions.find(n.var().get());
      if (found != definitions.end()) waiting.insert(waiting.end(), found->second.begin(), found->second.end());
    });
  }
}

/// Variables that differ between the loop's rounds.
ir::VarSet CostKnowledge::changing_in(const Stmt& loop) const {
  const ir::VarSet own = ir::bound_variables(loop->body);
  ir::VarSet changing;
  if (loop->var) changing.insert(loop->var.get());
  for (const ir::VarNode* var : ir::assigned_variables(loop->body)) {
    if (!own.contains(var)) changing.insert(var);
  }
  for (bool more = true; more;) {
    more = false;
    ir::for_each_statement(loop->body, [&](const Stmt& s) {
      const bool bound_by = is_definition(s) || s.is(StmtKind::For);
      if (!bound_by || changing.contains(s->var.get())) return;
      for (const Expr& e : s->exprs) {
        if (reads_any(e, changing)) more |= changing.insert(s->var.get()).second;
      }
    });
  }
  return changing;
}

bool CostKnowledge::rounds_are_alike(const Stmt& loop) const {
  if (!loop.is(StmtKind::For) || has_own_jump(loop->body)) return false;
  const ir::VarSet own = ir::bound_variables(loop->body);
  for (const ir::VarNode* var : ir::assigned_variables(loop->body)) {
    if (!own.contains(var) && steering_.contains(var)) return false;
  }
  std::vector<Expr> controls;
  collect_controls(loop->body, controls);
  const ir::VarSet changing = changing_in(loop);
  return std::none_of(controls.begin(), controls.end(), [&](const Expr& e) { return reads_any(e, changing); });
}

}  // namespace rooftop::profile
