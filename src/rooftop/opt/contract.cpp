// Finds contractions from the outermost loop inwards and replaces each by its schedule, where there is one.
#include "rooftop/opt/contract.h"

#include "rooftop/opt/contraction.h"
#include "rooftop/opt/contraction_schedule.h"
#include "rooftop/opt/spare.h"

namespace rooftop::opt {
namespace {

class Contract {
 public:
  Contract(const PassContext& context, ir::FloatModel model) : context_(context), model_(model) {}

  ir::Block block(const ir::Block& statements, MemoryFacts facts) {
    ir::Block out;
    for (const ir::Stmt& s : statements) {
      facts.learn(s);
      if (s.is(ir::StmtKind::For) && schedule(s, facts, out)) continue;
      out.push_back(with_usual_blocks(s, [&](const ir::Block& b) { return block(b, facts); }));
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
        ir::Stmt scheduled = schedule_contraction(*contraction, *plan, *context_.machine, model_, loop);
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
  return with_bodies(module,
                     [&](const ir::Function& f) { return Contract(context, module.float_model).block(f.body, {}); });
}

}  // namespace rooftop::opt
