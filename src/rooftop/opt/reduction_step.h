// What one round of a loop folds into a variable: a term that does not depend on the variable, by one operation.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rooftop/ir/stmt.h"

namespace rooftop::opt {

enum class Fold : std::uint8_t { None, Sum, Product, Least, Greatest, And, Or, Xor };

/// A variable that the rounds of a loop fold values into.
struct Reduction {
  ir::Var variable;
  Fold fold = Fold::None;
  ir::Expr step;  ///< the variable's new value, lets and choices written out; choices between values are min and max
};

/// The variables that the loop's rounds fold values into, if they do nothing else; otherwise nothing.
std::optional<std::vector<Reduction>> reductions_of(const ir::Stmt& loop);

/// Two partial results as one, the first being of earlier rounds.
ir::Expr folded(Fold fold, const ir::Expr& a, const ir::Expr& b);

/// Partial results as one, neighbours first. Their number is a power of two.
ir::Expr tree_of(Fold fold, std::vector<ir::Expr> parts);

/// What a partial result starts from: something that changes no result. The variable itself where a value that is taken
/// twice is as good as once; the whole is then the result, and need not be folded into the variable.
ir::Expr neutral(const Reduction& reduction);

/// Whether the order of rounds changes no bit of the results, but for the sign of a zero that floats' minima may have.
bool are_exact(const std::vector<Reduction>& reductions);

/// Whether the order of rounds is free: no bit depends on it, or the program does not say it.
bool are_unordered(const std::vector<Reduction>& reductions);

/// What puts the totals of partial results into the variables.
struct Totals {
  ir::Block assignments;
  /// Null, or the case that they may be wrong: of two zeros the first counts, and partial results don't know which that
  /// was.
  ir::Expr unsure;
};
Totals assigned(const std::vector<Reduction>& reductions, const std::vector<ir::Expr>& totals, bool keeps_zeros,
                const SourceLocation& at);

}  // namespace rooftop::opt
