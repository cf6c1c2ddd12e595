// Allocation, free lists and the end of arrays.
#include "array/array_object.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <iterator>

#include "array/allocation.h"
#include "rooftop/array/layout.h"
#include "rooftop/runtime/memory.h"

namespace rooftop::python {

#ifdef Py_GIL_DISABLED
thread_local FreeList free_lists[kSizeClasses];
#else
FreeList free_lists[kSizeClasses];
#endif

namespace {

std::size_t object_bytes(int size_class) {
  const std::int64_t padding = size_class < kFirstAlignedClass ? 0 : kLineSize - 1;
  return sizeof(ArrayObject) + static_cast<std::size_t>(kInlineBytes[size_class] + padding);
}

static_assert(sizeof(ArrayObject) % 16 == 0, "elements in the object are aligned");

std::uint16_t flags_of(const array::Layout& layout) {
  std::uint16_t flags = 0;
  if (layout.is_row_major) flags |= kRowMajor;
  if (layout.is_column_major) flags |= kColumnMajor;
  if (layout.is_aligned) flags |= kAligned;
  if (layout.is_row_major && layout.is_aligned && layout.size <= kSmallSize) flags |= kSmall;
  return flags;
}

// Room for lengths and strides; false with MemoryError.
bool make_dims(ArrayObject* array, int rank) {
  array->rank = static_cast<std::uint8_t>(rank);
  if (rank <= kInlineRank) [[likely]] {
    array->dims = array->inline_dims;
    return true;
  }
  array->dims = static_cast<std::int64_t*>(PyMem_Malloc(2 * static_cast<std::size_t>(rank) * sizeof(std::int64_t)));
  if (array->dims == nullptr) {
    PyErr_NoMemory();
    return false;
  }
  array->flags |= kOwnsDims;
  return true;
}

[[gnu::always_inline]] inline ArrayObject* start_object(int size_class, DType dtype) {
  ArrayObject* array = allocate_object(size_class);
  if (array == nullptr) return nullptr;
  array->data = nullptr;
  array->size = 0;
  array->dtype = dtype;
  array->rank = 0;
  array->dims = array->inline_dims;
  array->flags = 0;
  array->base = nullptr;
  array->weak_references = nullptr;
  return array;
}

void refuse_size(std::span<const std::int64_t> shape, DType dtype) {
  const ShapeText text(shape, ", ");
  const std::string_view name = array::name_of(dtype);
  PyErr_Format(PyExc_ValueError,
               "array is too big; a shape of %s and dtype %s need more bytes than an address can count", text.c_str(),
               name.data());
}

PyObject* refuse_memory(std::int64_t bytes, std::span<const std::int64_t> shape, DType dtype) {
  const ShapeText text(shape, ", ");
  const std::string_view name = array::name_of(dtype);
  return PyErr_Format(PyExc_MemoryError, "Unable to allocate %lld bytes for an array with shape %s and data type %s",
                      static_cast<long long>(bytes), text.c_str(), name.data());
}

ArrayObject* make(DType dtype, const Extents& extents, bool is_zeroed) {
  const auto bytes = array::checked_bytes(extents.lengths(), array::size_of(dtype));
  if (!bytes) {
    refuse_size(extents.lengths(), dtype);
    return nullptr;
  }
  const int size_class = class_for(*bytes);
  ArrayObject* array = start_object(size_class, dtype);
  if (array == nullptr) return nullptr;
  Ref guard(as_object(array));
  if (!make_dims(array, extents.rank)) return nullptr;
  std::copy_n(extents.shape, extents.rank, array->shape());
  std::copy_n(extents.strides, extents.rank, array->strides());
  array->size = *bytes / static_cast<std::int64_t>(array::size_of(dtype));
  if (size_class != 0) {
    array->data = inline_data(array);
    array->flags |= kInline;
    if (is_zeroed) std::memset(array->data, 0, static_cast<std::size_t>(*bytes));
  } else {
    const auto needed = static_cast<std::size_t>(*bytes);
    array->data = static_cast<char*>(is_zeroed ? runtime::allocate_zeroed(needed) : runtime::allocate(needed));
    if (array->data == nullptr) {
      refuse_memory(*bytes, extents.lengths(), dtype);
      return nullptr;
    }
    array->flags |= kOwnsBlock;
  }
  array->flags |= kWriteable;
  update_flags(array);
  guard.release();
  return array;
}

bool check_lengths(std::span<const std::int64_t> shape) {
  if (shape.size() > array::kMaxRank) {
    PyErr_Format(PyExc_ValueError, "maximum supported dimension for an ndarray is currently %d, found %zd",
                 array::kMaxRank, static_cast<Py_ssize_t>(shape.size()));
    return false;
  }
  for (std::int64_t length : shape) {
    if (length < 0) {
      PyErr_SetString(PyExc_ValueError, "negative dimensions are not allowed");
      return false;
    }
  }
  return true;
}

ArrayObject* make_of_shape(DType dtype, std::span<const std::int64_t> shape, Order order, bool is_zeroed) {
  if (order == Order::RowMajor) {
    ArrayObject* array = new_inline_array(dtype, shape, static_cast<std::int64_t>(array::size_of(dtype)));
    if (array != nullptr && is_zeroed) std::memset(array->data, 0, static_cast<std::size_t>(array->bytes()));
    if (array != nullptr || PyErr_Occurred()) return array;
  }
  if (!check_lengths(shape)) return nullptr;
  Extents extents(shape);
  if (array::checked_bytes(shape, array::size_of(dtype))) {  // else the strides could overflow; refused later
    order == Order::RowMajor ? extents.set_row_major(array::size_of(dtype))
                             : extents.set_column_major(array::size_of(dtype));
  }
  return make(dtype, extents, is_zeroed);
}

void free_contents(ArrayObject* array) {
  if (array->weak_references != nullptr) PyObject_ClearWeakRefs(as_object(array));
  if ((array->flags & (kOwnsBlock | kOwnsDims)) != 0) {
    if (array->has(kOwnsBlock)) runtime::release(array->data, static_cast<std::size_t>(array->bytes()));
    if (array->has(kOwnsDims)) PyMem_Free(array->dims);
  }
  Py_CLEAR(array->base);
}

}  // namespace

ArrayObject* allocate_fresh(int size_class) {
  auto* array = static_cast<ArrayObject*>(PyObject_Malloc(object_bytes(size_class)));
  if (array == nullptr) {
    PyErr_NoMemory();
    return nullptr;
  }
  PyObject_Init(as_object(array), &array_type);
  array->size_class = static_cast<std::uint8_t>(size_class);
  return array;
}

// Ends exact arrays; those of subclasses go through array_subclass_dealloc.
void array_dealloc(PyObject* object) {
  ArrayObject* array = as_array(object);
  if (!is_exact_array(object)) [[unlikely]] {
    PyTypeObject* type = Py_TYPE(object);
    free_contents(array);
    type->tp_free(object);
    return;
  }
  if (array->weak_references != nullptr || (array->flags & (kOwnsBlock | kOwnsDims)) != 0) {
    free_contents(array);
  } else {
    Py_XDECREF(array->base);
  }
  FreeList& list = free_lists[array->size_class];
  if (list.length >= kFreeListLength) [[unlikely]] {
    PyObject_Free(array);
    return;
  }
  array->base = reinterpret_cast<PyObject*>(list.first);
  list.first = array;
  ++list.length;
}

ArrayObject* new_of_block(const View& view, std::int64_t bytes) {
  const int size_class = class_for(bytes);
  ArrayObject* array = start_object(size_class, view.dtype);
  if (array == nullptr) return nullptr;
  Ref guard(as_object(array));
  if (!make_dims(array, view.rank)) return nullptr;
  std::copy_n(view.shape, view.rank, array->shape());
  std::copy_n(view.strides, view.rank, array->strides());
  array->size = view.size();
  if (size_class != 0) {
    array->data = inline_data(array);
    std::memcpy(array->data, view.data, static_cast<std::size_t>(array->bytes()));
    runtime::release(view.data, static_cast<std::size_t>(bytes));
    array->flags |= kInline;
  } else {
    array->data = view.data;
    array->flags |= kOwnsBlock;
  }
  array->flags |= kWriteable;
  update_flags(array);
  guard.release();
  return array;
}

void update_flags(ArrayObject* array) {
  array->flags &= static_cast<std::uint16_t>(~(kRowMajor | kColumnMajor | kAligned | kSmall));
  array->flags |= flags_of(array::layout_of(array->view()));
}

ArrayObject* new_array(DType dtype, std::span<const std::int64_t> shape, Order order) {
  return make_of_shape(dtype, shape, order, false);
}

ArrayObject* new_matrix(DType dtype, std::int64_t rows, std::int64_t columns) {
  const auto item_size = static_cast<std::int64_t>(array::size_of(dtype));
  const std::int64_t shape[] = {rows, columns};
  constexpr std::int64_t kLongest = std::int64_t{1} << 24;  // products of such are no addresses' limit
  if (rows <= 0 || columns <= 0 || rows > kLongest || columns > kLongest) return new_array(dtype, shape);
  const std::int64_t bytes = rows * columns * item_size;
  if (class_for(bytes) != 0) return new_inline_array(dtype, shape, item_size);
  ArrayObject* array = start_object(0, dtype);
  if (array == nullptr) return nullptr;
  array->data = static_cast<char*>(runtime::allocate(static_cast<std::size_t>(bytes)));
  if (array->data == nullptr) {
    const Ref guard(as_object(array));
    refuse_memory(bytes, shape, dtype);
    return nullptr;
  }
  array->size = rows * columns;
  array->rank = 2;
  array->flags = kRowMajor | kWriteable | kAligned | kOwnsBlock;
  if (rows == 1 || columns == 1) array->flags |= kColumnMajor;
  if (array->size <= kSmallSize) array->flags |= kSmall;
  array->inline_dims[0] = rows;
  array->inline_dims[1] = columns;
  array->inline_dims[2] = columns * item_size;
  array->inline_dims[3] = item_size;
  return array;
}

ArrayObject* new_zeros(DType dtype, std::span<const std::int64_t> shape, Order order) {
  return make_of_shape(dtype, shape, order, true);
}

ArrayObject* new_small_like(const ArrayObject* like, DType dtype) {
  const auto item_size = static_cast<std::int64_t>(array::size_of(dtype));
  const int rank = like->rank;
  if (rank > kInlineRank || like->size == 0 || class_for(like->size * item_size) == 0) {
    return new_array(dtype, {like->dims, like->rank});
  }
  ArrayObject* array = new_inline_vector(dtype, like->size, item_size);
  if (array == nullptr || rank == 1) return array;
  array->rank = like->rank;
  array->flags &= like->flags | static_cast<std::uint16_t>(~kColumnMajor);
  std::int64_t stride = item_size;
  for (int i = rank; i-- > 0;) {
    array->inline_dims[i] = like->dims[i];
    array->inline_dims[rank + i] = stride;
    stride *= like->dims[i];
  }
  return array;
}

ArrayObject* new_of_layout(DType dtype, const Extents& extents) { return make(dtype, extents, false); }

ArrayObject* new_like(const View& like, DType dtype) {
  return make(dtype, array::layout_like(like, array::size_of(dtype)), false);
}

ArrayObject* new_view(const View& view, PyObject* owner, bool is_writeable) {
  ArrayObject* array = start_object(0, view.dtype);
  if (array == nullptr) return nullptr;
  Ref guard(as_object(array));
  if (!make_dims(array, view.rank)) return nullptr;
  std::int64_t* const dims = array->dims;
  for (int i = 0; i < view.rank; ++i) {
    dims[i] = view.shape[i];
    dims[view.rank + i] = view.strides[i];
  }
  const array::Layout layout = array::layout_of(view);
  array->data = view.data;
  array->size = layout.size;
  // A view of a view is one of the memory's owner, so that chains stay short.
  if (owner != nullptr && is_exact_array(owner) && as_array(owner)->base != nullptr) owner = as_array(owner)->base;
  array->base = Py_XNewRef(owner);
  array->flags |= flags_of(layout);
  if (is_writeable) array->flags |= kWriteable;
  guard.release();
  return array;
}

ArrayObject* new_vector_view(ArrayObject* vector, char* data, std::int64_t size, std::int64_t stride) {
  ArrayObject* array = start_object(0, vector->dtype);
  if (array == nullptr) return nullptr;
  array->data = data;
  array->size = size;
  array->rank = 1;
  array->inline_dims[0] = size;
  array->inline_dims[1] = stride;
  PyObject* owner = vector->base != nullptr && is_exact_array(vector->base) ? vector->base : as_object(vector);
  array->base = Py_NewRef(owner);
  const bool is_dense = size < 2 || stride == static_cast<std::int64_t>(array::size_of(array->dtype));
  array->flags = vector->flags & (kWriteable | kAligned);
  if (is_dense) array->flags |= kRowMajor | kColumnMajor;
  if (is_dense && array->has(kAligned) && size <= kSmallSize) array->flags |= kSmall;
  return array;
}

PyObject* new_subclass_view(PyTypeObject* type, ArrayObject* source, PyObject* like) {
  Ref object(type->tp_alloc(type, 0));
  if (!object) return nullptr;
  ArrayObject* array = as_array(object.get());
  array->dims = array->inline_dims;
  array->dtype = source->dtype;
  if (!make_dims(array, source->rank)) return nullptr;
  std::copy_n(source->dims, 2 * source->rank, array->dims);
  array->data = source->data;
  array->size = source->size;
  array->base = Py_NewRef(as_object(source));
  array->flags |= source->flags & (kRowMajor | kColumnMajor | kWriteable | kAligned | kSmall);
  Ref finalize(PyObject_GetAttrString(object.get(), "__array_finalize__"));
  if (!finalize) return nullptr;
  if (finalize.get() == Py_None || PyCFunction_Check(finalize.get())) return object.release();  // ours does nothing
  Ref done(PyObject_CallOneArg(finalize.get(), like == nullptr ? as_object(source) : like));
  return done ? object.release() : nullptr;
}

namespace {

// An array that nobody else holds as one of a subclass; `out` and what is no array as they are. A new reference.
PyObject* like_array(PyObject* made, PyObject* like) {
  if (!is_exact_array(made) || Py_REFCNT(made) > 1) return Py_NewRef(made);
  return new_subclass_view(Py_TYPE(like), as_array(made), like);
}

}  // namespace

PyObject* like_operands(PyObject* made, PyObject* const* operands, Py_ssize_t count) {
  PyObject* like = nullptr;
  double highest = 0;
  for (Py_ssize_t i = 0; made != nullptr && i < count; ++i) {
    if (is_exact_array(operands[i]) || !is_array(operands[i])) continue;
    Ref priority(PyObject_GetAttrString(operands[i], "__array_priority__"));
    const double value = priority ? PyFloat_AsDouble(priority.get()) : -1;
    if (PyErr_Occurred()) {
      Py_DECREF(made);
      return nullptr;
    }
    if (like == nullptr || value > highest) {
      like = operands[i];
      highest = value;
    }
  }
  if (like == nullptr) return made;
  Ref whole(made);
  if (!PyTuple_CheckExact(made)) return like_array(made, like);
  Ref items(PyTuple_New(PyTuple_GET_SIZE(made)));
  for (Py_ssize_t i = 0; items && i < PyTuple_GET_SIZE(made); ++i) {
    PyObject* item = like_array(PyTuple_GET_ITEM(made, i), like);
    if (item == nullptr) return nullptr;
    PyTuple_SET_ITEM(items.get(), i, item);
  }
  return items.release();
}

PyObject* like_self(PyObject* self, PyObject* made) {
  const bool is_plain = made == nullptr || made == self || is_exact_array(self) || PyTuple_Check(made);
  return is_plain ? made : like_operands(made, &self, 1);
}

bool set_dims(ArrayObject* array, const Extents& extents) {
  if (extents.rank > array->rank && extents.rank > kInlineRank) {
    auto* dims =
        static_cast<std::int64_t*>(PyMem_Malloc(2 * static_cast<std::size_t>(extents.rank) * sizeof(std::int64_t)));
    if (dims == nullptr) {
      PyErr_NoMemory();
      return false;
    }
    if (array->has(kOwnsDims)) PyMem_Free(array->dims);
    array->dims = dims;
    array->flags |= kOwnsDims;
  }
  array->rank = static_cast<std::uint8_t>(extents.rank);
  std::copy_n(extents.shape, extents.rank, array->shape());
  std::copy_n(extents.strides, extents.rank, array->strides());
  update_flags(array);
  return true;
}

ShapeText::ShapeText(std::span<const std::int64_t> shape, std::string_view separator) {
  char* to = text_;
  *to++ = '(';
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (i > 0) to = std::copy(separator.begin(), separator.end(), to);
    to = std::to_chars(to, std::end(text_), shape[i]).ptr;
  }
  if (shape.size() == 1) *to++ = ',';
  *to++ = ')';
  *to = '\0';
}

bool require_writeable(ArrayObject* array) {
  if (array->has(kWriteable)) [[likely]]
    return true;
  PyErr_SetString(PyExc_ValueError, "assignment destination is read-only");
  return false;
}

}  // namespace rooftop::python
