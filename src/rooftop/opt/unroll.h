// The pass `unroll`: four rounds of a small loop that stayed scalar as one, in their order, so that counting and
// jumping back cost a quarter.
//
//   for %k in %a .. %b {            for %k in %a .. %middle step 4 {
//     %s := %s + %x[%k]      →        %s := %s + %x[%k]; %s := %s + %x[%k + 1] …
//   }                               }
//                                   for %k in %middle .. %b { %s := %s + %x[%k] }
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

ir::Module unroll(const ir::Module& module, const PassContext& context);

}  // namespace rooftop::opt
