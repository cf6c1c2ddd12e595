// Random loop nests over arrays, as the frontend writes them: what guards, contractions, threads and vectors are made
// of.
#pragma once

#include <cstdint>
#include <string>

namespace rooftop::fuzz {

/// The text of a module of one function with one to three nests. It verifies, ends, and promises nothing that does not
/// hold.
std::string random_nests(std::uint64_t seed);

/// Whether the nests of this seed have the float model `contract` and want exact values: then all their products are
/// exact, and it does not matter which of them are fused.
bool nests_are_exact(std::uint64_t seed);

}  // namespace rooftop::fuzz
