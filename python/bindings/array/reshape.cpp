// Strides of an array under other lengths.
#include "array/reshape.h"

#include <cstdint>

#include "array/creation.h"

namespace rooftop::python {
namespace {

// Strides of the same elements under other lengths; false where that takes a copy.
bool strides_of_reshaped(const View& view, Extents& wanted) {
  if (array::is_row_major(view)) {
    wanted.set_row_major(array::size_of(view.dtype));
    return true;
  }
  // Axes of length one tell nothing. Groups of old axes are matched with groups of new ones of the same product.
  std::int64_t lengths[array::kMaxRank];
  std::int64_t strides[array::kMaxRank];
  int count = 0;
  for (int i = 0; i < view.rank; ++i) {
    if (view.shape[i] == 1) continue;
    lengths[count] = view.shape[i];
    strides[count++] = view.strides[i];
  }
  int old_begin = 0;
  int new_begin = 0;
  while (new_begin < wanted.rank && old_begin < count) {
    int old_end = old_begin + 1;
    int new_end = new_begin + 1;
    std::int64_t old_product = lengths[old_begin];
    std::int64_t new_product = wanted.shape[new_begin];
    while (old_product != new_product) {
      if (new_product < old_product) {
        new_product *= wanted.shape[new_end++];
      } else {
        old_product *= lengths[old_end++];
      }
    }
    for (int i = old_begin; i < old_end - 1; ++i) {
      if (strides[i] != lengths[i + 1] * strides[i + 1]) return false;
    }
    wanted.strides[new_end - 1] = strides[old_end - 1];
    for (int i = new_end - 1; i > new_begin; --i) wanted.strides[i - 1] = wanted.strides[i] * wanted.shape[i];
    old_begin = old_end;
    new_begin = new_end;
  }
  for (int i = new_begin; i < wanted.rank; ++i) {  // ones at the end
    wanted.strides[i] = i > 0 ? wanted.strides[i - 1] : static_cast<std::int64_t>(array::size_of(view.dtype));
  }
  return true;
}

PyObject* refuse_reshape(ArrayObject* array, const Extents& wanted) {
  return PyErr_Format(PyExc_ValueError, "cannot reshape array of size %lld into shape %s",
                      static_cast<long long>(array->size), shape_text(wanted.lengths()).c_str());
}

// Replaces a length of -1 by what is left. False with an exception.
bool fit(ArrayObject* array, Extents& wanted) {
  std::int64_t product = 1;
  int unknown = -1;
  for (int i = 0; i < wanted.rank; ++i) {
    if (wanted.shape[i] < 0) {
      if (unknown >= 0) {
        PyErr_SetString(PyExc_ValueError, "can only specify one unknown dimension");
        return false;
      }
      unknown = i;
    } else if (__builtin_mul_overflow(product, wanted.shape[i], &product)) {
      refuse_reshape(array, wanted);
      return false;
    }
  }
  if (unknown >= 0) {
    if (product == 0 || array->size % product != 0) {
      refuse_reshape(array, wanted);
      return false;
    }
    wanted.shape[unknown] = array->size / product;
    return true;
  }
  if (product == array->size) return true;
  refuse_reshape(array, wanted);
  return false;
}

}  // namespace

PyObject* reshaped(ArrayObject* array, Extents& wanted) {
  if (!fit(array, wanted)) return nullptr;
  const View view = array->view();
  if (array->size > 0 && !strides_of_reshaped(view, wanted)) {
    ArrayObject* copy = copied(view, view.dtype, Order::RowMajor);
    Ref guard(as_object(copy));
    if (!guard) return nullptr;
    wanted.set_row_major(array::size_of(view.dtype));
    return as_object(new_view(wanted.view(view.dtype, copy->data), as_object(copy), true));
  }
  if (array->size == 0) wanted.set_row_major(array::size_of(view.dtype));
  return as_object(new_view(wanted.view(view.dtype, array->data), as_object(array), array->has(kWriteable)));
}

PyObject* reshape_array(ArrayObject* array, PyObject* shape) {
  Extents wanted;
  return read_shape(shape, wanted) ? reshaped(array, wanted) : nullptr;
}

}  // namespace rooftop::python
