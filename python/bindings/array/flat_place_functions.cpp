// unravel_index and ravel_multi_index: places counted through a whole array, and indices of its axes.
#include <algorithm>

#include "array/argument_reader.h"
#include "array/axis_rows.h"
#include "array/creation.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/operand.h"
#include "array/outside_mode.h"
#include "array/scalar_object.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/lib/flat_places.h"

namespace rooftop::python {
namespace {

// 'C' or 'F'; false for anything else.
bool read_first_runs_fastest(PyObject* object, bool& first) {
  const std::string_view name = object == nullptr ? "C" : text_of(object);
  first = name == "F";
  return first || name == "C";
}

// Lengths of at least one axis, whose product an int64 holds.
bool read_lengths(PyObject* object, Extents& shape) {
  if (!PyLong_CheckExact(object) && !is_list_or_tuple(object)) return false;
  const bool is_read = read_shape(object, shape);
  PyErr_Clear();
  if (!is_read || shape.rank == 0) return false;
  const auto lengths = shape.lengths();
  return std::ranges::all_of(lengths, [](std::int64_t n) { return n >= 0; }) &&
         array::checked_bytes(lengths, sizeof(std::int64_t)).has_value();
}

// Integers as an array of int64 in row-major order, with memory of its own where that is asked for; Delegate for
// anything else.
Outcome read_places(PyObject* object, bool is_own, Ref& places) {
  if (!is_own && is_exact_array(object) && as_array(object)->dtype == DType::I64 &&
      as_array(object)->has(kRowMajor | kAligned)) {
    places = Ref::borrow(object);
    return Outcome::Done;
  }
  Operand operand;
  if (const Outcome read = read_input(object, operand); read != Outcome::Done) return read;
  if (operand.weak == array::Weak::Int && !operand.settle(DType::I64)) PyErr_Clear();
  if (operand.view.data == nullptr || !array::is_integer(operand.view.dtype)) return Outcome::Delegate;
  if (operand.view.size() == 0 && !is_array(object)) return Outcome::Delegate;  // an empty list is of floats
  places = Ref(as_object(copied(operand.view, DType::I64, Order::RowMajor)));
  return places ? Outcome::Done : Outcome::Error;
}

std::int64_t* numbers_of(PyObject* array) { return reinterpret_cast<std::int64_t*>(as_array(array)->data); }

// Row `row` of an array that has one more axis than the places, as an array of their lengths, or a number.
PyObject* index_along(PyObject* block, const ArrayObject* places, int row) {
  const ArrayObject* all = as_array(block);
  char* data = all->data + row * all->strides()[0];
  if (places->rank == 0) return new_scalar(DType::I64, data);
  return as_object(new_view({data, DType::I64, places->rank, places->shape(), places->strides()}, block, true));
}

Outcome unravel_index(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<3> kReader{"unravel_index", {"indices", "shape", "order"}, 3, 2};
  ArgumentReader<3>::Values values;
  Extents shape;
  bool first = false;
  Ref places;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values) || !read_first_runs_fastest(values[2], first) ||
      !read_lengths(values[1], shape)) {
    return Outcome::Delegate;
  }
  if (const Outcome read = read_places(values[0], true, places); read != Outcome::Done) return read;
  const ArrayObject* wanted = as_array(places.get());
  Extents block_shape;
  block_shape.push(shape.rank, 0);
  block_shape.push(wanted->size, 0);
  Ref block(as_object(new_array(DType::I64, block_shape.lengths())));
  if (!block) return Outcome::Error;
  std::int64_t* indices[array::kMaxRank];
  for (int axis = 0; axis < shape.rank; ++axis) indices[axis] = numbers_of(block.get()) + axis * wanted->size;
  std::optional<std::int64_t> outside;
  const Outcome outcome = run_without_gil(wanted->size, [&] {
    outside = lib::unravel({numbers_of(places.get()), static_cast<std::size_t>(wanted->size)}, shape.lengths(), first,
                           indices);
  });
  if (outcome != Outcome::Done) return outcome;
  if (outside) return Outcome::Delegate;  // NumPy says which one is out of what
  Ref tuple(PyTuple_New(shape.rank));
  for (int axis = 0; tuple && axis < shape.rank; ++axis) {
    PyObject* index = index_along(block.get(), wanted, axis);
    if (index == nullptr) return Outcome::Error;
    PyTuple_SET_ITEM(tuple.get(), axis, index);
  }
  return made(tuple.release(), result);
}

// The indices of each axis, and what they broadcast to.
Outcome read_indices(PyObject* object, const Extents& shape, lib::OutsideMode mode, Ref* indices, Extents& common) {
  common.rank = 0;
  Ref sequence(PySequence_Tuple(object));
  if (!sequence || PyTuple_GET_SIZE(sequence.get()) != shape.rank) {
    PyErr_Clear();
    return Outcome::Delegate;
  }
  const bool moves = mode != lib::OutsideMode::Raise;
  for (int axis = 0; axis < shape.rank; ++axis) {
    const Outcome read = read_places(PyTuple_GET_ITEM(sequence.get(), axis), moves, indices[axis]);
    if (read != Outcome::Done) return read;
    const ArrayObject* array = as_array(indices[axis].get());
    const std::int64_t length = shape.shape[axis];
    if ((array->size > 0 && length == 0) || !array::broadcast_shape(common, array->view().lengths())) {
      return Outcome::Delegate;
    }
    if (moves) lib::bring_inside(numbers_of(indices[axis].get()), array->size, length, mode);
  }
  return Outcome::Done;
}

Outcome ravel_multi_index(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<4> kReader{"ravel_multi_index", {"multi_index", "dims", "mode", "order"}, 4, 2};
  ArgumentReader<4>::Values values;
  Extents shape, common;
  bool first = false;
  lib::OutsideMode mode{};
  if (!read_or_leave(kReader, arguments, given, keyword_names, values) || !read_first_runs_fastest(values[3], first) ||
      !read_outside_mode(values[2], mode) || !read_lengths(values[1], shape) ||
      !(is_list_or_tuple(values[0]) || is_exact_array(values[0]))) {
    return Outcome::Delegate;
  }
  Ref indices[array::kMaxRank];
  if (const Outcome read = read_indices(values[0], shape, mode, indices, common); read != Outcome::Done) return read;
  Ref out(as_object(new_zeros(DType::I64, common.lengths())));
  if (!out) return Outcome::Error;
  const View sums = as_array(out.get())->view();
  bool is_inside = true;
  const Outcome outcome = run_without_gil(sums.size(), [&] {
    std::int64_t step = 1;
    for (int k = 0; k < shape.rank; ++k) {
      const int axis = first ? k : shape.rank - 1 - k;
      Extents storage;
      const View along = array::broadcast_view(as_array(indices[axis].get())->view(), common.lengths(), storage);
      is_inside &= lib::add_indices(sums, along, shape.shape[axis], step);
      step *= shape.shape[axis];
    }
  });
  if (outcome != Outcome::Done) return outcome;
  if (!is_inside) {
    PyErr_SetString(PyExc_ValueError, "invalid entry in coordinates array");
    return Outcome::Error;
  }
  return made(common.rank == 0 ? new_scalar(DType::I64, sums.data) : out.release(), result);
}

ROOFTOP_FREE_FUNCTION(unravel_index, unravel_index)
ROOFTOP_FREE_FUNCTION(ravel_multi_index, ravel_multi_index)

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("unravel_index", unravel_index_function,
                  "unravel_index(indices, shape, order='C')\n--\n\nPlaces in a whole array as indices of its axes."),
    ROOFTOP_ENTRY("ravel_multi_index", ravel_multi_index_function,
                  "ravel_multi_index(multi_index, dims, mode='raise', order='C')\n--\n\nIndices of axes as places in "
                  "the whole array."),
};

}  // namespace

std::span<PyMethodDef> flat_place_functions() { return functions; }

}  // namespace rooftop::python
