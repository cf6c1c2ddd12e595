// A walk that remembers the loop it is in.
#include "rooftop/profile/loop_facts.h"

#include <algorithm>
#include <tuple>

#include "rooftop/ir/walk.h"

namespace rooftop::profile {

using ir::Block;
using ir::Expr;
using ir::Stmt;
using ir::StmtKind;

namespace {

bool is_loop(const Stmt& s) { return s.is(StmtKind::For) || s.is(StmtKind::While); }

class Finder {
 public:
  void block(const Block& statements, LoopFacts* loop) {
    for (const Stmt& s : statements) {
      if (loop != nullptr) statement(s, *loop);
      LoopFacts* inside = loop;
      if (is_loop(s)) {
        inside = &found[s.location()];
        inside->is_parallel |= s.is(StmtKind::For) && s->loop == ir::LoopKind::Parallel;
      }
      block(s->body, inside);
      block(s->else_body, inside);
    }
  }

  FactsByLocation found;

 private:
  static void statement(const Stmt& s, LoopFacts& loop) {
    loop.is_masked |= static_cast<bool>(s->mask);
    ir::for_each_expr(s, [&](const Expr& e) {
      ir::for_each_node(e, [&](const Expr& n) {
        if (n.type().is_scalar()) loop.lanes = std::max(loop.lanes, n.lanes());
        loop.is_masked |= n.is(ir::ExprKind::Load) && n.has_mask();
      });
    });
  }
};

std::tuple<std::string_view, int, int, int, int> key(const SourceLocation& at) {
  return {at.file_name(), at.line, at.column, -at.end_line, -at.end_column};
}

}  // namespace

bool LocationOrder::operator()(const SourceLocation& a, const SourceLocation& b) const { return key(a) < key(b); }

FactsByLocation loop_facts(const ir::Module& optimised) {
  Finder finder;
  for (const ir::Function& f : optimised.functions) finder.block(f.body, nullptr);
  return std::move(finder.found);
}

std::vector<Stmt> source_loops(const ir::Module& source) {
  std::vector<Stmt> loops;
  for (const ir::Function& f : source.functions) {
    ir::for_each_statement(f.body, [&](const Stmt& s) {
      if (is_loop(s)) loops.push_back(s);
    });
  }
  return loops;
}

bool covers(const SourceLocation& outer, const SourceLocation& inner) {
  if (outer.file != inner.file) return false;
  return std::pair(outer.line, outer.column) <= std::pair(inner.line, inner.column) &&
         std::pair(inner.end_line, inner.end_column) <= std::pair(outer.end_line, outer.end_column);
}

}  // namespace rooftop::profile
