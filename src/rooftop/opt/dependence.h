// Whether rounds of a loop are independent: which array elements they touch, and what of that can be the same element.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rooftop/ir/stmt.h"
#include "rooftop/opt/memory_facts.h"

namespace rooftop::opt {

/// One read or write of an array element.
struct ArrayAccess {
  ir::Var array;
  std::vector<ir::Expr> indices;  ///< lets of the loop's body written out, views taken in it looked through
  bool is_store;
  bool is_own;  ///< the array is allocated in the block: each round has its own
  int order;    ///< accesses of an earlier statement have a smaller one; a statement reads before it writes
  std::vector<ir::Stmt> loops;  ///< of the block, around the access, outermost first
};

/// Every access in the block and its nested blocks; nothing (and why) when it is not clear which array one is of.
std::optional<std::vector<ArrayAccess>> accesses_in(const ir::Block& block, std::string& why_not);

/// Whether all rounds of the loop can run at once, in any order. `loops` are the loop's and all inner loops' variables.
bool rounds_are_independent(const ir::Stmt& loop, const MemoryFacts& facts, std::string& why_not);

/// Whether the rounds of an innermost loop can run in lockstep: each statement for several consecutive rounds, then the
/// next.
bool rounds_run_in_lockstep(const ir::Stmt& loop, const MemoryFacts& facts, std::string& why_not);

}  // namespace rooftop::opt
