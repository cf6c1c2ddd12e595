// The rounds of a contraction: a box around them, and limits that cut it into triangles and bands.
//
//   for %i in 0 .. %n { for %j in 0 .. %i + 1 { …        box: %i in 0 .. %n, %j in 0 .. %n; limit: %i - %j >= 0
//
// In a box the loops can be taken in any order and in blocks; whether a block lies inside the limits is a comparison.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "rooftop/ir/stmt.h"

namespace rooftop::opt {

/// A loop with step 1. The bounds do not change in the nest: where the source's depend on other loops, these are the
/// least begin and the greatest end.
struct ContractionLoop {
  ir::Var var;
  ir::Expr begin, end;
};
std::vector<ir::Var> variables_of(const std::vector<ContractionLoop>& loops);

/// The sum of the terms and `rest` is at least 0.
struct Limit {
  std::vector<std::pair<ir::Var, std::int64_t>> terms;
  ir::Expr rest;

  std::int64_t coefficient(const ir::Var& var) const;
  bool depends_on(const ir::Var& var) const { return coefficient(var) != 0; }
  /// The sum without the variable's term.
  Limit without(const ir::Var& var) const;
};

/// A variable and the first and last of its values.
struct Span {
  ir::Var var;
  ir::Expr first, last;
};
Span span_of(const ContractionLoop& loop);

/// The least and the greatest value of the limit's sum; a variable without a span stands for itself.
ir::Expr least(const Limit& limit, const std::vector<Span>& spans);
ir::Expr greatest(const Limit& limit, const std::vector<Span>& spans);

/// The part of the range begin … end - 1 of `var` that limits leave, given the ranges of other variables.
std::pair<ir::Expr, ir::Expr> narrowed(const std::vector<Limit>& limits, const ir::Var& var, ir::Expr begin,
                                       ir::Expr end, const std::vector<Span>& spans);

/// The source's loops turned into a box and limits, outermost first.
class Rounds {
 public:
  /// Adds a loop; false when its bounds are no sums of outer loops' variables.
  bool add(const ir::Var& var, const ir::Expr& begin, const ir::Expr& end);

  const std::vector<ContractionLoop>& loops() const { return loops_; }
  const std::vector<Limit>& limits() const { return limits_; }

 private:
  std::optional<ir::Expr> bound(const ir::Var& var, const ir::Expr& value, bool is_end);

  std::vector<ContractionLoop> loops_;
  std::vector<Limit> limits_;
};

/// What the limits and the loop's own range say of the other variables: exactly those values of theirs for which the
/// loop has a round.
std::vector<Limit> without_loop(const std::vector<Limit>& limits, const ContractionLoop& loop);

}  // namespace rooftop::opt
