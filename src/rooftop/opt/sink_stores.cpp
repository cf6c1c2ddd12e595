// One array after the other: the values to be stored become a variable.
#include "rooftop/opt/sink_stores.h"

#include <algorithm>

#include "rooftop/ir/walk.h"

namespace rooftop::opt {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Stmt;
using ir::StmtKind;

namespace {

/// The arrays that the body writes, in its order.
std::vector<ir::Var> written_arrays(const Block& body) {
  std::vector<ir::Var> arrays;
  ir::for_each_statement(body, [&](const Stmt& s) {
    if (!s.is(StmtKind::Store) || !s->array.is(ExprKind::Variable)) return;
    if (std::find(arrays.begin(), arrays.end(), s->array.var()) == arrays.end()) arrays.push_back(s->array.var());
  });
  return arrays;
}

class Sink {
 public:
  Sink(const Stmt& loop, ir::Var array) : array_(std::move(array)), bound_(ir::bound_variables(loop->body)) {
    good_ = look(loop->body, false) && first_ && branches_;
  }

  bool good() const { return good_; }

  Block rewritten(const Block& body) {
    const ir::Type type = first_->value.type();
    const SourceLocation& at = first_.location();
    value_ = ir::make_var("stored", type);
    Block out = {ir::declare(value_, ir::zero(type), at)};
    const bool always = always_stores(body);
    if (!always) {
      flag_ = ir::make_var("stores", ir::Type::scalar(array::DType::Bool));
      out.push_back(ir::declare(flag_, ir::bool_constant(false), at));
    }
    for (Stmt& s : with_assignments(body)) out.push_back(std::move(s));
    const Stmt store = ir::store(first_->array, first_->exprs, ir::variable(value_), {}, at);
    out.push_back(always ? store : ir::if_then(ir::variable(flag_), {store}, {}, at));
    return out;
  }

 private:
  bool is_ours(const Stmt& s) const {
    return s.is(StmtKind::Store) && s->array.is(ExprKind::Variable) && s->array.var() == array_;
  }

  /// Whether all stores are to one element whose subscripts are known at the end, with no read of the array after them.
  bool look(const Block& block, bool in_branch) {
    for (const Stmt& s : block) {
      if (first_ && reads_array(s)) return false;
      if (is_ours(s) && !store(s, in_branch)) return false;
      if (s.is(StmtKind::If)) {
        if (!look(s->body, true) || !look(s->else_body, true)) return false;
      } else if (s.is(StmtKind::For) || s.is(StmtKind::While)) {
        bool touches = false;
        ir::for_each_statement(s->body, [&](const Stmt& inner) { touches |= is_ours(inner); });
        if (touches || (first_ && reads_array_inside(s))) return false;
      }
    }
    return true;
  }

  bool store(const Stmt& s, bool in_branch) {
    branches_ |= in_branch;
    if (s->mask) return false;
    if (first_) {
      return std::equal(s->exprs.begin(), s->exprs.end(), first_->exprs.begin(), first_->exprs.end(),
                        [](const Expr& a, const Expr& b) { return ir::same_expression(a, b); });
    }
    first_ = s;
    return std::all_of(s->exprs.begin(), s->exprs.end(), [&](const Expr& e) {
      bool known = true;
      ir::for_each_node(e, [&](const Expr& n) {
        known &= !n.is(ExprKind::Load) && !(n.is(ExprKind::Variable) && bound_.contains(n.var().get()));
      });
      return known;
    });
  }

  bool reads_array(const Stmt& s) const {
    bool found = false;
    ir::for_each_expr(s, [&](const Expr& e) {
      ir::for_each_node(e, [&](const Expr& n) {
        found |= n.is(ExprKind::Load) && !(n.array().is(ExprKind::Variable) && n.array().var() != array_);
      });
    });
    return found;
  }
  bool reads_array_inside(const Stmt& loop) const {
    bool found = false;
    ir::for_each_statement(loop->body, [&](const Stmt& s) { found |= reads_array(s); });
    return found;
  }

  bool always_stores(const Block& block) const {
    return std::any_of(block.begin(), block.end(), [&](const Stmt& s) {
      return is_ours(s) || s.is(StmtKind::Raise) ||
             (s.is(StmtKind::If) && always_stores(s->body) && always_stores(s->else_body));
    });
  }

  Block with_assignments(const Block& block) const {
    Block out;
    for (const Stmt& s : block) {
      if (is_ours(s)) {
        out.push_back(ir::assign(value_, s->value, s.location()));
        if (flag_) out.push_back(ir::assign(flag_, ir::bool_constant(true), s.location()));
      } else if (s.is(StmtKind::If)) {
        out.push_back(
            ir::if_then(s->condition(), with_assignments(s->body), with_assignments(s->else_body), s.location()));
      } else {
        out.push_back(s);
      }
    }
    return out;
  }

  ir::Var array_;
  ir::VarSet bound_;
  Stmt first_;
  bool branches_ = false;
  bool good_ = false;
  ir::Var value_, flag_;
};

}  // namespace

Stmt with_stores_at_the_end(const Stmt& loop) {
  if (ir::has_own_jump(loop->body, StmtKind::Continue)) return loop;
  Stmt result = loop;
  for (const ir::Var& array : written_arrays(loop->body)) {
    Sink sink(result, array);
    if (sink.good()) result = ir::with_body(result, sink.rewritten(result->body));
  }
  return result;
}

}  // namespace rooftop::opt
