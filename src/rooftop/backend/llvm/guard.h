// LLVM reports its fatal errors by ending the process. Inside a Guard they become C++ exceptions of the thread.
#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

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

/// Leaks the object on purpose: what remembers it is reachable to the end, so that leak checkers see no fault.
void abandon(void* object) noexcept;

/// An object of LLVM's that is abandoned, not destroyed, when an exception ends its block: frames of LLVM that were
/// unwound may have left it in a state that its destructor does not expect.
template <typename T>
class Held {
 public:
  template <typename... Arguments>
  explicit Held(Arguments&&... arguments) : object_(new T(std::forward<Arguments>(arguments)...)) {}
  ~Held() {
    if (std::uncaught_exceptions() > exceptions_) {
      abandon(object_);
    } else {
      delete object_;
    }
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }

 private:
  int exceptions_ = std::uncaught_exceptions();
  T* object_;
};

/// Makes diagnostics of severity "error" in the context throw LlvmError, and drops the others.
void throw_diagnostics(::llvm::LLVMContext& context);

/// Throws LlvmError when the error is one.
void throw_error(::llvm::Error error, const char* doing);

}  // namespace rooftop::backend::llvm
