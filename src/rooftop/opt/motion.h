// The pass `motion`: what does not change in a loop is computed before it, and an element that each iteration reads and
// writes lives in a variable meanwhile.
//
//   for %k in 0 .. %m {                                 let %x.1: f64 = sqrt(%x)
//     %C[%i] = %C[%i] + %A[%k] * sqrt(%x)               if 0 < %m {
//   }                                            →        var %c: f64 = %C[%i]
//                                                         for %k in 0 .. %m { %c := %c + %A[%k] * %x.1 }
//                                                         %C[%i] = %c
//                                                       }
//
// Elements move only where no other access of the loop can touch them, and where the loop cannot be left by an
// exception or a return. What reads memory moves only if the first iteration would read it before anything else
// happens.
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

ir::Module motion(const ir::Module& module, const PassContext& context);

}  // namespace rooftop::opt
