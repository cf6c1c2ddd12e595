// Subscripts of ints and slices of ints, as most are: nothing in them runs the user's code, so the array stays as it is
// while they are read.
#pragma once

#include <Python.h>

#include <cstdint>

#include "array/array_object.h"

namespace rooftop::python {

/// What a slice names of an axis: `count` places from `start` on, `step` apart.
struct PlainSlice {
  std::int64_t start, step, count;

  /// False, without an exception, for bounds that are no ints or longer than 64 bits, and for a step of zero.
  bool read(const PySliceObject* slice, std::int64_t length) {
    step = 1;
    if (!read_bound(slice->step, step) || step == 0 || step < -PY_SSIZE_T_MAX) return false;
    // The place before the first, or behind the last, in the slice's direction.
    const std::int64_t first = step < 0 ? length - 1 : 0, end = step < 0 ? -1 : length;
    std::int64_t stop = end;
    start = first;
    if (!read_place(slice->start, length, start) || !read_place(slice->stop, length, stop)) return false;
    const std::int64_t distance = step < 0 ? start - stop : stop - start;
    count = distance <= 0 ? 0 : step == 1 || step == -1 ? distance : (distance - 1) / (step < 0 ? -step : step) + 1;
    return true;
  }

 private:
  // Borrowed: what is None leaves the value as it is.
  static bool read_bound(PyObject* bound, std::int64_t& value) {
    if (bound == Py_None) return true;
    int overflow = 1;
    if (PyLong_CheckExact(bound)) value = PyLong_AsLongLongAndOverflow(bound, &overflow);
    return overflow == 0;
  }
  // From the start of the axis, within what a walk in this direction may begin or end at.
  bool read_place(PyObject* bound, std::int64_t length, std::int64_t& place) const {
    if (bound == Py_None) return true;
    if (!read_bound(bound, place)) return false;
    if (place < 0) place += length;
    const std::int64_t least = step < 0 ? -1 : 0, most = step < 0 ? length - 1 : length;
    place = place < least ? least : place > most ? most : place;
    return true;
  }
};

class PlainIndex {
 public:
  /// False, without an exception, for other subscripts, wrong ones, and arrays of many axes.
  bool read(const ArrayObject* array, PyObject* key) {
    PyObject* const* items = &key;
    Py_ssize_t count = 1;
    if (PyTuple_CheckExact(key)) {
      items = &PyTuple_GET_ITEM(key, 0);
      count = PyTuple_GET_SIZE(key);
    }
    if (count == 0 || count > array->rank || array->rank > kInlineRank) return false;
    data_ = array->data;
    rank_ = 0;
    for (Py_ssize_t i = 0; i < count; ++i) {
      const bool is_taken = PyLong_CheckExact(items[i]) ? take_int(items[i], array->shape()[i], array->strides()[i])
                                                        : take_slice(items[i], array->shape()[i], array->strides()[i]);
      if (!is_taken) return false;
    }
    is_element_ = rank_ == 0 && count == array->rank;
    for (auto axis = static_cast<int>(count); axis < array->rank; ++axis) {
      push(array->shape()[axis], array->strides()[axis]);
    }
    return true;
  }

  /// Whether it is one element, at `data`.
  bool is_element() const { return is_element_; }
  char* data() const { return data_; }
  View view(DType dtype) const { return {data_, dtype, rank_, shape_, strides_}; }

 private:
  void push(std::int64_t length, std::int64_t stride) {
    shape_[rank_] = length;
    strides_[rank_++] = stride;
  }

  bool take_int(PyObject* item, std::int64_t length, std::int64_t stride) {
    int overflow = 0;
    std::int64_t place = PyLong_AsLongLongAndOverflow(item, &overflow);
    if (place < 0) place += length;
    if (overflow != 0 || place < 0 || place >= length) return false;
    data_ += place * stride;
    return true;
  }

  bool take_slice(PyObject* item, std::int64_t length, std::int64_t stride) {
    if (!PySlice_Check(item)) return false;
    const auto* const slice = reinterpret_cast<PySliceObject*>(item);
    if (slice->start == Py_None && slice->stop == Py_None && slice->step == Py_None) {
      push(length, stride);
      return true;
    }
    PlainSlice bounds;
    if (!bounds.read(slice, length)) return false;
    if (bounds.count > 0) data_ += bounds.start * stride;
    push(bounds.count, stride * bounds.step);
    return true;
  }

  char* data_ = nullptr;
  int rank_ = 0;
  bool is_element_ = false;
  std::int64_t shape_[kInlineRank], strides_[kInlineRank];  // NOLINT: set with the axes
};

}  // namespace rooftop::python
