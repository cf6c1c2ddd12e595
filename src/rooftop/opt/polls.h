// The pass `polls`: puts Poll statements so that an interrupt is seen within 50 ms, at a cost below one percent.
//
//   for %i in 0 .. %n {                      for %i.1 in 0 .. %n step 16384 {
//     %A[%i] = %B[%i] + %C[%i]                 poll
//   }                                    →     let %stop: i64 = select(cast<u64>(%n - %i.1) > 16384, %i.1 + 16384, %n)
//                                              for %i in %i.1 .. %stop { %A[%i] = %B[%i] + %C[%i] }
//                                            }
//
// While loops and loops around loops of unknown length poll in each iteration; light loops are cut into strips, unless
// their length is known to be small; recursive functions poll when entered. Parallel loops over light bodies are cut by
// the runtime already.
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

ir::Module polls(const ir::Module& module, const PassContext& context);

}  // namespace rooftop::opt
