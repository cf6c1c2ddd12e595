// Scattered reads that lanes would repeat: each is done once a strip and kept where the lanes are neighbours.
//
//   for %c … {                          for %j … { %row[%j, ramp<8>(0, 1)] = %x[ramp<8>(%i, 1), %j] }
//     for %j … {                        for %c … {
//       … %x[ramp<8>(%i, 1), %j] …  →     for %j … {
//     }                                     … %row[%j, ramp<8>(0, 1)] …
//   }                                     }
//                                       }
#pragma once

#include <vector>

#include "rooftop/opt/divergence.h"

namespace rooftop::opt {

/// A read of `array[.., %i, .., %j, ..]` in the loop over %j inside of a repeating loop, %i being the loop of the
/// lanes.
struct RepeatedRead {
  ir::Expr load;
  ir::Stmt inner;  ///< the loop over %j: its bounds do not change in the lanes' loop
};

/// Reads that each iteration of `repeating`, a loop in the body of the lanes' loop `lanes_loop`, does again, whatever
/// the data. They may be done before the loop if it has any iteration.
std::vector<RepeatedRead> repeated_reads(const ir::Stmt& repeating, const ir::Stmt& lanes_loop,
                                         const Divergence& divergence);

}  // namespace rooftop::opt
