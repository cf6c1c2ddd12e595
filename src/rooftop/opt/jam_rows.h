// Rounds of a loop around an inner loop, taken together: which steps of which round run when, and whether that keeps
// every dependence.
#pragma once

#include <optional>
#include <string>

#include "rooftop/opt/memory_facts.h"

namespace rooftop::opt {

/// `count` rounds of `outer`: before + the inner loop's steps that not all rounds have yet; then the inner loop over w,
/// round r doing step w - shift * r; then the steps that are left + after.
struct Rows {
  ir::Stmt outer;
  ir::Block before;
  ir::Stmt inner;  ///< its bounds written out over the outer loop's variable
  ir::Block after;
  std::int64_t begin_slope = 0, end_slope = 0;  ///< how the inner loop's bounds move with the outer loop's variable
  int count = 0;
  int shift = 0;

  /// The nest, if it has the shape: one inner loop of straight statements, nothing that jumps or raises.
  static std::optional<Rows> match(const ir::Stmt& loop);

  bool has_lead() const { return begin_slope + shift != 0; }
  bool has_rest() const { return end_slope + shift != 0; }
  /// The inner loop's begin and end in the round.
  ir::Expr begin(const ir::Expr& round) const;
  ir::Expr end(const ir::Expr& round) const;
  /// Where the common steps begin and end, counted by w; `first` is the first of the rounds.
  ir::Expr common_begin(const ir::Expr& first) const;
  ir::Expr common_end(const ir::Expr& first) const;
  /// That nothing of the above leaves 64 bits.
  ir::Expr bounds_are_moderate() const;

  /// Whether the order keeps every dependence between rounds.
  bool is_legal(const MemoryFacts& facts) const;
};

}  // namespace rooftop::opt
