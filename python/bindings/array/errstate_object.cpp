// rooftop.errstate: a context in which floating-point errors are handled in another way, by our functions and NumPy's.
#include <array>
#include <cstddef>

#include "array/argument_reader.h"
#include "array/float_errors.h"
#include "core/numpy_access.h"

namespace rooftop::python {
namespace {

constexpr std::size_t kArguments = 6;
constexpr std::array<const char*, kArguments> kNames = {"all", "divide", "over", "under", "invalid", "call"};
constexpr std::size_t kCall = 5;

struct ErrstateObject {
  PyObject ob_base;
  PyObject* given[kArguments];  ///< null where nothing was
  PyObject* modes_token;        ///< null outside of the context
  PyObject* call_token;
  PyObject* numpys_token;
};

ErrstateObject* as_errstate(PyObject* object) { return reinterpret_cast<ErrstateObject*>(object); }

// --- NumPy's state

/// What numpy.errstate is made of: it sets a variable to an object that a function makes of the arguments.
struct NumPyState {
  PyObject* variable = nullptr;
  PyObject* make = nullptr;
  std::array<PyObject*, kArguments> names{};
};

// Null with an exception.
const NumPyState* numpy_state() {
  static NumPyState state;
  if (state.make != nullptr) return &state;
  Ref umath(PyImport_ImportModule("numpy._core.umath"));
  Ref variable(umath ? PyObject_GetAttrString(umath.get(), "_extobj_contextvar") : nullptr);
  Ref make(variable ? PyObject_GetAttrString(umath.get(), "_make_extobj") : nullptr);
  if (!make) return nullptr;
  for (std::size_t i = 0; i < kArguments; ++i) {
    state.names[i] = PyUnicode_InternFromString(kNames[i]);
    if (state.names[i] == nullptr) return nullptr;
  }
  state.variable = variable.release();
  state.make = make.release();
  return &state;
}

// The token of NumPy's variable; null with an exception.
PyObject* enter_numpys(const ErrstateObject* self) {
  const NumPyState* state = numpy_state();
  if (state == nullptr) return nullptr;
  PyObject* values[kArguments];
  PyObject* names[kArguments];
  Py_ssize_t count = 0;
  for (std::size_t i = 0; i < kArguments; ++i) {
    if (self->given[i] == nullptr) continue;
    values[count] = self->given[i];
    names[count++] = state->names[i];
  }
  Ref keywords(PyTuple_New(count));
  for (Py_ssize_t i = 0; keywords && i < count; ++i) PyTuple_SET_ITEM(keywords.get(), i, Py_NewRef(names[i]));
  Ref made(keywords ? PyObject_Vectorcall(state->make, values, 0, keywords.get()) : nullptr);
  return made ? PyContextVar_Set(state->variable, made.get()) : nullptr;
}

// --- Entering and leaving

bool leave(ErrstateObject* self) {
  Ref modes(std::exchange(self->modes_token, nullptr));
  Ref call(std::exchange(self->call_token, nullptr));
  Ref numpys(std::exchange(self->numpys_token, nullptr));
  bool is_left = !numpys || PyContextVar_Reset(numpy_state()->variable, numpys.get()) == 0;
  is_left &= !call || PyContextVar_Reset(error_callback_variable(), call.get()) == 0;
  is_left &= !modes || PyContextVar_Reset(error_modes_variable(), modes.get()) == 0;
  return is_left;
}

bool enter(ErrstateObject* self) {
  unsigned modes = 0;
  if (!combine_error_modes(self->given, modes)) return false;
  self->modes_token = set_error_modes(modes);
  if (self->modes_token == nullptr) return false;
  if (self->given[kCall] != nullptr) {
    self->call_token = PyContextVar_Set(error_callback_variable(), self->given[kCall]);
    if (self->call_token == nullptr) return false;
  }
  if (!find_numpy()) return true;  // what is delegated is handled in the same way
  self->numpys_token = enter_numpys(self);
  return self->numpys_token != nullptr;
}

PyObject* enter_method(PyObject* object, PyObject*) {
  ErrstateObject* self = as_errstate(object);
  if (self->modes_token != nullptr) {
    PyErr_SetString(PyExc_TypeError, "Cannot enter `np.errstate` twice.");
    return nullptr;
  }
  if (enter(self)) Py_RETURN_NONE;
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  if (!leave(self)) PyErr_Clear();
  PyErr_Restore(type, value, traceback);
  return nullptr;
}

PyObject* exit_method(PyObject* object, PyObject* const*, Py_ssize_t) {
  if (!leave(as_errstate(object))) return nullptr;
  Py_RETURN_NONE;
}

// --- The object

PyObject* make(PyObject* type, PyObject* const* arguments, std::size_t given, PyObject* keyword_names) {
  static constexpr ArgumentReader<kArguments> kReader{"errstate", kNames, 0};
  ArgumentReader<kArguments>::Values values;
  if (!kReader.read_all(arguments, PyVectorcall_NARGS(given), keyword_names, values)) return nullptr;
  auto* self = PyObject_GC_New(ErrstateObject, reinterpret_cast<PyTypeObject*>(type));
  if (self == nullptr) return nullptr;
  for (std::size_t i = 0; i < kArguments; ++i) self->given[i] = Py_XNewRef(values[i]);
  self->modes_token = self->call_token = self->numpys_token = nullptr;
  PyObject_GC_Track(self);
  return reinterpret_cast<PyObject*>(self);
}

/// As a decorator: each call of the function enters a context of its own.
PyObject* decorate(PyObject* object, PyObject* arguments, PyObject* keywords) {
  PyObject* function = nullptr;
  static const char* const names[] = {"func", nullptr};
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O:errstate", const_cast<char**>(names), &function)) {
    return nullptr;
  }
  Ref options(PyDict_New());
  for (std::size_t i = 0; options && i < kArguments; ++i) {
    PyObject* value = as_errstate(object)->given[i];
    if (value != nullptr && PyDict_SetItemString(options.get(), kNames[i], value) != 0) return nullptr;
  }
  Ref module(PyImport_ImportModule("rooftop._errstate"));
  return module && options ? PyObject_CallMethod(module.get(), "decorated", "OO", function, options.get()) : nullptr;
}

int traverse(PyObject* object, visitproc visit, void* arg) {
  for (PyObject* value : as_errstate(object)->given) Py_VISIT(value);
  return 0;
}

int clear(PyObject* object) {
  for (PyObject*& value : as_errstate(object)->given) Py_CLEAR(value);
  return 0;
}

void dealloc(PyObject* object) {
  PyObject_GC_UnTrack(object);
  clear(object);
  ErrstateObject* self = as_errstate(object);
  Py_CLEAR(self->modes_token);
  Py_CLEAR(self->call_token);
  Py_CLEAR(self->numpys_token);
  PyObject_GC_Del(object);
}

PyMethodDef methods[] = {
    {"__enter__", enter_method, METH_NOARGS, nullptr},
    {"__exit__", as_c_function(exit_method), METH_FASTCALL, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyTypeObject errstate_type = {
    .ob_base = PyVarObject_HEAD_INIT(nullptr, 0).tp_name = "rooftop.errstate",
    .tp_basicsize = sizeof(ErrstateObject),
    .tp_dealloc = dealloc,
    .tp_call = decorate,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc =
        "errstate(*, call=None, all=None, divide=None, over=None, under=None, invalid=None)\n--\n\n"
        "A context, or a decorator, in which floating-point errors are handled in another way.\n\n"
        "Parameters\n----------\ncall : callable, optional\n    For the treatments \"call\" and \"log\".\n"
        "all, divide, over, under, invalid : {\"ignore\", \"warn\", \"raise\", \"call\", \"print\", \"log\"}, "
        "optional\n"
        "    What to do about all errors, or about one kind.\n\n"
        "Examples\n--------\n>>> import rooftop as np\n>>> with np.errstate(divide=\"ignore\"):\n"
        "...     np.array([1.0]) / 0\narray([inf])",
    .tp_traverse = traverse,
    .tp_clear = clear,
    .tp_methods = methods,
    .tp_vectorcall = make,
};

}  // namespace

int add_errstate(PyObject* module) {
  if (PyType_Ready(&errstate_type) != 0) return -1;
  return PyModule_AddObjectRef(module, "errstate", reinterpret_cast<PyObject*>(&errstate_type));
}

}  // namespace rooftop::python
