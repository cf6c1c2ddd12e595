// Buffer formats and slices of buffers.
#include "buffers.h"

#include <cstring>
#include <string_view>

#include "ref.h"

namespace rooftop::python {
namespace {

DType integer_of(std::size_t bytes, bool is_signed) {
  switch (bytes) {
    case 1:
      return is_signed ? DType::I8 : DType::U8;
    case 2:
      return is_signed ? DType::I16 : DType::U16;
    case 4:
      return is_signed ? DType::I32 : DType::U32;
    default:
      return is_signed ? DType::I64 : DType::U64;
  }
}

// A format of the struct module, native byte order and sizes only: Python's own memoryview reads no other.
std::optional<DType> format_type(std::string_view format) {
  if (format.starts_with('@')) format.remove_prefix(1);
  if (format == "Zf" || format == "F") return DType::C64;
  if (format == "Zd" || format == "D") return DType::C128;
  if (format.size() != 1) return std::nullopt;
  switch (format[0]) {
    case '?':
      return DType::Bool;
    case 'f':
      return DType::F32;
    case 'd':
      return DType::F64;
    case 'b':
      return DType::I8;
    case 'B':
      return DType::U8;
    case 'h':
      return DType::I16;
    case 'H':
      return DType::U16;
    case 'i':
      return integer_of(sizeof(int), true);
    case 'I':
      return integer_of(sizeof(int), false);
    case 'l':
      return integer_of(sizeof(long), true);
    case 'L':
      return integer_of(sizeof(long), false);
    case 'q':
    case 'n':
      return DType::I64;
    case 'Q':
    case 'N':
      return DType::U64;
    default:
      return std::nullopt;
  }
}

// Generated code assumes that every element lies at a multiple of its part's size. A buffer without elements lies
// anywhere: that of an empty array.array is a static string.
bool is_aligned(const Py_buffer& view, DType dtype) {
  if (view.len == 0) return true;
  std::size_t alignment = array::size_of(array::part_of(dtype));
  std::size_t places = reinterpret_cast<std::size_t>(view.buf);
  for (int i = 0; i < view.ndim; ++i) {
    if (view.shape[i] > 1) places |= static_cast<std::size_t>(view.strides[i]);
  }
  return places % alignment == 0;
}

Layout layout_of(const Py_buffer& view) {
  if (PyBuffer_IsContiguous(&view, 'C')) return Layout::C;
  return view.ndim > 1 && view.strides[view.ndim - 1] == view.itemsize ? Layout::Inner : Layout::Any;
}

bool is_array_array(PyTypeObject* type) {
  static PyTypeObject* known = nullptr;
  if (known != nullptr) return type == known;
  if (std::strcmp(type->tp_name, "array.array") != 0) return false;
  Ref module(PyImport_ImportModule("array"));
  Ref found(module ? PyObject_GetAttrString(module.get(), "array") : nullptr);
  if (!found) PyErr_Clear();
  known = reinterpret_cast<PyTypeObject*>(found.release());  // kept for as long as the process lives
  return type == known;
}

}  // namespace

std::optional<Kind> buffer_kind(PyObject* value) {
  PyTypeObject* type = Py_TYPE(value);
  if (type == &PyMemoryView_Type) return Kind::Buffer;
  if (type == &PyBytes_Type) return Kind::Bytes;
  if (type == &PyByteArray_Type) return Kind::ByteArray;
  if (is_array_array(type)) return Kind::ArrayArray;
  return std::nullopt;
}

std::optional<Word> buffer_type(const Py_buffer& view, Kind kind) {
  std::optional<DType> dtype = format_type(view.format == nullptr ? "B" : view.format);
  if (!dtype || static_cast<std::size_t>(view.itemsize) != array::size_of(*dtype)) return std::nullopt;
  if (!is_aligned(view, *dtype)) return std::nullopt;
  return Word{.kind = kind,
              .dtype = *dtype,
              .rank = static_cast<std::uint8_t>(view.ndim),
              .layout = layout_of(view),
              .readonly = view.readonly != 0};
}

PyObject* slice_of(PyObject* owner, const char* owner_data, Py_ssize_t owner_stride, const char* data,
                   Py_ssize_t length, Py_ssize_t stride) {
  if (owner_stride == 0) {
    PyErr_SetString(PyExc_BufferError, "a compiled function returned part of a buffer that repeats one element");
    return nullptr;
  }
  Py_ssize_t first = length > 0 ? (data - owner_data) / owner_stride : 0;
  Py_ssize_t step = length > 1 ? stride / owner_stride : 1;
  Py_ssize_t stop = first + length * step;
  Ref start(PyLong_FromSsize_t(first));
  // A slice that runs down to the first element has no stop: -1 would mean the last.
  Ref end(stop < 0 ? Py_NewRef(Py_None) : PyLong_FromSsize_t(stop));
  Ref by(PyLong_FromSsize_t(step));
  if (!start || !end || !by) return nullptr;
  Ref slice(PySlice_New(start.get(), end.get(), by.get()));
  return slice ? PyObject_GetItem(owner, slice.get()) : nullptr;
}

}  // namespace rooftop::python
