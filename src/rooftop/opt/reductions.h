// The pass `reductions`: a loop that only folds values into variables does so in a fixed number of lanes, which are
// folded in a fixed order afterwards: the same bits for every vector width and number of threads.
//
//   for %i in 0 .. %n {               if whole vectors {
//     %s := %s + %A[%i]        →        var %a: f64x8 … %d := -0.0
//   }                                   for %i in 0 .. %n & -32 step 32 { %a := %a + %A[%i .. %i + 8] … }
//                                       %s := %s + reduce_add(%a + %b + (%c + %d)) }
//                                     for the last rounds { %s := %s + … }
//
// Sums and products of floats under the float model `fast`; integers, minima and maxima, whose result is the same in
// any order, always.
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

ir::Module reductions(const ir::Module& module, const PassContext& context);

}  // namespace rooftop::opt
