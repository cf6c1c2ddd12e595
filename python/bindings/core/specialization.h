// A compiled version of a function for one list of argument types.
#pragma once

#include <Python.h>

#include <memory>
#include <string>

#include "descriptor.h"
#include "guards.h"
#include "ref.h"
#include "rooftop/backend/abi.h"

namespace rooftop::python {

class Specialization {
 public:
  /// Reads what the compiler returned: attributes `entry`, `result`, `releases_gil`, `guards`. Null with an exception.
  static std::unique_ptr<Specialization> from_handle(TypeList types, std::string signature, PyObject* handle);

  bool matches(std::span<const Word> words, std::span<PyObject* const> strings) const;

  backend::Entry entry() const { return entry_; }
  bool releases_gil() const { return releases_gil_; }
  const TypeList& result() const { return result_; }
  int result_slots() const { return result_slots_; }
  const std::string& signature() const { return signature_; }
  PyObject* handle() const { return handle_.get(); }
  GuardList& guards() { return guards_; }

  /// Calls in flight: a specialisation that is dropped meanwhile lives until the last one ends. Under the GIL.
  int uses = 0;
  bool dropped = false;

 private:
  TypeList types_;
  std::string signature_;
  backend::Entry entry_ = nullptr;
  bool releases_gil_ = false;
  TypeList result_;
  int result_slots_ = 0;
  GuardList guards_;
  Ref handle_;  ///< owns the machine code
};

/// Keeps a specialisation alive for one call.
class Use {
 public:
  explicit Use(Specialization& specialization) : specialization_(specialization) { ++specialization_.uses; }
  ~Use() {
    if (--specialization_.uses == 0 && specialization_.dropped) delete &specialization_;
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

 private:
  Specialization& specialization_;
};

}  // namespace rooftop::python
