// Constants that are in memory before code looks at them.
#pragma once

#include <cstddef>

namespace rooftop::lib {

/// Reads a byte of every page of the read-only data that `constant` is part of, and returns how many pages there are.
///
/// Compilers make "1 where the mask is set" a load under the mask. While no lane is set such a load faults nothing in:
/// the processor drops the fault, again each time, which costs hundreds of cycles a load until somebody else needs the
/// page.
std::size_t load_constants(const void* constant);

}  // namespace rooftop::lib
