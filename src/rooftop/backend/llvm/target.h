// The machine that code is generated for, and the generators: LLVM's TargetMachines are costly to make and serve one
// thread at a time, so they are kept in a pool.
#pragma once

#include <llvm/ADT/SmallVector.h>
#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

#include <exception>
#include <memory>
#include <string>

#include "rooftop/backend/backend.h"

namespace rooftop::backend::llvm {

/// A TargetMachine borrowed from the pool for the options' CPU and level.
class Machine {
 public:
  /// Throws OptionError for an unknown CPU or feature.
  explicit Machine(const CompileOptions& options);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  ::llvm::TargetMachine& operator*() const { return *machine_; }
  ::llvm::TargetMachine* operator->() const { return machine_.get(); }

 private:
  std::string key_;
  int exceptions_ = std::uncaught_exceptions();
  std::unique_ptr<::llvm::TargetMachine> machine_;
};

using Bytes = ::llvm::SmallVector<char, 0>;

/// The module as an object file, or as assembly text. The module is consumed by it: LLVM changes it on the way.
Bytes generate_object(::llvm::TargetMachine& machine, ::llvm::Module& module);
std::string generate_assembly(::llvm::TargetMachine& machine, ::llvm::Module& module);

}  // namespace rooftop::backend::llvm
