// Ctrl-C and the GIL while a kernel runs.
#pragma once

#include <Python.h>

#include "rooftop/runtime/context.h"

namespace rooftop::python {

/// Installs the hook through which polling kernels reach Python's signal handlers.
void install_signal_hook();

/// While it lives, a kernel runs on this thread, with or without the GIL, and polls may call Python's signal handlers.
class PythonCall {
 public:
  PythonCall(runtime::ThreadState& thread, bool releases_gil);
  ~PythonCall();
  PythonCall(const PythonCall&) = delete;
  PythonCall& operator=(const PythonCall&) = delete;

  /// Runs Python's signal handlers, taking the GIL for it. Nonzero when one raised: its exception is set.
  int check_signals();

 private:
  runtime::ThreadState& thread_;
  void* const outer_call_;
  PyThreadState* released_ = nullptr;  ///< what to restore when the GIL was released
};

}  // namespace rooftop::python
