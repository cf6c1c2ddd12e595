// The pass `unswitch`: a loop whose body is a choice that is the same in each round becomes a choice between loops.
//
//   for %i in 0 .. %n {                         if %x > 0.0 {
//     if %x > 0.0 { %A[%i] = %x }          →      for %i in 0 .. %n { %A[%i] = %x }
//     else { %A[%i] = %B[%i] }                  } else {
//   }                                             for %i in 0 .. %n { %A[%i] = %B[%i] }
//                                               }
//
// Loops without branches are what later passes make vectors of.
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

ir::Module unswitch(const ir::Module& module, const PassContext& context);

}  // namespace rooftop::opt
