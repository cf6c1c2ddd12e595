// Upper bounds of loop counts that hold by the shape of the bounds alone: `for k in s .. min(s + 256, n)` runs at most
// 256 times.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "rooftop/ir/stmt.h"

namespace rooftop::opt {

/// Knows the lets that it was told of. Its bounds take integer arithmetic as exact: they are good for estimates of
/// work, not for the removal of checks.
class TripBounds {
 public:
  void note(const ir::Stmt& let) { lets_[let->var.get()] = let->exprs[0]; }
  /// The most iterations that the loop can make, where one is seen.
  std::optional<std::int64_t> of(const ir::Stmt& loop) const;

 private:
  struct Sum;
  std::optional<std::int64_t> upper(const Sum& sum, int depth) const;
  void add(Sum& sum, const ir::Expr& e, std::int64_t factor, int depth) const;
  const ir::Expr& defined(const ir::Expr& e) const;

  std::unordered_map<const ir::VarNode*, ir::Expr> lets_;
};

}  // namespace rooftop::opt
