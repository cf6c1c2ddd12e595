// Random loops of independent rounds that branch, loop, jump, gather and raise: what becomes lanes under masks.
#pragma once

#include <cstdint>

#include "rooftop/ir/stmt.h"

namespace rooftop::fuzz {

/// The module of that seed: one function with one to three loops. It verifies, ends, and promises nothing that does not
/// hold.
ir::Module random_lanes(std::uint64_t seed);

}  // namespace rooftop::fuzz
