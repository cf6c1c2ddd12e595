// Arguments become lets, results variables that each way out of the body assigns.
#include "rooftop/opt/inline_calls.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/fresh.h"
#include "rooftop/opt/tail_jumps.h"

namespace rooftop::opt {

using ir::Block;
using ir::Expr;
using ir::Stmt;
using ir::StmtKind;

namespace {

constexpr int kMostStatements = 200;  ///< of all that is written out in one block
constexpr int kMostNested = 8;

class Inliner {
 public:
  explicit Inliner(const ir::Module& module) : module_(module) {}

  Block block(const Block& list) {
    Block out;
    for (const Stmt& s : list) {
      if (s.is(StmtKind::Call) && call(s, out)) continue;
      out.push_back(ir::map_blocks(s, [&](const Block& b) { return block(b); }));
    }
    return out;
  }

 private:
  bool call(const Stmt& s, Block& out) {
    const ir::Function* callee = module_.find(s->callee);
    if (callee == nullptr || !fits(*callee)) return false;
    // Results that are arrays would have to be variables that change what they name.
    if (std::any_of(callee->results.begin(), callee->results.end(), [](const ir::Type& t) { return t.is_array(); })) {
      return false;
    }
    std::vector<ir::Var> results;
    const auto at_return = [&](const Stmt& way_out) {
      Block assignments;
      for (std::size_t i = 0; i < results.size(); ++i) {
        assignments.push_back(ir::assign(results[i], way_out->exprs[i], way_out.location()));
      }
      return assignments;
    };
    for (const ir::Type& type : callee->results) results.push_back(ir::make_var("result", type));
    const auto straight = without_jumps(callee->body, StmtKind::Return, at_return);
    if (!straight) return false;
    for (const ir::Var& result : results) out.push_back(ir::declare(result, ir::zero(result->type), s.location()));
    ir::Substitution arguments;
    for (std::size_t i = 0; i < callee->parameters.size(); ++i) argument(callee->parameters[i], s, i, arguments, out);
    active_.push_back(callee);
    Block body = block(with_fresh_variables(*straight, arguments));
    active_.pop_back();
    out.insert(out.end(), body.begin(), body.end());
    for (std::size_t i = 0; i < results.size(); ++i) {
      out.push_back(ir::let(s->results[i], ir::variable(results[i]), s.location()));
    }
    return true;
  }

  void argument(const ir::Var& parameter, const Stmt& s, std::size_t i, ir::Substitution& arguments, Block& out) const {
    const ir::Var var = ir::make_var(parameter->name, s->exprs[i].type());
    out.push_back(ir::let(var, s->exprs[i], s.location()));
    arguments.set(parameter, ir::variable(var));
  }

  bool fits(const ir::Function& callee) {
    if (active_.size() >= kMostNested || std::find(active_.begin(), active_.end(), &callee) != active_.end())
      return false;
    bool plain = true;
    ir::for_each_statement(callee.body, [&](const Stmt& s) {
      plain = plain && ++statements_ <= kMostStatements && !s.is(StmtKind::Allocate) && !s.is(StmtKind::Poll) &&
              (s.is(StmtKind::Call) || !s.is_opaque());
    });
    return plain;
  }

  const ir::Module& module_;
  std::vector<const ir::Function*> active_;
  int statements_ = 0;
};

}  // namespace

Block with_calls_inlined(const Block& block, const ir::Module& module) { return Inliner(module).block(block); }

}  // namespace rooftop::opt
