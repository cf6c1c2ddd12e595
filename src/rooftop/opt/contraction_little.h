// Products so small that what a schedule decides takes longer than their terms: tiles of a few rows, over all terms,
// and nothing else.
#pragma once

#include "rooftop/opt/contraction_tile.h"
#include "rooftop/opt/machine.h"

namespace rooftop::opt {

/// Whether the contraction has such a nest: its operands can be read from where they are.
bool has_little_nest(const Contraction& contraction, const ContractionPlan& plan);

/// Whether the nest is the faster one for the extents at run time, none of which is empty; products of a batch share
/// what the schedule decides.
ir::Expr is_little(const TileSetting& setting, const Machine& machine, bool is_in_batch);

/// All of the lanes' and the rows' loops; further loops stay outside.
ir::Block little_nest(const TileSetting& setting);

}  // namespace rooftop::opt
