// Formats of the struct module, and what a consumer may ask for.
#include "array/buffer_protocol.h"

#include <cstring>

#include "array/array_object.h"

namespace rooftop::python {
namespace {

constexpr const char* kFormats[array::kDTypeCount] = {"?", "b", "h", "i", "l", "B",  "H", "I",
                                                      "L", "e", "E", "f", "d", "Zf", "Zd"};

int refuse(const char* message) {
  PyErr_SetString(PyExc_BufferError, message);
  return -1;
}

int get_buffer(PyObject* object, Py_buffer* buffer, int flags) {
  ArrayObject* array = as_array(object);
  buffer->obj = nullptr;
  if ((flags & PyBUF_WRITABLE) == PyBUF_WRITABLE && !array->has(kWriteable)) {
    return refuse("buffer source array is read-only");
  }
  const bool wants_row_major = (flags & PyBUF_C_CONTIGUOUS) == PyBUF_C_CONTIGUOUS;
  const bool wants_column_major = (flags & PyBUF_F_CONTIGUOUS) == PyBUF_F_CONTIGUOUS;
  const bool wants_any = (flags & PyBUF_ANY_CONTIGUOUS) == PyBUF_ANY_CONTIGUOUS;
  const bool takes_strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES;
  if (wants_row_major && !array->has(kRowMajor)) return refuse("ndarray is not C-contiguous");
  if (wants_column_major && !array->has(kColumnMajor)) return refuse("ndarray is not Fortran contiguous");
  if (wants_any && (array->flags & (kRowMajor | kColumnMajor)) == 0) return refuse("ndarray is not contiguous");
  if (!takes_strides && !array->has(kRowMajor)) return refuse("ndarray is not C-contiguous");
  if (array->dtype == DType::BF16 && (flags & PyBUF_FORMAT) == PyBUF_FORMAT) {
    return refuse("the buffer protocol has no format for bfloat16");
  }
  // Lengths and strides are copied: the array's own change when it gets another shape.
  std::int64_t* dims = nullptr;
  const auto dims_bytes = 2 * static_cast<std::size_t>(array->rank) * sizeof(std::int64_t);
  if ((flags & PyBUF_ND) == PyBUF_ND && array->rank > 0) {
    dims = static_cast<std::int64_t*>(PyMem_Malloc(dims_bytes));
    if (dims == nullptr) {
      PyErr_NoMemory();
      return -1;
    }
    std::memcpy(dims, array->dims, dims_bytes);
  }
  buffer->buf = array->data;
  buffer->obj = Py_NewRef(object);
  buffer->len = array->bytes();
  buffer->itemsize = static_cast<Py_ssize_t>(array::size_of(array->dtype));
  buffer->readonly = array->has(kWriteable) ? 0 : 1;
  buffer->ndim = array->rank;
  buffer->format = nullptr;
  if ((flags & PyBUF_FORMAT) == PyBUF_FORMAT) {
    buffer->format = const_cast<char*>(kFormats[static_cast<std::size_t>(array->dtype)]);
  }
  static_assert(sizeof(Py_ssize_t) == sizeof(std::int64_t));
  buffer->shape = reinterpret_cast<Py_ssize_t*>(dims);
  buffer->strides = takes_strides && dims != nullptr ? reinterpret_cast<Py_ssize_t*>(dims + array->rank) : nullptr;
  buffer->suboffsets = nullptr;
  buffer->internal = dims;
  return 0;
}

void release_buffer(PyObject*, Py_buffer* buffer) { PyMem_Free(buffer->internal); }

}  // namespace

PyBufferProcs array_buffer_slots = {get_buffer, release_buffer};

}  // namespace rooftop::python
