// Rewrite rules of expressions as data: each rule is one line of text, and one test evaluates both sides of every rule.
// A rule may only say what holds exactly, for every value that its types have.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "rooftop/ir/expr.h"

namespace rooftop::opt {

/// `from -> to` for expressions whose element type is in `domain`. In patterns, x y z w stand for any expression (twice
/// the same letter: the same expression), c d for constants; numbers and true, false stand for themselves, 1.0 and -0.0
/// for floats by their bits. A pattern also holds for vectors, where a constant means one in every lane.
struct Rule {
  std::string_view
      domain;  ///< letters b, i, s (signed), u (unsigned), f, c: element types of `x`, or of the root without x
  std::string_view from;  ///< its root is an operation
  std::string_view to;
};

/// Every rule, grouped by the operation at the root of `from`.
std::span<const Rule> rules();

/// What becomes of each node that a rule builds, arguments first.
using Finish = std::function<ir::Expr(const ir::Expr&)>;

/// The expression that the first rule that fits makes of `e`; empty when none does.
ir::Expr apply_rules(const ir::Expr& e, const Finish& finish);

/// Applies one rule alone, if it fits; else empty. For tests.
ir::Expr apply_rule(const Rule& rule, const ir::Expr& e);

}  // namespace rooftop::opt
