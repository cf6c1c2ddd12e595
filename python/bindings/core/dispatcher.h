// rooftop._core.Dispatcher: what @jit returns. A callable that takes its arguments apart, finds the compiled version
// for their types, has one compiled when there is none, and runs it.
#pragma once

#include <Python.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "arguments.h"
#include "parameters.h"
#include "ref.h"
#include "specialization.h"

namespace rooftop::python {

class DispatcherState {
 public:
  /// `hooks` has the functions of rooftop._jit: compile(dispatcher, signature), bind_error(function, args, kwargs),
  /// convert(dispatcher, index, wanted, value), inspect(dispatcher, what, args).
  DispatcherState(PyObject* function, PyObject* hooks) : function_(Ref::borrow(function)), hooks_(Ref::borrow(hooks)) {}
  DispatcherState(const DispatcherState&) = delete;
  DispatcherState& operator=(const DispatcherState&) = delete;
  ~DispatcherState();

  Parameters& parameters() { return parameters_; }
  PyObject* function() const { return function_.get(); }
  PyObject* hooks() const { return hooks_.get(); }

  /// The whole call; `arguments` as in vectorcall.
  PyObject* call(PyObject* dispatcher, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names);
  /// The signature that a call with these values would use. Empty with an exception.
  std::string signature_of(PyObject* const* arguments, Py_ssize_t given);
  /// The compiled version for a signature's text, compiled when there is none. Null with an exception.
  PyObject* handle_for(PyObject* dispatcher, std::string_view signature);

  std::span<Specialization* const> specializations() const { return table_; }
  int visit(visitproc visit, void* argument);
  void clear();

 private:
  PyObject* run(PyObject* dispatcher, PyObject* const* values);
  bool pack(PyObject* dispatcher, PyObject* const* values, ArgumentPack& arguments);
  PyObject* convert(PyObject* dispatcher, int index, PyObject* value, ArgumentPack& arguments);
  Specialization* find(std::span<const Word> words, std::span<PyObject* const> strings);
  Specialization* find_valid(std::span<const Word> words, std::span<PyObject* const> strings);
  Specialization* compile(PyObject* dispatcher, std::span<const Word> words, std::span<PyObject* const> strings);
  void drop(Specialization* specialization);
  bool warn_about_recompiling();
  PyObject* execute(Specialization& specialization, const ArgumentPack& arguments);
  /// Whether arrays that a call with these arguments creates are rooftop's; else they are NumPy's.
  bool makes_ours(Specialization::NamedModules& named, const ArgumentPack& arguments) const;

  Ref function_;
  Ref hooks_;
  Parameters parameters_;
  std::vector<Specialization*> table_;  ///< the one used last comes first
  int invalidations_ = 0;
};

/// Adds the type to `module`; returns -1 with an exception on failure.
int add_dispatcher(PyObject* module);

}  // namespace rooftop::python
