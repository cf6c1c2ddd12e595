// The pass `split`: a loop in which one round is in the way of all others runs in three parts: the rounds before it,
// that round, the rounds after it.
//
//   for %i in 0 .. %n {                           for %i in 0 .. min(%k, %n) { … }
//     %A[%i, 0] = %A[%i, 0] + %A[%k, 0]     →     if %k < %n {
//   }                                               if %k >= 0 { for %i in %k .. %k + 1 { … } }
//                                                   for %i in max(0, %k + 1) .. %n { … } }
//
// The parts do the same in the same order; the first and the last have independent rounds, which the whole has not.
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

ir::Module split(const ir::Module& module, const PassContext& context);

}  // namespace rooftop::opt
