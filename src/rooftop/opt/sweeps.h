// The pass `sweeps`: time steps over arrays, tile by tile. What a step needs of the one before it is near, so a block
// of rows can take several steps while it stays in a cache, with narrower rows each time; the gaps between blocks are
// filled after. Blocks run on all threads, with two forks for several steps instead of one for each sweep.
//
//   for %t in 0 .. %steps {                       for strips of steps { for %phase in 0 .. 2 {
//     for %i in 1 .. %n - 1 { %B[%i] = … }          for parallel %tile in %phase .. %tiles {
//     for %i in 1 .. %n - 1 { %A[%i] = … }   →        for %t in … {
//   }                                                   for %i in %low + 2 * %t .. %high - 2 * %t { %B[%i] = … }
//                                                       for %i in … { %A[%i] = … } } } } }
//
// Legal when rounds of a sweep are independent, and rounds of two sweeps that share an element are at most so many
// apart as there are sweeps from one to the other (or twice as many).
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

ir::Module sweeps(const ir::Module& module, const PassContext& context);

}  // namespace rooftop::opt
