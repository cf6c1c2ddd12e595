// Subscripts written out, so that they are functions of loop variables wherever they can be.
#pragma once

#include "rooftop/ir/stmt.h"

namespace rooftop::opt {

/// The loop with the body's lets of integers put into the subscripts of its accesses. Lets that read memory or mutable
/// variables stay names: the place where they read matters.
ir::Stmt with_plain_subscripts(const ir::Stmt& loop);

}  // namespace rooftop::opt
