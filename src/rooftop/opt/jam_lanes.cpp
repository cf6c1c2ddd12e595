// The common steps are widened; the rest is the source's text with another start.
#include "rooftop/opt/jam_lanes.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/affine.h"
#include "rooftop/opt/fresh.h"
#include "rooftop/opt/widen.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;

/// Vectors side by side: what is next to an element of a column is in the same line of the cache.
constexpr int kRegisters = 4;

bool is_wide_enough(const ir::Type& type) {
  return type.is_scalar() && type.lanes() == 1 && !array::is_complex(type.dtype()) && !array::is_bool(type.dtype()) &&
         array::size_of(type.dtype()) >= 4;
}

const Stmt& start_of(const Rows& rows) { return rows.straight[0].back(); }

}  // namespace

int lanes_of_rows(const Rows& rows, const Machine& machine) {
  if (rows.inner.size() != 1 || rows.straight[0].size() != 1 || !start_of(rows).is(StmtKind::Declare)) return 0;
  const ir::Var& sum = start_of(rows)->var;
  const RowLoop& l = rows.inner[0];
  // The rounds before the common steps would need the sums too.
  if (l.begin_slope != 0 || !start_of(rows)->exprs[0].is_constant() || !is_wide_enough(sum->type)) return 0;
  bool good = true;
  int beside = 0;
  for (const Stmt& s : l.loop->body) {
    good = good && (s.is(StmtKind::Let) || (s.is(StmtKind::Assign) && s->var == sum)) && is_wide_enough(s->var->type);
    ir::for_each_expr(s, [&](const Expr& e) {
      ir::for_each_node(e, [&](const Expr& n) {
        if (n.is(ExprKind::View) || n.is(ExprKind::Lookup)) good = false;
        if (!n.is(ExprKind::Load)) return;
        const Access move = access_of(n.array(), n.indices(), rows.outer->var);
        good = good && !n.has_mask() && move != Access::Other && is_wide_enough(n.type());
        beside += move == Access::Contiguous ? 1 : 0;
      });
    });
  }
  const int size = static_cast<int>(array::size_of(sum->type.dtype()));
  return good && beside > 0 ? std::max(2, kRegisters * machine.vector_bytes / size) : 0;
}

Stmt allocate_sums(const Rows& rows, const ir::Var& sums) {
  return ir::allocate(sums, {ir::int_constant(rows.count)}, rows.outer.location());
}

Block rows_in_lanes(const Rows& rows, const Expr& first, const ir::Var& sums) {
  const RowLoop& l = rows.inner[0];
  const Stmt& start = start_of(rows);
  const SourceLocation& at = l.loop.location();
  const ir::Var wide = ir::make_var(start->var->name, ir::Type::vector(start->var->type.dtype(), rows.count));
  const ir::Var w = ir::make_var(l.loop->var->name, ir::kI64);
  ir::Substitution step;
  step.set(l.loop->var, ir::variable(w));
  Widener widener(rows.outer->var, first, rows.count);
  widener.set(start->var, ir::variable(wide));
  Block steps;
  for (const Stmt& s : with_fresh_variables(l.loop->body, step)) {
    const Expr value = widener.widen(s->exprs[0]);
    if (s.is(StmtKind::Let)) {
      const ir::Var var = ir::make_var(s->var->name, value.type());
      steps.push_back(ir::let(var, value, s.location()));
      widener.set(s->var, ir::variable(var));
    } else {
      steps.push_back(ir::assign(wide, value, s.location()));
    }
  }
  const Expr begin = rows.common_begin(l, first), end = rows.common_end(l, first);
  Block out = {ir::declare(wide, ir::broadcast(start->exprs[0], rows.count), at),
               ir::for_loop(w, begin, end, 1, std::move(steps), ir::LoopKind::Serial, at),
               ir::store(ir::variable(sums), {lane_numbers(rows.count)}, ir::variable(wide), {}, at)};
  const ir::Var round = ir::make_var(rows.outer->var->name, ir::kI64);
  Block rest = {ir::declare(start->var, ir::load(ir::variable(sums), {minus(ir::variable(round), first)}), at)};
  if (rows.has_rest(l)) {
    rest.push_back(ir::for_loop(l.loop->var, ir::operation(Op::max, {begin, end}), l.loop->end(), 1, l.loop->body,
                                ir::LoopKind::Serial, at));
  }
  rest.insert(rest.end(), rows.straight[1].begin(), rows.straight[1].end());
  ir::Substitution renamed;
  renamed.set(rows.outer->var, ir::variable(round));
  out.push_back(ir::for_loop(round, first, plus(first, rows.count), 1, with_fresh_variables(rest, renamed),
                             ir::LoopKind::Serial, rows.outer.location()));
  return out;
}

}  // namespace rooftop::opt
