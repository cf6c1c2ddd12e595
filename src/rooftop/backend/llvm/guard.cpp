// The handlers that LLVM calls, installed once for the process; each asks its thread whether a Guard lives.
#include "rooftop/backend/llvm/guard.h"

#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/DiagnosticPrinter.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/ErrorHandling.h>
#include <llvm/Support/raw_ostream.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <new>
#include <vector>

namespace rooftop::backend::llvm {
namespace {

thread_local int guards = 0;

void on_fatal_error(void*, const char* reason, bool) {
  if (guards > 0) throw LlvmError(reason);
  ::llvm::errs() << "LLVM ERROR: " << reason << '\n';
  std::abort();
}

void on_bad_alloc(void*, const char* reason, bool) {
  if (guards > 0) throw std::bad_alloc();
  // No memory for a message of our own making.
  std::fputs(reason, stderr);
  std::abort();
}

}  // namespace

Guard::Guard() {
  static std::once_flag installed;
  std::call_once(installed, [] {
    ::llvm::install_fatal_error_handler(on_fatal_error);
    ::llvm::install_bad_alloc_error_handler(on_bad_alloc);
  });
  ++guards;
}

Guard::~Guard() { --guards; }

void abandon(void* object) noexcept {
  static std::mutex mutex;
  try {
    static auto* const abandoned = new std::vector<void*>;  // there to the end
    const std::lock_guard lock(mutex);
    abandoned->push_back(object);
  } catch (const std::bad_alloc&) {
    // Then nothing remembers it; that is all the difference.
  }
}

void throw_diagnostics(::llvm::LLVMContext& context) {
  context.setDiagnosticHandlerCallBack([](const ::llvm::DiagnosticInfo* info, void*) {
    if (info->getSeverity() != ::llvm::DS_Error) return;
    std::string message;
    ::llvm::raw_string_ostream stream(message);
    ::llvm::DiagnosticPrinterRawOStream printer(stream);
    info->print(printer);
    throw LlvmError(message);
  });
}

void throw_error(::llvm::Error error, const char* doing) {
  if (!error) return;
  throw LlvmError(std::string(doing) + ": " + ::llvm::toString(std::move(error)));
}

}  // namespace rooftop::backend::llvm
