// Arrays that compiled code makes and that may outlive the block that made them: counted references, and a list for
// each call, so that nothing is lost when it ends by an exception.
#pragma once

#include <cstdint>

#include "rooftop/backend/abi.h"

namespace rooftop::runtime {

/// A new array of the call with one reference and elements unset; null when out of memory.
backend::OwnedArray* create_owned(backend::KernelContext* context, std::int64_t bytes);

/// One reference less; the last one gives the array's memory back.
void release_owned(backend::KernelContext* context, backend::OwnedArray* array);

/// Takes the memory out of the array, which is no longer the call's: a block of runtime::allocate(array.bytes).
/// @pre one reference is left
void* take_owned(backend::KernelContext& context, backend::OwnedArray* array);

/// Gives back what the call has left. Returns how many arrays that were.
std::int64_t clear_owned(backend::KernelContext& context);

}  // namespace rooftop::runtime
