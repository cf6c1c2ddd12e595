// Rounds of three steps: a forward walk that rewrites expressions with what is known of variables, then dead variables,
// then declarations. A round that changes nothing is the last.
#include "rooftop/opt/simplify.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "rooftop/ir/verify.h"
#include "rooftop/ir/walk.h"
#include "rooftop/opt/fresh.h"
#include "rooftop/opt/simplify_expr.h"
#include "rooftop/opt/simplify_variables.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Stmt;
using ir::StmtKind;
using ir::Var;
using ir::VarNode;
using ir::VarSet;

constexpr int kMaxRounds = 4;
constexpr int kLongestCopy = 7;  ///< nodes of a sum that replaces its variable

bool is_true(const Expr& e) { return ir::is_int_constant(e, 1); }
bool is_false(const Expr& e) { return ir::is_int_constant(e, 0); }

/// Whether a Break or Continue of the loop around `block` is in it.
bool jumps(const Block& block) {
  for (const Stmt& s : block) {
    if (s.is(StmtKind::Break) || s.is(StmtKind::Continue)) return true;
    if (s.is(StmtKind::If) && (jumps(s->body) || jumps(s->else_body))) return true;
  }
  return false;
}

class Simplifier {
 public:
  explicit Simplifier(const Block& body) : assigned_(ir::assigned_variables(body)) {}

  Block block(const Block& statements) {
    Block out;
    out.reserve(statements.size());
    const std::size_t known_apart = rewriter_.apart();
    for (const Stmt& s : statements) {
      statement(s, out);
      if (!out.empty() && ends(out.back())) break;  // what follows is unreachable
    }
    rewriter_.restore_apart(known_apart);
    return out;
  }

 private:
  /// Values known of assigned variables at this point: constants and immutable variables.
  using Known = std::map<const VarNode*, Expr>;

  static bool ends(const Stmt& s) {
    switch (s.kind()) {
      case StmtKind::Return:
      case StmtKind::Raise:
      case StmtKind::Break:
      case StmtKind::Continue:
        return true;
      case StmtKind::If:
        return !s->body.empty() && !s->else_body.empty() && ends(s->body.back()) && ends(s->else_body.back());
      case StmtKind::While:
        return ir::never_ends({s});
      default:
        return false;
    }
  }

  bool is_assigned(const Var& var) const { return assigned_.contains(var.get()); }

  /// Whether the expression may replace a variable wherever the variable is visible.
  bool is_trivial(const Expr& e) const {
    return e.is_constant() || (e.is(ExprKind::Variable) && !is_assigned(e.var()));
  }

  /// Whether the expression may replace a let: trivial, or a short sum that is cheaper seen than kept, for subscripts
  /// are understood as sums of loop variables.
  bool is_copied(const Expr& e) const {
    int budget = kLongestCopy;
    return is_trivial(e) || (e.type() == ir::kI64 && is_sum(e, budget));
  }

  bool is_sum(const Expr& e, int& budget) const {
    if (--budget < 0) return false;
    if (is_trivial(e)) return true;
    if (e.is_op(ir::Op::mul)) return e.arg(1).is_constant() && is_sum(e.arg(0), --budget);
    if (!e.is_op(ir::Op::add) && !e.is_op(ir::Op::sub) && !e.is_op(ir::Op::neg)) return false;
    for (const Expr& a : e.args()) {
      if (!is_sum(a, budget)) return false;
    }
    return true;
  }

  Expr expression(const Expr& e) { return rewriter_.rewrite(e); }

  void learn(const Var& var, const Expr& value) {
    if (known_.erase(var.get()) > 0) rewriter_.forget_all();
    if (!is_trivial(value)) return;
    known_[var.get()] = value;
    rewriter_.forget_all();
  }

  void restore(Known known) {
    if (known_ == known) return;
    known_ = std::move(known);
    rewriter_.forget_all();
  }

  void forget(const VarSet& variables) {
    Known left = known_;
    std::erase_if(left, [&](const auto& entry) { return variables.contains(entry.first); });
    restore(std::move(left));
  }

  /// The block of a branch. What is known of outer variables in terms of its own ends with it.
  Block nested(const Block& statements) {
    Block result = block(statements);
    VarSet own;
    for (const Stmt& s : statements) {
      if (s->var) own.insert(s->var.get());
      for (const Var& v : s->results) own.insert(v.get());
    }
    Known left = known_;
    std::erase_if(left, [&](const auto& entry) {
      return entry.second.is(ExprKind::Variable) && own.contains(entry.second.var().get());
    });
    restore(std::move(left));
    return result;
  }

  Stmt with_expressions(const Stmt& s) {
    return ir::map_children(
        s, [this](const Expr& e) { return expression(e); }, [](const Block& b) { return b; });
  }

  void statement(const Stmt& s, Block& out) {
    switch (s.kind()) {
      case StmtKind::Let:
      case StmtKind::Declare:
        return define(s, out);
      case StmtKind::Assign: {
        const Stmt t = with_expressions(s);
        const Expr& value = t->exprs[0];
        if (value.is(ExprKind::Variable) && value.var() == s->var) return;
        const auto found = known_.find(s->var.get());
        if (found != known_.end() && ir::same_expression(found->second, value)) return;
        learn(s->var, value);
        out.push_back(t);
        return;
      }
      case StmtKind::If:
        return branch(s, out);
      case StmtKind::For:
        return for_loop(s, out);
      case StmtKind::While:
        return while_loop(s, out);
      case StmtKind::Check:
      case StmtKind::Assume: {
        Stmt t = with_expressions(s);
        if (s.is(StmtKind::Assume)) learn_apart(t->condition());
        if (!is_true(t->condition())) out.push_back(std::move(t));
        return;
      }
      case StmtKind::Store:
      case StmtKind::Break:
      case StmtKind::Continue:
      case StmtKind::Return:
      case StmtKind::Raise:
      case StmtKind::Prefetch:
      case StmtKind::Poll:
        out.push_back(with_expressions(s));
        return;
      case StmtKind::Retain:
      case StmtKind::Release: {
        const Stmt t = with_expressions(s);
        if (!ir::is_int_constant(t->exprs[0], 0)) out.push_back(t);
        return;
      }
      case StmtKind::Call:
      case StmtKind::Create:
      case StmtKind::Allocate:
        out.push_back(with_expressions(s));
        // Bound in a sibling block too perhaps, by a let there.
        for (const Var& v : s->results) rewriter_.uncopy(v);
        if (s->var) rewriter_.uncopy(s->var);
        return;
    }
  }

  /// What an assumption says of arrays that do not overlap.
  void learn_apart(const Expr& condition) {
    if (condition.is_op(ir::Op::bit_and)) {
      for (const Expr& part : condition.args()) learn_apart(part);
    }
    if (!condition.is(ExprKind::Disjoint)) return;
    const Expr &a = condition.arg(0), &b = condition.arg(1);
    if (is_trivial(a) && is_trivial(b)) rewriter_.set_apart(a.var(), b.var());
  }

  void define(const Stmt& s, Block& out) {
    const Stmt t = with_expressions(s);
    const Expr& value = t->exprs[0];
    if (is_assigned(s->var)) {
      learn(s->var, value);
      out.push_back(t);
    } else if (is_copied(value)) {
      rewriter_.copy(s->var, value);
    } else {
      // Bound again in a sibling block perhaps: what its earlier binding was replaced by no longer holds.
      rewriter_.uncopy(s->var);
      out.push_back(s.is(StmtKind::Let) ? t : ir::let(s->var, value, s.location()));
    }
  }

  void branch(const Stmt& s, Block& out) {
    const Expr condition = expression(s->condition());
    if (is_true(condition) || is_false(condition)) {
      splice(nested(is_true(condition) ? s->body : s->else_body), out);
      return;
    }
    const Known before = known_;
    Block then_body = nested(s->body);
    const Known after_then = known_;
    restore(before);
    Block else_body = nested(s->else_body);
    const bool then_ends = !then_body.empty() && ends(then_body.back());
    const bool else_ends = !else_body.empty() && ends(else_body.back());
    if (else_ends && !then_ends) restore(after_then);
    if (!else_ends && !then_ends) {
      Known both = known_;
      std::erase_if(both, [&](const auto& entry) {
        const auto other = after_then.find(entry.first);
        return other == after_then.end() || !ir::same_expression(other->second, entry.second);
      });
      restore(std::move(both));
    }
    if (then_body.empty() && else_body.empty()) return;
    if (condition == s->condition() && then_body == s->body && else_body == s->else_body) return out.push_back(s);
    if (then_body.empty()) {
      const Expr negated = simplify_node(ir::operation(ir::Op::bit_not, {condition}));
      out.push_back(ir::if_then(negated, std::move(else_body), {}, s.location()));
      return;
    }
    out.push_back(ir::if_then(condition, std::move(then_body), std::move(else_body), s.location()));
  }

  void for_loop(const Stmt& s, Block& out) {
    const Expr begin = expression(s->begin());
    const Expr end = expression(s->end());
    if (begin.is_constant() && end.is_constant()) {
      const std::int64_t b = begin.constant().integer;
      const std::int64_t e = end.constant().integer;
      if (s->step > 0 ? b >= e : b <= e) return;
    }
    forget(ir::assigned_variables(s->body));
    rewriter_.uncopy(s->var);
    Block body = block(s->body);
    forget(ir::assigned_variables(s->body));
    if (body.empty()) return;
    Known after = known_;
    Block otherwise = nested(s->else_body);
    restore(std::move(after));
    forget(ir::assigned_variables(s->else_body));
    const bool once = begin.is_constant() && end.is_constant() && runs_once(begin, end, s->step);
    if (once && !jumps(body)) {
      ir::Substitution substitution;
      substitution.set(s->var, begin);
      for (const Stmt& t : with_fresh_variables(body, substitution)) {
        if (!t.is(StmtKind::Assume)) out.push_back(t);
      }
      return;
    }
    if (begin == s->begin() && end == s->end() && body == s->body && otherwise == s->else_body) return out.push_back(s);
    out.push_back(
        ir::for_loop(s->var, begin, end, s->step, std::move(body), s->loop, s.location(), std::move(otherwise)));
  }

  static bool runs_once(const Expr& begin, const Expr& end, std::int64_t step) {
    std::int64_t next = 0;
    if (__builtin_add_overflow(begin.constant().integer, step, &next)) return true;
    return step > 0 ? next >= end.constant().integer : next <= end.constant().integer;
  }

  void while_loop(const Stmt& s, Block& out) {
    if (is_false(expression(s->condition()))) return;  // with what is known before the first iteration
    forget(ir::assigned_variables(s->body));
    const Expr condition = expression(s->condition());
    const Known at_test = known_;
    Block body = block(s->body);
    restore(at_test);
    if (condition == s->condition() && body == s->body) return out.push_back(s);
    out.push_back(ir::while_loop(condition, std::move(body), s.location()));
  }

  /// Bottom-up simplification with variables replaced by what is known of them.
  class Expressions : public ir::Rewriter {
   public:
    explicit Expressions(const Known& known) : known_(known) {}
    void forget_all() { forget(); }
    void copy(const Var& var, const Expr& value) {
      copies_[var.get()] = value;
      forget();
    }
    void uncopy(const Var& var) {
      if (copies_.erase(var.get()) > 0) forget();
    }
    /// Pairs of arrays that do not overlap: how many are known, and back to as many.
    std::size_t apart() const { return apart_.size(); }
    void restore_apart(std::size_t count) {
      if (apart_.size() == count) return;
      apart_.resize(count);
      forget();
    }
    void set_apart(const Var& a, const Var& b) {
      apart_.emplace_back(a.get(), b.get());
      forget();
    }

   protected:
    Expr rewrite_expression(const Expr& e) override {
      if (e.is(ExprKind::Disjoint) && are_apart(e.arg(0), e.arg(1))) return ir::bool_constant(true);
      if (!e.is(ExprKind::Variable)) return simplify_node(e);
      if (const auto copy = copies_.find(e.var().get()); copy != copies_.end()) return copy->second;
      if (const auto known = known_.find(e.var().get()); known != known_.end()) return known->second;
      return e;
    }

   private:
    bool are_apart(const Expr& a, const Expr& b) const {
      if (!a.is(ExprKind::Variable) || !b.is(ExprKind::Variable)) return false;
      return std::any_of(apart_.begin(), apart_.end(), [&](const auto& pair) {
        return pair == std::pair(a.var().get(), b.var().get()) || pair == std::pair(b.var().get(), a.var().get());
      });
    }

    const Known& known_;
    std::unordered_map<const VarNode*, Expr> copies_;
    std::vector<std::pair<const VarNode*, const VarNode*>> apart_;
  };

  VarSet assigned_;
  Known known_;
  Expressions rewriter_{known_};
};

}  // namespace

ir::Function simplify(const ir::Function& function) {
  ir::Function result = function;
  for (int round = 0; round < kMaxRounds; ++round) {
    ir::Block body = Simplifier(result.body).block(result.body);
    body = sink_declarations(remove_dead_variables(body));
    if (body == result.body) break;
    result.body = std::move(body);
  }
  return result;
}

ir::Module simplify(const ir::Module& module, const PassContext&) {
  ir::Module result = module;
  for (ir::Function& f : result.functions) f = simplify(f);
  return result;
}

}  // namespace rooftop::opt
