// Inner loops first: what they put in front of themselves can move further out.
#include "rooftop/opt/motion.h"

#include <utility>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/motion_loop.h"
#include "rooftop/opt/motion_promotion.h"
#include "rooftop/opt/simplify_expr.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;
using ir::Var;

/// Whether computing the expression once pays: cheap operations are the code generator's to move.
bool is_expensive(const Expr& e) {
  bool found = false;
  ir::for_each_node(e, [&](const Expr& n) {
    if (n.is(ExprKind::Load)) found = true;
    if (!n.is(ExprKind::Operation)) return;
    switch (n.op()) {
      case Op::div:
      case Op::sqrt:
      case Op::quo:
      case Op::rem:
      case Op::floordiv:
      case Op::floormod:
        found = true;
        return;
      default:
        found = found || ops::info(n.op()).is_math;
    }
  });
  return found;
}

/// Takes invariant expressions out of a loop's body.
class Hoister {
 public:
  /// `runs`: whether the loop's body may be taken to run, so that its first statements are certain.
  Hoister(LoopFacts& facts, bool runs) : facts_(facts), certain_(runs) {}

  Stmt run(const Stmt& loop) {
    Block body;
    body.reserve(loop->body.size());
    for (const Stmt& s : loop->body) {
      body.push_back(statement(s));
      certain_ = certain_ && !may_jump(s);
    }
    return body == loop->body ? loop : ir::with_body(loop, std::move(body));
  }

  const Block& anywhere() const { return anywhere_; }      ///< lets that may run even if the loop does not
  const Block& if_it_runs() const { return if_it_runs_; }  ///< lets for a loop that runs at least once

 private:
  Stmt statement(const Stmt& s) {
    Stmt result = ir::map_children(
        s, [&](const Expr& e) { return visit(e, s.location()); },
        [&](const Block& b) {
          // Nested blocks run on conditions: from them only what may be computed anywhere moves.
          const bool certain = std::exchange(certain_, false);
          Block out;
          out.reserve(b.size());
          for (const Stmt& inner : b) out.push_back(statement(inner));
          certain_ = certain;
          return out;
        });
    // Later statements see through a let that is now a copy.
    if (result.is(StmtKind::Let) && moved_.contains(result->exprs[0].get())) copies_.set(result->var, result->exprs[0]);
    return result;
  }

  Expr visit(const Expr& e, const SourceLocation& at) {
    const Expr seen = copies_.rewrite(e);
    std::unordered_map<const ir::ExprNode*, Expr> memo;
    return visit(seen, at, memo);
  }

  Expr visit(const Expr& e, const SourceLocation& at, std::unordered_map<const ir::ExprNode*, Expr>& memo) {
    if (e.args().empty()) return e;
    if (const auto found = memo.find(e.get()); found != memo.end()) return found->second;
    Expr result = e;
    if (e.type().is_scalar() && facts_.is_invariant(e) && is_expensive(e) && (is_speculatable(e) || certain_)) {
      result = hoisted(e, at);
    } else {
      result = ir::map_args(e, [&](const Expr& a) { return visit(a, at, memo); });
    }
    memo.emplace(e.get(), result);
    return result;
  }

  Expr hoisted(const Expr& e, const SourceLocation& at) {
    for (const auto& [known, variable] : known_) {
      if (ir::same_expression(known, e)) return variable;
    }
    const Var var = ir::make_var("fixed", e.type());
    const Expr variable = ir::variable(var);
    // What an uncertain let uses is uncertain itself.
    bool anywhere = is_speculatable(e);
    ir::for_each_node(e, [&](const Expr& n) {
      if (n.is(ExprKind::Variable) && uncertain_.contains(n.var().get())) anywhere = false;
    });
    if (!anywhere) uncertain_.insert(var.get());
    (anywhere ? anywhere_ : if_it_runs_).push_back(ir::let(var, e, at));
    known_.emplace_back(e, variable);
    moved_.insert(variable.get());
    return variable;
  }

  LoopFacts& facts_;
  bool certain_;  ///< the first iteration reaches the current statement whatever happens
  Block anywhere_;
  Block if_it_runs_;
  std::vector<std::pair<Expr, Expr>> known_;
  std::unordered_set<const ir::ExprNode*> moved_;
  ir::Substitution copies_;
  ir::VarSet uncertain_;
};

class FunctionMotion {
 public:
  explicit FunctionMotion(const ir::Function& function)
      : bases_(function.body), assigned_(ir::assigned_variables(function.body)) {}

  Block block(const Block& statements, MemoryFacts memory) {
    Block out;
    out.reserve(statements.size());
    for (const Stmt& s : statements) {
      memory.learn(s);
      const Stmt inside = ir::map_blocks(s, [&](const Block& b) { return block(b, memory); });
      if (s.is(StmtKind::For)) {
        for_loop(inside, memory, out);
      } else if (s.is(StmtKind::While)) {
        while_loop(inside, memory, out);
      } else {
        out.push_back(inside);
      }
    }
    return out;
  }

 private:
  void while_loop(const Stmt& s, const MemoryFacts& memory, Block& out) {
    LoopFacts facts(s, memory, bases_);
    Hoister hoister(facts, false);
    const Stmt rest = hoister.run(s);
    out.insert(out.end(), hoister.anywhere().begin(), hoister.anywhere().end());
    out.push_back(rest);
  }

  void for_loop(const Stmt& given, const MemoryFacts& memory, Block& out) {
    LoopFacts facts(given, memory, bases_);
    const Promotion promotion = promote_elements(given, facts, memory);
    LoopFacts rest_facts(promotion.loop, memory, bases_);
    Hoister hoister(rest_facts, true);
    Stmt loop = hoister.run(promotion.loop);
    out.insert(out.end(), hoister.anywhere().begin(), hoister.anywhere().end());
    Block guarded = hoister.if_it_runs();
    guarded.insert(guarded.end(), promotion.before.begin(), promotion.before.end());
    if (guarded.empty()) return out.push_back(loop);
    loop = with_plain_bounds(loop, out);
    guarded.push_back(loop);
    guarded.insert(guarded.end(), promotion.after.begin(), promotion.after.end());
    const Expr runs = simplify_node(ir::operation(loop->step > 0 ? Op::lt : Op::gt, {loop->begin(), loop->end()}));
    if (ir::is_int_constant(runs, 1)) {
      out.insert(out.end(), guarded.begin(), guarded.end());
    } else {
      out.push_back(ir::if_then(runs, std::move(guarded), {}, loop.location()));
    }
  }

  /// Bounds that can be evaluated twice.
  Stmt with_plain_bounds(const Stmt& s, Block& out) const {
    const auto plain = [&](const Expr& bound, const char* name) {
      const bool is_plain =
          bound.is_constant() || (bound.is(ExprKind::Variable) && !assigned_.contains(bound.var().get()));
      if (is_plain) return bound;
      const Var var = ir::make_var(name, ir::kI64);
      out.push_back(ir::let(var, bound, s.location()));
      return ir::variable(var);
    };
    const Expr begin = plain(s->begin(), "begin");
    const Expr end = plain(s->end(), "end");
    return ir::for_loop(s->var, begin, end, s->step, s->body, s->loop, s.location());
  }

  ViewBases bases_;
  ir::VarSet assigned_;
};

}  // namespace

ir::Module motion(const ir::Module& module, const PassContext&) {
  return with_bodies(module, [&](const ir::Function& f) { return FunctionMotion(f).block(f.body, {}); });
}

}  // namespace rooftop::opt
