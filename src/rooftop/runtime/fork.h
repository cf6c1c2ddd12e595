// What a fork does to the runtime: only the forking thread lives on in the child, so pool and ticker are
// forgotten there and started again when needed.
#pragma once

#include <cstdint>

namespace rooftop::runtime {

/// Registers the handlers once. Called by whatever starts a thread; cheap when already done.
void watch_forks();

/// How many forks lie between this process and the one that loaded the library.
std::uint32_t fork_generation();

}  // namespace rooftop::runtime
