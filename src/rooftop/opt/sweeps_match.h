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
  int reach = 0;                      ///< how many rounds apart elements are shared, for each sweep between

  /// The steps, if the loop is made of nothing else and tiles of them keep every dependence.
  static std::optional<TimeSteps> match(const ir::Stmt& loop, const MemoryFacts& facts);
};

}  // namespace rooftop::opt
