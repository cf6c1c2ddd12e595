// sort, argsort, partition and argpartition as methods and as functions of the module, and lexsort.
#include <algorithm>
#include <cstring>
#include <vector>

#include "array/argument_reader.h"
#include "array/axes.h"
#include "array/axis_rows.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/reshape.h"
#include "rooftop/lib/argsort.h"
#include "rooftop/lib/lexsort.h"
#include "rooftop/lib/sort.h"

namespace rooftop::python {
namespace {

/// What a call asks for. Sorts are stable whatever their kind.
struct Sorting {
  int axis = -1;
  bool is_flat = false;  ///< axis=None: all elements as one row
  bool descends = false;
  std::vector<std::int64_t> places;  ///< of a partition
};

// --- Arguments

// The names of algorithms; others are refused in NumPy's words.
bool is_kind(PyObject* object, bool partitions) {
  if (!is_given(object)) return true;
  if (!PyUnicode_CheckExact(object)) return false;
  static constexpr const char* kSorts[] = {"quicksort", "heapsort", "mergesort", "stable"};
  const auto is_named = [&](const char* name) { return PyUnicode_CompareWithASCIIString(object, name) == 0; };
  return partitions ? is_named("introselect") : std::any_of(std::begin(kSorts), std::end(kSorts), is_named);
}

// False without an exception: NumPy takes the call, or refuses it.
bool read_sorting_axis(PyObject* object, int rank, bool takes_none, Sorting& sorting) {
  if (object == Py_None && takes_none) {
    sorting.is_flat = true;
    return true;
  }
  if (rank == 0 || object == Py_None) return false;
  sorting.axis = rank - 1;
  if (object == nullptr) return true;
  if (PyLong_CheckExact(object) && read_axis(object, rank, sorting.axis)) return true;
  PyErr_Clear();
  return false;
}

bool read_flag(PyObject* object, bool& flag) {
  if (is_given(object) && !PyBool_Check(object)) return false;
  flag = object == Py_True;
  return true;
}

/// The arguments of sort and argsort behind the array.
bool read_sort(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, bool takes_none,
               Sorting& sorting) {
  static constexpr ArgumentReader<5> kReader{"sort", {"axis", "kind", "order", "stable", "descending"}, 3};
  ArgumentReader<5>::Values values;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return false;
  const auto& [axis, kind, order, stable, descending] = values;
  if (is_given(order) || !is_kind(kind, false) || (is_given(kind) && is_given(stable))) return false;
  return read_flag(descending, sorting.descends) && read_sorting_axis(axis, as_array(array)->rank, takes_none, sorting);
}

/// The places of a partition in [0, n), in ascending order.
bool read_places(PyObject* object, std::int64_t n, std::vector<std::int64_t>& places) {
  const auto add = [&](std::int64_t place) {
    if (place < -n || place >= n) return false;
    places.push_back(place < 0 ? place + n : place);
    return true;
  };
  const auto add_number = [&](PyObject* number) {
    if (!PyLong_CheckExact(number)) return false;
    const long long place = PyLong_AsLongLong(number);
    if (place != -1 || !PyErr_Occurred()) return add(place);
    PyErr_Clear();
    return false;
  };
  if (PyTuple_CheckExact(object) || PyList_CheckExact(object)) {
    if (PySequence_Fast_GET_SIZE(object) == 0) return false;
    PyObject** items = PySequence_Fast_ITEMS(object);
    if (!std::all_of(items, items + PySequence_Fast_GET_SIZE(object), add_number)) return false;
  } else if (is_exact_array(object)) {
    const ArrayObject* array = as_array(object);
    if (array->dtype != DType::I64 || array->rank > 1 || !array->has(kRowMajor | kAligned)) return false;
    const auto* values = reinterpret_cast<const std::int64_t*>(array->data);
    if (!std::all_of(values, values + array->size, add)) return false;
  } else if (!add_number(object)) {
    return false;
  }
  std::sort(places.begin(), places.end());
  return true;
}

/// The arguments of partition and argpartition behind the array.
bool read_partition(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                    bool takes_none, Sorting& sorting) {
  static constexpr ArgumentReader<4> kReader{"partition", {"kth", "axis", "kind", "order"}, 4, 1};
  ArgumentReader<4>::Values values;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return false;
  const auto& [kth, axis, kind, order] = values;
  const ArrayObject* source = as_array(array);
  if (is_given(order) || !is_kind(kind, true) || !read_sorting_axis(axis, source->rank, takes_none, sorting)) {
    return false;
  }
  return read_places(kth, sorting.is_flat ? source->size : source->shape()[sorting.axis], sorting.places);
}

// --- Elements in order

/// How rows are put into order: wholly, or some places of them.
struct Whole {
  static constexpr auto& read = read_sort;
  static constexpr bool kPartitions = false;
  static void arrange(const View& rows, const Sorting&) { lib::sort_rows(rows); }
  static void find(const View& rows, const Sorting&, std::int64_t* places) { lib::argsort_rows(rows, places); }
};
struct Part {
  static constexpr auto& read = read_partition;
  static constexpr bool kPartitions = true;
  static void arrange(const View& rows, const Sorting& sorting) { lib::partition_rows(rows, sorting.places); }
  static void find(const View& rows, const Sorting& sorting, std::int64_t* places) {
    lib::argpartition_rows(rows, sorting.places, places);
  }
};

/// The view with one axis running backwards.
View reversed_axis(View view, int axis, Extents& storage) {
  storage = Extents(view);
  if (view.shape[axis] > 0) view.data += (view.shape[axis] - 1) * view.strides[axis];
  storage.strides[axis] = -storage.strides[axis];
  return storage.view(view.dtype, view.data);
}

template <typename Amount>
Outcome arrange_in_place(const View& view, const Sorting& sorting) {
  if (view.size() < 2) return Outcome::Done;
  Extents storage;
  Ref owner;
  const View rows = dense_rows(view, sorting.axis, storage, owner);
  if (rows.data == nullptr) return Outcome::Error;
  const Outcome outcome = run_without_gil(view.size(), [&] { Amount::arrange(rows, sorting); });
  if (outcome != Outcome::Done || !owner) return outcome;
  Extents target;
  return convert_elements(with_axis_last(view, sorting.axis, target), rows) ? outcome : Outcome::Error;
}

template <typename Amount>
Outcome method_in_place(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                        PyObject*& result) {
  Sorting sorting;
  ArrayObject* target = as_array(array);
  if (!target->has(kWriteable) || !Amount::read(array, arguments, given, keyword_names, false, sorting) ||
      sorting.descends) {
    return Outcome::Delegate;
  }
  const Outcome outcome = arrange_in_place<Amount>(target->view(), sorting);
  if (outcome == Outcome::Done) result = Py_NewRef(Py_None);
  return outcome;
}

/// A copy that may be put into order: all elements as one row where axis=None says so.
Ref copy_to_arrange(PyObject* array, Sorting& sorting) {
  const View view = as_array(array)->view();
  if (!sorting.is_flat) return Ref(as_object(copied(view, view.dtype, std::nullopt)));
  Ref copy(as_object(copied(view, view.dtype, Order::RowMajor)));
  sorting.axis = 0;
  Extents flat;
  flat.push(view.size(), static_cast<std::int64_t>(array::size_of(view.dtype)));
  return copy ? Ref(reshaped(as_array(copy.get()), flat)) : Ref();
}

template <typename Amount>
Outcome function_of_copy(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                         PyObject*& result) {
  Sorting sorting;
  if (!Amount::read(array, arguments, given, keyword_names, true, sorting)) return Outcome::Delegate;
  Ref copy = copy_to_arrange(array, sorting);
  if (!copy) return Outcome::Error;
  const View view = as_array(copy.get())->view();
  const Outcome outcome = arrange_in_place<Amount>(view, sorting);
  if (outcome != Outcome::Done) return outcome;
  Extents storage;
  return made(sorting.descends ? as_object(new_view(reversed_axis(view, sorting.axis, storage), copy.get(), true))
                               : copy.release(),
              result);
}

// --- Places in order

/// Places are counted from the other end of their axis.
void mirror_places(const View& rows) {
  const std::int64_t n = rows.shape[rows.rank - 1];
  auto* places = reinterpret_cast<std::int64_t*>(rows.data);
  for (std::int64_t i = 0; i < rows.size(); ++i) places[i] = n - 1 - places[i];
}

template <typename Amount>
Outcome find_places(const View& source, const Sorting& sorting, PyObject*& result) {
  const int last = source.rank - 1;
  Extents turned, storage;
  Ref owner;
  // Descending: from the back, twice, so that equal elements stay in their order.
  const View given = sorting.descends ? reversed_axis(source, sorting.axis, turned) : source;
  const View rows = dense_rows(given, sorting.axis, storage, owner);
  if (rows.data == nullptr) return Outcome::Error;
  Ref places(as_object(new_array(DType::I64, rows.lengths())));
  if (!places) return Outcome::Error;
  View found = as_array(places.get())->view();
  const Outcome outcome = run_without_gil(source.size(), [&] {
    if (source.size() > 0) Amount::find(rows, sorting, reinterpret_cast<std::int64_t*>(found.data));
  });
  if (outcome != Outcome::Done) return outcome;
  Extents mirrored, moved;
  if (sorting.descends) {
    mirror_places(found);
    found = reversed_axis(found, last, mirrored);
  }
  if (!sorting.descends && sorting.axis == last) {
    result = places.release();
    return Outcome::Done;
  }
  ArrayObject* out = new_array(DType::I64, source.lengths());
  if (out == nullptr) return Outcome::Error;
  result = as_object(out);
  if (convert_elements(with_axis_last(out->view(), sorting.axis, moved), found)) return Outcome::Done;
  Py_CLEAR(result);
  return Outcome::Error;
}

template <typename Amount>
Outcome places(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
               PyObject*& result) {
  Sorting sorting;
  if (!Amount::read(array, arguments, given, keyword_names, true, sorting)) return Outcome::Delegate;
  // Ours would order them all: NumPy is quicker.
  constexpr std::int64_t kFew = 16;
  const ArrayObject* source = as_array(array);
  if (Amount::kPartitions && array::is_complex(source->dtype) && source->size > kFew) return Outcome::Delegate;
  if (!sorting.is_flat) return find_places<Amount>(as_array(array)->view(), sorting, result);
  Ref flat = copy_to_arrange(array, sorting);
  return flat ? find_places<Amount>(as_array(flat.get())->view(), sorting, result) : Outcome::Error;
}

// --- Several keys

Outcome lexsort(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given != 1 || keyword_names != nullptr || !is_list_or_tuple(arguments[0])) return Outcome::Delegate;
  Ref keys(PySequence_Tuple(arguments[0]));  // a list may change meanwhile
  if (!keys) return Outcome::Error;
  std::vector<View> views;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(keys.get()); ++i) {
    PyObject* key = PyTuple_GET_ITEM(keys.get(), i);
    if (!is_exact_array(key) || as_array(key)->rank != 1 || !as_array(key)->has(kAligned)) return Outcome::Delegate;
    views.push_back(as_array(key)->view());
    if (views.back().shape[0] != views[0].shape[0]) return Outcome::Delegate;
  }
  if (views.empty()) return Outcome::Delegate;
  Ref places(as_object(new_array(DType::I64, views[0].lengths())));
  if (!places) return Outcome::Error;
  auto* to = reinterpret_cast<std::int64_t*>(as_array(places.get())->data);
  const Outcome outcome = run_without_gil(views[0].size(), [&] { lib::lexsort(views, to); });
  if (outcome == Outcome::Done) result = places.release();
  return outcome;
}

// --- Tables

#define ROOFTOP_IN_PLACE(name, amount)                                                                             \
  PyObject* name##_method(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) { \
    return call_method(#name, self, arguments, given, keyword_names, method_in_place<amount>);                     \
  }                                                                                                                \
  PyObject* name##_function(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {    \
    return call_native(#name, arguments, given, keyword_names, function_of_copy<amount>);                          \
  }
ROOFTOP_IN_PLACE(sort, Whole)
ROOFTOP_IN_PLACE(partition, Part)
#undef ROOFTOP_IN_PLACE
ROOFTOP_METHOD_AND_FUNCTION(argsort, places<Whole>)
ROOFTOP_METHOD_AND_FUNCTION(argpartition, places<Part>)
ROOFTOP_FREE_FUNCTION(lexsort, lexsort)

PyMethodDef methods[] = {
    ROOFTOP_ENTRY("sort", sort_method,
                  "sort(axis=-1, kind=None, order=None, *, stable=None)\n--\n\nSorts the elements along an axis; equal "
                  "ones stay in their order."),
    ROOFTOP_ENTRY("argsort", argsort_method,
                  "argsort(axis=-1, kind=None, order=None, *, stable=None)\n--\n\nThe places of elements in ascending "
                  "order; those of equal ones ascend."),
    ROOFTOP_ENTRY("partition", partition_method,
                  "partition(kth, axis=-1, kind='introselect', order=None)\n--\n\nPuts the kth element along an axis "
                  "where sorting would, no larger ones before it."),
    ROOFTOP_ENTRY("argpartition", argpartition_method,
                  "argpartition(kth, axis=-1, kind='introselect', order=None)\n--\n\nThe places of elements as "
                  "partition puts them."),
};

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("sort", sort_function,
                  "sort(a, axis=-1, kind=None, order=None, *, stable=None, descending=False)\n--\n\nA sorted copy; the "
                  "array API adds `descending`."),
    ROOFTOP_ENTRY("argsort", argsort_function,
                  "argsort(a, axis=-1, kind=None, order=None, *, stable=None, descending=False)\n--\n\nAs "
                  "ndarray.argsort; the array API adds `descending`."),
    ROOFTOP_ENTRY("partition", partition_function,
                  "partition(a, kth, axis=-1, kind='introselect', order=None)\n--\n\nA copy after ndarray.partition."),
    ROOFTOP_ENTRY("argpartition", argpartition_function,
                  "argpartition(a, kth, axis=-1, kind='introselect', order=None)\n--\n\nAs ndarray.argpartition."),
    ROOFTOP_ENTRY(
        "lexsort", lexsort_function,
        "lexsort(keys, axis=-1)\n--\n\nThe places that sort by several keys, the last one first of all; those "
        "of equal elements ascend."),
};

}  // namespace

std::span<PyMethodDef> sorting_methods() { return methods; }
std::span<PyMethodDef> sorting_functions() { return functions; }

}  // namespace rooftop::python
