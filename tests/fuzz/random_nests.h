// Random loop nests over arrays, as the frontend writes them: what guards, contractions, threads and vectors are made of.
#pragma once

#include <cstdint>
#include <string>

namespace rooftop::fuzz {

/// The text of a module of one function with one to three nests. It verifies, ends, and promises nothing that does not
/// hold. Under the float model `contract`, which every third has, products are exact for the values that a Trial without edge
/// values draws, so that it does not matter which of them are fused.
std::string random_nests(std::uint64_t seed);

/// Whether the nests of this seed may be run with edge values.
bool nests_take_edges(std::uint64_t seed);

}  // namespace rooftop::fuzz
