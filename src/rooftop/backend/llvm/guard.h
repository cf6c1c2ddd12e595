// LLVM reports its fatal errors by ending the process. Inside a Guard they become C++ exceptions of the thread.
#pragma once

#include <stdexcept>
#include <string>

namespace llvm {
class Error;
class LLVMContext;
}  // namespace llvm

namespace rooftop::backend::llvm {

/// An error reported by LLVM. `compile` turns it into an InternalError that names the ir dump.
class LlvmError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// While one lives, fatal errors of LLVM on this thread throw LlvmError, a lack of memory std::bad_alloc. What LLVM
/// held then is leaked: its frames are unwound without their destructors.
class Guard {
 public:
  Guard();
  ~Guard();
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
};

/// Makes diagnostics of severity "error" in the context throw LlvmError, and drops the others.
void throw_diagnostics(::llvm::LLVMContext& context);

/// Throws LlvmError when the error is one.
void throw_error(::llvm::Error error, const char* doing);

}  // namespace rooftop::backend::llvm
