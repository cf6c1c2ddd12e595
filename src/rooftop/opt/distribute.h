// The pass `distribute`: a loop over statements that hinder each other becomes a loop for each group of them.
//
//   for %i in 0 .. %n {                                  for %i … { for %j … { %s[%j] = %s[%j] + %r[%i] * %A[%i, %j] }
//   }
//     for %j in 0 .. %m {
//       %s[%j] = %s[%j] + %r[%i] * %A[%i, %j]      →
//       %q[%i] = %q[%i] + %A[%i, %j] * %p[%j] } }        for %i … { for %j … { %q[%i] = %q[%i] + %A[%i, %j] * %p[%j] }
//       }
//
// Legal when no two accesses that change places can be one element. Done where a loop inside waits from round to round,
// and each group's loop can do without waiting; what is read twice for that must cost less.
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

ir::Module distribute(const ir::Module& module, const PassContext& context);

}  // namespace rooftop::opt
