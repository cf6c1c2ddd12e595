// The pass `contract`: schedules contractions (matrix products in any loop order, their batched and transposed forms,
// min-plus products, …) for caches, registers, vectors and threads, from the machine model.
//
//   for %i … { for %j … { for %k … {           for parallel %t in 0 .. threads {         rows of the target
//     %C[%i, %j] = %C[%i, %j]                    for %kk … step 256 { for %jj … step 384 {
//                + %A[%i, %k] * %B[%k, %j]   →      pack %B[%kk…, %jj…] into %P[panel, k, column]
//   } } }                                           for %i … step 6 { for panel … {
//                                                     24 vector accumulators from %C
//                                                     for %k … { 24 multiply-adds }
//                                                     back to %C
//
// The terms of each element are added in the order of the source, so the result is that of the plain loops.
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

ir::Module contract(const ir::Module& module, const PassContext& context);

}  // namespace rooftop::opt
