// Types of the ir as LLVM types: the form in registers, the form in memory, and the components that a variable is
// passed and kept as.
#pragma once

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/IR/DerivedTypes.h>
#include <llvm/IR/IRBuilder.h>

#include "rooftop/ir/type.h"

namespace rooftop::backend::llvm {

namespace ll = ::llvm;

using Builder = ll::IRBuilder<>;
using ll::ArrayRef;
using ll::SmallVector;
using ll::SmallVectorImpl;

/// One component of a scalar or vector in registers: bool is i1, a complex number is two values of its part's type.
ll::Type* register_type(ll::LLVMContext& context, const ir::Type& type);

/// One element, or one part of a complex element, in memory: bool is a byte.
ll::Type* memory_type(ll::LLVMContext& context, ir::DType dtype);

/// What a value of the type is passed as: one value, two for complex, and for an array its data pointer, its lengths
/// and those strides that its layout leaves open.
SmallVector<ll::Type*, 8> component_types(ll::LLVMContext& context, const ir::Type& type);

/// How many strides of the array are known only at run time.
int open_strides(const ir::Type& array);

}  // namespace rooftop::backend::llvm
