// Bounds as limits; extreme values of sums over boxes; elimination of one variable.
#include "rooftop/opt/contraction_limits.h"

#include <algorithm>

#include "rooftop/opt/affine.h"

namespace rooftop::opt {

using ir::Expr;
using ir::Op;
using ir::Var;

namespace {

Expr times(const Expr& e, std::int64_t factor) {
  if (factor == 1) return e;
  if (factor == -1) return minus(ir::int_constant(0), e);
  return e * ir::int_constant(factor);
}

Expr extreme(const Limit& limit, const std::vector<Span>& spans, bool greatest) {
  Expr sum = limit.rest;
  for (const auto& [var, coefficient] : limit.terms) {
    Expr value = ir::variable(var);
    for (const Span& s : spans) {
      if (s.var == var) value = (coefficient > 0) == greatest ? s.last : s.first;
    }
    sum = coefficient == -1 ? minus(sum, value) : plus(sum, times(value, coefficient));
  }
  return sum;
}

void add_term(Limit& limit, const Var& var, std::int64_t coefficient) {
  for (auto term = limit.terms.begin(); term != limit.terms.end(); ++term) {
    if (term->first != var) continue;
    term->second += coefficient;
    if (term->second == 0) limit.terms.erase(term);
    return;
  }
  limit.terms.emplace_back(var, coefficient);
}

Limit sum_of(const Limit& a, const Limit& b) {
  Limit sum = a;
  for (const auto& [var, coefficient] : b.terms) add_term(sum, var, coefficient);
  sum.rest = plus(a.rest, b.rest);
  return sum;
}

}  // namespace

std::int64_t Limit::coefficient(const Var& var) const {
  for (const auto& [v, c] : terms) {
    if (v == var) return c;
  }
  return 0;
}

Limit Limit::without(const Var& var) const {
  Limit rest = *this;
  std::erase_if(rest.terms, [&](const auto& term) { return term.first == var; });
  return rest;
}

std::vector<Var> variables_of(const std::vector<ContractionLoop>& loops) {
  std::vector<Var> variables;
  for (const ContractionLoop& l : loops) variables.push_back(l.var);
  return variables;
}

Span span_of(const ContractionLoop& loop) { return {loop.var, loop.begin, plus(loop.end, -1)}; }

Expr least(const Limit& limit, const std::vector<Span>& spans) { return extreme(limit, spans, false); }
Expr greatest(const Limit& limit, const std::vector<Span>& spans) { return extreme(limit, spans, true); }

std::optional<Expr> Rounds::bound(const Var& var, const Expr& value, bool is_end) {
  if (value.is_op(is_end ? Op::min : Op::max)) {
    const auto a = bound(var, value.arg(0), is_end), b = bound(var, value.arg(1), is_end);
    if (!a || !b) return std::nullopt;
    return ir::operation(value.op(), {*a, *b});
  }
  const auto form = affine(value, variables_of(loops_));
  if (!form) return std::nullopt;
  if (form->coefficients.empty()) return value;
  // end - 1 - var >= 0, var - begin >= 0
  const std::int64_t sign = is_end ? 1 : -1;
  Limit limit, sum;
  std::vector<Span> spans;
  for (const ContractionLoop& l : loops_) {
    const std::int64_t coefficient = form->coefficient(l.var);
    if (coefficient == 0) continue;
    if (coefficient != 1 && coefficient != -1) return std::nullopt;
    add_term(limit, l.var, sign * coefficient);
    add_term(sum, l.var, coefficient);
    spans.push_back(span_of(l));
  }
  limit.rest = is_end ? plus(form->rest, -1) : minus(ir::int_constant(0), form->rest);
  sum.rest = form->rest;
  add_term(limit, var, -sign);
  limits_.push_back(limit);
  return extreme(sum, spans, is_end);
}

bool Rounds::add(const Var& var, const Expr& begin, const Expr& end) {
  const auto first = bound(var, begin, false), last = bound(var, end, true);
  if (!first || !last) return false;
  loops_.push_back({var, *first, *last});
  return true;
}

std::pair<Expr, Expr> narrowed(const std::vector<Limit>& limits, const Var& var, Expr begin, Expr end,
                               const std::vector<Span>& spans) {
  for (const Limit& limit : limits) {
    const std::int64_t c = limit.coefficient(var);
    if (c == 0) continue;
    const Expr most = greatest(limit.without(var), spans);
    if (c > 0) {
      begin = ir::operation(Op::max, {begin, minus(ir::int_constant(0), most)});
    } else {
      end = ir::operation(Op::min, {end, plus(most, 1)});
    }
  }
  return {begin, ir::operation(Op::max, {begin, end})};
}

std::vector<Limit> without_loop(const std::vector<Limit>& limits, const ContractionLoop& loop) {
  std::vector<Limit> lower, upper, rest;
  lower.push_back({{{loop.var, 1}}, minus(ir::int_constant(0), loop.begin)});
  upper.push_back({{{loop.var, -1}}, plus(loop.end, -1)});
  for (const Limit& l : limits) {
    const std::int64_t c = l.coefficient(loop.var);
    (c > 0 ? lower : c < 0 ? upper : rest).push_back(l);
  }
  // With coefficients of 1 and -1 there is an integer between the bounds exactly if they are in order.
  for (const Limit& a : lower) {
    for (const Limit& b : upper) {
      const Limit both = sum_of(a, b);
      if (!both.terms.empty()) rest.push_back(both);
    }
  }
  return rest;
}

}  // namespace rooftop::opt
