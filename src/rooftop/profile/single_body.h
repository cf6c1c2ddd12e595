// A module as one body without calls, returns and checks: the way of a run that raises nothing, for an analysis that
// would otherwise have to follow all of them.
//
//   func @f(…) { for %i … { let %y = call @g(%i); … } }          for %i … {
//   func @g(%x) -> (f64) { if %x > 0 { return 1.0 }       →        var %result = 0.0
//                          return 2.0 }                             if %i > 0 { %result := 1.0 } else { %result := 2.0
//                          }
//                                                                   let %y = %result; … }
#pragma once

#include "rooftop/ir/stmt.h"

namespace rooftop::profile {

/// The entry's body. Calls of functions that call themselves stay, and so do calls that would make it too large.
/// A return within loops becomes a flag that each of them leaves by. Checks hold, branches that raise are not taken,
/// arrays do not overlap, lengths of fresh arrays are written out.
ir::Block single_body(const ir::Module& module);

}  // namespace rooftop::profile
