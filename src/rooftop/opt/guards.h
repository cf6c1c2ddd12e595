// The pass `guards`: a nest with checks left is run without them where one test before it shows that none would fail
// and that the arrays it writes overlap no others; else the original runs, with every exception where it was.
//
//   for %i in 0 .. %n {                               let %safe: bool = %n - 1 < %A.shape[0] & disjoint(%A, %B)
//     check %i < %A.shape[0] else IndexError "…"      if %safe {
//     %A[%i] = %B[%i]                                   assume disjoint(%A, %B)
//   }                                            →      for %i in 0 .. %n { %A[%i] = %B[%i] }
//                                                     } else {
//                                                       for %i in 0 .. %n { check … }
//                                                     }
//
// The test takes each check's condition as linear inequalities over loop variables, and puts the loops' bounds in place
// of the variables: extreme points of boxes and triangles. It is evaluated without overflow or fails. A nest is
// versioned at the outermost loop where something is gained; loops inside of the fast version may be versioned again
// for what depends on values of the outer iterations.
//
// With PassContext::without_checks, for measurements, no check is left and no test stands for one: %safe above is
// disjoint(%A, %B) alone.
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

ir::Module guards(const ir::Module& module, const PassContext& context);

}  // namespace rooftop::opt
