// How many registers of lanes a loop's rounds take side by side: enough that the iterations of a loop inside, which
// wait for each other, keep the processor busy.
#pragma once

#include "rooftop/opt/divergence.h"
#include "rooftop/opt/machine.h"

namespace rooftop::opt {

/// Registers of the widest type for the lanes of `loop`.
int lane_registers(const ir::Stmt& loop, const Divergence& divergence, const Machine& machine);

}  // namespace rooftop::opt
