// Scalar expressions of a loop's round as vectors over several rounds: lane l is the round that begins at base + l.
#pragma once

#include <functional>
#include <unordered_map>

#include "rooftop/ir/stmt.h"

namespace rooftop::opt {

class Widener {
 public:
  /// Widens over the loop variable `var`, whose first value is the scalar expression `base`. Loads are done under
  /// `mask` if there is one.
  Widener(ir::Var var, ir::Expr base, int lanes, ir::Expr mask = {})
      : var_(std::move(var)), base_(std::move(base)), lanes_(lanes), mask_(std::move(mask)) {}

  /// A variable that stands for another value in each lane: reads of it become `wide`.
  void set(const ir::Var& var, const ir::Expr& wide) { variables_[var.get()] = wide; }
  /// Loads from here on are done under `mask`.
  void set_mask(ir::Expr mask) {
    mask_ = std::move(mask);
    memo_.clear();
  }
  /// Called with each widened load; what it returns is used instead. To bind loads to lets, or to read a packed copy.
  std::function<ir::Expr(const ir::Expr& scalar, const ir::Expr& wide)> on_load;

  /// The expression with `lanes` lanes.
  ir::Expr widen(const ir::Expr& e);
  /// The subscripts of an access for all lanes: a ramp where they run along memory.
  std::vector<ir::Expr> subscripts(const ir::Expr& array, std::span<const ir::Expr> indices);

 private:
  bool varies(const ir::Expr& e);
  bool reads_wide_variable(const ir::Expr& e) const;
  ir::Expr wide_load(const ir::Expr& e);
  /// The scalar expression in lane 0.
  ir::Expr first_lane(const ir::Expr& e);

  ir::Var var_;
  ir::Expr base_;
  int lanes_;
  ir::Expr mask_;
  std::unordered_map<const ir::VarNode*, ir::Expr> variables_;
  // Both hold the expression too: the place of one that is gone may become another's.
  std::unordered_map<const ir::ExprNode*, std::pair<ir::Expr, ir::Expr>> memo_;
  std::unordered_map<const ir::ExprNode*, std::pair<ir::Expr, bool>> varies_;
};

/// 0, 1, 2, …: the elements of a row that has one for each lane.
inline ir::Expr lane_numbers(int lanes) { return ir::ramp(ir::int_constant(0), ir::int_constant(1), lanes); }

/// How an array access moves from one round of the loop to the next.
enum class Access : std::uint8_t {
  Fixed,       ///< it does not
  Contiguous,  ///< to the next element in memory
  Other,
};
Access access_of(const ir::Expr& array, std::span<const ir::Expr> indices, const ir::Var& var);

}  // namespace rooftop::opt
