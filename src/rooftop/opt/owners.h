// References that nobody needs to count. A name that is bound to an array for some statements retains and releases it;
// where another reference lasts as long, the pair goes. An array whose owner is then only counted, never handed on,
// ends with its block as scratch does:
//
//   let (%t: f64[1, C], %o: i64) = create(%n)           let %t: f64[1, C] = allocate(%n)
//   …                                              →    …
//   release %o
//
// unless it would be kept much longer than the program keeps it.
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

ir::Module owners(const ir::Module& module, const PassContext& context);

}  // namespace rooftop::opt
