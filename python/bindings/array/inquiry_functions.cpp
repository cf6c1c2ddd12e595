// What an object is, and an object as an array of a kind: iscomplexobj, isrealobj, asanyarray, ascontiguousarray,
// asfortranarray, broadcast_arrays.
#include <algorithm>

#include "array/creation.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "rooftop/array/broadcast.h"

namespace rooftop::python {
namespace {

template <bool Wanted>
Outcome is_of_complex_type(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given != 1 || keyword_names != nullptr || !is_array(arguments[0])) return Outcome::Delegate;
  return made(PyBool_FromLong(array::is_complex(as_array(arguments[0])->dtype) == Wanted ? 1 : 0), result);
}

// Arrays stay what they are, those of subclasses, too.
Outcome asanyarray(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given != 1 || keyword_names != nullptr || !is_array(arguments[0])) return Outcome::Delegate;
  return made(Py_NewRef(arguments[0]), result);
}

// At least one axis, in this order of memory.
template <Order Wanted>
Outcome as_ordered(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given != 1 || keyword_names != nullptr || !is_array(arguments[0])) return Outcome::Delegate;
  ArrayObject* array = as_array(arguments[0]);
  if (array->rank == 0) return Outcome::Delegate;
  if (array->has(Wanted == Order::RowMajor ? kRowMajor : kColumnMajor)) {
    return is_exact_array(arguments[0]) ? made(Py_NewRef(arguments[0]), result)
                                        : made(new_view(array->view(), arguments[0], array->has(kWriteable)), result);
  }
  return made(copied(array->view(), array->dtype, Wanted), result);
}

Outcome broadcast_arrays(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (keyword_names != nullptr || given == 0) return Outcome::Delegate;
  Extents shape;
  shape.rank = 0;
  for (Py_ssize_t i = 0; i < given; ++i) {
    if (!is_exact_array(arguments[i])) return Outcome::Delegate;
    if (!array::broadcast_shape(shape, as_array(arguments[i])->view().lengths())) return Outcome::Delegate;
  }
  if (!array::checked_bytes(shape.lengths(), sizeof(double) * 2)) return Outcome::Delegate;
  Ref views(PyTuple_New(given));
  for (Py_ssize_t i = 0; views && i < given; ++i) {
    ArrayObject* array = as_array(arguments[i]);
    Extents storage;
    const bool is_whole = std::ranges::equal(array->view().lengths(), shape.lengths());
    PyObject* view = is_whole ? Py_NewRef(arguments[i])
                              : as_object(new_view(array::broadcast_view(array->view(), shape.lengths(), storage),
                                                   arguments[i], array->has(kWriteable)));
    if (view == nullptr) return Outcome::Error;
    PyTuple_SET_ITEM(views.get(), i, view);
  }
  return made(views.release(), result);
}

ROOFTOP_FREE_FUNCTION(iscomplexobj, is_of_complex_type<true>)
ROOFTOP_FREE_FUNCTION(isrealobj, is_of_complex_type<false>)
ROOFTOP_FREE_FUNCTION(asanyarray, asanyarray)
ROOFTOP_FREE_FUNCTION(ascontiguousarray, as_ordered<Order::RowMajor>)
ROOFTOP_FREE_FUNCTION(asfortranarray, as_ordered<Order::ColumnMajor>)
ROOFTOP_FREE_FUNCTION(broadcast_arrays, broadcast_arrays)

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("iscomplexobj", iscomplexobj_function,
                  "iscomplexobj(x)\n--\n\nWhether the elements are of a complex type."),
    ROOFTOP_ENTRY("isrealobj", isrealobj_function, "isrealobj(x)\n--\n\nWhether they are of none."),
    ROOFTOP_ENTRY("asanyarray", asanyarray_function,
                  "asanyarray(a, dtype=None, order=None, *, device=None, copy=None, like=None)\n--\n\nThe object as an "
                  "array, of its own class where that is one."),
    ROOFTOP_ENTRY(
        "ascontiguousarray", ascontiguousarray_function,
        "ascontiguousarray(a, dtype=None, *, like=None)\n--\n\nAn array in row-major order, itself where it is "
        "one."),
    ROOFTOP_ENTRY(
        "asfortranarray", asfortranarray_function,
        "asfortranarray(a, dtype=None, *, like=None)\n--\n\nAn array in column-major order, itself where it is "
        "one."),
    ROOFTOP_ENTRY("broadcast_arrays", broadcast_arrays_function,
                  "broadcast_arrays(*args, subok=False)\n--\n\nViews of one shape, in which elements repeat."),
};

}  // namespace

std::span<PyMethodDef> inquiry_functions() { return functions; }

}  // namespace rooftop::python
