// Rounds of one loop side by side as the lanes of vectors, whatever control flow they have.
//
//   for %i in 0 .. %n {                    for %i in 0 .. %middle step 8 {
//     var %x: f64 = %a[%i]                   var %x: f64x8 = %a[ramp<8>(%i, 1)]
//     while %x > 1.0 {               →       var %live: boolx8 = %x > broadcast<8>(1.0)
//       %x := %x * 0.5                       while reduce_or(%live) {
//     }                                        %x := select(%live, %x * broadcast<8>(0.5), %x) …
//     %b[%i] = %x                              %live := %live & %x > broadcast<8>(1.0)
//   }                                        } …
#pragma once

#include "rooftop/opt/memory_facts.h"
#include "rooftop/opt/pass.h"

namespace rooftop::opt {

enum class Rounds : std::uint8_t {
  Independent,  ///< of each other
  Split,        ///< into a part that is, and one that carries values from round to round and stays in order
};

/// Appends the loop as strips of lanes; false, and why in words of the user's program where there are some, when that
/// is not legal or does not pay. `module` has the functions that the loop calls.
bool run_in_lanes(const ir::Stmt& loop, const ir::Module& module, Rounds rounds, const MemoryFacts& facts,
                  const PassContext& context, ir::Block& out, std::string& why_not);

}  // namespace rooftop::opt
