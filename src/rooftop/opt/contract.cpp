// Finds contractions from the outermost loop inwards and replaces each by its schedule, where there is one.
#include "rooftop/opt/contract.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/contraction.h"
#include "rooftop/opt/contraction_schedule.h"

namespace rooftop::opt {
namespace {

/// A perfect nest with the loops over the terms innermost: for shapes that the schedule does not take. The terms of an
/// element keep their order; other nests stay as they are.
ir::Stmt terms_innermost(const Contraction& c, const ir::Stmt& nest) {
  std::vector<ir::Stmt> loops;
  ir::Block body{nest};
  while (body.size() == 1 && body[0].is(ir::StmtKind::For)) {
    loops.push_back(body[0]);
    body = ir::Block(loops.back()->body);
  }
  bool is_perfect = loops.size() == c.parallel.size() + c.reduction.size();
  for (const ir::Stmt& s : body) is_perfect &= !s.is(ir::StmtKind::For);
  if (!is_perfect) return nest;
  std::vector<ir::Var> order;
  for (const ContractionLoop& l : c.parallel) order.push_back(l.var);
  for (const ContractionLoop& l : c.reduction) order.push_back(l.var);
  for (std::size_t i = order.size(); i-- > 0;) {
    const auto loop = std::find_if(loops.begin(), loops.end(), [&](const ir::Stmt& l) { return l->var == order[i]; });
    if (loop == loops.end()) return nest;
    body = {ir::with_body(*loop, std::move(body))};
  }
  return body[0];
}

class Contract {
 public:
  Contract(const PassContext& context, ir::FloatModel model) : context_(context), model_(model) {}

  ir::Block block(const ir::Block& statements, MemoryFacts facts) {
    ir::Block out;
    for (const ir::Stmt& s : statements) {
      facts.learn(s);
      if (s.is(ir::StmtKind::For) && schedule(s, facts, out)) continue;
      out.push_back(ir::map_children(
          s, [](const ir::Expr& e) { return e; }, [&](const ir::Block& b) { return block(b, facts); }));
    }
    return out;
  }

 private:
  bool schedule(const ir::Stmt& loop, const MemoryFacts& facts, ir::Block& out) {
    std::string why_not;
    const auto contraction = match_contraction(loop, facts, why_not);
    if (contraction) {
      const auto plan = plan_contraction(*contraction, *context_.machine, why_not);
      if (plan) {
        ir::Stmt scheduled =
            schedule_contraction(*contraction, *plan, *context_.machine, model_, terms_innermost(*contraction, loop));
        context_.done("contract", loop.location(), describe(*plan));
        out.push_back(std::move(scheduled));
        return true;
      }
    }
    if (!why_not.empty()) context_.missed("contract", loop.location(), why_not);
    return false;
  }

  const PassContext& context_;
  ir::FloatModel model_;
};

}  // namespace

ir::Module contract(const ir::Module& module, const PassContext& context) {
  ir::Module result = module;
  for (ir::Function& f : result.functions) f.body = Contract(context, module.float_model).block(f.body, {});
  return result;
}

}  // namespace rooftop::opt
