// The pass `sums`: where sums may be reordered (fp_model="fast"), the terms of one are added in the lanes of vectors,
// and the lanes at the end.
//
//   for %i in 0 .. %n {                               for %i in 0 .. %middle step 16 {
//     %s := %s + %x[%i] * %y[%i]            →           %part := %part + %x[ramp<8>(%i, 1)] * … (two vectors)
//   }                                                 }
//                                                     %s := %s + reduce_add(…)   for %i in %middle .. %n { … }
//
// Sums of integers, which are the same in any order, always.
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

ir::Module sums(const ir::Module& module, const PassContext& context);

}  // namespace rooftop::opt
