// argmax, argmin, searchsorted, nonzero, flatnonzero, argwhere and count_nonzero.
#include <algorithm>
#include <vector>

#include "array/argument_reader.h"
#include "array/axes.h"
#include "array/axis_rows.h"
#include "array/index.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/operand.h"
#include "array/reductions.h"
#include "array/scalar_object.h"
#include "rooftop/array/promotion.h"
#include "rooftop/lib/nonzero.h"
#include "rooftop/lib/search.h"
#include "rooftop/lib/selection.h"

namespace rooftop::python {
namespace {

Outcome new_place(std::int64_t place, PyObject*& result) { return made(new_scalar(DType::I64, &place), result); }

/// The elements in row-major order and aligned: the array's own memory, or a copy that `owner` holds. Null data with an
/// exception.
View dense_elements(const View& view, DType dtype, Ref& owner) {
  if (view.dtype == dtype && array::is_row_major(view) && array::is_aligned(view)) return view;
  ArrayObject* copy = copied(view, dtype, Order::RowMajor);
  owner = Ref(as_object(copy));
  return copy == nullptr ? View{} : copy->view();
}

// --- The largest and the smallest

Outcome extreme_of_all(const ArrayObject* array, bool largest, PyObject*& result) {
  Ref owner;
  View dense = array->view();
  if (!array->has(kSmall)) dense = dense_elements(dense, dense.dtype, owner);
  if (dense.data == nullptr) return Outcome::Error;
  std::int64_t place = 0;
  const Outcome outcome = run_without_gil(array->size, [&] { place = lib::find_extreme(dense, largest); });
  return outcome == Outcome::Done ? new_place(place, result) : outcome;
}

/// An array for places of these lengths; false where NumPy converts them, or refuses it.
bool takes_places(PyObject* out, std::span<const std::int64_t> lengths) {
  if (!is_exact_array(out)) return false;
  const ArrayObject* array = as_array(out);
  return array->dtype == DType::I64 && array->has(kWriteable) && std::ranges::equal(array->view().lengths(), lengths);
}

Outcome extremes_along(const View& view, int axis, bool largest, bool keeps, PyObject*& result) {
  Extents shown;
  Ref owner;
  const View elements = array::is_aligned(view) ? view : dense_elements(view, view.dtype, owner);
  if (elements.data == nullptr) return Outcome::Error;
  for (int i = 0; i < view.rank; ++i) {
    if (i != axis || keeps) shown.push(i == axis ? 1 : view.shape[i], 0);
  }
  if (shown.rank == 0) {
    std::int64_t place = 0;
    const Outcome outcome = run_without_gil(view.size(), [&] { lib::find_extremes(elements, axis, largest, &place); });
    return outcome == Outcome::Done ? new_place(place, result) : outcome;
  }
  Ref out(as_object(new_array(DType::I64, shown.lengths())));
  if (!out) return Outcome::Error;
  auto* places = reinterpret_cast<std::int64_t*>(as_array(out.get())->data);
  const Outcome outcome = run_without_gil(view.size(), [&] { lib::find_extremes(elements, axis, largest, places); });
  if (outcome == Outcome::Done) result = out.release();
  return outcome;
}

/// Finds places first: they may be written where the elements are.
template <typename Find>
Outcome written_to(PyObject* out, std::span<const std::int64_t> lengths, PyObject*& result, Find find) {
  if (!takes_places(out, lengths)) return Outcome::Delegate;
  PyObject* places = nullptr;
  if (const Outcome outcome = find(places); outcome != Outcome::Done) return outcome;
  Ref found(places);
  return assign(as_array(out)->view(), places) ? made(Py_NewRef(out), result) : Outcome::Error;
}

template <bool Largest>
Outcome extreme(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                PyObject*& result) {
  static constexpr ArgumentReader<3> kReader{"argmax", {"axis", "out", "keepdims"}, 2};
  const ArrayObject* source = as_array(array);
  if (array::is_complex(source->dtype)) return Outcome::Delegate;
  ArgumentReader<3>::Values values{};
  if (given > 0 || keyword_names != nullptr) {
    if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  }
  const auto& [axis_given, out, keepdims] = values;
  const bool keeps = keepdims == Py_True;
  if (keepdims != nullptr && !PyBool_Check(keepdims)) return Outcome::Delegate;
  if (!is_given(axis_given) && !keeps) {
    if (source->size == 0) return Outcome::Delegate;
    const auto find = [&](PyObject*& place) { return extreme_of_all(source, Largest, place); };
    return is_given(out) ? written_to(out, {}, result, find) : find(result);
  }
  int axis = 0;
  if (!is_given(axis_given) || !PyLong_CheckExact(axis_given) || !read_axis(axis_given, source->rank, axis) ||
      source->shape()[axis] == 0) {
    PyErr_Clear();
    return Outcome::Delegate;
  }
  const auto find = [&](PyObject*& places) { return extremes_along(source->view(), axis, Largest, keeps, places); };
  if (!is_given(out)) return find(result);
  Extents shown;
  for (int i = 0; i < source->rank; ++i) {
    if (i != axis || keeps) shown.push(i == axis ? 1 : source->shape()[i], 0);
  }
  return written_to(out, shown.lengths(), result, find);
}

// --- Places in sorted vectors

bool read_side(PyObject* object, bool& behind) {
  behind = false;
  if (object == nullptr) return true;
  if (!PyUnicode_CheckExact(object)) return false;
  behind = PyUnicode_CompareWithASCIIString(object, "right") == 0;
  return behind || PyUnicode_CompareWithASCIIString(object, "left") == 0;
}

/// The places that `sorter` names, all inside; false where NumPy takes or refuses it.
bool read_sorter(PyObject* object, std::int64_t n, const std::int64_t*& order) {
  if (!is_exact_array(object)) return false;
  const ArrayObject* sorter = as_array(object);
  if (sorter->dtype != DType::I64 || sorter->rank != 1 || sorter->size != n || !sorter->has(kRowMajor | kAligned)) {
    return false;
  }
  order = reinterpret_cast<const std::int64_t*>(sorter->data);
  return std::all_of(order, order + n, [n](std::int64_t place) { return place >= 0 && place < n; });
}

Outcome searchsorted(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                     PyObject*& result) {
  static constexpr ArgumentReader<3> kReader{"searchsorted", {"v", "side", "sorter"}, 3, 1};
  ArgumentReader<3>::Values values;
  bool behind = false;
  if (kReader.read(arguments, given, keyword_names, values) != ArgumentReader<3>::Result::Ok ||
      !read_side(values[1], behind)) {
    PyErr_Clear();
    return Outcome::Delegate;
  }
  const ArrayObject* source = as_array(array);
  Operand wanted;
  if (source->rank != 1 || read_operand(values[0], wanted) != Reading::Ok ||
      (wanted.is_weak() && !wanted.settle(array::default_type(wanted.weak)))) {
    PyErr_Clear();
    return Outcome::Delegate;
  }
  // A number counts as an array of its own type, unlike in arithmetic.
  const DType dtype = array::promote(source->dtype, wanted.view.dtype);
  const std::int64_t* order = nullptr;
  if (array::is_complex(dtype) || (is_given(values[2]) && !read_sorter(values[2], source->size, order))) {
    return Outcome::Delegate;
  }
  Ref owners[2];
  const View sorted = dense_elements(source->view(), dtype, owners[0]);
  const View needles = dense_elements(wanted.view, dtype, owners[1]);
  if (sorted.data == nullptr || needles.data == nullptr) return Outcome::Error;
  const lib::SortedVector vector{dtype, sorted.data, source->size, order};
  if (needles.rank == 0) {
    std::int64_t place = 0;
    lib::search_sorted(vector, needles.data, 1, behind, &place);
    return new_place(place, result);
  }
  Ref out(as_object(new_array(DType::I64, needles.lengths())));
  if (!out) return Outcome::Error;
  auto* places = reinterpret_cast<std::int64_t*>(as_array(out.get())->data);
  // With the GIL where places were checked that must stay what they are.
  const Outcome outcome = run_without_gil(order == nullptr ? needles.size() : 0, [&] {
    lib::search_sorted(vector, needles.data, needles.size(), behind, places);
  });
  if (outcome == Outcome::Done) result = out.release();
  return outcome;
}

// --- What is not zero

/// Finds the places of a view's elements: a row of the returned array for each axis.
Ref nonzero_places(const View& view, Ref& owner) {
  const View dense = dense_elements(view, view.dtype, owner);
  if (dense.data == nullptr) return Ref();
  std::int64_t count = 0;
  if (run_without_gil(view.size(), [&] { count = lib::count_nonzero(dense); }) != Outcome::Done) return Ref();
  const std::int64_t shape[] = {view.rank, count};
  Ref made(as_object(new_array(DType::I64, shape)));
  if (!made || count == 0) return made;
  auto* first = reinterpret_cast<std::int64_t*>(as_array(made.get())->data);
  std::int64_t* rows[array::kMaxRank];
  for (int axis = 0; axis < view.rank; ++axis) rows[axis] = first + axis * count;
  const std::span<std::int64_t* const> places(rows, static_cast<std::size_t>(view.rank));
  const Outcome outcome = run_without_gil(view.size(), [&] { lib::find_nonzero(dense, count, places); });
  return outcome == Outcome::Done ? std::move(made) : Ref();
}

/// One row of an array of two axes, as a view.
PyObject* row_of(PyObject* array, std::int64_t row) {
  const View whole = as_array(array)->view();
  const View view{whole.data + row * whole.strides[0], whole.dtype, 1, whole.shape + 1, whole.strides + 1};
  return as_object(new_view(view, array, true));
}

Outcome nonzero(PyObject* array, PyObject* const*, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  const ArrayObject* source = as_array(array);
  if (given > 0 || keyword_names != nullptr || source->rank == 0) return Outcome::Delegate;
  Ref owner;
  Ref places = nonzero_places(source->view(), owner);
  Ref rows(places ? PyTuple_New(source->rank) : nullptr);
  for (int axis = 0; rows && axis < source->rank; ++axis) {
    PyObject* row = row_of(places.get(), axis);
    if (row == nullptr) return Outcome::Error;
    PyTuple_SET_ITEM(rows.get(), axis, row);
  }
  return made(rows.release(), result);
}

Outcome flatnonzero(PyObject* array, PyObject* const*, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given > 0 || keyword_names != nullptr) return Outcome::Delegate;
  Ref owner;
  const View dense = dense_elements(as_array(array)->view(), as_array(array)->dtype, owner);
  if (dense.data == nullptr) return Outcome::Error;
  Extents flat;
  flat.push(dense.size(), static_cast<std::int64_t>(array::size_of(dense.dtype)));
  Ref places = nonzero_places(flat.view(dense.dtype, dense.data), owner);
  return made(places ? row_of(places.get(), 0) : nullptr, result);
}

Outcome argwhere(PyObject* array, PyObject* const*, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  const ArrayObject* source = as_array(array);
  if (given > 0 || keyword_names != nullptr || source->rank == 0) return Outcome::Delegate;
  Ref owner;
  Ref places = nonzero_places(source->view(), owner);
  if (!places) return Outcome::Error;
  const ArrayObject* found = as_array(places.get());
  Extents turned;
  turned.push(found->shape()[1], found->strides()[1]);
  turned.push(found->shape()[0], found->strides()[0]);
  return made(as_object(new_view(turned.view(DType::I64, found->data), places.get(), true)), result);
}

Outcome count_nonzero(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                      PyObject*& result) {
  static constexpr ArgumentReader<2> kReader{"count_nonzero", {"axis", "keepdims"}, 1};
  ArgumentReader<2>::Values values{};
  const ArrayObject* source = as_array(array);
  if (given > 0 || keyword_names != nullptr) {
    if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  }
  if (!is_given(values[0]) && (values[1] == nullptr || values[1] == Py_False) && array::is_aligned(source->view())) {
    std::int64_t count = 0;
    const Outcome outcome = run_without_gil(source->size, [&] { count = lib::count_nonzero(source->view()); });
    return outcome == Outcome::Done ? new_place(count, result) : outcome;
  }
  Ref mask(as_object(copied(source->view(), DType::Bool, std::nullopt)));
  if (!mask) return Outcome::Error;
  return reduce_array(ops::Ufunc::add, mask.get(), {.axis = values[0], .keepdims = values[1]}, result);
}

// --- Tables

ROOFTOP_METHOD_AND_FUNCTION(argmax, extreme<true>)
ROOFTOP_METHOD_AND_FUNCTION(argmin, extreme<false>)
ROOFTOP_METHOD_AND_FUNCTION(searchsorted, searchsorted)
ROOFTOP_METHOD_AND_FUNCTION(nonzero, nonzero)

ROOFTOP_PLAIN_FUNCTION(flatnonzero, flatnonzero)
ROOFTOP_PLAIN_FUNCTION(argwhere, argwhere)
ROOFTOP_PLAIN_FUNCTION(count_nonzero, count_nonzero)

PyMethodDef methods[] = {
    ROOFTOP_ENTRY("argmax", argmax_method,
                  "argmax(axis=None, out=None, *, keepdims=False)\n--\n\nThe place of the largest element."),
    ROOFTOP_ENTRY("argmin", argmin_method,
                  "argmin(axis=None, out=None, *, keepdims=False)\n--\n\nThe place of the smallest element."),
    ROOFTOP_ENTRY("searchsorted", searchsorted_method,
                  "searchsorted(v, side='left', sorter=None)\n--\n\nWhere elements would be put into a sorted vector."),
    ROOFTOP_ENTRY("nonzero", nonzero_method, "nonzero()\n--\n\nWhere elements are not zero: places for each axis."),
};

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("argmax", argmax_function,
                  "argmax(a, axis=None, out=None, *, keepdims=False)\n--\n\nAs ndarray.argmax."),
    ROOFTOP_ENTRY("argmin", argmin_function,
                  "argmin(a, axis=None, out=None, *, keepdims=False)\n--\n\nAs ndarray.argmin."),
    ROOFTOP_ENTRY("searchsorted", searchsorted_function,
                  "searchsorted(a, v, side='left', sorter=None)\n--\n\nAs ndarray.searchsorted."),
    ROOFTOP_ENTRY("nonzero", nonzero_function, "nonzero(a)\n--\n\nAs ndarray.nonzero."),
    ROOFTOP_ENTRY("flatnonzero", flatnonzero_function,
                  "flatnonzero(a)\n--\n\nWhere elements are not zero, counted in row-major order."),
    ROOFTOP_ENTRY("argwhere", argwhere_function,
                  "argwhere(a)\n--\n\nThe indices of elements that are not zero, a row for each."),
    ROOFTOP_ENTRY("count_nonzero", count_nonzero_function,
                  "count_nonzero(a, axis=None, *, keepdims=False)\n--\n\nHow many elements are not zero."),
};

}  // namespace

std::span<PyMethodDef> searching_methods() { return methods; }
std::span<PyMethodDef> searching_functions() { return functions; }

}  // namespace rooftop::python
