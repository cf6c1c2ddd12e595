// Methods about complex elements: conj, conjugate, __complex__.
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/scalar_object.h"
#include "core/ref.h"

namespace rooftop::python {
namespace {

// Numbers that are not complex are their own conjugates: the array itself.
Outcome conjugate(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                  PyObject*& result) {
  static constexpr ArgumentReader<1> kReader{"conjugate", {nullptr}};
  ArgumentReader<1>::Values values;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  const DType dtype = as_array(array)->dtype;
  if (array::is_complex(dtype)) {
    Ref value;
    const Outcome done =
        call_ufunc(ops::Ufunc::conjugate, array, nullptr, is_given(values[0]) ? values[0] : nullptr, value);
    result = value.release();
    return done;
  }
  if (is_given(values[0]) || array::is_bool(dtype) || dtype == DType::BF16) return Outcome::Delegate;
  return made(Py_NewRef(array), result);
}

PyObject* conjugate_method(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return call_method("conjugate", self, arguments, given, keyword_names, ROOFTOP_BODY(conjugate));
}

// Arrays without axes; NumPy warns of others with one element, and refuses the rest.
Outcome to_complex(PyObject* array, PyObject* const*, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  const ArrayObject* source = as_array(array);
  if (given > 0 || keyword_names != nullptr || source->rank > 0) return Outcome::Delegate;
  Ref element(python_value(source->dtype, source->data));
  if (!element) return Outcome::Error;
  const Py_complex value = PyComplex_AsCComplex(element.get());
  if (value.real == -1 && PyErr_Occurred() != nullptr) return Outcome::Error;
  return made(PyComplex_FromCComplex(value), result);
}

PyObject* complex_method(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return call_method("__complex__", self, arguments, given, keyword_names, ROOFTOP_BODY(to_complex));
}

PyMethodDef methods[] = {
    ROOFTOP_ENTRY("conj", conjugate_method, "conj(out=None, /)\n--\n\nThe complex conjugate of each element."),
    ROOFTOP_ENTRY("conjugate", conjugate_method, "conjugate(out=None, /)\n--\n\nAs conj."),
    ROOFTOP_ENTRY("__complex__", complex_method, "__complex__()\n--\n\nThe one element as a complex."),
};

}  // namespace

std::span<PyMethodDef> complex_methods() { return methods; }

}  // namespace rooftop::python
