// The pass `contract`: schedules contractions (matrix products in any loop order, their batched, transposed and
// triangular forms, convolutions, min-plus products, …) for caches, registers, vectors and threads, from the machine
// model.
//
//   for %i … { for %j … { for %k … {           for parallel %t in 0 .. threads {         rows or columns of the target
//     %C[%i, %j] = %C[%i, %j]                    for %js … { for %ks … {                   blocks of columns and terms
//                + %A[%i, %k] * %B[%k, %j]   →      pack %B[%ks…, %js…] into %panel[q, k, column]
//   } } }                                           for %i … step 8 { for %q … {
//                                                     24 vector accumulators from %C
//                                                     for %k … { 24 multiply-adds }
//                                                     back to %C
//
// The terms of each element are taken in the order of the source, so the result is that of the plain loops, bit for
// bit. Matching: contraction, contraction_step, contraction_limits, contraction_conditions. Sizes: contraction_plan.
// The nest: contraction_schedule (threads, blocks), contraction_block (tiles of a block), contraction_pack,
// contraction_tile; contraction_upright where columns are few.
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

ir::Module contract(const ir::Module& module, const PassContext& context);

}  // namespace rooftop::opt
