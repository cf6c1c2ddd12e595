// Random modules that keep the rules of docs/ir.md: they verify, end, and promise nothing that does not hold. What they
// compute is the same on every backend and after every correct pass.
#pragma once

#include <cstdint>

#include "rooftop/ir/stmt.h"

namespace rooftop::fuzz {

struct ModuleOptions {
  int statements = 25;  ///< about how many, in all functions
  bool vectors = true;  ///< lanes and masks
  bool calls = true;    ///< a second and third function
  bool mathematics = true;
  /// Float model `contract` in place of `strict`, and no float product, so that there is nothing to contract:
  /// mathematical functions are then ir, of which every backend must make the same bits.
  bool contract = false;
};

/// The module of that seed (and of the compiler: C++ leaves the order of arguments open).
ir::Module random_module(std::uint64_t seed, const ModuleOptions& options = {});

}  // namespace rooftop::fuzz
