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
  const Stmt loop = ir::map_children(
      s, [](const Expr& e) { return e; }, block);
  if (!loop.is(StmtKind::For) || loop->body.size() != 1 || !loop->body[0].is(StmtKind::If)) return loop;
  const Stmt& choice = loop->body[0];
  if (!is_fixed(choice->condition(), loop)) return loop;
  const auto with = [&](const Block& body) { return body.empty() ? Block() : Block{ir::with_body(loop, body)}; };
  context.done("unswitch", choice.location(), "the condition is tested once before the loop");
  return ir::if_then(choice->condition(), with(choice->body), with(choice->else_body), choice.location());
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
