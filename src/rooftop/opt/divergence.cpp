// Walks the body until nothing new varies; each walk numbers the sets of lanes in the same way.
#include "rooftop/opt/divergence.h"

namespace rooftop::opt {

using ir::Expr;
using ir::ExprKind;
using ir::Stmt;
using ir::StmtKind;

Divergence::Divergence(const Stmt& loop) {
  varying_.insert(loop->var.get());
  while (changed_) {
    changed_ = false;
    next_ = 0;
    declared_.clear();
    int lanes = next_++;
    loops_ = {{loop.get(), lanes}};
    block(loop->body, lanes);
  }
}

bool Divergence::varies(const Expr& e) const {
  bool found = false;
  ir::for_each_node(e, [&](const Expr& n) { found |= n.is(ExprKind::Variable) && varies(n.var()); });
  return found;
}

void Divergence::block(const ir::Block& statements, int& lanes) {
  bool jumped = false;
  for (const Stmt& s : statements) {
    jumped_ = false;
    statement(s, lanes);
    jumped |= jumped_;
  }
  jumped_ = jumped;
}

void Divergence::statement(const Stmt& s, int& lanes) {
  switch (s.kind()) {
    case StmtKind::Let:
      if (varies(s->exprs[0])) mark(s->var);
      break;
    case StmtKind::Declare:
      declared_[s->var.get()] = lanes;
      if (varies(s->exprs[0])) mark(s->var);
      break;
    case StmtKind::Assign: {
      const auto declared = declared_.find(s->var.get());
      if (varies(s->exprs[0]) || declared == declared_.end() || declared->second != lanes) mark(s->var);
      break;
    }
    case StmtKind::If:
      branch(s, lanes);
      break;
    case StmtKind::For:
    case StmtKind::While:
      inner_loop(s, lanes);
      break;
    case StmtKind::Break:
    case StmtKind::Continue:
      jump(s, lanes);
      break;
    default:
      break;
  }
}

void Divergence::branch(const Stmt& s, int& lanes) {
  const bool apart = varies(s->condition());
  bool jumped = false;
  for (const ir::Block* part : {&s->body, &s->else_body}) {
    int inside = apart ? next_++ : lanes;
    block(*part, inside);
    jumped |= jumped_;
  }
  jumped_ = jumped;
  if (jumped) lanes = next_++;
}

void Divergence::inner_loop(const Stmt& s, int lanes) {
  bool apart = leaves_apart(s);
  for (const Expr& e : s->exprs) apart |= varies(e);
  if (apart) changed_ |= leaves_apart_.insert(s.get()).second;
  // A variable that starts at another place in each lane; one that only ends at another place counts for all lanes.
  if (s.is(StmtKind::For) && varies(s->begin())) mark(s->var);
  int inside = apart ? next_++ : lanes;
  loops_.push_back({s.get(), inside});
  block(s->body, inside);
  loops_.pop_back();
  jumped_ = false;
}

void Divergence::jump(const Stmt& s, int lanes) {
  const Loop& loop = loops_.back();
  const bool is_break = s.is(StmtKind::Break);
  // The end of an iteration has work to do where lanes leave a loop apart, so nothing jumps over it.
  const bool together = lanes == loop.lanes && loops_.size() > 1 && (is_break || !leaves_apart_.contains(loop.loop));
  if (together) return;
  changed_ |= jumps_apart_.insert(loop.loop).second;
  if (is_break) changed_ |= leaves_apart_.insert(loop.loop).second;
  jumped_ = true;
}

}  // namespace rooftop::opt
