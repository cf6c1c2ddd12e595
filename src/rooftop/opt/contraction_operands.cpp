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
bool is_byte(const Expr& operand) { return array::size_of(operand.arg(0).dtype()) == 1; }
bool is_signed(const Expr& operand) { return array::is_signed(operand.arg(0).dtype()); }

/// Of dot4's factors the first has no sign; a panel that is shifted has the sign that the sliver lacks.
bool sliver_is_first(const ContractionPlan& plan) { return !is_signed(plan.slivers[0]); }

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

void share_elements(const Contraction& c, const Machine& machine, ContractionPlan& plan) {
  if (plan.panels.size() != 1 || plan.slivers.size() != 1 || c.has_limits() || c.reduction.size() != 1) return;
  const Expr &panel = plan.panels[0], &sliver = plan.slivers[0];
  const bool is_word = array::is_integer(c.step.dtype()) && array::size_of(c.step.dtype()) == 4;
  if (!is_word || !is_narrow(panel) || !is_narrow(sliver) || !is_sum_of_products(c, sliver, panel)) return;
  const bool bytes = machine.has_vnni && is_byte(panel) && is_byte(sliver);
  plan.terms_per_element = bytes ? 4 : 2;
  plan.shifted = bytes && is_signed(panel) == is_signed(sliver);
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
    const Expr rows = ir::variable(named.slivers[0]), columns = ir::variable(named.panels[0]);
    const bool rows_first = plan.terms_per_element == 2 || sliver_is_first(plan);
    named.step = ir::operation(plan.terms_per_element == 2 ? Op::dot2 : Op::dot4,
                               {rows_first ? rows : columns, rows_first ? columns : rows, ir::variable(c.accumulator)});
    return named;
  }
  named.step = Named(plan.panels, named.panels).rewrite(named.step);
  named.step = Named(plan.slivers, named.slivers).rewrite(named.step);
  return named;
}

Expr packed_element(const std::vector<Expr>& values) {
  if (values.size() == 1) return values[0];
  const ir::Type type = values[0].type();
  const int width = 32 / static_cast<int>(values.size());
  const Expr low_bits = ir::int_constant((std::int64_t{1} << width) - 1, type);
  Expr element;
  for (std::size_t i = 0; i < values.size(); ++i) {
    // The last one's upper bits fall off.
    const Expr bits = i + 1 < values.size() ? ir::operation(Op::bit_and, {values[i], low_bits}) : values[i];
    const Expr count = ir::int_constant(width * static_cast<std::int64_t>(i), type);
    const Expr placed = i == 0 ? bits : ir::operation(Op::shl, {bits, count});
    element = element ? ir::operation(Op::bit_or, {element, placed}) : placed;
  }
  return element;
}

Expr shifted_element(const Expr& element) {
  return ir::operation(Op::bit_xor, {element, ir::int_constant(0x80808080, element.type())});
}

Expr row_sums(const ContractionPlan& plan, const Expr& sums, const Expr& element) {
  const Expr ones = ir::int_constant(0x01010101, element.type());
  const bool first = sliver_is_first(plan);
  return ir::operation(Op::dot4, {first ? element : ones, first ? ones : element, sums});
}

Expr row_correction(const ContractionPlan& plan, const Expr& sums) {
  return sums * ir::int_constant(sliver_is_first(plan) ? 128 : -128, sums.type());
}

}  // namespace rooftop::opt
