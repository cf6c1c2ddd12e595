// Random sequences of imperfect nests over few arrays of one length, with subscripts that are always in bounds:
// relaxations, triangles, sums into elements and variables, time loops. What decides here is the order of rounds.
#pragma once

#include <cstdint>
#include <string>

namespace rooftop::fuzz {

/// The text of a module, as random_nests.
std::string random_orders(std::uint64_t seed);

}  // namespace rooftop::fuzz
