// The verifier: the rules of docs/ir.md that a factory cannot see, because they need the whole function or module.
// Runs after every pass in test builds.
#pragma once

#include "rooftop/ir/stmt.h"

namespace rooftop::ir {

/// Throws InternalError, with the statement's text, at the first broken rule:
/// - function names are unique; calls name a function of the module and fit its signature;
/// - a variable is bound before its use, in the same or an enclosing block, and not again while it is visible;
/// - only a declared variable is assigned, and not by a parallel loop around which it is declared;
/// - break and continue stand in a loop; returned types are the function's; a function with results never reaches its
/// end;
/// - a parallel loop's body raises nothing (in callees neither), returns nothing and is not left by break.
void verify(const Module& module);

/// Whether control cannot reach the end of the block: a statement of it returns, raises, jumps, or loops for ever.
bool never_ends(const Block& block);

}  // namespace rooftop::ir
