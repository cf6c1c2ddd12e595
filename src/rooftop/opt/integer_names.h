// What names of integers mean in a place: lets that never change, the bounds of loops around it, assumptions.
#pragma once

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "rooftop/ir/stmt.h"

namespace rooftop::opt {

class IntegerNames {
 public:
  /// Takes the statement into account: what it says holds from here to the end of the enclosing block, and for a loop,
  /// in its body.
  void learn(const ir::Stmt& s);

  /// The loop that binds the variable; null when none around does.
  const ir::StmtNode* loop_of(const ir::Var& var) const;
  /// What the variable was bound to, an expression of immutable values; null when there is none.
  const ir::Expr* value_of(const ir::Var& var) const;
  /// Whether the variable may get another value.
  bool is_mutable(const ir::Var& var) const { return mutable_.contains(var.get()); }
  /// Comparisons of integers that hold.
  const std::vector<ir::Expr>& comparisons() const { return comparisons_; }

 private:
  bool is_fixed(const ir::Expr& e) const;
  void learn_condition(const ir::Expr& condition);

  std::vector<ir::Expr> comparisons_;
  std::unordered_map<const ir::VarNode*, ir::Stmt> loops_;
  std::unordered_map<const ir::VarNode*, ir::Expr> values_;
  std::unordered_set<const ir::VarNode*> mutable_;
};

}  // namespace rooftop::opt
