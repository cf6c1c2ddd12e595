// Random small programs in the loop language, and runs of them on random small arrays: what passes are tested with.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "rooftop/ir/stmt.h"

namespace rooftop::opt {

/// A function of two rank-1 float arrays, a rank-2 float array, a rank-1 integer array, two integers and a float, with
/// Python's checks around subscripts and arithmetic. Each check and raise has a line of its own.
ir::Module random_program(std::uint64_t seed);

/// Everything that a caller can see of a run: status, error with its place and arguments, results, memory.
struct Observation {
  bool out_of_steps = false;
  std::string text;
};

/// Runs the program on arrays that the seed draws: lengths 0 to 6, strides of any sign, sometimes overlapping.
Observation observe(const ir::Module& module, std::uint64_t seed);

}  // namespace rooftop::opt
