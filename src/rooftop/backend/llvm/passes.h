// The LLVM passes between emission and code generation: a handful, run without LLVM's PassBuilder, because our own ir
// arrives already vectorised, inlined and hoisted.
#pragma once

#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

#include "rooftop/backend/backend.h"

namespace rooftop::backend::llvm {

void optimise(::llvm::Module& module, ::llvm::TargetMachine& machine, CodeLevel level);

}  // namespace rooftop::backend::llvm
