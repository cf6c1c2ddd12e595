// Vectors taken apart into registers' worth, for instructions that take no more, and put together again.
#pragma once

#include <llvm/IR/IRBuilder.h>

#include "rooftop/backend/llvm/types.h"

namespace rooftop::backend::llvm {

/// `lanes` neighbouring lanes of a vector.
ll::Value* part_of(Builder& b, ll::Value* vector, unsigned first, unsigned lanes);

/// Vectors of `lanes` lanes each, one after the other; how many is a power of two.
ll::Value* joined(Builder& b, ArrayRef<ll::Value*> parts, unsigned lanes);

}  // namespace rooftop::backend::llvm
