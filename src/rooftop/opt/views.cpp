// One forward walk that knows the views bound so far.
#include "rooftop/opt/views.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/affine.h"

namespace rooftop::opt {
namespace {

using ir::Expr;
using ir::ExprKind;
using ir::Stmt;
using ir::StmtKind;
using ir::ViewParts;

class Views : public ir::Rewriter {
 public:
  explicit Views(const ir::Block& body) : assigned_(ir::assigned_variables(body)) {}

 protected:
  Expr rewrite_expression(const Expr& e) override {
    switch (e.kind()) {
      case ExprKind::Load:
        return load(e);
      case ExprKind::Length:
        if (const auto view = parts_of(e.array())) return view->lengths[static_cast<std::size_t>(e.dimension())];
        return e;
      case ExprKind::Stride:
        return stride(e);
      case ExprKind::View:
        return composed(e);
      default:
        return e;
    }
  }

  void rewrite_statement(const Stmt& s, ir::Block& out) override {
    const std::size_t first = out.size();
    Rewriter::rewrite_statement(s, out);
    for (std::size_t i = first; i < out.size(); ++i) {
      const Stmt& made = out[i];
      if (made.is(StmtKind::Let) && made->exprs[0].is(ExprKind::View)) {
        learn(made);
      } else if (made.is(StmtKind::Store)) {
        out[i] = store(made);
      }
    }
  }

 private:
  void learn(const Stmt& let) {
    ViewParts parts = ir::view_parts(let->exprs[0]);
    if (!parts.base.is(ExprKind::Variable) || assigned_.contains(parts.base.var().get())) return;
    for (std::size_t k = 0; k < parts.from.size(); ++k) {
      if (parts.from[k] >= 0 && !parts.steps[k].is_constant()) return;
      if (!stays_true(parts.lengths[k])) return;
    }
    if (!std::all_of(parts.starts.begin(), parts.starts.end(), [&](const Expr& e) { return stays_true(e); })) return;
    known_.emplace(let->var.get(), std::move(parts));
  }

  /// Whether the expression has the same value wherever its variables are visible.
  bool stays_true(const Expr& e) const {
    bool stays = true;
    ir::for_each_node(e, [&](const Expr& n) {
      if (n.is(ExprKind::Load) || (n.is(ExprKind::Variable) && assigned_.contains(n.var().get()))) stays = false;
    });
    return stays;
  }

  std::optional<ViewParts> parts_of(const Expr& array) const {
    if (!array.is(ExprKind::Variable)) return std::nullopt;
    const auto found = known_.find(array.var().get());
    if (found == known_.end()) return std::nullopt;
    return found->second;
  }

  static bool are_scalars(std::span<const Expr> indices) {
    return std::all_of(indices.begin(), indices.end(), [](const Expr& i) { return i.lanes() == 1; });
  }

  Expr load(const Expr& e) const {
    const auto view = parts_of(e.array());
    if (!view || e.has_mask() || !are_scalars(e.indices())) return e;
    return ir::load(view->base, base_indices(*view, e.indices()));
  }

  Stmt store(const Stmt& s) const {
    const auto view = parts_of(s->array);
    if (!view || s->mask || !are_scalars(s->exprs)) return s;
    return ir::store(view->base, base_indices(*view, s->exprs), s->value, {}, s.location());
  }

  Expr stride(const Expr& e) const {
    const auto view = parts_of(e.array());
    if (!view) return e;
    const auto k = static_cast<std::size_t>(e.dimension());
    if (view->from[k] < 0) return ir::int_constant(0);
    return times(ir::stride(view->base, view->from[k]), view->steps[k]);
  }

  /// A view of a view, of the array below.
  Expr composed(const Expr& e) const {
    const ViewParts upper = ir::view_parts(e);
    const auto lower = parts_of(upper.base);
    if (!lower) return e;
    ViewParts both{.base = lower->base,
                   .starts = base_indices(*lower, upper.starts),
                   .from = {},
                   .lengths = upper.lengths,
                   .steps = {}};
    for (std::size_t k = 0; k < upper.from.size(); ++k) {
      const int through = upper.from[k];
      const int to = through < 0 ? -1 : lower->from[static_cast<std::size_t>(through)];
      both.from.push_back(to);
      both.steps.push_back(to < 0 ? ir::int_constant(0)
                                  : times(upper.steps[k], lower->steps[static_cast<std::size_t>(through)]));
    }
    return ir::view(both, e.type());
  }

  ir::VarSet assigned_;
  std::unordered_map<const ir::VarNode*, ViewParts> known_;
};

}  // namespace

ir::Block with_views_written_out(const ir::Block& body) { return Views(body).rewrite(body); }

ir::Module views(const ir::Module& module, const PassContext&) {
  return with_bodies(module, [&](const ir::Function& f) { return with_views_written_out(f.body); });
}

}  // namespace rooftop::opt
