// The axis first, all others behind it as one: then rows are sorted and grouped.
#include "array/unique_rows.h"

#include <algorithm>
#include <cstring>

#include "array/axis_rows.h"
#include "array/creation.h"
#include "rooftop/lib/unique_rows.h"

namespace rooftop::python {
namespace {

PyObject* new_numbers(std::size_t count, std::int64_t*& data) {
  const auto length = static_cast<std::int64_t>(count);
  ArrayObject* array = new_array(DType::I64, {&length, 1});
  if (array != nullptr) data = reinterpret_cast<std::int64_t*>(array->data);
  return as_object(array);
}

/// The axis first, in memory of its own.
Ref with_axis_first(const ArrayObject* array, int axis) {
  Extents extents;
  extents.push(array->shape()[axis], array->strides()[axis]);
  for (int k = 0; k < array->rank; ++k) {
    if (k != axis) extents.push(array->shape()[k], array->strides()[k]);
  }
  return Ref(as_object(copied(extents.view(array->dtype, array->data), array->dtype, Order::RowMajor)));
}

/// The first row of each group, as a view with the axis at its place again.
PyObject* different_rows(const View& source, int axis, const lib::RowGroups& groups) {
  Extents shape(source.lengths());
  shape.shape[0] = static_cast<std::int64_t>(groups.begins.size()) - 1;
  Ref rows(as_object(new_array(source.dtype, shape.lengths())));
  if (!rows) return nullptr;
  const ArrayObject* made = as_array(rows.get());
  const std::int64_t bytes = source.strides[0];
  for (std::int64_t g = 0; g < shape.shape[0]; ++g) {
    const std::int64_t row = groups.order[static_cast<std::size_t>(groups.begins[static_cast<std::size_t>(g)])];
    std::memcpy(made->data + g * bytes, source.data + row * bytes, static_cast<std::size_t>(bytes));
  }
  Extents turned(made->view());
  std::rotate(turned.shape, turned.shape + 1, turned.shape + axis + 1);
  std::rotate(turned.strides, turned.strides + 1, turned.strides + axis + 1);
  return as_object(new_view(turned.view(source.dtype, made->data), rows.get(), true));
}

PyObject* first_places(const lib::RowGroups& groups) {
  std::int64_t* to = nullptr;
  PyObject* places = new_numbers(groups.begins.size() - 1, to);
  if (places == nullptr) return nullptr;
  for (std::size_t g = 0; g + 1 < groups.begins.size(); ++g) {
    to[g] = groups.order[static_cast<std::size_t>(groups.begins[g])];
  }
  return places;
}

PyObject* groups_of_rows(const lib::RowGroups& groups) {
  std::int64_t* to = nullptr;
  PyObject* inverse = new_numbers(groups.order.size(), to);
  if (inverse == nullptr) return nullptr;
  for (std::size_t g = 0; g + 1 < groups.begins.size(); ++g) {
    for (std::int64_t i = groups.begins[g]; i < groups.begins[g + 1]; ++i) {
      to[groups.order[static_cast<std::size_t>(i)]] = static_cast<std::int64_t>(g);
    }
  }
  return inverse;
}

PyObject* sizes_of(const lib::RowGroups& groups) {
  std::int64_t* to = nullptr;
  PyObject* sizes = new_numbers(groups.begins.size() - 1, to);
  if (sizes == nullptr) return nullptr;
  for (std::size_t g = 0; g + 1 < groups.begins.size(); ++g) to[g] = groups.begins[g + 1] - groups.begins[g];
  return sizes;
}

}  // namespace

Outcome unique_along(const ArrayObject* array, int axis, const UniqueOptions& options, PyObject*& result) {
  Ref held = with_axis_first(array, axis);
  if (!held) return Outcome::Error;
  const View rows = as_array(held.get())->view();
  Extents flat;
  flat.push(rows.shape[0], rows.strides[0]);
  flat.push(rows.size() / rows.shape[0], static_cast<std::int64_t>(array::size_of(rows.dtype)));
  lib::RowGroups groups;
  const Outcome outcome =
      run_without_gil(rows.size(), [&] { groups = lib::group_rows(flat.view(rows.dtype, rows.data)); });
  if (outcome != Outcome::Done) return outcome;
  Ref values(different_rows(rows, axis, groups));
  if (!values) return Outcome::Error;
  const int others = options.index + options.inverse + options.counts;
  if (others == 0) return made(values.release(), result);
  Ref results(PyTuple_New(1 + others));
  if (!results) return Outcome::Error;
  Py_ssize_t next = 0;
  const auto add = [&](PyObject* item) {
    if (item == nullptr) return false;
    PyTuple_SET_ITEM(results.get(), next++, item);
    return true;
  };
  const bool is_whole = add(values.release()) && (!options.index || add(first_places(groups))) &&
                        (!options.inverse || add(groups_of_rows(groups))) && (!options.counts || add(sizes_of(groups)));
  return is_whole ? made(results.release(), result) : Outcome::Error;
}

}  // namespace rooftop::python
