// round and around, to a number of decimals; NaN replaced.
#include <cmath>

#include "array/argument_reader.h"
#include "array/creation.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/operand.h"
#include "array/scalar_object.h"
#include "core/without_gil.h"
#include "rooftop/lib/nan.h"

namespace rooftop::python {
namespace {

using ops::Ufunc;

/// Elements from which the GIL is released meanwhile.
constexpr std::int64_t kReleaseSize = 1 << 15;

// Exact where a double holds it, as NumPy's table and function are.
double power_of_ten(int exponent) {
  double power = 1;
  if (exponent > 22) return std::pow(10.0, exponent);
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

// Scaled, rounded to even, scaled back: NumPy's way, so that what is lost on it is the same.
Outcome round_floats(PyObject* array, int decimals, PyObject* out, PyObject*& result) {
  Ref value;
  if (decimals == 0) {
    const Outcome done = call_ufunc(Ufunc::rint, array, nullptr, out, value);
    result = value.release();
    return done;
  }
  const Ref power(PyFloat_FromDouble(power_of_ten(std::abs(decimals))));
  if (!power) return Outcome::Error;
  const Ufunc before = decimals > 0 ? Ufunc::multiply : Ufunc::divide;
  const Ufunc after = decimals > 0 ? Ufunc::divide : Ufunc::multiply;
  if (const Outcome done = call_ufunc(before, array, power.get(), out, value); done != Outcome::Done) return done;
  PyObject* const target = is_array(value.get()) ? value.get() : nullptr;
  Ref rounded, scaled;
  if (const Outcome done = call_ufunc(Ufunc::rint, value.get(), nullptr, target, rounded); done != Outcome::Done) {
    return done;
  }
  if (const Outcome done = call_ufunc(after, rounded.get(), power.get(), target, scaled); done != Outcome::Done)
    return done;
  result = scaled.release();
  return Outcome::Done;
}

Outcome round(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
              PyObject*& result) {
  static constexpr ArgumentReader<2> kReader{"round", {"decimals", "out"}};
  ArgumentReader<2>::Values values{};
  if ((given > 0 || keyword_names != nullptr) && !read_or_leave(kReader, arguments, given, keyword_names, values)) {
    return Outcome::Delegate;
  }
  int overflow = 0;
  long decimals = 0;
  if (values[0] != nullptr) {
    if (!PyLong_CheckExact(values[0])) return Outcome::Delegate;
    decimals = PyLong_AsLongAndOverflow(values[0], &overflow);
  }
  const ArrayObject* source = as_array(array);
  PyObject* const out = is_given(values[1]) ? values[1] : nullptr;
  if (overflow != 0 || std::abs(decimals) > 300) return Outcome::Delegate;
  if (out != nullptr && (!is_array(out) || as_array(out)->dtype != source->dtype)) return Outcome::Delegate;
  if (array::is_float(source->dtype)) return round_floats(array, static_cast<int>(decimals), out, result);
  if (!array::is_integer(source->dtype) || decimals < 0 || out != nullptr || source->rank == 0)
    return Outcome::Delegate;
  return made(as_object(copied(source->view(), source->dtype, std::nullopt)), result);
}

ROOFTOP_METHOD_AND_FUNCTION(round, round)

// _without_nan(array, value): for the functions of rooftop/_nan_functions.py.
PyObject* without_nan(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject*) {
  if (given != 2 || !is_array(arguments[0])) return PyErr_Format(PyExc_TypeError, "_without_nan(array, value)");
  ArrayObject* source = as_array(arguments[0]);
  if (!array::is_float(source->dtype) && !array::is_complex(source->dtype)) return Py_NewRef(arguments[0]);
  alignas(16) char value[16];
  if (write_element(source->dtype, value, arguments[1]) != 0) return nullptr;
  ArrayObject* made = new_like(source->view(), source->dtype);
  if (made == nullptr) return nullptr;
  const WithoutGil released(source->size >= kReleaseSize);
  lib::replace_nan(made->view(), source->view(), value);
  return as_object(made);
}

PyMethodDef methods[] = {
    ROOFTOP_ENTRY("round", round_method, "round(decimals=0, out=None)\n--\n\nEach element rounded, halves to even."),
};

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("round", round_function, "round(a, decimals=0, out=None)\n--\n\nAs ndarray.round."),
    ROOFTOP_ENTRY(
        "_without_nan", without_nan,
        "_without_nan(array, value, /)\n--\n\nA new array of floats with a value for each NaN; others as they are."),
    ROOFTOP_ENTRY("around", round_function, "around(a, decimals=0, out=None)\n--\n\nAs ndarray.round."),
};

}  // namespace

std::span<PyMethodDef> rounding_methods() { return methods; }
std::span<PyMethodDef> rounding_functions() { return functions; }

}  // namespace rooftop::python
