// One static object for each row of ops.def; their call, and the methods reduce, accumulate, reduceat, outer and at.
#include "array/ufunc_object.h"

#include <algorithm>
#include <string>

#include "array/argument_reader.h"
#include "array/creation.h"
#include "array/delegate.h"
#include "array/dtype_object.h"
#include "array/fast_path.h"
#include "array/fast_reductions.h"
#include "array/method_tables.h"
#include "array/scalar_object.h"
#include "array/ufunc_methods.h"

namespace rooftop::python {

using ops::Ufunc;

namespace {

struct UfuncObject {
  PyObject ob_base;
  vectorcallfunc call;
  Ufunc ufunc;
};

UfuncObject objects[256];

Ufunc of(PyObject* self) { return reinterpret_cast<UfuncObject*>(self)->ufunc; }
const ops::UfuncInfo& info_of(PyObject* self) { return ops::info(of(self)); }
const char* name_of(PyObject* self) { return info_of(self).name.data(); }

PyObject* delegate(PyObject* self, const char* method, PyObject* const* arguments, Py_ssize_t given,
                   PyObject* keyword_names) {
  return delegate_ufunc(name_of(self), method, arguments, given, keyword_names);
}

using KeywordReader = ArgumentReader<6>;
constexpr KeywordReader kKeywords{"ufunc", {"out", "where", "dtype", "casting", "order", "subok"}, 0};

// What is given besides the inputs. Delegate: something that is not native, or wrong, which NumPy says better.
Outcome read_options(const ops::UfuncInfo& info, PyObject* const* outputs, Py_ssize_t output_count,
                     const KeywordReader::Values& values, UfuncOptions& options, Ref& where) {
  for (Py_ssize_t i = 0; i < output_count; ++i) options.out[i] = outputs[i] == Py_None ? nullptr : outputs[i];
  const auto& [out, where_given, dtype, casting, order, subok] = values;
  if (out != nullptr && out != Py_None) {
    if (output_count > 0) return Outcome::Delegate;
    if (PyTuple_Check(out)) {
      if (PyTuple_GET_SIZE(out) != info.outputs) return Outcome::Delegate;
      for (int i = 0; i < info.outputs; ++i) {
        PyObject* item = PyTuple_GET_ITEM(out, i);
        options.out[i] = item == Py_None ? nullptr : item;
      }
    } else if (info.outputs == 1) {
      options.out[0] = out;
    } else {
      return Outcome::Delegate;
    }
  }
  for (PyObject* array : options.out) {
    if (array != nullptr && !is_array(array)) return Outcome::Delegate;
  }
  if (where_given != nullptr && where_given != Py_True) {
    where = Ref(array_from_object(where_given, std::nullopt));
    if (!where) return Outcome::Error;
    if (!is_array(where.get()) || as_array(where.get())->dtype != DType::Bool) return Outcome::Delegate;
    options.where = as_array(where.get());
    if (out == nullptr && output_count == 0) return Outcome::Delegate;  // NumPy warns of elements that nobody sets
  }
  if (dtype != nullptr && dtype != Py_None) {
    DType wanted{};
    const DTypeName name = read_dtype(dtype, wanted);
    if (name == DTypeName::Error) return Outcome::Error;
    if (name == DTypeName::Foreign) return Outcome::Delegate;
    options.dtype = wanted;
  }
  if (casting != nullptr) {
    const auto known = array::casting_from_name(text_of(casting));
    if (!known || *known < array::Casting::Safe) return Outcome::Delegate;
    options.casting = *known;
  }
  if (order != nullptr && order != Py_None) {
    const std::string_view text = text_of(order);
    if (text == "C") {
      options.order = Order::RowMajor;
    } else if (text == "F") {
      options.order = Order::ColumnMajor;
    } else if (text != "K") {
      return Outcome::Delegate;
    }
  }
  return Outcome::Done;
}

Outcome call_native(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                    PyObject*& result) {
  const ops::UfuncInfo& info = info_of(self);
  if (given < info.inputs || given > info.inputs + info.outputs) return Outcome::Delegate;
  KeywordReader::Values values;
  switch (kKeywords.read(arguments + given, 0, keyword_names, values)) {
    case KeywordReader::Result::Ok:
      break;
    case KeywordReader::Result::Unknown:
      return Outcome::Delegate;
    case KeywordReader::Result::Error:
      return Outcome::Error;
  }
  UfuncOptions options;
  Ref where;
  const Outcome read = read_options(info, arguments + info.inputs, given - info.inputs, values, options, where);
  if (read != Outcome::Done) return read;
  Operand inputs[ops::kMaxOperands];
  for (int i = 0; i < info.inputs; ++i) {
    if (const Outcome input = read_input(arguments[i], inputs[i]); input != Outcome::Done) return input;
  }
  const Outcome outcome = apply_ufunc(of(self), inputs, options, result);
  if (outcome == Outcome::Done && options.out[0] == nullptr) result = like_operands(result, arguments, info.inputs);
  return outcome == Outcome::Done && result == nullptr ? Outcome::Error : outcome;
}

// Whether `out` is the one keyword.
bool only_out(PyObject* keyword_names) {
  if (keyword_names == nullptr || PyTuple_GET_SIZE(keyword_names) != 1) return false;
  static PyObject* const out = PyUnicode_InternFromString("out");
  return PyTuple_GET_ITEM(keyword_names, 0) == out;
}

PyObject* call(PyObject* self, PyObject* const* arguments, std::size_t flags, PyObject* keyword_names) {
  const Py_ssize_t given = PyVectorcall_NARGS(flags);
  const ops::UfuncInfo& info = info_of(self);
  if (keyword_names == nullptr && given == info.inputs) {
    PyObject* result = nullptr;
    if (given == 1) {
      result = fast_unary(of(self), arguments[0]);
      if (result == nullptr && !PyErr_Occurred()) result = fast_scalar(of(self), arguments[0]);
    }
    if (given == 2) result = fast_binary(of(self), arguments[0], arguments[1]);
    if (result != nullptr || PyErr_Occurred()) return result;
  }
  if (const Py_ssize_t outs = given - info.inputs + (only_out(keyword_names) ? 1 : 0);
      outs == 1 && info.inputs <= 2 && (keyword_names == nullptr || given == info.inputs)) {
    PyObject* done = fast_into(of(self), arguments, info.inputs, arguments[info.inputs]);
    if (done != nullptr || PyErr_Occurred()) return done;
  }
  // Keyword values follow the others; the reader finds them there.
  PyObject* result = nullptr;
  if (call_native(self, arguments, given, keyword_names, result) != Outcome::Delegate) return result;
  return delegate(self, "", arguments, given, keyword_names);
}

// --- Methods

PyObject* resolve_dtypes(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return delegate(self, "resolve_dtypes", arguments, given, keyword_names);
}

PyObject* pickle(PyObject* self, PyObject*) { return PyUnicode_FromString(name_of(self)); }

PyMethodDef methods[] = {
    ROOFTOP_ENTRY("reduce", ufunc_reduce,
                  "reduce(array, axis=0, dtype=None, out=None, keepdims=False, initial=None, where=True)\n--\n\n"
                  "Folds an array along an axis."),
    ROOFTOP_ENTRY("accumulate", ufunc_accumulate,
                  "accumulate(array, axis=0, dtype=None, out=None)\n--\n\nThe partial results of reduce."),
    ROOFTOP_ENTRY("reduceat", ufunc_reduceat,
                  "reduceat(array, indices, axis=0, dtype=None, out=None)\n--\n\nFolds slices of an array."),
    ROOFTOP_ENTRY("outer", ufunc_outer, "outer(A, B, /, **kwargs)\n--\n\nThe function of all pairs."),
    ROOFTOP_ENTRY("at", ufunc_at,
                  "at(a, indices, b=None, /)\n--\n\nApplies the function in place, at each index once more."),
    ROOFTOP_ENTRY("resolve_dtypes", resolve_dtypes,
                  "resolve_dtypes(dtypes, *, signature=None, casting=None)\n--\n\nThe loop's types."),
    {"__reduce__", pickle, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyObject* get_name(PyObject* self, void*) { return PyUnicode_FromString(name_of(self)); }
PyObject* get_inputs(PyObject* self, void*) { return PyLong_FromLong(info_of(self).inputs); }
PyObject* get_outputs(PyObject* self, void*) { return PyLong_FromLong(info_of(self).outputs); }
PyObject* get_operands(PyObject* self, void*) { return PyLong_FromLong(info_of(self).inputs + info_of(self).outputs); }
PyObject* get_none(PyObject*, void*) { return Py_NewRef(Py_None); }
PyObject* get_module(PyObject*, void*) { return PyUnicode_FromString("rooftop"); }
PyObject* get_loop_count(PyObject* self, void*) { return PyLong_FromSize_t(ops::loops(of(self)).size()); }
PyObject* get_identity(PyObject* self, void*) {
  switch (info_of(self).identity) {
    case ops::Identity::Zero:
      return of(self) == Ufunc::logical_or || of(self) == Ufunc::logical_xor ? Py_NewRef(Py_False) : PyLong_FromLong(0);
    case ops::Identity::One:
      return of(self) == Ufunc::logical_and ? Py_NewRef(Py_True) : PyLong_FromLong(1);
    case ops::Identity::AllBits:
      return PyLong_FromLong(-1);
    case ops::Identity::MinusInfinity:
      return PyFloat_FromDouble(-Py_HUGE_VAL);
    case ops::Identity::None:
      break;
  }
  return Py_NewRef(Py_None);
}
PyObject* get_types(PyObject* self, void*) {
  const auto loops = ops::loops(of(self));
  const ops::UfuncInfo& info = info_of(self);
  Ref list(PyList_New(static_cast<Py_ssize_t>(loops.size())));
  if (!list) return nullptr;
  for (std::size_t i = 0; i < loops.size(); ++i) {
    std::string text;
    for (int k = 0; k < info.inputs + info.outputs; ++k) {
      if (k == info.inputs) text += "->";
      text += letter_of(loops[i].types[static_cast<std::size_t>(k)]);
    }
    PyObject* item = PyUnicode_FromString(text.c_str());
    if (item == nullptr) return nullptr;
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), item);
  }
  return list.release();
}
PyObject* get_doc(PyObject* self, void*) {
  const ops::UfuncInfo& info = info_of(self);
  return PyUnicode_FromFormat(
      "%s(%s, /, out=None, *, where=True, casting='same_kind', order='K', dtype=None)\n\n"
      "As numpy.%s.",
      info.name.data(), info.inputs == 1 ? "x" : "x1, x2", info.name.data());
}

PyGetSetDef attributes[] = {
    {"__name__", get_name, nullptr, nullptr, nullptr},
    {"__qualname__", get_name, nullptr, nullptr, nullptr},
    {"__module__", get_module, nullptr, nullptr, nullptr},
    {"__doc__", get_doc, nullptr, nullptr, nullptr},
    {"nin", get_inputs, nullptr, "The number of inputs.", nullptr},
    {"nout", get_outputs, nullptr, "The number of outputs.", nullptr},
    {"nargs", get_operands, nullptr, "Inputs and outputs.", nullptr},
    {"ntypes", get_loop_count, nullptr, "The number of native loops.", nullptr},
    {"types", get_types, nullptr, "The native loops, by the letters of their types.", nullptr},
    {"identity", get_identity, nullptr, "What a reduction of nothing gives.", nullptr},
    {"signature", get_none, nullptr, "None: the function takes elements.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyObject* represent(PyObject* self) { return PyUnicode_FromFormat("<ufunc '%s'>", name_of(self)); }

void dealloc(PyObject* self) { Py_SET_REFCNT(self, 1); }  // never ends

PyTypeObject ufunc_type = {
    .ob_base = PyVarObject_HEAD_INIT(nullptr, 0).tp_name = "rooftop.ufunc",
    .tp_basicsize = sizeof(UfuncObject),
    .tp_dealloc = dealloc,
    .tp_vectorcall_offset = offsetof(UfuncObject, call),
    .tp_repr = represent,
    .tp_call = PyVectorcall_Call,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_methods = methods,
    .tp_getset = attributes,
};

// NumPy's other names of the same functions.
constexpr struct {
  const char* name;
  Ufunc ufunc;
} kAliases[] = {
    {"true_divide", Ufunc::divide},
    {"mod", Ufunc::remainder},
    {"abs", Ufunc::absolute},
    {"conj", Ufunc::conjugate},
    {"bitwise_not", Ufunc::invert},
    {"bitwise_invert", Ufunc::invert},
    {"bitwise_left_shift", Ufunc::left_shift},
    {"bitwise_right_shift", Ufunc::right_shift},
    {"pow", Ufunc::power},
    {"acos", Ufunc::arccos},
    {"asin", Ufunc::arcsin},
    {"atan", Ufunc::arctan},
    {"atan2", Ufunc::arctan2},
    {"acosh", Ufunc::arccosh},
    {"asinh", Ufunc::arcsinh},
    {"atanh", Ufunc::arctanh},
};

}  // namespace

ops::Ufunc ufunc_of(PyObject* object) { return of(object); }

bool is_ufunc(PyObject* object) { return Py_TYPE(object) == &ufunc_type; }

const char* name_of_ufunc(PyObject* object) { return name_of(object); }

int add_ufuncs(PyObject* module) {
  if (PyType_Ready(&ufunc_type) != 0) return -1;
  if (PyModule_AddObjectRef(module, "ufunc", reinterpret_cast<PyObject*>(&ufunc_type)) != 0) return -1;
  for (int i = 0; i < ops::ufunc_count(); ++i) {
    UfuncObject& object = objects[i];
    PyObject_Init(reinterpret_cast<PyObject*>(&object), &ufunc_type);
    object.call = call;
    object.ufunc = static_cast<Ufunc>(i);
    const char* name = ops::info(object.ufunc).name.data();
    if (PyModule_AddObjectRef(module, name, reinterpret_cast<PyObject*>(&object)) != 0) return -1;
  }
  for (const auto& [name, ufunc] : kAliases) {
    PyObject* object = reinterpret_cast<PyObject*>(&objects[static_cast<std::size_t>(ufunc)]);
    if (PyModule_AddObjectRef(module, name, object) != 0) return -1;
  }
  lib::prepare_fast_loops();
  prepare_reductions();
  return 0;
}

}  // namespace rooftop::python
