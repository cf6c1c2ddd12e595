// Basic subscripts: new lengths, strides and address; and assignment through them.
#include "array/index.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "array/creation.h"
#include "array/delegate.h"
#include "array/fancy_index.h"
#include "array/operand.h"
#include "array/plain_index.h"
#include "array/scalar_object.h"
#include "core/numpy_access.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/array/cast.h"

namespace rooftop::python {
namespace {

/// The index from the start of an axis of this length; -1 with IndexError. Negative numbers count from the end.
inline std::int64_t position(Py_ssize_t index, int axis, std::int64_t length) {
  const std::int64_t from_start = index < 0 ? index + length : index;
  if (from_start >= 0 && from_start < length) [[likely]]
    return from_start;
  PyErr_Format(PyExc_IndexError, "index %zd is out of bounds for axis %d with size %lld", index, axis,
               static_cast<long long>(length));
  return -1;
}

/// The address of one row of the first axis; null with IndexError.
inline char* row_at(const ArrayObject* array, Py_ssize_t index) {
  const std::int64_t from_start = position(index, 0, array->shape()[0]);
  return from_start < 0 ? nullptr : array->data + from_start * array->strides()[0];
}

enum class Found : std::uint8_t {
  Element,  ///< one element, at `data`
  View,
  Fancy,  ///< there are arrays or booleans in the subscript
  Error,
};

// A subscript on its way through the axes.
class BasicIndex {
 public:
  // Lengths and strides are kept: objects in the subscript are the user's, and may give the array another shape.
  explicit BasicIndex(ArrayObject* array) : array_(array), from_(array->view()), data_(array->data) {}

  Found read(PyObject* key) {
    PyObject* const* items = &key;
    Py_ssize_t count = 1;
    if (PyTuple_Check(key)) {
      items = &PyTuple_GET_ITEM(key, 0);
      count = PyTuple_GET_SIZE(key);
    }
    Py_ssize_t axes = 0;
    Py_ssize_t integers = 0;
    Py_ssize_t added = 0;
    bool has_ellipsis = false;
    for (Py_ssize_t i = 0; i < count; ++i) {
      if (items[i] == Py_Ellipsis) {
        if (has_ellipsis) {
          PyErr_SetString(PyExc_IndexError, "an index can only have a single ellipsis ('...')");
          return Found::Error;
        }
        has_ellipsis = true;
      } else if (is_fancy(items[i])) {
        return Found::Fancy;
      } else if (items[i] == Py_None) {
        ++added;
      } else {
        ++axes;
        integers += PySlice_Check(items[i]) ? 0 : 1;
      }
    }
    if (axes > from_.rank) {
      PyErr_Format(PyExc_IndexError, "too many indices for array: array is %d-dimensional, but %zd were indexed",
                   from_.rank, axes);
      return Found::Error;
    }
    if (from_.rank - integers + added > array::kMaxRank) return refuse_rank();
    for (Py_ssize_t i = 0; i < count; ++i) {
      if (items[i] == Py_Ellipsis) {
        keep(from_.rank - static_cast<int>(axes));
      } else if (items[i] == Py_None) {
        extents_.push(1, 0);
        only_integers_ = false;
      } else if (!take(items[i])) {
        return Found::Error;
      }
    }
    if (only_integers_ && axis_ == from_.rank && !has_ellipsis) return Found::Element;
    keep(from_.rank - axis_);
    return Found::View;
  }

  char* data() const { return data_; }
  View view() const { return extents_.view(array_->dtype, data_); }

 private:
  static bool is_fancy(PyObject* item) {
    if (PyLong_CheckExact(item) || PySlice_Check(item) || item == Py_None) return false;
    if (PyBool_Check(item)) return true;
    if (is_array(item)) return true;  // also without dimensions: what it gives is a copy
    if (is_scalar(item)) return !array::is_integer(*dtype_of_scalar_type(Py_TYPE(item)));
    return !PyIndex_Check(item) || PySequence_Check(item);
  }

  static Found refuse_rank() {
    PyErr_Format(PyExc_IndexError, "number of dimensions must be within [0, %d]", array::kMaxRank);
    return Found::Error;
  }

  void keep(int axes) {
    for (; axes > 0; --axes, ++axis_) extents_.push(from_.shape[axis_], from_.strides[axis_]);
  }

  bool take(PyObject* item) {
    if (PySlice_Check(item)) return take_slice(item);
    const Py_ssize_t index = PyNumber_AsSsize_t(item, PyExc_IndexError);
    if (index == -1 && PyErr_Occurred()) return false;
    const std::int64_t from_start = position(index, axis_, from_.shape[axis_]);
    if (from_start < 0) return false;
    data_ += from_start * from_.strides[axis_];
    ++axis_;
    return true;
  }

  bool take_slice(PyObject* slice) {
    only_integers_ = false;
    const std::int64_t length = from_.shape[axis_];
    const std::int64_t stride = from_.strides[axis_];
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(slice, &start, &stop, &step) != 0) return false;
    const Py_ssize_t count = PySlice_AdjustIndices(length, &start, &stop, step);
    if (count > 0) data_ += start * stride;
    extents_.push(count, stride * step);
    ++axis_;
    return true;
  }

  ArrayObject* const array_;
  const Extents from_;
  char* data_;
  int axis_ = 0;
  bool only_integers_ = true;
  Extents extents_;
};

// What an array of a subclass gives is of its class.
PyObject* as_same_class(ArrayObject* array, PyObject* view) {
  if (view == nullptr || Py_TYPE(as_object(array)) == &array_type) return view;
  Ref exact(view);
  return new_subclass_view(Py_TYPE(as_object(array)), as_array(view), as_object(array));
}

PyObject* row_of(ArrayObject* array, Py_ssize_t index) {
  char* row = row_at(array, index);
  if (row == nullptr) return nullptr;
  if (array->rank == 1) return new_scalar(array->dtype, row);
  const View view{row, array->dtype, array->rank - 1, array->shape() + 1, array->strides() + 1};
  return as_same_class(array, as_object(new_view(view, as_object(array), array->has(kWriteable))));
}

// One axis, sliced: the commonest view.
PyObject* slice_of_vector(ArrayObject* array, PyObject* slice) {
  if (PlainSlice plain; plain.read(reinterpret_cast<PySliceObject*>(slice), array->size)) {
    const std::int64_t stride = array->strides()[0];
    char* const data = plain.count > 0 ? array->data + plain.start * stride : array->data;
    return as_object(new_vector_view(array, data, plain.count, stride * plain.step));
  }
  Py_ssize_t start, stop, step;
  const std::int64_t stride = array->strides()[0];  // what the slice holds may give the array another shape
  if (PySlice_Unpack(slice, &start, &stop, &step) != 0) return nullptr;
  const std::int64_t count = PySlice_AdjustIndices(array->size, &start, &stop, step);
  char* const data = count > 0 ? array->data + start * stride : array->data;
  return as_object(new_vector_view(array, data, count, stride * step));
}

PyObject* fancy_or_delegated(ArrayObject* array, PyObject* key) {
  PyObject* object = as_object(array);
  PyObject* result = nullptr;
  if (fancy_subscript(array, key, result) == Outcome::Delegate) {
    Ref arguments(PyTuple_Pack(1, key));
    result = arguments ? delegate_method("__getitem__", object, arguments.get(), nullptr) : nullptr;
  }
  return like_self(object, result);
}

PyObject* subscript(PyObject* object, PyObject* key) {
  ArrayObject* array = as_array(object);
  if (PyLong_CheckExact(key) && array->rank > 0) {
    const Py_ssize_t index = PyLong_AsSsize_t(key);
    if (index == -1 && PyErr_Occurred()) {
      PyErr_Clear();
      return PyErr_Format(PyExc_IndexError, "index %R is out of bounds for axis 0 with size %lld", key,
                          static_cast<long long>(array->shape()[0]));
    }
    return row_of(array, index);
  }
  if (PySlice_Check(key) && array->rank == 1 && is_exact_array(object)) return slice_of_vector(array, key);
  if (PlainIndex plain; plain.read(array, key)) {
    if (plain.is_element()) return new_scalar(array->dtype, plain.data());
    return as_same_class(array, as_object(new_view(plain.view(array->dtype), object, array->has(kWriteable))));
  }
  if (is_exact_array(key)) return fancy_or_delegated(array, key);
  BasicIndex index(array);
  switch (index.read(key)) {
    case Found::Element:
      return new_scalar(array->dtype, index.data());
    case Found::View:
      return as_same_class(array, as_object(new_view(index.view(), object, array->has(kWriteable))));
    case Found::Error:
      return nullptr;
    case Found::Fancy:
      break;
  }
  return fancy_or_delegated(array, key);
}

int delegate_assignment(PyObject* object, PyObject* key, PyObject* value) {
  Ref arguments(PyTuple_Pack(2, key, value));
  Ref done(arguments ? delegate_method("__setitem__", object, arguments.get(), nullptr) : nullptr);
  return done ? 0 : -1;
}

int assign_subscript(PyObject* object, PyObject* key, PyObject* value) {
  ArrayObject* array = as_array(object);
  if (value == nullptr) {
    PyErr_SetString(PyExc_ValueError, "cannot delete array elements");
    return -1;
  }
  if (!require_writeable(array)) return -1;
  if (PyLong_CheckExact(key) && array->rank == 1 && (PyFloat_CheckExact(value) || PyLong_CheckExact(value))) {
    const Py_ssize_t index = PyLong_AsSsize_t(key);
    if (index != -1 || !PyErr_Occurred()) {
      char* row = row_at(array, index);
      return row == nullptr ? -1 : write_element(array->dtype, row, value);
    }
    PyErr_Clear();
  }
  // An element takes no array with dimensions, even of one element; NumPy says so.
  const bool has_axes = (is_array(value) && as_array(value)->rank > 0) || PyList_Check(value) || PyTuple_Check(value);
  if (PlainIndex plain; plain.read(array, key)) {
    if (plain.is_element() && has_axes) return delegate_assignment(object, key, value);
    return assign(plain.view(array->dtype), value) ? 0 : -1;
  }
  BasicIndex index(array);
  switch (index.read(key)) {
    case Found::Element:
      if (has_axes) return delegate_assignment(object, key, value);
      return assign(index.view(), value) ? 0 : -1;
    case Found::View:
      return assign(index.view(), value) ? 0 : -1;
    case Found::Error:
      return -1;
    case Found::Fancy:
      break;
  }
  switch (assign_fancy_subscript(array, key, value)) {
    case Outcome::Done:
      return 0;
    case Outcome::Error:
      return -1;
    case Outcome::Delegate:
      break;
  }
  return delegate_assignment(object, key, value);
}

// Through NumPy, which knows more kinds of values, and what to say of those that are none.
bool delegate_assign(const View& target, PyObject* value) {
  Ref view(as_object(new_view(target, nullptr, true)));
  Ref whole(PyTuple_New(0));
  Ref key(PyTuple_Pack(1, Py_Ellipsis));
  return view && key && delegate_assignment(view.get(), key.get(), value) == 0;
}

Py_ssize_t length(PyObject* object) {
  ArrayObject* array = as_array(object);
  if (array->rank > 0) return array->shape()[0];
  PyErr_SetString(PyExc_TypeError, "len() of unsized object");
  return -1;
}

PyObject* item(PyObject* object, Py_ssize_t index) {
  ArrayObject* array = as_array(object);
  if (array->rank > 0) return row_of(array, index);
  PyErr_SetString(PyExc_IndexError, "too many indices for array: array is 0-dimensional, but 1 were indexed");
  return nullptr;
}

// An integer or a float of an array: ours or NumPy's.
bool is_whole_scalar(PyObject* object) {
  std::optional<DType> dtype;
  if (is_scalar(object)) {
    dtype = dtype_of_scalar_type(Py_TYPE(object));
  } else if (!is_array(object) && find_numpy()) {
    dtype = scalar_type(object);
  }
  return dtype && (array::is_integer(*dtype) || array::is_float(*dtype));
}

int contains(PyObject* object, PyObject* value) {
  Ref equal(PyObject_RichCompare(object, value, Py_EQ));
  if (!equal) return -1;
  if (!is_array(equal.get())) return PyObject_IsTrue(equal.get());
  Ref any(PyObject_CallMethod(equal.get(), "any", nullptr));
  return any ? PyObject_IsTrue(any.get()) : -1;
}

// Few elements of an array of the same type and lengths, where they lie in order in both: false where it is not so.
bool assign_in_order(const View& target, PyObject* value) {
  if (!is_exact_array(value)) return false;
  const ArrayObject* source = as_array(value);
  if (source->dtype != target.dtype || !source->has(kSmall)) return false;
  if (!std::ranges::equal(source->view().lengths(), target.lengths()) || !array::is_row_major(target)) return false;
  std::memmove(target.data, source->data, static_cast<std::size_t>(source->bytes()));  // they may overlap
  return true;
}

}  // namespace

bool assign(const View& target, PyObject* value) {
  if (assign_in_order(target, value)) return true;
  Operand operand;
  switch (read_operand(value, operand)) {
    case Reading::Ok:
      break;
    case Reading::Error:
      return false;
    case Reading::Foreign:
      return delegate_assign(target, value);
  }
  if (!operand.settle(target.dtype)) return false;
  if (array::is_integer(target.dtype) && is_whole_scalar(value)) {
    // As Python's numbers, not as arrays: what does not fit is an error.
    Ref whole(PyNumber_Long(value));
    if (!whole || write_element(target.dtype, operand.value, whole.get()) != 0) return false;
    operand.view = {operand.value, target.dtype, 0, nullptr, nullptr};
  }
  // The warnings that something is lost are NumPy's.
  const DType given = operand.view.dtype;
  if (array::is_complex(given) && !array::is_complex(target.dtype)) return delegate_assign(target, value);
  const bool is_lossy = array::is_integer(target.dtype) && array::is_float(given);
  if (!operand.is_weak() && (is_lossy || may_leave_half(given, target.dtype))) return delegate_assign(target, value);
  View source = operand.view;
  while (source.rank > target.rank && source.shape[0] == 1) {  // leading ones are no axes here
    ++source.shape;
    ++source.strides;
    --source.rank;
  }
  if (!array::broadcasts_to(source.lengths(), target.lengths())) {
    PyErr_Format(PyExc_ValueError, "could not broadcast input array from shape %s into shape %s",
                 ShapeText(operand.view.lengths()).c_str(), ShapeText(target.lengths()).c_str());
    return false;
  }
  Ref copy;
  if (array::may_overlap(target, source) && !array::same_elements(target, source)) {
    ArrayObject* separate = copied(source, source.dtype, std::nullopt);
    if (separate == nullptr) return false;
    copy = Ref(as_object(separate));
    source = separate->view();
  }
  Extents storage;
  return convert_elements(target, array::broadcast_view(source, target.lengths(), storage));
}

PyObject* iterate_array(PyObject* object) {
  if (as_array(object)->rank > 0) return PySeqIter_New(object);
  PyErr_SetString(PyExc_TypeError, "iteration over a 0-d array");
  return nullptr;
}

PyMappingMethods array_mapping_slots = {length, subscript, assign_subscript};
PySequenceMethods array_sequence_slots = {.sq_length = length, .sq_item = item, .sq_contains = contains};

}  // namespace rooftop::python
