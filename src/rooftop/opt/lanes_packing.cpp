// Conservative: the two loops stand directly in each other, nothing jumps, raises or branches around the read.
#include "rooftop/opt/lanes_packing.h"

#include <algorithm>

#include "rooftop/opt/affine.h"
#include "rooftop/opt/motion_loop.h"
#include "rooftop/opt/widen.h"

namespace rooftop::opt {

using ir::Expr;
using ir::ExprKind;
using ir::Stmt;
using ir::StmtKind;

namespace {

class Reads {
 public:
  Reads(const Stmt& repeating, const Stmt& lanes_loop, const Divergence& divergence)
      : repeating_(repeating), lanes_loop_(lanes_loop), divergence_(divergence) {
    changing_ = ir::bound_variables(lanes_loop->body);
    changing_.merge(ir::assigned_variables(lanes_loop->body));
    ir::for_each_statement(lanes_loop->body, [&](const Stmt& s) {
      if (s.is(StmtKind::Store) && s->array.is(ExprKind::Variable)) written_.insert(s->array.var().get());
    });
  }

  std::vector<RepeatedRead> find() {
    if (!runs_straight() || is_short(repeating_)) return {};
    for (const Stmt& s : repeating_->body) {
      if (!s.is(StmtKind::For) || divergence_.leaves_apart(s) || s->step != 1 || is_short(s)) continue;
      if (!is_fixed(s->begin()) || !is_fixed(s->end())) continue;
      for (const Stmt& inner : s->body) {
        if (inner.is(StmtKind::If) || inner.is(StmtKind::For) || inner.is(StmtKind::While)) continue;
        ir::for_each_expr(inner, [&](const Expr& e) { ir::for_each_node(e, [&](const Expr& n) { look(n, s); }); });
      }
    }
    return std::move(found_);
  }

 private:
  /// Every iteration comes to every statement of its own level.
  bool runs_straight() const {
    if (divergence_.leaves_apart(repeating_) || divergence_.jumps_apart(repeating_)) return false;
    bool straight = true;
    ir::for_each_statement(repeating_->body, [&](const Stmt& s) {
      straight = straight && !s.is(StmtKind::Break) && !s.is(StmtKind::Continue) && !s.is(StmtKind::Check) &&
                 !s.is(StmtKind::Raise) && !s.is(StmtKind::While);
    });
    return straight;
  }

  static bool is_short(const Stmt& s) {
    return s.is(StmtKind::For) && s->begin().is_constant() && s->end().is_constant() &&
           s->end().constant().integer - s->begin().constant().integer < 3;
  }

  /// The same for all strips, and harmless to compute early.
  bool is_fixed(const Expr& e) const {
    bool fixed = is_speculatable(e);
    ir::for_each_node(e, [&](const Expr& n) {
      fixed =
          fixed && !(n.is(ExprKind::Variable) && (n.var() == lanes_loop_->var || changing_.contains(n.var().get())));
    });
    return fixed;
  }

  void look(const Expr& n, const Stmt& inner) {
    if (!n.is(ExprKind::Load) || !n.array().is(ExprKind::Variable) || !divergence_.varies(n)) return;
    if (written_.contains(n.array().var().get()) || changing_.contains(n.array().var().get())) return;
    int of_inner = 0;
    for (const Expr& i : n.indices()) {
      if (i.is(ExprKind::Variable) && i.var() == inner->var) {
        ++of_inner;
        continue;
      }
      const auto form = affine(i, {lanes_loop_->var});
      if (!form || !is_fixed(form->rest)) return;
    }
    if (of_inner != 1 || access_of(n.array(), n.indices(), lanes_loop_->var) == Access::Contiguous) return;
    const bool known = std::any_of(found_.begin(), found_.end(), [&](const RepeatedRead& r) { return r.load == n; });
    if (!known) found_.push_back({n, inner});
  }

  const Stmt& repeating_;
  const Stmt& lanes_loop_;
  const Divergence& divergence_;
  ir::VarSet changing_, written_;
  std::vector<RepeatedRead> found_;
};

}  // namespace

std::vector<RepeatedRead> repeated_reads(const Stmt& repeating, const Stmt& lanes_loop, const Divergence& divergence) {
  return Reads(repeating, lanes_loop, divergence).find();
}

}  // namespace rooftop::opt
