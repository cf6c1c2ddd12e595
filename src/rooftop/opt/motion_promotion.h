// Scalar promotion: an array element with fixed subscripts that a loop reads and writes becomes a variable of the loop.
#pragma once

#include <vector>

#include "rooftop/opt/motion_loop.h"

namespace rooftop::opt {

struct Promotion {
  ir::Block before;  ///< declares the variables with the elements' values
  ir::Stmt loop;
  ir::Block after;  ///< puts the values back
};

/// Promotes what can be; `before` is empty when nothing can. The result is for a loop that runs at least once.
Promotion promote_elements(const ir::Stmt& loop, LoopFacts& facts, const MemoryFacts& memory);

}  // namespace rooftop::opt
