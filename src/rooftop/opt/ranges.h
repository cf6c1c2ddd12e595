// The pass `ranges`: removes checks, tests and wrapped subscripts that value ranges and linear facts decide.
//
//   let %n: i64 = %A.shape[0]                            let %n: i64 = %A.shape[0]
//   for %i in 0 .. %n {                                  for %i in 0 .. %n {
//     let %k: i64 = select(%i < 0, %i + %n, %i)            let %k: i64 = %i
//     check 0 <= %k & %k < %n else IndexError "…"     →    %s := %s + %A[%k]
//     %s := %s + %A[%k]                                  }
//   }
//
// Facts come from loop bounds, branches, checks that passed, assumptions, lengths and the operations themselves. What a
// loop keeps true of its variables is found by trial: candidates are assumed, the body is walked, and those that it
// does not keep are dropped until the rest holds.
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

ir::Module ranges(const ir::Module& module, const PassContext& context);

}  // namespace rooftop::opt
