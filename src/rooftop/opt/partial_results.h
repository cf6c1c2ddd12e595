// The pass `partial_results`: a long loop that only folds values into variables becomes a fixed number of loops, each
// with results of its own, on all threads; these are put together in a fixed order. The same bits for any number of
// threads.
//
//   for %i in 0 .. %n {             let %parts: i64 = select(%n is large, 32, 1)
//     %s := %s + %A[%i]        →    for parallel %t in 0 .. %parts {
//   }                                 var %p := -0.0   for the rounds of part %t { %p := %p + %A[%i] }
//                                     %row[%t] = %p
//                                   }
//                                   for %t in 0 .. %parts { %s := %s + %row[%t] }
//
// Folds in which no order counts, and sums and products of floats under the float model `fast`; see `reductions`, which
// comes later and puts each part in lanes.
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

ir::Module partial_results(const ir::Module& module, const PassContext& context);

}  // namespace rooftop::opt
