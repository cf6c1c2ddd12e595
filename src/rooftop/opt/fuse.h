// The pass `fuse`: loops that follow each other and have the same rounds become one, so that what both touch passes
// through the caches once, and all threads start once.
//
//   for %i in 0 .. %n { %T[%i] = %A[%i] * %B[%i] }            for %i in 0 .. %n {
//   for %i in 0 .. %n { %C[%i] = %T[%i] + %A[%i] }     →        %T[%i] = %A[%i] * %B[%i]
//                                                               %C[%i] = %T[%i] + %A[%i] }
//
// Legal when no round of the second loop changes what later rounds of the first need, or needs what those do. Loops
// that `guards` has put behind tests are fused behind all of these; the loops as they were are kept for when one fails.
// Done where rounds are and stay independent.
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

ir::Module fuse(const ir::Module& module, const PassContext& context);

}  // namespace rooftop::opt
