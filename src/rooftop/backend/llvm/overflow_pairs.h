// Joins an operation and its overflow test:
//   %o = sadd.with.overflow(%a, %b)  …  %t = add %a, %b
//   becomes  %t = extractvalue %o, 0
// so that a checked addition costs one add and one jump on overflow.
#pragma once

#include <llvm/IR/PassManager.h>

namespace rooftop::backend::llvm {

class OverflowPairs : public ::llvm::PassInfoMixin<OverflowPairs> {
 public:
  static ::llvm::PreservedAnalyses run(::llvm::Function& function, ::llvm::FunctionAnalysisManager& analyses);
};

}  // namespace rooftop::backend::llvm
