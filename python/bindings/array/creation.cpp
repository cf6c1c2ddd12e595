// Nested sequences, conversion, and the functions array, asarray, zeros, ones, empty, full, arange.
#include "array/creation.h"

#include <cmath>
#include <cstring>

#include "array/allocation.h"
#include "array/argument_reader.h"
#include "array/delegate.h"
#include "array/dtype_object.h"
#include "array/operand.h"
#include "array/scalar_object.h"
#include "array/ufunc_call.h"
#include "core/numpy_access.h"
#include "core/without_gil.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/array/cast.h"
#include "rooftop/lib/copy.h"

namespace rooftop::python {
namespace {

// The types of scalars, ours and NumPy's; those of a sequence are mostly one.
class ScalarTypes {
 public:
  /// Nothing for what is no scalar.
  std::optional<DType> of(PyObject* object) {
    if (Py_TYPE(object) != last_ || last_ == nullptr) {
      last_ = Py_TYPE(object);
      dtype_ = is_scalar(object) ? dtype_of_scalar_type(last_) : find_numpy() ? scalar_type(object) : std::nullopt;
    }
    return dtype_;
  }

 private:
  PyTypeObject* last_ = nullptr;
  std::optional<DType> dtype_;
};

// Depth first, twice: shape and type, then the elements. Whatever is unusual ends it: NumPy takes over.
class Nested {
 public:
  enum class Result : std::uint8_t { Ok, Unusual, Error };

  Result look(PyObject* sequence) {
    Result result = measure(sequence, 0);
    return result == Result::Ok && !found_type_ && size_of() == 0 ? Result::Unusual : result;
  }

  DType dtype() const {
    // In a sequence Python's numbers are of their default types, not weak.
    if (!found_strong_) return array::default_type(weak_);
    return weak_ == array::Weak::None ? strong_ : array::promote(strong_, array::default_type(weak_));
  }
  const Extents& extents() const { return extents_; }

  Result fill(PyObject* sequence, DType dtype, char*& to) {
    const auto step = static_cast<std::ptrdiff_t>(array::size_of(dtype));
    PyObject** items = PySequence_Fast_ITEMS(sequence);
    const Py_ssize_t count = PySequence_Fast_GET_SIZE(sequence);
    for (Py_ssize_t i = 0; i < count && i < PySequence_Fast_GET_SIZE(sequence); ++i) {
      if (is_list_or_tuple(items[i])) {
        if (Result result = fill(items[i], dtype, to); result != Result::Ok) return result;
      } else if (is_array(items[i])) {
        ArrayObject* part = as_array(items[i]);
        Extents extents(View{to, dtype, part->rank, part->shape(), part->shape()});
        extents.set_row_major(array::size_of(dtype));
        array::copy_elements(extents.view(dtype, to), part->view());
        to += part->size * step;
      } else {
        if (dtype == DType::F64 && PyFloat_CheckExact(items[i])) {
          const double value = PyFloat_AS_DOUBLE(items[i]);
          std::memcpy(to, &value, sizeof value);
        } else if (const auto given = scalars_.of(items[i])) {
          if (!array::can_cast(*given, dtype, array::Casting::Safe)) return Result::Unusual;  // NumPy may warn
          array::cast_loop(*given, dtype)(to, 0, scalar_value(items[i]), 0, 1);
        } else if (write_element(dtype, to, items[i]) != 0) {
          return Result::Error;
        }
        to += step;
      }
    }
    return Result::Ok;
  }

 private:
  Result measure(PyObject* object, int depth) {
    if (!is_list_or_tuple(object)) return leaf(object, depth);
    if (depth >= array::kMaxRank) return Result::Unusual;
    const Py_ssize_t count = PySequence_Fast_GET_SIZE(object);
    if (depth == extents_.rank) {
      if (leaf_depth_ >= 0) return Result::Unusual;
      extents_.push(count, 0);
    } else if (extents_.shape[depth] != count) {
      return Result::Unusual;
    }
    PyObject** items = PySequence_Fast_ITEMS(object);
    for (Py_ssize_t i = 0; i < count; ++i) {
      if (Result result = measure(items[i], depth + 1); result != Result::Ok) return result;
    }
    return Result::Ok;
  }

  Result leaf(PyObject* object, int depth) {
    if (PyFloat_CheckExact(object)) {
      weak_ = std::max(weak_, array::Weak::Float);
    } else if (PyLong_CheckExact(object)) {
      int overflow = 0;
      PyLong_AsLongLongAndOverflow(object, &overflow);
      if (overflow != 0) return Result::Unusual;
      weak_ = std::max(weak_, array::Weak::Int);
    } else if (PyComplex_CheckExact(object)) {
      weak_ = std::max(weak_, array::Weak::Complex);
    } else if (PyBool_Check(object)) {
      add_strong(DType::Bool);
    } else if (const auto scalar = scalars_.of(object)) {
      add_strong(*scalar);
    } else if (is_array(object)) {
      return array_leaf(as_array(object), depth);
    } else {
      return Result::Unusual;
    }
    return end_at(depth);
  }

  // Arrays in a list are its last axes.
  Result array_leaf(ArrayObject* array, int depth) {
    add_strong(array->dtype);
    for (int i = 0; i < array->rank; ++i) {
      if (depth + i >= array::kMaxRank) return Result::Unusual;
      if (depth + i == extents_.rank) {
        if (leaf_depth_ >= 0) return Result::Unusual;
        extents_.push(array->shape()[i], 0);
      } else if (extents_.shape[depth + i] != array->shape()[i]) {
        return Result::Unusual;
      }
    }
    return end_at(depth + array->rank);
  }

  Result end_at(int depth) {
    found_type_ = true;
    if (leaf_depth_ < 0) leaf_depth_ = depth;
    return leaf_depth_ == depth && extents_.rank == depth ? Result::Ok : Result::Unusual;
  }

  void add_strong(DType dtype) {
    strong_ = found_strong_ ? array::promote(strong_, dtype) : dtype;
    found_strong_ = true;
  }

  std::int64_t size_of() const {
    std::int64_t size = 1;
    for (int i = 0; i < extents_.rank; ++i) size *= extents_.shape[i];
    return size;
  }

  ScalarTypes scalars_;
  Extents extents_;
  array::Weak weak_ = array::Weak::None;
  DType strong_ = DType::Bool;
  bool found_strong_ = false;
  bool found_type_ = false;
  int leaf_depth_ = -1;
};

// A float, or an int of 64 bits, as an element; false for anything else.
bool read_exactly(PyObject* object, double& element) {
  element = PyFloat_CheckExact(object) ? PyFloat_AS_DOUBLE(object) : 0;
  return PyFloat_CheckExact(object);
}
bool read_exactly(PyObject* object, std::int64_t& element) {
  int overflow = 1;
  element = PyLong_CheckExact(object) ? PyLong_AsLongLongAndOverflow(object, &overflow) : 0;
  return overflow == 0;
}

// Rows of the same number of elements of one kind, or one row; false for others.
template <typename T>
bool fill_rows(PyObject* const* items, Py_ssize_t count, int rank, Py_ssize_t columns, T* to) {
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (rank == 1) {
      if (!read_exactly(items[i], to[i])) return false;
    } else {
      const bool is_row = is_list_or_tuple(items[i]) && PySequence_Fast_GET_SIZE(items[i]) == columns;
      if (!is_row || !fill_rows(PySequence_Fast_ITEMS(items[i]), columns, 1, 0, to + i * columns)) return false;
    }
  }
  return true;
}

// `[1.0, 2.0]`, `[[1, 2], [3, 4]]`: floats or ints in a list, or in rows, as most are. Null without an exception when
// there is something else.
template <typename T>
PyObject* array_of_rows(PyObject* sequence, DType dtype) {
  const Py_ssize_t count = PySequence_Fast_GET_SIZE(sequence);
  PyObject* const* items = PySequence_Fast_ITEMS(sequence);
  if (count == 0) return nullptr;
  const int rank = is_list_or_tuple(items[0]) ? 2 : 1;
  const Py_ssize_t columns = rank == 2 ? PySequence_Fast_GET_SIZE(items[0]) : 0;
  PyObject* const first = rank == 1 ? items[0] : columns > 0 ? PySequence_Fast_ITEMS(items[0])[0] : nullptr;
  T unused;
  if (first == nullptr || !read_exactly(first, unused)) return nullptr;
  const std::int64_t shape[] = {count, columns};
  ArrayObject* array = new_array(dtype, {shape, static_cast<std::size_t>(rank)});
  if (array == nullptr) return nullptr;
  if (!fill_rows(items, count, rank, columns, reinterpret_cast<T*>(array->data))) Py_CLEAR(array);
  return as_object(array);
}

}  // namespace

PyObject* array_from_sequence(PyObject* sequence, std::optional<DType> dtype) {
  if (!dtype || dtype == DType::F64) {
    PyObject* array = array_of_rows<double>(sequence, DType::F64);
    if (array != nullptr || PyErr_Occurred()) return array;
  }
  if (!dtype || dtype == DType::I64) {
    PyObject* array = array_of_rows<std::int64_t>(sequence, DType::I64);
    if (array != nullptr || PyErr_Occurred()) return array;
  }
  Nested nested;
  if (nested.look(sequence) != Nested::Result::Ok) return nullptr;
  ArrayObject* array = new_array(dtype.value_or(nested.dtype()), nested.extents().lengths());
  if (array == nullptr) return nullptr;
  Ref guard(as_object(array));
  char* to = array->data;
  if (nested.fill(sequence, array->dtype, to) != Nested::Result::Ok) return nullptr;
  return guard.release();
}

PyObject* array_from_object(PyObject* object, std::optional<DType> dtype) {
  if (is_array(object)) return dtype ? converted(as_array(object), *dtype) : Py_NewRef(object);
  if (is_list_or_tuple(object)) {
    PyObject* array = array_from_sequence(object, dtype);
    if (array != nullptr || PyErr_Occurred()) return array;
    return delegate_asarray(object, dtype);
  }
  Operand operand;
  if (read_operand(object, operand, false) == Reading::Ok) {
    if (operand.is_weak() && operand.weak == array::Weak::Int && !dtype) {
      int overflow = 0;
      PyLong_AsLongLongAndOverflow(object, &overflow);
      if (overflow != 0) return delegate_asarray(object, dtype);
    }
    if (operand.is_weak() || (operand.view.rank == 0 && !is_numpy_array(object))) {
      const DType own = operand.is_weak() ? array::default_type(operand.weak) : operand.view.dtype;
      const DType wanted = dtype.value_or(own);
      if (!operand.settle(wanted)) return nullptr;
      return as_object(copied(operand.view, wanted, std::nullopt));
    }
  }
  return delegate_asarray(object, dtype);
}

ArrayObject* copied(const View& view, DType dtype, std::optional<Order> order) {
  ArrayObject* copy = nullptr;
  if (order != Order::ColumnMajor && array::is_row_major(view)) {
    copy = new_inline_array(dtype, view.lengths(), static_cast<std::int64_t>(array::size_of(dtype)));
    if (copy == nullptr && PyErr_Occurred()) return nullptr;
    if (copy != nullptr && view.dtype == dtype) {
      std::memcpy(copy->data, view.data, static_cast<std::size_t>(copy->bytes()));
      return copy;
    }
    if (copy != nullptr) {  // both as one row
      const auto to = static_cast<std::int64_t>(array::size_of(dtype));
      const auto from = static_cast<std::int64_t>(array::size_of(view.dtype));
      if (!convert_elements({copy->data, dtype, 1, &copy->size, &to}, {view.data, view.dtype, 1, &copy->size, &from})) {
        Py_CLEAR(copy);
      }
      return copy;
    }
  }
  copy = order ? new_array(dtype, view.lengths(), *order) : new_like(view, dtype);
  if (copy != nullptr && !convert_elements(copy->view(), view)) Py_CLEAR(copy);
  return copy;
}

bool convert_elements(const View& target, const View& source) {
  constexpr std::int64_t kReleaseSize = 1 << 15;  // elements from which the GIL is released meanwhile
  unsigned errors = 0;
  {
    const WithoutGil released(target.size() >= kReleaseSize);
    errors = lib::copy(target, source);
  }
  return report_cast_errors(errors);
}

PyObject* converted(ArrayObject* array, DType dtype) {
  if (array->dtype == dtype) return Py_NewRef(as_object(array));
  return as_object(copied(array->view(), dtype, std::nullopt));
}

bool refuses_bool(PyObject* object) {
  if (!PyBool_Check(object)) return false;
  PyErr_SetString(PyExc_TypeError, "an integer is required");
  return true;
}

bool read_shape(PyObject* object, Extents& extents) {
  extents.rank = 0;
  auto add = [&](PyObject* item) {
    if (extents.rank == array::kMaxRank) {
      PyErr_Format(PyExc_ValueError, "maximum supported dimension for an ndarray is currently %d", array::kMaxRank);
      return false;
    }
    if (refuses_bool(item)) return false;
    Ref whole(PyNumber_Index(item));
    if (!whole) return false;
    const Py_ssize_t length = PyNumber_AsSsize_t(whole.get(), PyExc_ValueError);
    if (length == -1 && PyErr_Occurred()) {
      PyErr_Clear();
      PyErr_Format(PyExc_ValueError, "Maximum allowed dimension exceeded by %S", whole.get());
      return false;
    }
    extents.push(length, 0);
    return true;
  };
  if (PyLong_CheckExact(object) || !PySequence_Check(object) || (is_array(object) && as_array(object)->rank == 0)) {
    if (PyIndex_Check(object) && !PyBool_Check(object)) return add(object);
    PyErr_Format(PyExc_TypeError, "expected a sequence of integers or a single integer, got '%R'", object);
    return false;
  }
  Ref items(PySequence_Fast(object, "a shape is an integer or a sequence of integers"));
  if (!items) return false;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(items.get()); ++i) {
    if (!add(PySequence_Fast_GET_ITEM(items.get(), i))) return false;
  }
  return true;
}

}  // namespace rooftop::python
