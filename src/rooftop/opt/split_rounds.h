// Rounds in two parts: what does not depend on earlier rounds, and what carries values from one to the next.
//
//   for %i in 0 .. %n {              for %i … { let %t: f64 = sqrt(%x[%i]) * 2.0 }     // in any order
//     %s := %s + sqrt(%x[%i]) * 2.0   →
//   }                                for %i … { %s := %s + %t }                        // in this order
#pragma once

#include <optional>
#include <vector>

#include "rooftop/ir/stmt.h"

namespace rooftop::opt {

struct SplitRounds {
  ir::Block free;               ///< may run for many rounds before the other part of the first of them
  ir::Block ordered;            ///< reads of `free` nothing but the loop's variable and `passed`
  std::vector<ir::Var> passed;  ///< bound in `free`, visible at its end
};

/// The body of a loop that carries variables from round to round. Nothing where the two parts can't be told apart, or
/// where running ahead could be seen. Checks may run early: for callers that run rounds again, as they were, when one
/// fails.
std::optional<SplitRounds> split_rounds(const ir::Stmt& loop);

}  // namespace rooftop::opt
