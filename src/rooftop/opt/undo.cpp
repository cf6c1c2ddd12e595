// Copies of whole arrays.
#include "rooftop/opt/undo.h"

#include <algorithm>

#include "rooftop/array/dtype.h"
#include "rooftop/ir/walk.h"
#include "rooftop/opt/view_bases.h"
#include "rooftop/opt/work_estimate.h"

namespace rooftop::opt {

using ir::Expr;
using ir::Op;
using ir::StmtKind;

namespace {

/// Operations that take much longer than copying an element: within the caches, and beyond.
constexpr double kOperationsForElement = 16, kOperationsForFarElement = 32;

/// More would be felt in the memory that a program needs.
constexpr double kMostBytes = 32.0 * 1024 * 1024;

Expr elements_of(const Expr& array) {
  Expr count = ir::float_constant(1);
  for (int d = 0; d < array.type().rank(); ++d) count = count * ir::cast(ir::length(array, d), array::DType::F64);
  return count;
}

/// Loops over all elements of `shape`: to[…] = from[…].
ir::Block copy(const Expr& from, const Expr& to, const Expr& shape) {
  std::vector<ir::Var> vars;
  std::vector<Expr> indices;
  for (int d = 0; d < shape.type().rank(); ++d) {
    vars.push_back(ir::make_var("e", ir::kI64));
    indices.push_back(ir::variable(vars.back()));
  }
  ir::Block body = {ir::store(to, indices, ir::load(from, indices))};
  for (int d = shape.type().rank() - 1; d >= 0; --d)
    body = {
        ir::for_loop(vars[static_cast<std::size_t>(d)], ir::int_constant(0), ir::length(shape, d), 1, std::move(body))};
  return body;
}

}  // namespace

std::optional<Undo> Undo::of(const ir::Stmt& loop, std::string& why_not) {
  const ir::VarSet inside = ir::bound_variables(loop->body);
  const ViewBases bases(loop->body);
  ir::VarSet own;
  std::vector<ir::Var> written;
  bool named = true;
  ir::for_each_statement(loop->body, [&](const ir::Stmt& s) {
    if (s.is(StmtKind::Allocate)) own.insert(s->var.get());
    if (!s.is(StmtKind::Store)) return;
    const ir::Var array = ViewBases::variable_of(s->array);
    if (!array) {
      named = false;
      return;
    }
    const ir::Var var = bases.below(array);
    if (own.contains(var.get())) return;
    named &= !inside.contains(var.get()) && var->type.rank() > 0;
    if (std::find(written.begin(), written.end(), var) == written.end()) written.push_back(var);
  });
  const auto work = known_work_of_round(loop);
  if (!named) {
    why_not = "what its rounds write has no name before it";
  } else if (work && *work < kOperationsForElement * static_cast<double>(written.size())) {
    why_not = "to find out whether a round raises, or to copy what it writes, takes about as long as the round";
  } else {
    return Undo(std::move(written));
  }
  return std::nullopt;
}

Expr Undo::is_cheap(const Expr& work, const Machine& machine) const {
  Expr elements = ir::float_constant(0), bytes = ir::float_constant(0);
  for (const ir::Var& var : written_) {
    const Expr count = elements_of(ir::variable(var));
    elements = elements + count;
    bytes = bytes + count * ir::float_constant(static_cast<double>(array::size_of(var->type.dtype())));
  }
  const auto at_most = [](const Expr& a, const Expr& b) { return ir::operation(Op::le, {a, b}); };
  const Expr is_near = at_most(bytes, ir::float_constant(static_cast<double>(machine.l2_bytes)));
  const Expr each = ir::operation(
      Op::select, {is_near, ir::float_constant(kOperationsForElement), ir::float_constant(kOperationsForFarElement)});
  return ir::operation(Op::bit_and, {at_most(elements * each, work), at_most(bytes, ir::float_constant(kMostBytes))});
}

void Undo::keep(const Expr& wanted, ir::Block& out) {
  for (const ir::Var& var : written_) {
    const Expr array = ir::variable(var);
    const int rank = array.type().rank();
    std::vector<Expr> lengths;
    for (int d = 0; d < rank; ++d)
      lengths.push_back(d > 0 ? ir::length(array, d)
                              : ir::operation(Op::select, {wanted, ir::length(array, d), ir::int_constant(0)}));
    kept_.push_back(ir::make_var("kept", ir::Type::array(array.dtype(), rank, ir::Layout::C)));
    out.push_back(ir::allocate(kept_.back(), std::move(lengths)));
    const Expr kept = ir::variable(kept_.back());
    for (ir::Stmt& s : copy(array, kept, kept)) out.push_back(std::move(s));
  }
}

void Undo::put_back(ir::Block& out) const {
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    const Expr kept = ir::variable(kept_[i]);
    for (ir::Stmt& s : copy(kept, ir::variable(written_[i]), kept)) out.push_back(std::move(s));
  }
}

}  // namespace rooftop::opt
