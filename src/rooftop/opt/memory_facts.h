// What is known of arrays in a place: which pairs do not overlap, and whose elements have an address each.
#pragma once

#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "rooftop/ir/stmt.h"
#include "rooftop/opt/integer_names.h"

namespace rooftop::opt {

class MemoryFacts {
 public:
  /// Takes the statement into account: what it says holds from here to the end of the enclosing block. An Assume of
  /// disjoint(A, B), possibly inside a conjunction; an Allocate, which overlaps nothing but its views; a Let of a view.
  /// Array variables that the statement or its nested blocks assign lose what was known of them.
  void learn(const ir::Stmt& s);

  /// Whether the two arrays are known not to overlap.
  bool disjoint(const ir::Var& a, const ir::Var& b) const;

  /// Whether different subscripts are different addresses: row-major arrays and views of them.
  bool has_distinct_elements(const ir::Var& array) const;

  /// What the integers of the place are.
  const IntegerNames& integers() const { return integers_; }

 private:
  void learn_condition(const ir::Expr& condition);
  void learn_view(const ir::Var& var, const ir::Expr& value);
  void forget_assigned(const ir::Stmt& s);
  /// The array may be seen through other variables from now on.
  void share(const ir::Expr& array);
  const ir::VarNode* base_of(const ir::VarNode* array) const;

  IntegerNames integers_;
  std::set<std::pair<const ir::VarNode*, const ir::VarNode*>> disjoint_;
  std::unordered_set<const ir::VarNode*> fresh_;
  std::unordered_set<const ir::VarNode*> distinct_;
  std::unordered_set<const ir::VarNode*> mutable_;                    ///< may name another array later
  std::unordered_map<const ir::VarNode*, const ir::VarNode*> bases_;  ///< what a view looks into
};

}  // namespace rooftop::opt
