// Time steps: a loop whose body is sweeps, each a loop over independent rounds.
#pragma once

#include <optional>
#include <vector>

#include "rooftop/opt/dependence.h"
#include "rooftop/opt/memory_facts.h"

namespace rooftop::opt {

struct TimeSteps {
  ir::Stmt loop;
  std::vector<ir::Stmt> sweeps;
  std::vector<ArrayAccess> accesses;  ///< of all of them
  /// Rounds that a sweep of the first step must leave out at its low and its high end if the sweeps before it had no
  /// more than their part, and how many more in each further step.
  std::vector<std::int64_t> low_lost, high_lost;
  std::int64_t low_slope = 0, high_slope = 0;

  /// The most that a tile's sweep leaves out in `steps` steps is at most this times `steps`.
  std::int64_t loss() const;
  /// Whether a round of a sweep is more than one element.
  bool has_rows() const;

  /// The steps, if the loop is made of nothing else and tiles of them keep every dependence.
  static std::optional<TimeSteps> match(const ir::Stmt& loop, const MemoryFacts& facts);
};

/// Rounds of two sweeps that share an element are never farther apart.
constexpr int kFarthestShared = 2;

}  // namespace rooftop::opt
