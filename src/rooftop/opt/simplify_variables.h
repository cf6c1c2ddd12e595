// Where variables are declared and whether they are needed: two steps of `simplify` that look at a whole function.
#pragma once

#include "rooftop/ir/stmt.h"

namespace rooftop::opt {

/// Removes variables whose value nothing observable reads, with their lets, assignments and allocations.
///
///   let %a = %x + 1.0                 return %x
///   var %b = %a                →
///   %b := %b + 1.0
///   return %x
ir::Block remove_dead_variables(const ir::Block& body);

/// Moves a declaration to the block that alone uses the variable, onto the assignment that gives its first value there:
/// a loop's temporary becomes the loop's own.
///
///   var %s: f64 = 0.0                 for %i in 0 .. %n {
///   for %i in 0 .. %n {                 var %s: f64 = %A[%i]
///     %s := %A[%i]             →        …
///     …                               }
///   }
ir::Block sink_declarations(const ir::Block& body);

}  // namespace rooftop::opt
