// Ranges of subscripts that lie apart; strides that keep elements apart.
#include "rooftop/opt/contraction_conditions.h"

#include <algorithm>
#include <span>

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

/// Numbers whose multiples and sums stay far inside 64 bits.
constexpr std::int64_t kModest = std::int64_t{1} << 40;
constexpr std::int64_t kModestFactor = 1 << 16;

Expr is_between(const Expr& low, const Expr& value, const Expr& high) {
  return ir::operation(Op::bit_and, {ir::operation(Op::le, {low, value}), ir::operation(Op::lt, {value, high})});
}

Expr is_modest(const Expr& value) { return is_between(ir::int_constant(-kModest), value, ir::int_constant(kModest)); }

/// That the subscripts are in bounds in the whole box: where limits leave no term the source reads and writes nothing,
/// but tiles and panels do.
void require_bounds(const Expr& array, std::span<const Expr> indices, const std::vector<ContractionLoop>& loops,
                    std::vector<Expr>& all) {
  for (std::size_t d = 0; d < indices.size(); ++d) {
    const auto form = affine(indices[d], variables_of(loops));
    if (!form || !loads_of(form->rest).empty()) return all.push_back(ir::bool_constant(false));
    Expr least = form->rest, greatest = form->rest;
    for (const ContractionLoop& l : loops) {
      const std::int64_t c = form->coefficient(l.var);
      if (c < -kModestFactor || c > kModestFactor) return all.push_back(ir::bool_constant(false));
      const Expr first = times(l.begin, ir::int_constant(c)), last = times(plus(l.end, -1), ir::int_constant(c));
      least = plus(least, c > 0 ? first : last);
      greatest = plus(greatest, c > 0 ? last : first);
    }
    if (!form->rest.is_constant()) all.push_back(is_modest(form->rest));
    all.push_back(ir::operation(Op::le, {ir::int_constant(0), least}));
    all.push_back(ir::operation(Op::lt, {greatest, ir::length(array, static_cast<int>(d))}));
  }
}

/// The subscripts of the element that a target index is of, the loop's variable written out.
Expr subscript_of(const Affine& form, const std::vector<ContractionLoop>& parallel) {
  Expr index = form.rest;
  for (const ContractionLoop& l : parallel) {
    if (form.depends_on(l.var)) index = plus(index, ir::variable(l.var));
  }
  return index;
}

}  // namespace

Expr part_is_apart(const Contraction& c, const Expr& load) {
  const std::vector<ContractionLoop> loops = c.loops();
  Expr any;
  for (std::size_t d = 0; d < c.target_indices.size(); ++d) {
    const Expr written = subscript_of(c.target_indices[d], c.parallel);
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
  if (c.has_limits()) {
    const std::vector<ContractionLoop> loops = c.loops();
    for (const ContractionLoop& l : loops) {
      if (!l.begin.is_constant()) all.push_back(is_modest(l.begin));
      if (!l.end.is_constant()) all.push_back(is_modest(l.end));
    }
    std::vector<Expr> written;
    for (const Affine& form : c.target_indices) written.push_back(subscript_of(form, c.parallel));
    require_bounds(c.target, written, loops, all);
    for (const Expr& load : loads_of(c.step)) require_bounds(load.array(), load.indices(), loops, all);
  }
  return all;
}

}  // namespace rooftop::opt
