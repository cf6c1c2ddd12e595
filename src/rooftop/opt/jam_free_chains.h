// Chains of integer operations that may be taken in any order begin with the operation's neutral value, so that the
// loop does not wait for what the round computed before it:
//
//   var %best: i64 = %A[%i, %j - 1]               var %chain: i64 = -9223372036854775808
//   for %k in %i .. %j {                    →     for %k in %i .. %j { %chain := max(%chain, %A[%k, %j]) }
//     %best := max(%best, %A[%k, %j])             var %best: i64 = %A[%i, %j - 1]
//   }                                             %best := max(%best, %chain)
#pragma once

#include "rooftop/ir/stmt.h"

namespace rooftop::opt {

/// The loop with the chain of its first inner loop so, if that is such a chain; else the loop as it is.
ir::Stmt with_free_chain(const ir::Stmt& loop);

}  // namespace rooftop::opt
