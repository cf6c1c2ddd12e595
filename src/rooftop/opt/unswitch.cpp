// Inner loops first: a choice that is the same in all rounds of two loops leaves both.
#include "rooftop/opt/unswitch.h"

#include "rooftop/ir/walk.h"
#include "rooftop/opt/motion_loop.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::Stmt;
using ir::StmtKind;

/// Whether the condition is the same in each round, and may be computed even if there is none.
bool is_fixed(const Expr& condition, const Stmt& loop) {
  if (!is_speculatable(condition)) return false;
  ir::VarSet changing = ir::bound_variables(loop->body);
  changing.insert(loop->var.get());
  changing.merge(ir::assigned_variables(loop->body));
  bool fixed = true;
  ir::for_each_node(condition, [&](const Expr& n) {
    fixed = fixed && !(n.is(ir::ExprKind::Variable) && changing.contains(n.var().get()));
  });
  return fixed;
}

Stmt unswitched(const Stmt& s, const PassContext& context) {
  const auto block = [&](const Block& b) {
    Block out;
    for (const Stmt& inner : b) out.push_back(unswitched(inner, context));
    return out;
  };
  const Stmt loop = ir::map_blocks(s, block);
  if (!loop.is(StmtKind::For) || loop->body.empty() || !loop->body.back().is(StmtKind::If)) return loop;
  const Stmt& choice = loop->body.back();
  // Names that are bound before the choice are bound in both loops; the choice may be made of them.
  const Block names(loop->body.begin(), loop->body.end() - 1);
  ir::Substitution values;
  for (const Stmt& name : names) {
    if (!name.is(StmtKind::Let)) return loop;
    values.set(name->var, values.rewrite(name->exprs[0]));
  }
  const Expr condition = values.rewrite(choice->condition());
  if (!is_fixed(condition, loop)) return loop;
  const auto with = [&](const Block& body) {
    if (body.empty()) return Block();
    Block whole = names;
    whole.insert(whole.end(), body.begin(), body.end());
    return Block{ir::with_body(loop, whole)};
  };
  context.done("unswitch", choice.location(), "the condition is tested once before the loop");
  return ir::if_then(condition, with(choice->body), with(choice->else_body), choice.location());
}

}  // namespace

ir::Module unswitch(const ir::Module& module, const PassContext& context) {
  ir::Module result = module;
  for (ir::Function& f : result.functions) {
    for (Stmt& s : f.body) s = unswitched(s, context);
  }
  return result;
}

}  // namespace rooftop::opt
