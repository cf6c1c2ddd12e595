// Loops whose rounds may raise, on several threads: the checks of all rounds are made first, which is right where they
// depend on nothing that the loop writes. If they all hold the rounds run in any order, without checks.
#pragma once

#include <optional>
#include <string>

#include "rooftop/ir/stmt.h"
#include "rooftop/opt/memory_facts.h"

namespace rooftop::opt {

struct Inspection {
  ir::Block checks;  ///< of one round: sets `failed` to 1 if the round would raise, and writes nothing else
  ir::Var failed;    ///< i64, declared by whoever uses the block
  ir::Stmt loop;     ///< the loop without its checks
  double share;      ///< what the checks cost, as a share of the rounds
};

/// Nothing, and why, when the checks of a round need values that rounds write or take about as long as the round
/// itself.
std::optional<Inspection> inspection_of(const ir::Stmt& loop, const MemoryFacts& facts, std::string& why_not);

/// Whether a round has statements that raise.
bool may_raise(const ir::Block& body);

}  // namespace rooftop::opt
