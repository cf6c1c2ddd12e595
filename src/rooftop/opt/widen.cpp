// Widening by structure; what does not depend on the round is broadcast.
#include "rooftop/opt/widen.h"

#include <algorithm>

#include "rooftop/base/errors.h"
#include "rooftop/ir/walk.h"
#include "rooftop/opt/affine.h"

namespace rooftop::opt {

using ir::Expr;
using ir::ExprKind;
using ir::Op;

Access access_of(const Expr& array, std::span<const Expr> indices, const ir::Var& var) {
  bool fixed = true;
  for (std::size_t d = 0; d < indices.size(); ++d) {
    const auto form = affine(indices[d], {var});
    if (!form) return Access::Other;
    if (!form->depends_on(var)) continue;
    fixed = false;
    const bool last = d + 1 == indices.size();
    if (!last || form->coefficient(var) != 1 || array.type().layout() == ir::Layout::Strided) return Access::Other;
  }
  return fixed ? Access::Fixed : Access::Contiguous;
}

bool Widener::varies(const Expr& e) {
  if (const auto found = varies_.find(e.get()); found != varies_.end()) return found->second.second;
  bool result = false;
  if (e.is(ExprKind::Variable)) {
    result = e.var() == var_ || variables_.contains(e.var().get());
  } else {
    for (const Expr& a : e.args()) result = varies(a) || result;
  }
  varies_[e.get()] = {e, result};
  return result;
}

Expr Widener::first_lane(const Expr& e) {
  ir::Substitution first;
  first.set(var_, base_);
  return first.rewrite(e);
}

bool Widener::reads_wide_variable(const Expr& e) const {
  bool found = false;
  ir::for_each_node(
      e, [&](const Expr& n) { found = found || (n.is(ExprKind::Variable) && variables_.contains(n.var().get())); });
  return found;
}

std::vector<Expr> Widener::subscripts(const Expr& array, std::span<const Expr> given) {
  std::vector<Expr> indices(given.begin(), given.end());
  const bool indirect = std::any_of(given.begin(), given.end(), [&](const Expr& i) { return reads_wide_variable(i); });
  if (!indirect && access_of(array, given, var_) == Access::Contiguous) {
    for (Expr& i : indices) i = first_lane(i);
    indices.back() = ir::ramp(indices.back(), ir::int_constant(1), lanes_);
    return indices;
  }
  for (Expr& i : indices) {
    if (varies(i)) i = widen(i);
  }
  return indices;
}

Expr Widener::wide_load(const Expr& e) {
  ROOFTOP_CHECK(!e.has_mask()) << "a load that has a mask already";
  return ir::load(e.array(), subscripts(e.array(), e.indices()), mask_);
}

Expr Widener::widen(const Expr& e) {
  if (const auto found = memo_.find(e.get()); found != memo_.end()) return found->second.second;
  Expr result;
  if (!varies(e)) {
    result = ir::broadcast(e.is(ExprKind::Load) && on_load ? on_load(e, e) : e, lanes_);
  } else if (e.is(ExprKind::Variable)) {
    const auto found = variables_.find(e.var().get());
    result = found != variables_.end() ? found->second : ir::ramp(base_, ir::int_constant(1), lanes_);
  } else if (e.is(ExprKind::Load)) {
    result = wide_load(e);
    if (on_load) result = on_load(e, result);
  } else if (e.is(ExprKind::Lookup)) {
    result = ir::lookup(e.table(), widen(e.arg(0)));
  } else {
    ROOFTOP_CHECK(e.is(ExprKind::Operation)) << "an array expression varies in a loop";
    std::vector<Expr> args;
    for (const Expr& a : e.args()) args.push_back(widen(a));
    result = e.op() == Op::cast      ? ir::cast(args[0], e.dtype())
             : e.op() == Op::bitcast ? ir::bitcast(args[0], e.dtype())
                                     : ir::operation(e.op(), std::move(args));
  }
  memo_.emplace(e.get(), std::pair(e, result));
  return result;
}

}  // namespace rooftop::opt
