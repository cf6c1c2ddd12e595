// The allocation of small arrays, inline: what the fastest operators spend most of their time on.
#pragma once

#include <Python.h>

#include <cstdint>
#include <cstring>
#include <span>

#include "array/array_object.h"

namespace rooftop::python {

/// Objects that wait for their next use, linked by `base`. Under the GIL one list serves all threads; without it each
/// has its own.
struct FreeList {
  ArrayObject* first = nullptr;
  int length = 0;
};
inline constexpr int kFreeListLength = 64;
#ifdef Py_GIL_DISABLED
extern thread_local FreeList free_lists[kSizeClasses];
#else
extern FreeList free_lists[kSizeClasses];
#endif

/// A new object of the class when no free one waits; null with MemoryError.
ArrayObject* allocate_fresh(int size_class);

/// An object of which only the reference count, the type and the size class are set. Null with MemoryError.
inline ArrayObject* allocate_object(int size_class) {
  FreeList& list = free_lists[size_class];
  ArrayObject* array = list.first;
  if (array == nullptr) [[unlikely]]
    return allocate_fresh(size_class);
  list.first = reinterpret_cast<ArrayObject*>(array->base);
  --list.length;
#ifdef Py_REF_DEBUG
  _Py_NewReference(as_object(array));
#else
  Py_SET_REFCNT(as_object(array), 1);
#endif
  return array;
}

inline char* inline_data(ArrayObject* array) {
  char* const behind = reinterpret_cast<char*>(array) + sizeof(ArrayObject);
  if (array->size_class < kFirstAlignedClass) return behind;
  return behind + (-reinterpret_cast<std::intptr_t>(behind) & (kLineSize - 1));
}

/// The class whose objects hold so many bytes; 0 when none does.
inline int class_for(std::int64_t bytes) {
  if (bytes <= kInlineBytes[1]) return 1;
  if (bytes <= kInlineBytes[2]) return 2;
  if (bytes <= kInlineBytes[3]) return 3;
  return bytes <= kInlineBytes[4] ? 4 : 0;
}

/// A vector of `size` unset elements in the object itself. @pre class_for(size * item_size) != 0
inline ArrayObject* new_inline_vector(DType dtype, std::int64_t size, std::int64_t item_size) {
  ArrayObject* array = allocate_object(class_for(size * item_size));
  if (array == nullptr) [[unlikely]]
    return nullptr;
  array->data = inline_data(array);
  array->size = size;
  array->dims = array->inline_dims;
  array->dtype = dtype;
  array->rank = 1;
  array->flags = kRowMajor | kColumnMajor | kWriteable | kAligned | kSmall | kInline;
  array->base = nullptr;
  array->weak_references = nullptr;
  array->inline_dims[0] = size;
  array->inline_dims[1] = item_size;
  return array;
}

/// Row-major and unset, with its elements in the object itself. Null without an exception: not so small, or without
/// elements.
inline ArrayObject* new_inline_array(DType dtype, std::span<const std::int64_t> shape, std::int64_t item_size) {
  if (shape.size() > kInlineRank) return nullptr;
  constexpr std::int64_t kMost = kInlineBytes[kSizeClasses - 1];
  std::int64_t size = 1;
  int longer = 0;  // axes of more than one element
  for (const std::int64_t length : shape) {
    if (length < 1 || length > kMost) return nullptr;
    size *= length;  // below kMost to the power of kInlineRank
    longer += length > 1 ? 1 : 0;
  }
  if (size * item_size > kMost) return nullptr;
  ArrayObject* array = new_inline_vector(dtype, size, item_size);
  if (array == nullptr) [[unlikely]]
    return nullptr;
  array->rank = static_cast<std::uint8_t>(shape.size());
  std::int64_t stride = item_size;
  for (int i = array->rank; i-- > 0;) {
    array->inline_dims[i] = shape[static_cast<std::size_t>(i)];
    array->inline_dims[array->rank + i] = stride;
    stride *= array->inline_dims[i];
  }
  if (longer > 1) array->flags &= static_cast<std::uint16_t>(~kColumnMajor);
  return array;
}

}  // namespace rooftop::python
