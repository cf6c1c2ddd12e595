// The pass `parallel`: the outermost loop whose rounds are independent runs on several threads, when its work pays for
// the fork.
//
//   for %i in 0 .. %n {                  let %chunks: i64 = select(%work > 200000.0, 8, 1)
//     for %j … { %A[%i, %j] = … }   →    for parallel %t in 0 .. %chunks {
//   }                                      for %i in %first .. %last { for %j … { %A[%i, %j] = … } }
//
// More chunks than threads, so that rounds of different length even out.
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

ir::Module parallel(const ir::Module& module, const PassContext& context);

}  // namespace rooftop::opt
