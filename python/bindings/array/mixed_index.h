// Subscripts that mix arrays of integers, masks, numbers, slices, None and Ellipsis: `a[:, places]`, `a[rows,
// columns]`, `a[mask, 0, ::2]`.
#pragma once

#include <Python.h>

#include <span>
#include <vector>

#include "array/array_object.h"
#include "array/ufunc_call.h"
#include "core/small_buffer.h"

namespace rooftop::python {

class MixedIndex {
 public:
  /// Delegate for what NumPy should judge; Error with an IndexError for places outside.
  Outcome read(ArrayObject* array, PyObject* key);

  /// Bytes from `rest().data` to what each element of the index arrays names, in row-major order.
  std::span<const std::int64_t> offsets() const {
    const ArrayObject* array = as_array(offsets_.get());
    return {reinterpret_cast<const std::int64_t*>(array->data), static_cast<std::size_t>(array->size)};
  }
  /// The common lengths of the index arrays.
  std::span<const std::int64_t> index_lengths() const { return index_shape_.lengths(); }
  /// What is there at every offset: the axes of slices, of None, and those that the subscript leaves as they are.
  View rest() const { return rest_.view(dtype_, data_); }
  /// How many of these come before the axes of the index arrays in the result.
  int axes_before() const { return axes_before_; }

 private:
  enum class Kind : std::uint8_t { Integer, Slice, NewAxis, Ellipsis, Places, Mask };
  struct Item {
    Kind kind;
    int axis;             ///< of Places and Mask: the first one
    Py_ssize_t position;  ///< of Integer
    PyObject* slice;
    View view;
  };

  Outcome classify(PyObject* object);
  Outcome classify_array(PyObject* object);
  Outcome apply(int named_axes);
  bool take_integer(const Item& item, int axis);
  bool take_slice(PyObject* slice, int axis);
  void keep(int first, int last);
  Outcome find_offsets();
  Outcome add_places(const Item& item, const View& offsets);

  DType dtype_{};
  char* data_ = nullptr;
  Extents from_;
  Extents rest_;
  Extents index_shape_;
  int axes_before_ = 0;
  SmallBuffer<Item, 6> items_;
  Ref offsets_;  ///< an array: its memory is kept for the next one
  std::vector<Ref> kept_;
  std::vector<std::vector<std::int64_t>> distances_;  ///< of masks, in their order
};

}  // namespace rooftop::python
