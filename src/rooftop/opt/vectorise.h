// The pass `vectorise`: innermost loops over independent rounds become vectors.
//
//   for %i in 1 .. %n {                              for %i in 1 .. %middle step 32 {
//     %b[%i] = %a[%i - 1] + %a[%i + 1]         →       %b[ramp<32>(%i, 1)] = %a[ramp<32>(%i - 1, 1)] + …
//   }                                                }
//                                                    for %i in %middle .. %n { … }
//
// Legal when no round reads what an earlier one wrote, by subscripts or by what is known of the arrays.
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

ir::Module vectorise(const ir::Module& module, const PassContext& context);

}  // namespace rooftop::opt
