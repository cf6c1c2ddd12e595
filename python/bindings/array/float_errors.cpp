// The modes of the four errors in a context variable, looked up only when an error has happened.
#include "array/float_errors.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "array/argument_reader.h"
#include "array/ufunc_call.h"
#include "rooftop/lib/elementwise.h"

namespace rooftop::python {
namespace {

// Two bytes of the variable's number are NumPy's modes, four bits each: divide, over, under, invalid from the lowest.
enum Mode : unsigned { kIgnore, kWarn, kRaise, kCall, kPrint, kLog };
constexpr unsigned kDefaultModes = kWarn | kWarn << 4 | kIgnore << 8 | kWarn << 12;
constexpr std::array<std::string_view, 6> kModeNames = {"ignore", "warn", "raise", "call", "print", "log"};
constexpr std::array<const char*, 5> kModeArguments = {"all", "divide", "over", "under", "invalid"};

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
PyObject* callback_variable = nullptr;

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

PyObject* set_modes(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  static constexpr ArgumentReader<kModeArguments.size()> kReader{"seterr", kModeArguments};
  ArgumentReader<kModeArguments.size()>::Values values;
  unsigned modes = 0;
  if (!kReader.read_all(arguments, given, keyword_names, values) || !combine_error_modes(values.data(), modes)) {
    return nullptr;
  }
  Ref token(set_error_modes(modes));
  return token ? Py_NewRef(Py_None) : nullptr;
}

PyMethodDef functions[] = {
    {"_get_error_modes", get_modes, METH_NOARGS,
     "_get_error_modes()\n--\n\nFour bits each: divide, over, under, invalid."},
    {"_set_error_modes", as_c_function(set_modes), METH_FASTCALL | METH_KEYWORDS,
     "_set_error_modes(all=None, divide=None, over=None, under=None, invalid=None)\n--\n\nSets them by name."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace

std::atomic<bool> reports_underflow{false};

PyObject* error_modes_variable() { return modes_variable; }
PyObject* error_callback_variable() { return callback_variable; }

bool combine_error_modes(PyObject* const* given, unsigned& modes) {
  if (!read_modes(modes)) return false;
  const auto is_left_out = [](PyObject* object) { return object == nullptr || object == Py_None; };
  for (std::size_t kind = 0; kind < std::size(kErrors); ++kind) {
    PyObject* wanted = is_left_out(given[kind + 1]) ? given[0] : given[kind + 1];
    if (is_left_out(wanted)) continue;
    const auto* found = std::find(kModeNames.begin(), kModeNames.end(), text_of(wanted));
    if (found == kModeNames.end()) {
      PyErr_Format(PyExc_ValueError, "%s must be one of 'ignore', 'warn', 'raise', 'call', 'print', 'log', not %R",
                   kModeArguments[kind + 1], wanted);
      return false;
    }
    const unsigned shift = 4 * static_cast<unsigned>(kind);
    modes = (modes & ~(0xfU << shift)) | static_cast<unsigned>(found - kModeNames.begin()) << shift;
  }
  return true;
}

PyObject* set_error_modes(unsigned modes) {
  if ((modes >> 8 & 0xf) != kIgnore) reports_underflow.store(true, std::memory_order_relaxed);
  Ref value(PyLong_FromUnsignedLong(modes));
  return value ? PyContextVar_Set(modes_variable, value.get()) : nullptr;
}

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
  callback_variable = PyContextVar_New("rooftop.errcall", Py_None);
  if (modes_variable == nullptr || callback_variable == nullptr) return -1;
  return PyModule_AddObjectRef(module, "_error_callback", callback_variable) != 0 || add_errstate(module) != 0
             ? -1
             : PyModule_AddFunctions(module, functions);
}

}  // namespace rooftop::python
