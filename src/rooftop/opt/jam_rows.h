// Rounds of a loop around an inner loop, taken together: which steps of which round run when, and whether that keeps
// every dependence.
#pragma once

#include <optional>
#include <vector>

#include "rooftop/opt/memory_facts.h"

namespace rooftop::opt {

/// An inner loop of the rounds.
struct RowLoop {
  ir::Stmt loop;                                ///< its bounds written out over the outer loop's variable
  std::int64_t begin_slope = 0, end_slope = 0;  ///< how they move with it
};

/// `count` rounds of `outer`, whose body is straight[0], inner[0], straight[1], … Of each inner loop, the steps that
/// not all rounds have yet come first, round by round; then the loop over w, in which round r does step
/// w - shift * r; then the steps that are left.
struct Rows {
  ir::Stmt outer;
  std::vector<ir::Block> straight;
  std::vector<RowLoop> inner;
  int count = 0;
  int shift = 0;
  bool in_lanes = false;  ///< the common steps are vectors over the rounds

  /// The nest, if it has the shape: inner loops of straight statements, nothing that jumps or raises.
  /// With `deep`, the inner loops may hold loops themselves.
  static std::optional<Rows> match(const ir::Stmt& loop, bool deep = false);

  bool has_lead(const RowLoop& l) const { return l.begin_slope + shift != 0; }
  bool has_rest(const RowLoop& l) const { return l.end_slope + shift != 0; }
  /// The inner loop's begin and end in the round.
  ir::Expr begin(const RowLoop& l, const ir::Expr& round) const;
  ir::Expr end(const RowLoop& l, const ir::Expr& round) const;
  /// Where the common steps begin and end, counted by w; `first` is the first of the rounds.
  ir::Expr common_begin(const RowLoop& l, const ir::Expr& first) const;
  ir::Expr common_end(const RowLoop& l, const ir::Expr& first) const;
  /// That nothing of the above leaves 64 bits.
  ir::Expr bounds_are_moderate() const;

  /// Whether the order keeps every dependence between rounds.
  bool is_legal(const MemoryFacts& facts) const;
};

}  // namespace rooftop::opt
