// Argument handling only: the measuring is in rooftop/profile/ceilings.h. Both release the GIL while they measure.
#include "ceilings.h"

#include <exception>
#include <string>
#include <string_view>

#include "rooftop/base/errors.h"
#include "rooftop/profile/ceilings.h"

namespace rooftop::python {
namespace {

using profile::Precision;

// Runs `measure` without the GIL. An error of the user's becomes ValueError.
template <typename Result, typename Measure>
bool measured(Result& result, Measure measure) {
  std::string user_error, other_error;
  Py_BEGIN_ALLOW_THREADS;
  try {
    result = measure();
  } catch (const UserError& error) {
    user_error = error.what();
  } catch (const std::exception& error) {
    other_error = error.what();
  }
  Py_END_ALLOW_THREADS;
  if (!user_error.empty()) PyErr_SetString(PyExc_ValueError, user_error.c_str());
  if (!other_error.empty()) PyErr_SetString(PyExc_RuntimeError, other_error.c_str());
  return !PyErr_Occurred();
}

PyObject* measure_fma(PyObject*, PyObject* arguments, PyObject* keywords) {
  const char* dtype = nullptr;
  int threads = 0;
  static const char* const kNames[] = {"dtype", "threads", nullptr};
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "si:measure_fma", const_cast<char**>(kNames), &dtype,
                                   &threads)) {
    return nullptr;
  }
  const std::string name = dtype;
  if (name != "float64" && name != "float32") {
    return PyErr_Format(PyExc_ValueError, "dtype is 'float64' or 'float32', not '%s'", dtype);
  }
  const Precision precision = name == "float64" ? Precision::Float64 : Precision::Float32;
  profile::FmaCeiling ceiling;
  if (!measured(ceiling, [&] { return profile::measure_fma(precision, threads); })) return nullptr;
  const std::string_view instructions = ceiling.instructions;
  return Py_BuildValue("(dN)", ceiling.flops_per_second,
                       PyUnicode_FromStringAndSize(instructions.data(), static_cast<Py_ssize_t>(instructions.size())));
}

PyObject* measure_bandwidth(PyObject*, PyObject* arguments, PyObject* keywords) {
  int threads = 0;
  static const char* const kNames[] = {"threads", nullptr};
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "i:measure_bandwidth", const_cast<char**>(kNames), &threads)) {
    return nullptr;
  }
  profile::BandwidthCeiling ceiling;
  if (!measured(ceiling, [&] { return profile::measure_bandwidth(threads); })) return nullptr;
  return Py_BuildValue("(dd)", ceiling.read_bytes_per_second, ceiling.stream_bytes_per_second);
}

PyObject* measure_cache(PyObject*, PyObject* arguments, PyObject* keywords) {
  Py_ssize_t bytes = 0;
  int threads = 0;
  static const char* const kNames[] = {"bytes", "threads", nullptr};
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "ni:measure_cache", const_cast<char**>(kNames), &bytes,
                                   &threads)) {
    return nullptr;
  }
  if (bytes < 1) return PyErr_Format(PyExc_ValueError, "bytes is at least 1, not %zd", bytes);
  double rate = 0;
  if (!measured(rate, [&] { return profile::measure_cache(static_cast<std::size_t>(bytes), threads); })) return nullptr;
  return PyFloat_FromDouble(rate);
}

template <typename Function>
PyCFunction erase(Function function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

PyMethodDef functions[] = {
    {"measure_fma", erase(measure_fma), METH_VARARGS | METH_KEYWORDS,
     "measure_fma(dtype, threads)\n--\n\n"
     "Measured multiply-add ceiling of this machine.\n\n"
     "Parameters\n----------\ndtype : {'float64', 'float32'}\nthreads : int\n\n"
     "Returns\n-------\ntuple of (float, str)\n"
     "    Operations per second, two for each multiply-add, and the vector instructions that reached it."},
    {"measure_bandwidth", erase(measure_bandwidth), METH_VARARGS | METH_KEYWORDS,
     "measure_bandwidth(threads)\n--\n\n"
     "Measured memory bandwidth of this machine.\n\n"
     "Parameters\n----------\nthreads : int\n\n"
     "Returns\n-------\ntuple of (float, float)\n"
     "    Bytes per second read, and read and written by a streaming triad."},
    {"measure_cache", erase(measure_cache), METH_VARARGS | METH_KEYWORDS,
     "measure_cache(bytes, threads)\n--\n\n"
     "Measured speed of reading the same memory again and again.\n\n"
     "Parameters\n----------\nbytes : int\n    That the threads read together.\nthreads : int\n\n"
     "Returns\n-------\nfloat\n    Bytes per second."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace

int add_ceilings(PyObject* module) { return PyModule_AddFunctions(module, functions); }

}  // namespace rooftop::python
