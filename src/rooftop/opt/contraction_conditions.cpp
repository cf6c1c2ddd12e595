// Ranges of subscripts that lie apart; strides that keep elements apart.
#include "rooftop/opt/contraction_conditions.h"

#include <algorithm>

#include "rooftop/opt/contraction_step.h"

namespace rooftop::opt {

using ir::Expr;
using ir::Op;

namespace {

/// The extreme values of a subscript with at most one loop variable.
std::optional<std::pair<Expr, Expr>> range_of(const Expr& index, const std::vector<ContractionLoop>& loops) {
  const auto form = affine(index, variables_of(loops));
  if (!form || form->coefficients.size() > 1 || !loads_of(form->rest).empty()) return std::nullopt;
  if (form->coefficients.empty()) return std::pair(form->rest, form->rest);
  for (const ContractionLoop& l : loops) {
    const std::int64_t c = form->coefficient(l.var);
    if (c != 0 && c != 1) return std::nullopt;
    if (c == 1) return std::pair(plus(form->rest, l.begin), plus(form->rest, plus(l.end, -1)));
  }
  return std::nullopt;
}

/// |stride of the outer dimension| >= |stride of the inner one| * its length, from one dimension to the next.
Expr is_nested(const Expr& array, const std::vector<int>& order) {
  const auto size = [&](int d) { return ir::operation(Op::abs, {ir::stride(array, d)}); };
  Expr all = ir::operation(
      Op::ge, {size(order.back()), ir::int_constant(static_cast<std::int64_t>(array::size_of(array.dtype())))});
  for (std::size_t i = 0; i + 1 < order.size(); ++i) {
    const Expr inner = size(order[i + 1]) * ir::length(array, order[i + 1]);
    all = ir::operation(Op::bit_and, {all, ir::operation(Op::ge, {size(order[i]), inner})});
  }
  return all;
}

/// Loops with fewer rounds are not what the schedule is for.
constexpr std::int64_t kFewRounds = 8;

/// Whether the subscript runs along with the one written, so near that what both cover overlaps in all loops of more
/// than a few rounds.
bool is_moved_a_little(const Expr& read, const Affine& written, const std::vector<ContractionLoop>& loops) {
  const auto form = affine(read, variables_of(loops));
  if (!form || form->coefficients.empty() || form->coefficients != written.coefficients) return false;
  const auto distance = constant_difference(*form, written);
  return distance && *distance > -kFewRounds && *distance < kFewRounds;
}

}  // namespace

Expr part_is_apart(const Contraction& c, const Expr& load) {
  const std::vector<ContractionLoop> loops = c.loops();
  Expr any;
  for (std::size_t d = 0; d < c.target_indices.size(); ++d) {
    Expr written = c.target_indices[d].rest;
    for (const ContractionLoop& l : c.parallel) {
      if (c.target_indices[d].depends_on(l.var)) written = plus(written, ir::variable(l.var));
    }
    const auto theirs = range_of(load.indices()[d], loops), ours = range_of(written, loops);
    // With one end in common they overlap.
    if (!theirs || !ours || ir::same_expression(theirs->first, ours->first) ||
        ir::same_expression(theirs->second, ours->second) ||
        is_moved_a_little(load.indices()[d], c.target_indices[d], loops)) {
      continue;
    }
    const Expr apart = ir::operation(Op::bit_or, {ir::operation(Op::lt, {theirs->second, ours->first}),
                                                  ir::operation(Op::gt, {theirs->first, ours->second})});
    any = any ? ir::operation(Op::bit_or, {any, apart}) : apart;
  }
  return any;
}

std::vector<Expr> conditions_of(const Contraction& c) {
  std::vector<Expr> all;
  if (c.test_distinct) {
    std::vector<int> order;
    for (int d = 0; d < c.target.type().rank(); ++d) order.push_back(d);
    Expr nested = is_nested(c.target, order);
    std::reverse(order.begin(), order.end());
    if (order.size() > 1) nested = ir::operation(Op::bit_or, {nested, is_nested(c.target, order)});
    all.push_back(nested);
  }
  for (const Expr& load : c.other_parts) all.push_back(part_is_apart(c, load));
  return all;
}

}  // namespace rooftop::opt
