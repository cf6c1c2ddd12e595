// Two loops with the same rounds as one: what each round of the second needs is done, and nothing that later rounds of
// the first need is overwritten.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "rooftop/opt/memory_facts.h"

namespace rooftop::opt {

struct FusedLoops {
  ir::Stmt loop;
  /// Arrays that must not overlap, as far as it is not known yet.
  std::vector<std::pair<ir::Var, ir::Var>> apart;
};

/// The loops as one, round by round; loops inside that then stand side by side as one too, where that is legal. Nothing
/// where it is not, where the rounds would not be independent any more, or where the two have no array in common.
std::optional<FusedLoops> fuse_loops(const ir::Stmt& first, const ir::Stmt& second, const MemoryFacts& facts);

}  // namespace rooftop::opt
