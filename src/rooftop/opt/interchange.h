// Puts the loop that runs along memory innermost: in perfect nests of rectangular loops, where dependence allows the
// order.
//
//   for %j in 0 .. %m {                     for %i in 0 .. %n {
//     for %i in 0 .. %n {           =>        for %j in 0 .. %m {
//       %b[%i, %j] = %a[%i, %j] * 2.0           %b[%i, %j] = %a[%i, %j] * 2.0
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

ir::Module interchange(const ir::Module& module, const PassContext& context);

}  // namespace rooftop::opt
