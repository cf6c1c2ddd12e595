// Jammed rounds with a lane each, where their steps read what lies side by side: the common steps are vectors, what
// each round has besides stays a loop over the rounds.
//
//   for %i in 0 .. %n {                              for %i in 0 .. %whole step 32 {
//     var %s: i64 = 0                                  var %s: i64x32 = broadcast<32>(0)
//     for %j in 0 .. %i {                     →        for %j in 0 .. %i { %s := %s + %A[%j, ramp<32>(%i, 1)] }
//       %s := %s + %A[%j, %i]                          %sums[ramp<32>(0, 1)] = %s
//     }                                                for %i.1 in %i .. %i + 32 {
//     %x[%i] = %s                                        var %s.1: i64 = %sums[%i.1 - %i]
//   }                                                    for %j in %i .. %i.1 { … }
//                                                        %x[%i.1] = %s.1 } }
#pragma once

#include "rooftop/opt/jam_rows.h"
#include "rooftop/opt/machine.h"

namespace rooftop::opt {

/// How many rounds make full vectors; 0 where the nest is no sum (or the like) into one variable of elements side by
/// side.
int lanes_of_rows(const Rows& rows, const Machine& machine);

/// Where the rounds' sums are kept between the common steps and the rest.
ir::Stmt allocate_sums(const Rows& rows, const ir::Var& sums);
/// The rounds `first` and following.
ir::Block rows_in_lanes(const Rows& rows, const ir::Expr& first, const ir::Var& sums);

}  // namespace rooftop::opt
