// The least and the greatest value of a subscript over all rounds of loops that are not run: interval arithmetic that
// builds expressions.
#pragma once

#include <optional>
#include <unordered_map>

#include "rooftop/ir/walk.h"

namespace rooftop::profile {

/// Both are i64 and reached by some round, or safely beyond.
struct ValueRange {
  ir::Expr low, high;
};

class ValueRanges {
 public:
  /// From here on the variable's value is right where expressions are evaluated: it stands for itself.
  void set_exact(const ir::Var& var) { exact_.insert(var.get()); }
  /// The variable takes the values of a loop from `low` to `high`.
  void set_range(const ir::Var& var, ValueRange range) { ranges_[var.get()] = std::move(range); }

  /// Whether the expression's value can be computed as it stands.
  bool is_exact(const ir::Expr& e) const;
  /// Nothing when a part is unknown or the operation has no simple bounds.
  std::optional<ValueRange> range_of(const ir::Expr& e) const;

 private:
  std::optional<ValueRange> operation(const ir::Expr& e) const;

  ir::VarSet exact_;
  std::unordered_map<const ir::VarNode*, ValueRange> ranges_;
};

}  // namespace rooftop::profile
