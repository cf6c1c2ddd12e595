// rooftop._core: the module that every `import rooftop` loads. No LLVM, no NumPy, nothing slow.
#include <Python.h>

#include <cstdlib>

#include "array/array_object.h"
#include "array/delegate.h"
#include "array/dtype_object.h"
#include "array/float_errors.h"
#include "array/method_tables.h"
#include "array/scalar_object.h"
#include "array/ufunc_object.h"
#include "ceilings.h"
#include "dispatcher.h"
#include "errors.h"
#include "inspection.h"
#include "namespace_type.h"
#include "rooftop/base/log.h"
#include "rooftop/runtime/num_threads.h"
#include "rooftop/runtime/symbols.h"
#include "signals.h"

namespace rooftop::python {
namespace {

PyObject* get_num_threads(PyObject*, PyObject*) {
  return guarded([] { return PyLong_FromLong(runtime::num_threads()); });
}

PyObject* set_num_threads(PyObject*, PyObject* threads) {
  Ref whole(PyNumber_Index(threads));
  if (!whole) return nullptr;
  int overflow = 0;
  long long count = PyLong_AsLongLongAndOverflow(whole.get(), &overflow);
  return guarded([&]() -> PyObject* {
    runtime::set_num_threads(overflow == 0 ? count : 0x7fffffffffffffff * static_cast<long long>(overflow));
    return Py_NewRef(Py_None);
  });
}

PyMethodDef functions[] = {
    {"get_num_threads", get_num_threads, METH_NOARGS,
     "get_num_threads()\n--\n\n"
     "The number of threads that a parallel loop may use, the calling one included.\n\n"
     "By default the processors that this process may use (its affinity mask and control group quota), or the value "
     "of\n"
     "the environment variable ROOFTOP_NUM_THREADS.\n\n"
     "Returns\n-------\nint\n\n"
     "Examples\n--------\n>>> rooftop.get_num_threads() >= 1\nTrue"},
    {"set_num_threads", set_num_threads, METH_O,
     "set_num_threads(threads, /)\n--\n\n"
     "Sets the number of threads that parallel loops use from now on.\n\n"
     "Parameters\n----------\nthreads : int\n    From 1 to 512.\n\n"
     "Raises\n------\nValueError\n    If `threads` is out of range.\n\n"
     "Examples\n--------\n>>> rooftop.set_num_threads(2)"},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "rooftop._core",
    .m_doc = "Arrays and their functions; calls of compiled functions: argument types, threads, signals, errors.",
    .m_size = -1,
    .m_methods = functions,
};

// Warnings may come from any thread, also from one without the GIL.
void warn_in_python(std::string_view message) {
  const std::string text(message);  // before the GIL is taken: it may throw
  PyGILState_STATE state = PyGILState_Ensure();
  if (PyErr_WarnEx(PyExc_RuntimeWarning, text.c_str(), 1) != 0) PyErr_WriteUnraisable(nullptr);
  PyGILState_Release(state);
}

// Generated code reaches the runtime of this module through this table: there is one pool for each process.
int add_runtime_symbols(PyObject* module) {
  // The capsule's pointer is not const; nobody writes through it.
  auto* symbols = const_cast<backend::RuntimeSymbols*>(&runtime::runtime_symbols());
  Ref capsule(PyCapsule_New(symbols, "rooftop.RuntimeSymbols", nullptr));
  return capsule ? PyModule_AddObjectRef(module, "_runtime_symbols", capsule.get()) : -1;
}

// Arrays and what belongs to them.
int add_arrays(PyObject* module) {
  if (add_dtype_type(module) != 0 || add_scalar_types(module) != 0 || add_array_type(module) != 0) return -1;
  return add_ufuncs(module) != 0 || add_array_functions(module) != 0 || add_linalg(module) != 0 ||
                 add_delegated_names(module) != 0 || add_delegation(module) != 0
             ? -1
             : add_float_errors(module);
}

PyObject* make_module() {
  Ref module(PyModule_Create(&definition));
  if (!module || add_dispatcher(module.get()) != 0 || add_ceilings(module.get()) != 0 ||
      add_inspection(module.get()) != 0 || add_namespace_type(module.get()) != 0 || add_arrays(module.get()) != 0 ||
      add_runtime_symbols(module.get()) != 0 ||
      PyModule_AddStringConstant(module.get(), "__version__", ROOFTOP_VERSION) != 0) {
    return nullptr;
  }
  install_signal_hook();
  set_warning_sink(warn_in_python);
  // A wrong setting is reported where it is made; without one the count waits for the first loop that needs it.
  if (std::getenv("ROOFTOP_NUM_THREADS") != nullptr) runtime::num_threads();
  return PyErr_Occurred() ? nullptr : module.release();
}

}  // namespace
}  // namespace rooftop::python

PyMODINIT_FUNC PyInit__core() { return rooftop::python::guarded(rooftop::python::make_module); }
