// Systems of linear inequalities over integers, and a proof that one has no solution: what exact dependence tests ask.
#pragma once

#include <vector>

#include "rooftop/opt/linear.h"

namespace rooftop::opt {

class Inequalities {
 public:
  /// form >= 0
  void at_least_zero(const Linear& form) { rows_.push_back(form); }
  /// form == 0
  void equals_zero(const Linear& form) { equalities_.push_back(form); }

  /// Whether no integers solve all of them. False means only that no proof was found.
  bool have_no_solution() const;

 private:
  std::vector<Linear> rows_;
  std::vector<Linear> equalities_;
};

}  // namespace rooftop::opt
