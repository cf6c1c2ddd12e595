// An array under other lengths: a view where its strides allow, else a copy.
#include "array/reshape.h"

#include <cstdint>

#include "array/creation.h"
#include "rooftop/array/layout.h"

namespace rooftop::python {
namespace {

PyObject* refuse_reshape(ArrayObject* array, const Extents& wanted) {
  return PyErr_Format(PyExc_ValueError, "cannot reshape array of size %lld into shape %s",
                      static_cast<long long>(array->size), ShapeText(wanted.lengths()).c_str());
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
  if (array->has(kRowMajor)) {
    wanted.set_row_major(array::size_of(view.dtype));
  } else if (!strides_of_reshaped(view, wanted)) {
    ArrayObject* copy = copied(view, view.dtype, Order::RowMajor);
    Ref guard(as_object(copy));
    if (!guard) return nullptr;
    wanted.set_row_major(array::size_of(view.dtype));
    return as_object(new_view(wanted.view(view.dtype, copy->data), as_object(copy), true));
  }
  return as_object(new_view(wanted.view(view.dtype, array->data), as_object(array), array->has(kWriteable)));
}

PyObject* reshape_array(ArrayObject* array, PyObject* shape) {
  Extents wanted;
  return read_shape(shape, wanted) ? reshaped(array, wanted) : nullptr;
}

}  // namespace rooftop::python
