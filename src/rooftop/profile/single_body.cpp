// Returns become assignments, flags and breaks; then each callee's body is copied to where it is called.
#include "rooftop/profile/single_body.h"

#include <algorithm>
#include <unordered_map>

#include "rooftop/base/errors.h"
#include "rooftop/ir/walk.h"
#include "rooftop/opt/fresh.h"
#include "rooftop/opt/views.h"

namespace rooftop::profile {
namespace {

using ir::Block;
using ir::Expr;
using ir::Stmt;
using ir::StmtKind;
using ir::Var;

constexpr int kMostStatements = 4000;

bool returns(const Stmt& s) {
  bool found = s.is(StmtKind::Return);
  ir::for_each_block(s, [&](const Block& b) {
    for (const Stmt& inner : b) found = found || returns(inner);
  });
  return found;
}

bool always_returns(const Block& block) {
  return std::any_of(block.begin(), block.end(), [](const Stmt& s) {
    return s.is(StmtKind::Return) || s.is(StmtKind::Raise) ||
           (s.is(StmtKind::If) && always_returns(s->body) && always_returns(s->else_body));
  });
}

bool is_loop(const Stmt& s) { return s.is(StmtKind::For) || s.is(StmtKind::While); }

/// Writes a function's body without returns: `results` get the values, `done` says that the function has ended.
class WithoutReturns {
 public:
  WithoutReturns(std::vector<Var> results, Var done) : results_(std::move(results)), done_(std::move(done)) {}

  Block block(const Block& statements, bool in_loop) { return from(statements, 0, in_loop); }

 private:
  Block from(const Block& statements, std::size_t first, bool in_loop) {
    Block out;
    for (std::size_t i = first; i < statements.size(); ++i) {
      const Stmt& s = statements[i];
      if (s.is(StmtKind::Return)) {
        finish(s, in_loop, out);
        return out;
      }
      if (!returns(s)) {
        out.push_back(s);
        continue;
      }
      if (is_loop(s)) {
        out.push_back(ir::with_body(s, block(s->body, true)));
        const Block rest = in_loop ? Block{ir::break_loop(s.location())} : from(statements, i + 1, false);
        const Expr done = ir::variable(done_);
        if (in_loop) {
          out.push_back(ir::if_then(done, rest, {}, s.location()));
          continue;
        }
        if (!rest.empty()) out.push_back(ir::if_then(ir::operation(ir::Op::bit_not, {done}), rest, {}, s.location()));
        return out;
      }
      choice(s, statements, i + 1, in_loop, out);
      return out;
    }
    return out;
  }

  /// An `if` that may return: what follows belongs to the branches that do not.
  void choice(const Stmt& s, const Block& statements, std::size_t rest_from, bool in_loop, Block& out) {
    Block then_body = block(s->body, in_loop), else_body = block(s->else_body, in_loop);
    Block rest = from(statements, rest_from, in_loop);
    const bool then_ends = always_returns(s->body), else_ends = always_returns(s->else_body);
    if (then_ends || else_ends) {
      Block& goes_on = then_ends ? else_body : then_body;
      if (!(then_ends && else_ends)) goes_on.insert(goes_on.end(), rest.begin(), rest.end());
      rest.clear();
    }
    out.push_back(ir::if_then(s->condition(), std::move(then_body), std::move(else_body), s.location()));
    if (rest.empty()) return;
    if (in_loop) {  // whoever returned has left the loop
      out.insert(out.end(), rest.begin(), rest.end());
    } else {
      const Expr goes_on = ir::operation(ir::Op::bit_not, {ir::variable(done_)});
      out.push_back(ir::if_then(goes_on, std::move(rest), {}, s.location()));
    }
  }

  void finish(const Stmt& s, bool in_loop, Block& out) const {
    for (std::size_t i = 0; i < results_.size(); ++i) {
      if (results_[i]) out.push_back(ir::assign(results_[i], s->exprs[i], s.location()));
    }
    out.push_back(ir::assign(done_, ir::bool_constant(true), s.location()));
    if (in_loop) out.push_back(ir::break_loop(s.location()));
  }

  std::vector<Var> results_;
  Var done_;
};

class Inliner {
 public:
  explicit Inliner(const ir::Module& module) : module_(module) {}

  Block block(const Block& statements) {
    Block out;
    for (const Stmt& s : statements) {
      if (s.is(StmtKind::Call)) {
        call(s, out);
      } else {
        ++size_;
        out.push_back(ir::map_blocks(s, [&](const Block& b) { return block(b); }));
      }
    }
    return out;
  }

 private:
  void call(const Stmt& s, Block& out) {
    const ir::Function* callee = module_.find(s->callee);
    ROOFTOP_CHECK(callee != nullptr) << s->callee;
    const bool calls_itself = std::find(path_.begin(), path_.end(), callee) != path_.end();
    const bool gives_array =
        std::any_of(callee->results.begin(), callee->results.end(), [](const ir::Type& t) { return t.is_array(); });
    if (calls_itself || gives_array || reaches_itself(*callee) || size_ > kMostStatements) return out.push_back(s);
    path_.push_back(callee);
    std::vector<Var> results;
    for (const ir::Type& type : callee->results) {
      results.push_back(ir::make_var("result", type));
      out.push_back(ir::declare(results.back(), zero(type), s.location()));
    }
    ir::Substitution parameters;
    for (std::size_t i = 0; i < callee->parameters.size(); ++i) {
      const Var& parameter = callee->parameters[i];
      if (parameter->type.is_array() && s->exprs[i].is(ir::ExprKind::Variable)) {
        parameters.set(parameter, s->exprs[i]);
        continue;
      }
      const Var own = ir::make_var(parameter->name, parameter->type);
      out.push_back(ir::let(own, s->exprs[i], s.location()));
      parameters.set(parameter, ir::variable(own));
    }
    const Block body = body_of(*callee, results, out);
    const Block copy = opt::with_fresh_variables(body, parameters);
    const Block inlined = block(copy);
    out.insert(out.end(), inlined.begin(), inlined.end());
    for (std::size_t i = 0; i < s->results.size(); ++i) {
      out.push_back(ir::let(s->results[i], ir::variable(results[i]), s.location()));
    }
    path_.pop_back();
  }

  static Block body_of(const ir::Function& callee, const std::vector<Var>& results, Block& out) {
    const Var done = ir::make_var("done", ir::kBool);
    out.push_back(ir::declare(done, ir::bool_constant(false), callee.location));
    return WithoutReturns(results, done).block(callee.body, false);
  }

  /// Whether the callee can call itself: then its work is no sum over loops.
  bool reaches_itself(const ir::Function& callee) const {
    std::vector<const ir::Function*> reached, waiting = {&callee};
    while (!waiting.empty()) {
      const ir::Function* f = waiting.back();
      waiting.pop_back();
      bool again = false;
      ir::for_each_statement(f->body, [&](const Stmt& s) {
        if (!s.is(StmtKind::Call)) return;
        const ir::Function* next = module_.find(s->callee);
        again |= next == &callee;
        if (std::find(reached.begin(), reached.end(), next) != reached.end()) return;
        reached.push_back(next);
        waiting.push_back(next);
      });
      if (again) return true;
    }
    return false;
  }

  const ir::Module& module_;
  std::vector<const ir::Function*> path_;  ///< the calls around the place that is being written
  int size_ = 0;
};

/// Leaves out what only a run that raises or whose arrays overlap would do, and polls.
class WithoutErrors : public ir::Rewriter {
 public:
  using Rewriter::rewrite;

  Block rewrite(const Block& statements) override {
    Block out;
    for (const Stmt& s : statements) {
      rewrite_statement(s, out);
      if (s.is(StmtKind::Raise)) break;
    }
    return out;
  }

 protected:
  Expr rewrite_expression(const Expr& e) override {
    if (e.is(ir::ExprKind::Disjoint)) return ir::bool_constant(true);
    if (!e.is(ir::ExprKind::Length) || !e.array().is(ir::ExprKind::Variable)) return e;
    const auto found = lengths_.find(e.array().var().get());
    return found == lengths_.end() ? e : found->second[static_cast<std::size_t>(e.dimension())];
  }

  void rewrite_statement(const Stmt& s, Block& out) override {
    switch (s.kind()) {
      case StmtKind::Check:
      case StmtKind::Raise:
      case StmtKind::Assume:
      case StmtKind::Poll:
        return;
      case StmtKind::If:
        if (raises(s->body) || raises(s->else_body)) {
          const Block taken = rewrite(raises(s->body) ? s->else_body : s->body);
          out.insert(out.end(), taken.begin(), taken.end());
          return;
        }
        return Rewriter::rewrite_statement(s, out);
      case StmtKind::Let:
        // Its elements are the fresh array's by now.
        if (s->exprs[0].is(ir::ExprKind::View) && is_fresh(s->exprs[0].array())) return;
        return Rewriter::rewrite_statement(s, out);
      case StmtKind::Allocate:
      case StmtKind::Create: {
        const Var& array = s.is(StmtKind::Create) ? s->results[0] : s->var;
        for (const Expr& length : s->exprs) {
          const Var var = ir::make_var("length", ir::kI64);
          out.push_back(ir::let(var, Rewriter::rewrite(length), s.location()));
          lengths_[array.get()].push_back(ir::variable(var));
        }
        return Rewriter::rewrite_statement(s, out);
      }
      case StmtKind::Retain:
      case StmtKind::Release:
        return;
      default:
        return Rewriter::rewrite_statement(s, out);
    }
  }

 private:
  bool is_fresh(const Expr& array) const {
    return array.is(ir::ExprKind::Variable) && lengths_.contains(array.var().get());
  }

  static bool raises(const Block& block) {
    return std::any_of(block.begin(), block.end(), [](const Stmt& s) { return s.is(StmtKind::Raise); });
  }

  std::unordered_map<const ir::VarNode*, std::vector<Expr>> lengths_;
};

}  // namespace

Block single_body(const ir::Module& module) {
  const ir::Function& entry = module.entry();
  const Var done = ir::make_var("done", ir::kBool);
  Block body = {ir::declare(done, ir::bool_constant(false), entry.location)};
  const Block rest =
      WithoutReturns(std::vector<Var>(entry.results.size()), done).block(Inliner(module).block(entry.body), false);
  body.insert(body.end(), rest.begin(), rest.end());
  return WithoutErrors().rewrite(opt::with_views_written_out(body));
}

}  // namespace rooftop::profile
