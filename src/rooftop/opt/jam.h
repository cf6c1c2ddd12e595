// The pass `jam`: several rounds of a loop together, where its inner loop is a chain in which each step waits for the
// one before it. The chains of the rounds run side by side, and share what they read.
//
//   for %i in 0 .. %n {                                  for %i in 0 .. %whole step 8 {
//     for %j in 0 .. %m {                                  for %j in 0 .. %m {
//       %y[%i] = %y[%i] + %A[%i, %j] * %x[%j]     →          %y[%i] = %y[%i] + %A[%i, %j] * %x[%j]
//     }                                                      %y[%i + 1] = %y[%i + 1] + %A[%i + 1, %j] * %x[%j]
//   }                                                        … } }
//                                                        for %i in %whole .. %n { … }
//
// Of triangles the steps that all rounds have are taken together, the others before and after. Where a round needs
// what the round before it has just made (relaxation in place), it follows that many steps behind.
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

ir::Module jam(const ir::Module& module, const PassContext& context);

}  // namespace rooftop::opt
