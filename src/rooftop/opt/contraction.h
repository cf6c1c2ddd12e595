// Recognises contractions: nests in which each element of an array is reduced over further loops, in any loop order and
// with the accumulator in the array or in a variable.
//
//   for %i in 0 .. %n {                     for %i … { for %j … {
//     for %k in 0 .. %m {                     var %s: f64 = 0.0
//       for %j in 0 .. %p {          or       for %k … { %s := %s + %A[%i, %k] * %B[%k, %j] }
//         %C[%i, %j] = %C[%i, %j] + …         %C[%i, %j] = max(%s, 0.0)
//
// A contraction's elements may be computed in any order; the terms of one element keep theirs.
#pragma once

#include <optional>
#include <vector>

#include "rooftop/ir/stmt.h"
#include "rooftop/opt/affine.h"
#include "rooftop/opt/memory_facts.h"

namespace rooftop::opt {

struct ContractionLoop {
  ir::Var var;
  ir::Expr begin, end;  ///< do not change in the nest; the step is 1
};

struct Contraction {
  std::vector<ContractionLoop> parallel;   ///< loops over the target's elements, by target dimension
  std::vector<ContractionLoop> reduction;  ///< in the order of the source
  ir::Expr target;                         ///< a variable of array type
  std::vector<Affine> target_indices;      ///< one parallel variable each, with coefficient 1
  ir::Op reduce;                           ///< add, sub, min or max
  ir::Expr term;
  ir::Expr initial;      ///< before the first term; empty: the target's own element
  ir::Var result;        ///< stands for the reduced value in `final_value`
  ir::Expr final_value;  ///< what is stored; empty: the reduced value itself
  /// The term or the final value reads the target's own element as it was before the first term: the element may not be
  /// written before the last one.
  bool reads_target = false;
  SourceLocation location;
};

/// The contraction that the loop is, or nothing and, in `why_not`, the reason if it nearly is one.
std::optional<Contraction> match_contraction(const ir::Stmt& loop, const MemoryFacts& facts, std::string& why_not);

}  // namespace rooftop::opt
