// Loops of independent multiply-adds in registers, one for each vector width and precision.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "rooftop/profile/ceilings.h"

namespace rooftop::profile {

struct FmaLoop {
  std::string_view instructions;
  Precision precision;
  double flops_per_iteration;
  double (*run)(std::int64_t iterations);  ///< the sum of the accumulators: use it, or the loop may be left out
};

/// The loops that this CPU can run, of `precision`, narrowest first; never empty.
std::span<const FmaLoop> fma_loops(Precision precision);

}  // namespace rooftop::profile
