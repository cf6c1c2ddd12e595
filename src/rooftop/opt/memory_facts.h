// What is known of arrays in a place: which pairs do not overlap, and whose elements have an address each.
#pragma once

#include <set>
#include <unordered_set>
#include <utility>

#include "rooftop/ir/stmt.h"

namespace rooftop::opt {

class MemoryFacts {
 public:
  /// Facts that hold from here to the end of the enclosing block: an Assume of disjoint(A, B), possibly inside a conjunction; an
  /// Allocate, which overlaps nothing; a Let of a view.
  void learn(const ir::Stmt& s);

  /// Whether the two arrays, which are different variables, are known not to overlap.
  bool disjoint(const ir::Var& a, const ir::Var& b) const;

  /// Whether different subscripts are different addresses: row-major arrays and views of them.
  bool has_distinct_elements(const ir::Var& array) const;

 private:
  void learn_condition(const ir::Expr& condition);

  std::set<std::pair<const ir::VarNode*, const ir::VarNode*>> disjoint_;
  std::unordered_set<const ir::VarNode*> fresh_;
  std::unordered_set<const ir::VarNode*> distinct_;
};

}  // namespace rooftop::opt
