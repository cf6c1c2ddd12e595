// The Python type around DispatcherState: slots, methods, garbage collection.
#include <Python.h>

#include <structmember.h>

#include <cstddef>
#include <exception>

#include "dispatcher.h"
#include "errors.h"
#include "inspection.h"

namespace rooftop::python {
namespace {

struct Dispatcher {
  PyObject_HEAD vectorcallfunc vectorcall;
  PyObject* attributes;  ///< the __dict__
  PyObject* weak_references;
  DispatcherState* state;
};

DispatcherState& state_of(PyObject* self) { return *reinterpret_cast<Dispatcher*>(self)->state; }

PyObject* vectorcall(PyObject* self, PyObject* const* arguments, std::size_t given, PyObject* keyword_names) {
  return guarded([&] { return state_of(self).call(self, arguments, PyVectorcall_NARGS(given), keyword_names); });
}

PyObject* make(PyTypeObject* type, PyObject* arguments, PyObject* keywords) {
  static const char* const kNames[] = {"py_func", "hooks", "conversions", nullptr};
  PyObject* function = nullptr;
  PyObject* hooks = nullptr;
  PyObject* conversions = Py_None;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O!O|O:Dispatcher", const_cast<char**>(kNames),
                                   &PyFunction_Type, &function, &hooks, &conversions)) {
    return nullptr;
  }
  return guarded([&]() -> PyObject* {
    Ref self(type->tp_alloc(type, 0));
    if (!self) return nullptr;
    auto* made = reinterpret_cast<Dispatcher*>(self.get());
    made->vectorcall = vectorcall;
    made->state = new DispatcherState(function, hooks);
    Parameters& parameters = made->state->parameters();
    if (!parameters.read(function) || !parameters.set_conversions(conversions)) return nullptr;
    return self.release();
  });
}

int traverse(PyObject* self, visitproc visit, void* arg) {
  auto* dispatcher = reinterpret_cast<Dispatcher*>(self);
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(dispatcher->attributes);
  return dispatcher->state == nullptr ? 0 : dispatcher->state->visit(visit, arg);
}

int clear(PyObject* self) {
  auto* dispatcher = reinterpret_cast<Dispatcher*>(self);
  Py_CLEAR(dispatcher->attributes);
  if (dispatcher->state != nullptr) dispatcher->state->clear();
  return 0;
}

void deallocate(PyObject* self) {
  PyObject_GC_UnTrack(self);
  auto* dispatcher = reinterpret_cast<Dispatcher*>(self);
  if (dispatcher->weak_references != nullptr) PyObject_ClearWeakRefs(self);
  Py_CLEAR(dispatcher->attributes);
  delete dispatcher->state;
  PyTypeObject* type = Py_TYPE(self);
  type->tp_free(self);
  Py_DECREF(type);
}

PyObject* represent(PyObject* self) {
  return PyUnicode_FromFormat("<rooftop.jit function %U at %p>", state_of(self).parameters().qualified_name(), self);
}

// A function in a class is a method.
PyObject* get(PyObject* self, PyObject* instance, PyObject*) {
  if (instance == nullptr || instance == Py_None) return Py_NewRef(self);
  return PyMethod_New(self, instance);
}

// Pickled by name, as functions are; for copy it is itself.
PyObject* reduce(PyObject* self, PyObject*) { return PyObject_GetAttrString(self, "__qualname__"); }

PyObject* inspect(PyObject* self, const char* what, PyObject* arguments) {
  return PyObject_CallMethod(state_of(self).hooks(), "inspect", "OsO", self, what, arguments);
}
PyObject* ir(PyObject* self, PyObject* arguments) { return inspect(self, "ir", arguments); }
PyObject* assembly(PyObject* self, PyObject* arguments) { return inspect(self, "asm", arguments); }

PyObject* signature(PyObject* self, PyObject* const* arguments, Py_ssize_t given) {
  return guarded([&]() -> PyObject* {
    std::string text = state_of(self).signature_of(arguments, given);
    if (text.empty()) return nullptr;
    return PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()));
  });
}

PyObject* handle(PyObject* self, PyObject* text) {
  Py_ssize_t size = 0;
  const char* characters = PyUnicode_AsUTF8AndSize(text, &size);
  if (characters == nullptr) return nullptr;
  return guarded([&] { return state_of(self).handle_for(self, {characters, static_cast<std::size_t>(size)}); });
}

PyObject* timed_call(PyObject* self, PyObject* text) {
  const char* signature = PyUnicode_AsUTF8(text);
  if (signature == nullptr) return nullptr;
  for (const Specialization* specialization : state_of(self).specializations()) {
    if (specialization->signature() == signature) return describe_timed_call(*specialization);
  }
  return Py_NewRef(Py_None);
}

PyObject* explain(PyObject* self, PyObject* arguments) {
  return PyObject_CallMethod(state_of(self).hooks(), "explain", "OO", self, arguments);
}

PyObject* signatures(PyObject* self, void*) {
  auto table = state_of(self).specializations();
  Ref list(PyList_New(0));
  for (const Specialization* specialization : table) {
    if (!list) break;
    const std::string& text = specialization->signature();
    Ref item(PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
    if (!item || PyList_Append(list.get(), item.get()) != 0) return nullptr;
  }
  return list.release();
}

PyObject* function(PyObject* self, void*) { return Py_NewRef(state_of(self).function()); }

template <typename Function>
PyCFunction erase(Function method) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(method));
}

PyMethodDef methods[] = {
    {"ir", ir, METH_VARARGS,
     "ir(*arguments)\n--\n\n"
     "The loop language that the function was compiled to.\n\n"
     "Parameters\n----------\n*arguments : values or types\n"
     "    As in a call, or a type for each (float, np.float64, 'array(float64, 2, C)'). None at all means the version\n"
     "    that was called last.\n\n"
     "Returns\n-------\nstr"},
    {"asm", assembly, METH_VARARGS,
     "asm(*arguments)\n--\n\n"
     "The machine code that the function was compiled to, as assembly text.\n\n"
     "Parameters\n----------\n*arguments : values or types\n    As for `ir`.\n\n"
     "Returns\n-------\nstr"},
    {"explain", explain, METH_VARARGS,
     "explain(*arguments)\n--\n\n"
     "What became of the function, line by line, and how close its last call came to the machine's limits.\n\n"
     "For each compiled version: what was recognised, vectorised, made parallel; what was not, why, and what to do\n"
     "about it. Then the floating-point operations and bytes of the last call, from the text of the function and the\n"
     "arguments' shapes, its time, and which fraction of the roofline that is. The ceilings of the machine are\n"
     "measured when they are first needed, which takes a second or two. The function is not called.\n\n"
     "Parameters\n----------\n*arguments : values or types\n"
     "    As for `ir`: one version. None at all means every version compiled so far, the one called last first.\n\n"
     "Returns\n-------\nstr\n\n"
     "Raises\n------\nValueError\n    If the function has not been compiled yet and no types are named.\n\n"
     "Notes\n-----\n"
     "Calls with few elements are not all timed, since reading a clock takes as long as they do: one in 64 is, the\n"
     "first included. See docs/explain.md.\n\n"
     "Examples\n--------\n>>> triad(a, b, c, 2.0)\n>>> print(triad.explain())"},
    {"__reduce__", reduce, METH_NOARGS, nullptr},
    {"_signature", erase(signature), METH_FASTCALL, nullptr},
    {"_handle", handle, METH_O, nullptr},
    {"_timed_call", timed_call, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef getters[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, nullptr, nullptr},
    {"py_func", function, nullptr, "The Python function itself.", nullptr},
    {"signatures", signatures, nullptr, "Texts of the signatures compiled so far, the one used last first.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyMemberDef members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Dispatcher, vectorcall), READONLY, nullptr},
    {"__dictoffset__", T_PYSSIZET, offsetof(Dispatcher, attributes), READONLY, nullptr},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Dispatcher, weak_references), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

template <typename Function>
void* slot(Function function_pointer) {
  return reinterpret_cast<void*>(function_pointer);
}

PyType_Slot slots[] = {
    {Py_tp_new, slot(make)},
    {Py_tp_dealloc, slot(deallocate)},
    {Py_tp_traverse, slot(traverse)},
    {Py_tp_clear, slot(clear)},
    {Py_tp_call, slot(PyVectorcall_Call)},
    {Py_tp_repr, slot(represent)},
    {Py_tp_descr_get, slot(get)},
    {Py_tp_methods, methods},
    {Py_tp_getset, getters},
    {Py_tp_members, members},
    {Py_tp_doc, const_cast<char*>("A function compiled by rooftop.jit.")},
    {0, nullptr},
};

PyType_Spec spec = {
    .name = "rooftop._core.Dispatcher",
    .basicsize = sizeof(Dispatcher),
    .itemsize = 0,
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};

}  // namespace

int add_dispatcher(PyObject* module) {
  Ref type(PyType_FromSpec(&spec));
  return type ? PyModule_AddObjectRef(module, "Dispatcher", type.get()) : -1;
}

}  // namespace rooftop::python
