// A stretch of code during which other threads may run Python.
#pragma once

#include <Python.h>

namespace rooftop::python {

/// Gives the GIL up where that is wanted, and takes it back at the end of the block, also when it ends by an exception.
class WithoutGil {
 public:
  explicit WithoutGil(bool releases) : released_(releases ? PyEval_SaveThread() : nullptr) {}
  ~WithoutGil() {
    if (released_ != nullptr) PyEval_RestoreThread(released_);
  }
  WithoutGil(const WithoutGil&) = delete;
  WithoutGil& operator=(const WithoutGil&) = delete;

 private:
  PyThreadState* const released_;
};

}  // namespace rooftop::python
