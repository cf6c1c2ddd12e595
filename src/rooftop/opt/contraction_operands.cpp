// Operands by structure; names for them by replacement.
#include "rooftop/opt/contraction_operands.h"

#include <algorithm>
#include <optional>

#include "rooftop/base/errors.h"
#include "rooftop/ir/walk.h"
#include "rooftop/opt/contraction_step.h"

namespace rooftop::opt {

using array::DType;
using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Var;

namespace {

bool is_converted_load(const Expr& e) {
  if (e.is(ExprKind::Load)) return true;
  return e.is_op(Op::cast) && is_converted_load(e.arg(0));
}

void add_operands(const Expr& e, std::vector<Expr>& found) {
  if (is_converted_load(e)) {
    const auto known = [&](const Expr& other) { return ir::same_expression(other, e); };
    if (std::none_of(found.begin(), found.end(), known)) found.push_back(e);
  } else if (e.is(ExprKind::Operation)) {
    for (const Expr& a : e.args()) add_operands(a, found);
  }
}

/// The factors of a sum's next term: a conversion of the sliver's operand and one of the panel's.
bool is_sum_of_products(const Contraction& c, const Expr& sliver, const Expr& panel) {
  if (!c.step.is_op(Op::add)) return false;
  const auto is_value = [&](const Expr& e) { return e.is(ExprKind::Variable) && e.var() == c.accumulator; };
  const std::size_t sum = is_value(c.step.arg(0)) ? 0 : 1;
  const Expr& product = c.step.arg(1 - sum);
  if (!is_value(c.step.arg(sum)) || !product.is_op(Op::mul)) return false;
  const auto is_pair = [&](const Expr& a, const Expr& b) {
    return ir::same_expression(product.arg(0), a) && ir::same_expression(product.arg(1), b);
  };
  return is_pair(sliver, panel) || is_pair(panel, sliver);
}

/// An integer that a signed half of 32 bits holds.
bool is_narrow(const Expr& operand) {
  if (!operand.is_op(Op::cast) || !operand.arg(0).is(ExprKind::Load)) return false;
  const DType d = operand.arg(0).dtype();
  return d == DType::I8 || d == DType::U8 || d == DType::I16;
}

class Named : public ir::Rewriter {
 public:
  Named(const std::vector<Expr>& operands, const std::vector<Var>& names) : operands_(operands), names_(names) {}

 protected:
  Expr rewrite_expression(const Expr& e) override {
    for (std::size_t i = 0; i < operands_.size(); ++i) {
      if (names_[i] && ir::same_expression(e, operands_[i])) return ir::variable(names_[i]);
    }
    return e;
  }

 private:
  const std::vector<Expr>& operands_;
  const std::vector<Var>& names_;
};

}  // namespace

const Expr& load_in(const Expr& operand) { return operand.is_op(Op::cast) ? load_in(operand.arg(0)) : operand; }

std::vector<Expr> operands_of(const Expr& step) {
  std::vector<Expr> found, result;
  add_operands(step, found);
  for (const Expr& load : loads_of(step)) {
    std::vector<Expr> readings;
    for (const Expr& operand : found) {
      if (ir::same_expression(load_in(operand), load)) readings.push_back(operand);
    }
    result.push_back(readings.size() == 1 ? readings[0] : load);
  }
  return result;
}

int terms_per_element(const Contraction& c, const ContractionPlan& plan) {
  if (plan.panels.size() != 1 || plan.slivers.size() != 1 || c.has_limits() || c.reduction.size() != 1) return 1;
  const Expr &panel = plan.panels[0], &sliver = plan.slivers[0];
  const bool is_word = array::is_integer(c.step.dtype()) && array::size_of(c.step.dtype()) == 4;
  if (!is_word || !is_narrow(panel) || !is_narrow(sliver)) return 1;
  return is_sum_of_products(c, sliver, panel) ? 2 : 1;
}

NamedStep named_step(const Contraction& c, const ContractionPlan& plan) {
  NamedStep named{.step = c.step, .panels = {}, .slivers = {}};
  const auto names = [](const std::vector<Expr>& operands, const char* name) {
    std::vector<Var> vars;
    for (const Expr& e : operands) vars.push_back(e.is(ExprKind::Load) ? Var() : ir::make_var(name, e.type()));
    return vars;
  };
  named.panels = names(plan.panels, "columns");
  named.slivers = names(plan.slivers, "rows");
  if (plan.terms_per_element > 1) {
    named.step = ir::operation(
        Op::dot2, {ir::variable(named.slivers[0]), ir::variable(named.panels[0]), ir::variable(c.accumulator)});
    return named;
  }
  named.step = Named(plan.panels, named.panels).rewrite(named.step);
  named.step = Named(plan.slivers, named.slivers).rewrite(named.step);
  return named;
}

Expr packed_element(const std::vector<Expr>& values) {
  if (values.size() == 1) return values[0];
  ROOFTOP_CHECK(values.size() == 2) << values.size();
  const ir::Type type = values[0].type();
  return ir::operation(Op::bit_or, {ir::operation(Op::bit_and, {values[0], ir::int_constant(0xFFFF, type)}),
                                    ir::operation(Op::shl, {values[1], ir::int_constant(16, type)})});
}

}  // namespace rooftop::opt
