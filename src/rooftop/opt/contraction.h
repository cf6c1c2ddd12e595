// Recognises contractions: nests in which each element of an array takes up one term after the other over further
// loops, in any loop order and with the value so far in the array or in a variable.
//
//   for %i in 0 .. %n {                     for %i … { for %j in 0 .. %i + 1 {
//     for %k in 0 .. %m {                     var %s: f64 = 0.0
//       for %j in 0 .. %p {          or       for %k … { if %A[%i, %k] + %B[%k, %j] < %s { %s := … } }
//         %C[%i, %j] = %C[%i, %j] + …         %C[%i, %j] = max(%s, 0.0)
//
// A contraction's elements may be computed in any order; the terms of one element keep theirs. So what a term does to
// the value may be anything: a sum, a minimum, a logical or, a polynomial's next coefficient.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "rooftop/ir/stmt.h"
#include "rooftop/opt/affine.h"
#include "rooftop/opt/contraction_limits.h"
#include "rooftop/opt/memory_facts.h"

namespace rooftop::opt {

struct Contraction {
  std::vector<ContractionLoop> parallel;   ///< loops over the target's elements, by target dimension
  std::vector<ContractionLoop> reduction;  ///< in the order of the source
  std::vector<Limit> limits;               ///< what else holds of the rounds: bounds that depend on other loops
  ir::Expr target;                         ///< a variable of array type
  std::vector<Affine> target_indices;      ///< one parallel variable each, with coefficient 1
  ir::Var accumulator;                     ///< the value so far, in `step` and `final_value`
  ir::Expr step;                           ///< the value after one more term
  ir::Expr initial;                        ///< before the first term; empty: the target's own element
  ir::Expr final_value;                    ///< what is stored; empty: the value itself
  /// The step or the final value reads the target's own element as it was before the first term: the element may not be
  /// written before the last one.
  bool reads_target = false;
  /// The target's layout does not show that its elements are apart: a test must, before the schedule runs.
  bool test_distinct = false;
  /// Parts of the target's own array that are read: a test must show that they are not those written.
  std::vector<ir::Expr> other_parts;
  SourceLocation location;

  /// The loops over elements and terms.
  std::vector<ContractionLoop> loops() const {
    std::vector<ContractionLoop> all = parallel;
    all.insert(all.end(), reduction.begin(), reduction.end());
    return all;
  }
  bool has_limits() const { return !limits.empty(); }
  /// Whether some terms are only some elements'.
  bool limits_terms() const {
    return std::any_of(limits.begin(), limits.end(), [&](const Limit& l) { return l.depends_on(reduction[0].var); });
  }
  bool is_of_target(const ir::Expr& load) const {
    return load.array().is(ir::ExprKind::Variable) && load.array().var() == target.var();
  }
};

/// The contraction that the loop is, or nothing and, in `why_not`, the reason if it nearly is one.
std::optional<Contraction> match_contraction(const ir::Stmt& loop, const MemoryFacts& facts, std::string& why_not);

}  // namespace rooftop::opt
