// Views are looked through to the argument below; arrays made by the function itself are no traffic that must be.
#include "rooftop/profile/cost_footprint.h"

#include <algorithm>

namespace rooftop::profile {

using ir::Expr;
using ir::ExprKind;
using ir::Var;
using ops::Op;

namespace {

Expr f64(double value) { return ir::float_constant(value); }
Expr as_f64(const Expr& e) { return ir::cast(e, array::DType::F64); }
Expr least(const Expr& a, const Expr& b) { return ir::operation(Op::min, {a, b}); }
Expr greatest(const Expr& a, const Expr& b) { return ir::operation(Op::max, {a, b}); }

/// start + index * step in each dimension of the view's base.
std::vector<Expr> base_indices(const ir::ViewParts& parts, const std::vector<Expr>& indices) {
  std::vector<Expr> result = parts.starts;
  for (std::size_t k = 0; k < parts.from.size(); ++k) {
    if (parts.from[k] < 0) continue;
    Expr& index = result[static_cast<std::size_t>(parts.from[k])];
    index = index + indices[k] * parts.steps[k];
  }
  return result;
}

}  // namespace

Footprints::Footprints(const std::vector<Var>& parameters, const ir::Block& body, const ValueRanges& ranges)
    : parameters_(parameters), ranges_(ranges) {
  for (std::size_t i = 0; i < parameters.size(); ++i) roots_[parameters[i].get()] = {{i}, false};
  find_roots(body);
}

void Footprints::find_roots(const ir::Block& body) {
  for (bool more = true; more;) {
    more = false;
    ir::for_each_statement(body, [&](const ir::Stmt& s) {
      const bool defines = s.is(ir::StmtKind::Let) || s.is(ir::StmtKind::Declare) || s.is(ir::StmtKind::Assign);
      if (!defines || !s->var->type.is_array()) return;
      Expr base = s->exprs[0];
      const bool viewed = base.is(ExprKind::View);
      while (base.is(ExprKind::View)) base = base.array();
      if (!base.is(ExprKind::Variable)) return;
      const Roots from = roots_[base.var().get()];
      Roots& to = roots_[s->var.get()];
      for (const std::size_t parameter : from.parameters) {
        if (std::find(to.parameters.begin(), to.parameters.end(), parameter) != to.parameters.end()) continue;
        to.parameters.push_back(parameter);
        more = true;
      }
      if ((viewed || from.viewed) && !to.viewed) more = to.viewed = true;
    });
  }
}

void Footprints::add(const ir::Stmt& s, const Expr& times, bool perhaps, ir::Block& out) {
  std::vector<Expr> seen;
  ir::for_each_expr(s, [&](const Expr& e) {
    ir::for_each_node(e, [&](const Expr& n) {
      if (!n.is(ExprKind::Load) || std::find(seen.begin(), seen.end(), n) != seen.end()) return;
      seen.push_back(n);
      add(n.array(), n.indices(), false, times, perhaps, out);
    });
  });
  if (s.is(ir::StmtKind::Store)) add(s->array, s->exprs, true, times, perhaps, out);
}

void Footprints::add(Expr array, std::span<const Expr> given, bool is_write, const Expr& times, bool perhaps,
                     ir::Block& out) {
  std::vector<Expr> indices;
  for (const Expr& i : given) indices.push_back(lets_.rewrite(i));
  array = lets_.rewrite(array);
  while (array.is(ExprKind::View)) {
    const ir::ViewParts parts = ir::view_parts(array);
    indices = base_indices(parts, indices);
    array = parts.base;
  }
  if (!array.is(ExprKind::Variable)) return;
  const Roots& roots = roots_[array.var().get()];
  std::vector<ValueRange> where;
  for (const Expr& index : indices) {
    const auto range = ranges_.range_of(index);
    if (!range || roots.viewed) {
      where.clear();
      break;
    }
    where.push_back(*range);
  }
  const bool doubtful = perhaps || roots.parameters.size() > 1 || (where.empty() && !indices.empty());
  for (const std::size_t parameter : roots.parameters) note(box_of(parameter, is_write), where, times, doubtful, out);
}

void Footprints::note(Box& box, const std::vector<ValueRange>& where, const Expr& times, bool doubtful,
                      ir::Block& out) const {
  const auto update = [&](const Var& var, const Expr& value) { out.push_back(ir::assign(var, value)); };
  for (std::size_t d = 0; d < where.size(); ++d) {
    update(box.low[d], least(ir::variable(box.low[d]), where[d].low));
    update(box.high[d], greatest(ir::variable(box.high[d]), where[d].high));
  }
  const Var& count = where.size() == box.low.size() ? box.known : box.unknown;
  update(count, ir::variable(count) + times);
  if (doubtful) update(box.doubtful, ir::variable(box.doubtful) + times);
}

Footprints::Box& Footprints::box_of(std::size_t parameter, bool is_write) {
  for (std::size_t i = 0; i < accesses_.size(); ++i) {
    if (accesses_[i].parameter == parameter && accesses_[i].is_write == is_write) return boxes_[i];
  }
  const auto counter = [](const char* name) { return ir::make_var(name, ir::kF64); };
  Box box{parameters_[parameter], {}, {}, counter("known"), counter("unknown"), counter("doubtful")};
  for (int d = 0; d < box.array->type.rank(); ++d) {
    box.low.push_back(ir::make_var("low", ir::kI64));
    box.high.push_back(ir::make_var("high", ir::kI64));
  }
  accesses_.push_back({parameter, is_write});
  return boxes_.emplace_back(std::move(box));
}

void Footprints::declare(ir::Block& out) const {
  for (const Box& box : boxes_) {
    for (const Var& var : box.low) out.push_back(ir::declare(var, ir::int_constant(INT64_MAX)));
    for (const Var& var : box.high) out.push_back(ir::declare(var, ir::int_constant(INT64_MIN)));
    for (const Var& var : {box.known, box.unknown, box.doubtful}) out.push_back(ir::declare(var, f64(0)));
  }
}

Expr Footprints::elements(const Box& box) const {
  Expr in_box = f64(1), all = f64(1);
  const Expr array = ir::variable(box.array);
  for (std::size_t d = 0; d < box.low.size(); ++d) {
    const Expr length = ir::length(array, static_cast<int>(d));
    const Expr low = greatest(ir::variable(box.low[d]), ir::int_constant(0));
    const Expr high = least(ir::variable(box.high[d]), length - ir::int_constant(1));
    in_box = in_box * greatest(as_f64(high) - as_f64(low) + f64(1), f64(0));
    all = all * as_f64(length);
  }
  const Expr known = least(in_box, ir::variable(box.known));
  return least(all, known + ir::variable(box.unknown));
}

void Footprints::results(std::vector<Expr>& out) const {
  for (const Box& box : boxes_) {
    out.push_back(elements(box) * f64(static_cast<double>(array::size_of(box.array->type.dtype()))));
    out.push_back(ir::variable(box.doubtful));
  }
}

}  // namespace rooftop::profile
