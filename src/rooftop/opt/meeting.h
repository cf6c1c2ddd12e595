// Whether two accesses of one array can be the same element, in rounds of the loops around them that lie to each other
// in a given way: the exact question behind every dependence.
//
//   for %i in %k + 1 .. %n {                      A[i, j] and A[k, j'] never meet: i >= k + 1.
//     for %j in %k + 1 .. %n {                →   A[i, j] and A[i', k] never meet: j >= k + 1.
//       %A[%i, %j] = … %A[%i, %k] * %A[%k, %j]
#pragma once

#include <span>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/dependence.h"

namespace rooftop::opt {

/// Where the first access's round of a loop lies, seen from the second's.
enum class Order : std::uint8_t { Same, Before, After, Any };

/// Whether the accesses can be one element when their rounds of `loops`, loops around both with the outermost first,
/// lie as `orders` say. Loops around those are in the same round. True unless it is disproved. `changing`: variables
/// other than loops' that have no fixed value during `loops`.
bool may_meet(const ArrayAccess& first, const ArrayAccess& second, std::span<const ir::Stmt> loops,
              std::span<const Order> orders, const MemoryFacts& facts, const ir::VarSet& changing);

}  // namespace rooftop::opt
