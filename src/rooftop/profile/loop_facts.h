// What became of the loops of the source, read off the optimised ir by their locations.
#pragma once

#include <map>
#include <vector>

#include "rooftop/ir/stmt.h"

namespace rooftop::profile {

/// Of one place in the source, over all versions of the loop that stand there. Without the loops within.
struct LoopFacts {
  bool is_parallel = false;
  int lanes = 1;  ///< of its widest vectors
  bool is_masked = false;
};

struct LocationOrder {
  bool operator()(const SourceLocation& a, const SourceLocation& b) const;
};

using FactsByLocation = std::map<SourceLocation, LoopFacts, LocationOrder>;

FactsByLocation loop_facts(const ir::Module& optimised);

/// The loops of all functions, outer before inner.
std::vector<ir::Stmt> source_loops(const ir::Module& source);

/// Whether `inner` lies within `outer`, or is it.
bool covers(const SourceLocation& outer, const SourceLocation& inner);

}  // namespace rooftop::profile
