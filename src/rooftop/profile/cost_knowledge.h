// What of a body's course follows from the arguments' shapes and scalars alone, without looking into memory: which
// values, which loops and choices, and which loops need not even be run to know what they cost.
#pragma once

#include <unordered_set>

#include "rooftop/ir/walk.h"

namespace rooftop::profile {

class CostKnowledge {
 public:
  /// Of a `single_body`; everything that it does not bind is an argument.
  explicit CostKnowledge(const ir::Block& body);

  /// Whether the value reads no memory, directly or through variables.
  bool is_known(const ir::Expr& e) const;
  /// Whether it is known how often the loop runs, or which branch is taken.
  bool is_certain(const ir::Stmt& loop_or_choice) const { return !uncertain_.contains(loop_or_choice.get()); }
  /// Whether the course of a certain loop or choice depends on the variable.
  bool steers(const ir::Var& var) const { return steering_.contains(var.get()); }
  /// Whether each round of the certain loop takes the same course, so that one stands for all.
  bool rounds_are_alike(const ir::Stmt& loop) const;

 private:
  void learn(const ir::Block& block, bool uncertain);
  void learn_loop(const ir::Stmt& loop, bool uncertain);
  void find_steering(const ir::Block& body);
  void collect_controls(const ir::Block& block, std::vector<ir::Expr>& controls) const;
  bool has_unknown_jump(const ir::Block& block, bool unknown) const;
  ir::VarSet changing_in(const ir::Stmt& loop) const;

  ir::VarSet unknown_;
  std::unordered_set<const ir::StmtNode*> uncertain_;
  ir::VarSet steering_;
  bool changed_ = false;
};

}  // namespace rooftop::profile
