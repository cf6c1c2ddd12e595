// The pass `simplify`: expressions by exact rules, copies, decided branches, dead code and variables.
//
//   var %s: f64 = 0.0                          for %i in 0 .. %n {
//   for %i in 0 .. %n {                          if %c {
//     let %k: i64 = %i                             %A[%i] = 0.0
//     %s := 0.0                          →       }
//     if !!%c { %A[%k + 0] = %s }              }
//   }
//
// Linear in the size of the function: each expression node is visited once a round, and rounds are few and bounded.
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

ir::Module simplify(const ir::Module& module, const PassContext& context);

/// The same for one function.
ir::Function simplify(const ir::Function& function);

}  // namespace rooftop::opt
