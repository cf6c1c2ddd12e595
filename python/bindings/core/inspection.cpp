// Slots travel as bytes: rooftop._compiler reads them, Python only carries them.
#include "inspection.h"

#include <cstring>
#include <vector>

#include "errors.h"
#include "ref.h"
#include "rooftop/runtime/context.h"
#include "rooftop/runtime/ticks.h"
#include "signals.h"
#include "specialization.h"

namespace rooftop::python {
namespace {

PyObject* as_bytes(std::span<const std::int64_t> slots) {
  return PyBytes_FromStringAndSize(reinterpret_cast<const char*>(slots.data()),
                                   static_cast<Py_ssize_t>(slots.size_bytes()));
}

// _run_kernel(entry, slots, results): the results' slots. For kernels that raise nothing.
PyObject* run_kernel(PyObject*, PyObject* arguments) {
  PyObject* entry = nullptr;
  const char* bytes = nullptr;
  Py_ssize_t size = 0;
  Py_ssize_t count = 0;
  if (!PyArg_ParseTuple(arguments, "Oy#n:_run_kernel", &entry, &bytes, &size, &count)) return nullptr;
  void* address = PyLong_AsVoidPtr(entry);
  if (address == nullptr) return nullptr;
  return guarded([&]() -> PyObject* {
    std::vector<std::int64_t> slots(static_cast<std::size_t>(size) / sizeof(std::int64_t));
    if (!slots.empty()) std::memcpy(slots.data(), bytes, slots.size() * sizeof(std::int64_t));
    std::vector<std::int64_t> results(static_cast<std::size_t>(count));
    backend::KernelContext context;
    runtime::ThreadState& thread = runtime::enter(context);
    std::int32_t status;
    {
      PythonCall call(thread, true);
      status = reinterpret_cast<backend::Entry>(address)(&context, slots.data(), results.data());
    }
    if (status == backend::kOk) return as_bytes(results);
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_RuntimeError, "a kernel that only counts has failed");
    return nullptr;
  });
}

PyMethodDef functions[] = {
    {"_run_kernel", run_kernel, METH_VARARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace

PyObject* describe_timed_call(const Specialization& specialization) {
  const TimedCall& call = specialization.timed_call();
  if (!call.exists()) return Py_NewRef(Py_None);
  Ref slots(as_bytes(call.slots));
  if (!slots) return nullptr;
  const double seconds = static_cast<double>(call.ticks) * runtime::seconds_per_tick();
  return Py_BuildValue("(dOOK)", seconds, slots.get(), call.returned ? Py_True : Py_False,
                       static_cast<unsigned long long>(specialization.calls()));
}

int add_inspection(PyObject* module) { return PyModule_AddFunctions(module, functions); }

}  // namespace rooftop::python
