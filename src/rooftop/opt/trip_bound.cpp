// Sums of terms; a minimum, choice, mask or shift that remains is replaced by what bounds it.
#include "rooftop/opt/trip_bound.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "rooftop/ir/walk.h"

namespace rooftop::opt {

using ir::Expr;
using ir::Op;

namespace {

constexpr int kDepth = 8;
constexpr std::int64_t kLargestFactor = std::int64_t{1} << 20;
constexpr std::int64_t kLargestConstant = std::int64_t{1} << 40;

bool is_small(std::int64_t value, std::int64_t limit) { return value >= -limit && value <= limit; }

bool is_small_constant(const Expr& e, std::int64_t limit) {
  return e.is_constant() && is_small(e.constant().integer, limit);
}

/// x and 0 of `max(x, 0)`, however it is written.
std::optional<Expr> not_negative_part(const Expr& e) {
  if (e.is_op(Op::max) && ir::is_int_constant(e.arg(1), 0)) return e.arg(0);
  if (e.is_op(Op::select) && ir::is_int_constant(e.arg(2), 0) && e.arg(0).is_op(Op::gt) &&
      ir::same_expression(e.arg(0).arg(0), e.arg(1)) && ir::is_int_constant(e.arg(0).arg(1), 0)) {
    return e.arg(1);
  }
  // a < b ? b - a : 0
  if (e.is_op(Op::select) && ir::is_int_constant(e.arg(2), 0) && e.arg(0).is_op(Op::lt) && e.arg(1).is_op(Op::sub) &&
      ir::same_expression(e.arg(0).arg(0), e.arg(1).arg(1)) && ir::same_expression(e.arg(0).arg(1), e.arg(1).arg(0))) {
    return e.arg(1);
  }
  return std::nullopt;
}

/// c of `x < c ? x : c` without signs.
std::optional<Expr> unsigned_limit(const Expr& e) {
  if (!e.is_op(Op::select) || !e.arg(0).is_op(Op::lt) || !e.arg(2).is_constant()) return std::nullopt;
  const Expr& bits = e.arg(0).arg(0);
  const Expr& limit = e.arg(0).arg(1);
  const bool matches = bits.is_op(Op::cast) && bits.dtype() == array::DType::U64 &&
                       ir::same_expression(bits.arg(0), e.arg(1)) && limit.is_constant() &&
                       limit.constant().integer == e.arg(2).constant().integer;
  return matches ? std::optional(e.arg(2)) : std::nullopt;
}

}  // namespace

struct TripBounds::Sum {
  std::int64_t constant = 0;
  std::vector<std::pair<Expr, std::int64_t>> terms;
  bool overflowed = false;
};

const Expr& TripBounds::defined(const Expr& e) const {
  if (!e.is(ir::ExprKind::Variable)) return e;
  const auto found = lets_.find(e.var().get());
  return found == lets_.end() ? e : found->second;
}

void TripBounds::add(Sum& sum, const Expr& e, std::int64_t factor, int depth) const {
  if (depth == 0 || !is_small(factor, kLargestFactor)) {
    sum.overflowed = true;
    return;
  }
  if (is_small_constant(e, kLargestConstant)) {
    sum.constant += factor * e.constant().integer;
    sum.overflowed |= !is_small(sum.constant, kLargestConstant * kLargestFactor);
    return;
  }
  const Expr& value = defined(e);
  if (value.is_op(Op::add) || value.is_op(Op::sub)) {
    add(sum, value.arg(0), factor, depth - 1);
    add(sum, value.arg(1), value.is_op(Op::add) ? factor : -factor, depth - 1);
    return;
  }
  for (const int side : {0, 1}) {
    if (value.is_op(Op::mul) && is_small_constant(value.arg(side), kLargestFactor)) {
      add(sum, value.arg(1 - side), factor * value.arg(side).constant().integer, depth - 1);
      return;
    }
  }
  for (auto& [term, count] : sum.terms) {
    if (ir::same_expression(term, value)) {
      count += factor;
      return;
    }
  }
  sum.terms.emplace_back(value, factor);
}

std::optional<std::int64_t> TripBounds::upper(const Sum& sum, int depth) const {
  if (depth == 0 || sum.overflowed) return std::nullopt;
  const auto open = std::find_if(sum.terms.begin(), sum.terms.end(), [](const auto& term) { return term.second != 0; });
  if (open == sum.terms.end()) return sum.constant;
  // The first term that something bounds from above decides; any bound of the whole is a bound.
  for (const auto& [term, factor] : sum.terms) {
    if (factor == 0) continue;
    const auto replaced = [&, &dropped = term, count = factor](const Expr& by) {
      Sum other = sum;
      std::erase_if(other.terms, [&](const auto& t) { return t.first == dropped; });
      add(other, by, count, kDepth);
      return upper(other, depth - 1);
    };
    if (term.is_op(factor > 0 ? Op::min : Op::max)) {
      const auto a = replaced(term.arg(0)), b = replaced(term.arg(1));
      if (a && b) return std::min(*a, *b);
      if (a || b) return a ? a : b;
    }
    if (const auto limit = factor > 0 ? unsigned_limit(term) : std::nullopt) return replaced(*limit);
    if (term.is_op(Op::select)) {
      const auto a = replaced(term.arg(1)), b = replaced(term.arg(2));
      if (a && b) return std::max(*a, *b);
    }
    const bool is_mask = term.is_op(Op::bit_and) && is_small_constant(term.arg(1), kLargestConstant) &&
                         term.arg(1).constant().integer < 0;
    if (factor < 0) {
      if (const auto part = not_negative_part(term)) return replaced(*part);
      // A mask takes away less than its lowest bit.
      if (is_mask) return replaced(term.arg(0) + ir::int_constant(term.arg(1).constant().integer + 1));
    }
    // What a mask without the sign leaves is no more than the mask.
    if (factor > 0 && term.is_op(Op::bit_and) && is_small_constant(term.arg(1), kLargestConstant) && !is_mask)
      return replaced(term.arg(1));
    if (factor != 1 || sum.terms.size() != 1) continue;
    if (const auto part = not_negative_part(term)) {
      const auto bound = replaced(*part);
      if (bound) return std::max(*bound, sum.constant);
    }
    // Clearing low bits makes an integer smaller; a shift by a constant divides.
    if (is_mask) return replaced(term.arg(0));
    if (term.is_op(Op::shr) && term.arg(1).is_constant()) {
      Sum shifted;
      add(shifted, term.arg(0), 1, kDepth);
      const auto bound = upper(shifted, depth - 1);
      if (bound) return (*bound >> term.arg(1).constant().integer) + sum.constant;
    }
  }
  return std::nullopt;
}

std::optional<std::int64_t> TripBounds::of(const ir::Stmt& loop) const {
  if (!is_small(loop->step, kLargestFactor) || loop->step == 0) return std::nullopt;
  Sum distance;
  add(distance, loop->end(), loop->step > 0 ? 1 : -1, kDepth);
  add(distance, loop->begin(), loop->step > 0 ? -1 : 1, kDepth);
  const auto most = upper(distance, kDepth);
  if (!most) return std::nullopt;
  const std::int64_t step = std::abs(loop->step);
  return *most <= 0 ? 0 : (*most - 1) / step + 1;
}

}  // namespace rooftop::opt
