// The texts of refusals.
#include "unsupported.h"

#include <string>
#include <string_view>

#include "ref.h"

namespace rooftop::python {
namespace {

struct Advice {
  std::string_view type;
  const char* what_to_do;
};

// By the type's name, as it is shown to the user. "%U" stands for the parameter.
constexpr Advice kTypeAdvice[] = {
    {"list", "pass np.array(%U), array.array, or tuple(%U) when it is short"},
    {"dict", "pass its values as separate arguments"},
    {"set", "pass np.array(list(%U))"},
    {"range", "pass its start, stop and step and make the range inside the function"},
    {"slice", "pass its start, stop and step"},
    {"function", "refer to the function by its name in the module, or call it before"},
    {"builtin_function_or_method", "refer to the function by its name in the module"},
    {"rooftop.jit", "refer to the function by its name in the module"},
    {"numpy.ma.MaskedArray", "pass %U.filled(value) or %U.data"},
    {"numpy.matrix", "pass np.asarray(%U)"},
    {"numpy.longdouble", "convert it: np.float64(%U)"},
    {"numpy.str_", "pass str(%U)"},
    {"numpy.datetime64", "pass an integer: %U.astype(np.int64)"},
    {"numpy.timedelta64", "pass an integer: %U.astype(np.int64)"},
    {"decimal.Decimal", "pass float(%U)"},
    {"fractions.Fraction", "pass float(%U)"},
};

// Where a type's own name says less than its module's: `module.name`, without the module for builtins.
std::string full_name(PyTypeObject* type) {
  std::string name = type->tp_name;
  if ((type->tp_flags & Py_TPFLAGS_HEAPTYPE) == 0 || name.find('.') != std::string::npos) return name;
  Ref module(PyObject_GetAttrString(reinterpret_cast<PyObject*>(type), "__module__"));
  const char* text = module && PyUnicode_Check(module.get()) ? PyUnicode_AsUTF8(module.get()) : nullptr;
  PyErr_Clear();
  if (text == nullptr || std::string_view(text) == "builtins" || std::string_view(text) == "__main__") return name;
  return std::string(text) + '.' + name;
}

std::string replace_parameter(std::string_view advice, PyObject* parameter) {
  const char* name = PyUnicode_AsUTF8(parameter);
  std::string text;
  while (!advice.empty()) {
    std::size_t next = advice.find("%U");
    text += advice.substr(0, next);
    if (next == std::string_view::npos) break;
    text += name == nullptr ? "it" : name;
    advice.remove_prefix(next + 2);
  }
  return text;
}

bool refuse(PyObject* kind_of_error, Place place, const std::string& what, std::string_view what_to_do) {
  std::string advice = replace_parameter(what_to_do, place.parameter);
  PyErr_Format(kind_of_error, "%U() argument '%U': %s; %s", place.function, place.parameter, what.c_str(),
               advice.c_str());
  return false;
}

std::string_view general_advice(PyObject* value) {
  PyTypeObject* type = Py_TYPE(value);
  if (numpy.array_type != nullptr && PyType_IsSubtype(type, numpy.array_type)) return "pass np.asarray(%U)";
  if (PyTuple_Check(value)) return "pass tuple(%U)";
  if (PyLong_Check(value)) return "pass int(%U)";
  if (PyFloat_Check(value)) return "pass float(%U)";
  if (PyUnicode_Check(value)) return "pass str(%U)";
  if (PyObject_CheckBuffer(value)) return "pass np.asarray(%U) or memoryview(%U)";
  return "pass numbers, NumPy arrays, array.array, memoryview, or tuples of these";
}

std::string_view array_advice(const NumPyDtype& dtype) {
  switch (dtype.kind) {
    case 'O':
      return "convert its elements to numbers: %U.astype(np.float64)";
    case 'V':
      return "pass its fields one by one: %U['name']";
    case 'M':
    case 'm':
      return "pass its integers: %U.view(np.int64)";
    case 'S':
    case 'U':
    case 'T':
      return "convert its elements to numbers: %U.astype(np.float64)";
    case 'f':
    case 'c':
      break;
    default:
      return "convert it: %U.astype(np.int64)";
  }
  return dtype.kind == 'c' ? "convert it: %U.astype(np.complex128)" : "convert it: %U.astype(np.float64)";
}

}  // namespace

bool refuse_type(PyObject* value, Place place) {
  std::string name = full_name(Py_TYPE(value));
  // An array that was not recognised: NumPy is half imported, or of an unknown make; importing it says which.
  if (name == "numpy.ndarray" && !require_numpy()) return false;
  std::string_view advice = general_advice(value);
  for (const Advice& special : kTypeAdvice) {
    if (special.type == name) advice = special.what_to_do;
  }
  return refuse(PyExc_TypeError, place, "values of type " + name + " are not supported in compiled functions", advice);
}

bool refuse_array(PyObject* value, Place place) {
  const auto& array = *reinterpret_cast<const NumPyArray*>(value);
  Ref dtype_text(PyObject_Str(reinterpret_cast<PyObject*>(array.dtype)));
  const char* dtype = dtype_text ? PyUnicode_AsUTF8(dtype_text.get()) : nullptr;
  if (dtype == nullptr) return false;
  std::string what = "arrays of dtype " + std::string(dtype) + " are not supported in compiled functions";
  bool swapped = array.dtype->byte_order != '=' && array.dtype->byte_order != '|';
  constexpr int kHalf = 23;
  int number = array.dtype->type_number;
  bool of_numbers = ((number >= 0 && number <= 15) || number == kHalf) && array.dtype->kind != 'V';
  if (swapped && of_numbers) {
    return refuse(PyExc_TypeError, place, what + " because their bytes are swapped",
                  "convert it: %U.astype(%U.dtype.newbyteorder('='))");
  }
  if (element_type(*array.dtype)) {
    return refuse(PyExc_TypeError, place,
                  "the array's elements do not lie at multiples of their size (dtype " + std::string(dtype) + ")",
                  "copy it: %U.copy()");
  }
  return refuse(PyExc_TypeError, place, what, array_advice(*array.dtype));
}

bool refuse_buffer(PyObject* value, const Py_buffer& view, Place place) {
  // An array.array knows its elements by a letter of its own.
  Ref letter(PyObject_GetAttrString(value, "typecode"));
  const char* format = letter && PyUnicode_Check(letter.get()) ? PyUnicode_AsUTF8(letter.get()) : view.format;
  PyErr_Clear();
  std::string what = full_name(Py_TYPE(value)) + " with elements of type '" + (format == nullptr ? "B" : format) +
                     "' is not supported in compiled functions";
  return refuse(PyExc_TypeError, place, what, "pass np.asarray(%U) with a dtype of numbers");
}

bool refuse_big_int(Place place) {
  return refuse(PyExc_OverflowError, place, "the int does not fit in 64 bits",
                "compiled functions compute with 64-bit ints; pass float(%U), or call the function's py_func");
}

bool refuse_tuple(Place place) {
  return refuse(PyExc_TypeError, place, "the tuple is too long or nested too deeply for compiled functions",
                "pass np.array(%U)");
}

}  // namespace rooftop::python
