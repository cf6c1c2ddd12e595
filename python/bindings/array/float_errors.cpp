// The modes of the four errors in a context variable, looked up only when an error has happened.
#include "array/float_errors.h"

#include "array/ufunc_call.h"
#include "rooftop/lib/elementwise.h"

namespace rooftop::python {
namespace {

// Two bytes of the variable's number are NumPy's modes, four bits each: divide, over, under, invalid from the lowest.
enum Mode : unsigned { kIgnore, kWarn, kRaise, kCall, kPrint, kLog };
constexpr unsigned kDefaultModes = kWarn | kWarn << 4 | kIgnore << 8 | kWarn << 12;

constexpr struct {
  unsigned bit;
  int shift;
  const char* text;
} kErrors[] = {
    {lib::kDivideByZero, 0, "divide by zero"},
    {lib::kOverflow, 4, "overflow"},
    {lib::kUnderflow, 8, "underflow"},
    {lib::kInvalid, 12, "invalid value"},
};

PyObject* modes_variable = nullptr;

// False with an exception.
bool read_modes(unsigned& modes) {
  PyObject* value = nullptr;
  if (PyContextVar_Get(modes_variable, nullptr, &value) != 0) return false;
  modes = value == nullptr ? kDefaultModes : static_cast<unsigned>(PyLong_AsUnsignedLong(value));
  Py_XDECREF(value);
  return true;
}

// The other ways to tell: rooftop/_errstate.py has the function to call and the log.
bool tell(const char* text, int error, unsigned mode, const char* ufunc) {
  Ref module(PyImport_ImportModule("rooftop._errstate"));
  Ref done(module ? PyObject_CallMethod(module.get(), "handle", "siIs", text, error, mode, ufunc) : nullptr);
  return static_cast<bool>(done);
}

// Other packages say `numpy.errstate`; ours sets NumPy's too. False with an exception.
bool read_numpys_mode(int kind, unsigned& mode) {
  Ref module(PyImport_ImportModule("rooftop._errstate"));
  Ref theirs(module ? PyObject_CallMethod(module.get(), "numpys_mode", "i", kind) : nullptr);
  if (!theirs) return false;
  mode = static_cast<unsigned>(PyLong_AsUnsignedLong(theirs.get()));
  return PyErr_Occurred() == nullptr;
}

PyObject* get_modes(PyObject*, PyObject*) {
  unsigned modes = 0;
  return read_modes(modes) ? PyLong_FromUnsignedLong(modes) : nullptr;
}

PyObject* set_modes(PyObject*, PyObject* value) {
  const unsigned long modes = PyLong_AsUnsignedLong(value);
  if (PyErr_Occurred()) return nullptr;
  if ((modes >> 8 & 0xf) != kIgnore) reports_underflow.store(true, std::memory_order_relaxed);
  return PyContextVar_Set(modes_variable, value);
}

PyObject* reset_modes(PyObject*, PyObject* token) {
  return PyContextVar_Reset(modes_variable, token) == 0 ? Py_NewRef(Py_None) : nullptr;
}

PyMethodDef functions[] = {
    {"_get_error_modes", get_modes, METH_NOARGS,
     "_get_error_modes()\n--\n\nFour bits each: divide, over, under, invalid."},
    {"_set_error_modes", set_modes, METH_O, "_set_error_modes(modes, /)\n--\n\nSets them; returns a token."},
    {"_reset_error_modes", reset_modes, METH_O, "_reset_error_modes(token, /)\n--\n\nUndoes _set_error_modes."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace

std::atomic<bool> reports_underflow{false};

namespace {

bool report(const char* name, unsigned errors, const char* kind = "") {
  unsigned modes = 0;
  if (!read_modes(modes)) return false;
  for (const auto& [bit, shift, text] : kErrors) {
    if ((errors & bit) == 0) continue;
    unsigned mode = modes >> shift & 0xf;
    if (mode == kWarn && !read_numpys_mode(shift / 4, mode)) return false;
    switch (mode) {
      case kIgnore:
        break;
      case kWarn:
        if (PyErr_WarnFormat(PyExc_RuntimeWarning, 1, "%s encountered in %s%s", text, kind, name) != 0) return false;
        break;
      case kRaise:
        PyErr_Format(PyExc_FloatingPointError, "%s encountered in %s%s", text, kind, name);
        return false;
      default:
        if (!tell(text, static_cast<int>(bit), mode, name)) return false;
    }
  }
  return true;
}

}  // namespace

bool report_errors(ops::Ufunc ufunc, unsigned errors) {
  return errors == 0 || report(ops::info(ufunc).name.data(), errors);
}

bool report_method_errors(const char* method, unsigned errors) { return errors == 0 || report(method, errors); }

bool report_scalar_errors(ops::Ufunc ufunc, unsigned errors) {
  return errors == 0 || report(ops::info(ufunc).name.data(), errors, "scalar ");
}

bool report_product_errors(unsigned errors) { return errors == 0 || report("matmul", errors); }

bool report_errors_of(const char* function, unsigned errors) { return errors == 0 || report(function, errors); }

bool report_cast_errors(unsigned errors) { return errors == 0 || report("cast", errors); }

int add_float_errors(PyObject* module) {
  modes_variable = PyContextVar_New("rooftop.errstate", nullptr);
  return modes_variable == nullptr ? -1 : PyModule_AddFunctions(module, functions);
}

}  // namespace rooftop::python
