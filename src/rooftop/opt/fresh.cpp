// One walk that binds new variables in order, so that a use finds its variable's copy.
#include "rooftop/opt/fresh.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::Stmt;
using ir::StmtKind;
using ir::Var;

class Copier {
 public:
  explicit Copier(ir::Substitution& substitution) : substitution_(substitution) {}

  Block copy(const Block& block) {
    Block out;
    out.reserve(block.size());
    for (const Stmt& s : block) out.push_back(copy(s));
    return out;
  }

 private:
  Stmt copy(const Stmt& s) {
    // The variable is bound after the statement's own expressions and before its nested blocks.
    const auto map = [this](const Expr& e) { return substitution_.rewrite(e); };
    const Stmt mapped = ir::map_children(s, map, [](const Block& b) { return b; });
    ir::StmtNode node = *mapped.get();
    if (s.is(StmtKind::Assign)) {
      // Declared in the block, or in one that was copied with the same substitution.
      if (const Expr now = map(ir::variable(s->var)); now.is(ir::ExprKind::Variable)) node.var = now.var();
    } else if (s->var) {
      node.var = bind(s->var);
    }
    for (Var& v : node.results) v = bind(v);
    node.body = copy(s->body);
    node.else_body = copy(s->else_body);
    return Stmt(std::make_shared<const ir::StmtNode>(std::move(node)));
  }

  Var bind(const Var& var) {
    Var copy = ir::make_var(var->name, var->type, var->is_unordered);
    substitution_.set(var, ir::variable(copy));
    return copy;
  }

  ir::Substitution& substitution_;
};

}  // namespace

Block with_fresh_variables(const Block& block, ir::Substitution& substitution) {
  return Copier(substitution).copy(block);
}

void splice(const Block& inner, Block& out) {
  for (const Stmt& s : with_fresh_variables(inner)) {
    if (!s.is(StmtKind::Assume)) out.push_back(s);
  }
}

}  // namespace rooftop::opt
