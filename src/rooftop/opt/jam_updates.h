// Rounds of an outer loop that all update the same elements, several of them row by row: an element passes through a
// register once for all of them.
//
//   for %k in 0 .. %n {                        for %first in 0 .. %n step 8 {
//     for %i in %k + 1 .. %n {                   for %k … { for %i in %k + 1 .. %first + 8 { … } }
//       %A[%i, %k] = …                    →      for %i in %first + 8 .. %n {
//       for %j in %k + 1 .. %n {                   for %k … { %A[%i, %k] = …  for %j in %k + 1 .. %first + 8 { … } }
//         %A[%i, %j] = … } } }                     for %j in %first + 8 .. %n { … for each of the eight … } } }
#pragma once

#include <optional>

#include "rooftop/opt/jam_rows.h"

namespace rooftop::opt {

struct Updates {
  Rows rounds;  ///< of the outer loop, around the loop over rows
  Rows row;     ///< the same rounds in one row: `row.outer` runs from the variable `first`
  ir::Var first;
  bool stores_last = false;  ///< nobody sees what all rounds but the last store in a common step

  /// The nest, if the new order is legal and saves passes over memory.
  static std::optional<Updates> match(const ir::Stmt& loop, const MemoryFacts& facts);

  /// What `rounds.count` rounds from `first` on do.
  ir::Block together() const;
};

}  // namespace rooftop::opt
