// rooftop.ndarray: the object, where its memory lies, and how new ones are made. Small arrays are one allocation:
// header, lengths and elements together, from a free list; the type takes no part in garbage collection.
#pragma once

#include <Python.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "core/ref.h"
#include "rooftop/array/view.h"

namespace rooftop::python {

using array::DType;
using array::Extents;
using array::View;

enum ArrayFlag : std::uint16_t {
  kRowMajor = 1,
  kColumnMajor = 2,
  kWriteable = 4,
  kAligned = 8,
  kSmall = 16,      ///< row-major, aligned, at most kSmallSize elements: the fast paths take it as it is
  kOwnsBlock = 32,  ///< data is a block of runtime::allocate
  kOwnsDims = 64,   ///< dims is a block of PyMem_Malloc
  kInline = 128,    ///< data is part of the object
};

inline constexpr int kInlineRank = 4;
inline constexpr std::int64_t kSmallSize = 4096;
/// Bytes of elements that an object may hold itself, by its size class; class 0 holds none.
inline constexpr std::int64_t kInlineBytes[] = {0, 32, 128, 512, 2048};
inline constexpr int kSizeClasses = 5;
/// From this class on elements begin at a line of the cache.
inline constexpr int kFirstAlignedClass = 3;
inline constexpr std::int64_t kLineSize = 64;

struct ArrayObject {
  PyObject ob_base;
  char* data;
  std::int64_t size;   ///< elements
  std::int64_t* dims;  ///< lengths, then strides in bytes
  DType dtype;
  std::uint8_t rank;
  std::uint16_t flags;
  std::uint8_t size_class;  ///< of the allocation; of no meaning for subclasses
  PyObject* base;           ///< whose memory this is; null when it is our own
  PyObject* weak_references;
  std::int64_t inline_dims[2 * kInlineRank];

  std::int64_t* shape() const { return dims; }
  std::int64_t* strides() const { return dims + rank; }
  View view() const { return {data, dtype, rank, dims, dims + rank}; }
  bool has(std::uint16_t all) const { return (flags & all) == all; }
  std::int64_t bytes() const { return size * static_cast<std::int64_t>(array::size_of(dtype)); }
};

extern PyTypeObject array_type;

inline bool is_array(PyObject* object) { return PyObject_TypeCheck(object, &array_type); }
inline bool is_exact_array(PyObject* object) { return Py_TYPE(object) == &array_type; }
inline ArrayObject* as_array(PyObject* object) { return reinterpret_cast<ArrayObject*>(object); }
inline PyObject* as_object(ArrayObject* array) { return reinterpret_cast<PyObject*>(array); }

enum class Order : std::uint8_t { RowMajor, ColumnMajor };

/// A new array of these lengths with unset elements; null with MemoryError or ValueError.
ArrayObject* new_array(DType dtype, std::span<const std::int64_t> shape, Order order = Order::RowMajor);
/// The same of two axes, row-major: quicker where the elements are few.
ArrayObject* new_matrix(DType dtype, std::int64_t rows, std::int64_t columns);
/// The same as new_array with all elements zero.
ArrayObject* new_zeros(DType dtype, std::span<const std::int64_t> shape, Order order = Order::RowMajor);
/// A new array with these lengths and dense strides.
ArrayObject* new_of_layout(DType dtype, const Extents& extents);
/// A new array with the lengths of `like` and its order of axes, as NumPy's order "K" has it.
ArrayObject* new_like(const View& like, DType dtype);
/// A view of memory that `owner` keeps alive: an array (then its owner does) or anything else.
ArrayObject* new_view(const View& view, PyObject* owner, bool is_writeable);
/// An array of these row-major elements, which it takes over: a block of runtime::allocate(bytes). Null with
/// MemoryError, and then the block is the caller's still.
ArrayObject* new_of_block(const View& view, std::int64_t bytes);
/// Elements of a vector: a view with `size` of them, `stride` bytes apart, a multiple of the vector's own stride. A
/// row-major array of any rank counts as a vector of its elements.
ArrayObject* new_vector_view(ArrayObject* vector, char* data, std::int64_t size, std::int64_t stride);
/// An array of subclass `type` on the memory of `array`. Its `__array_finalize__` is told of `like`, from which it was
/// made: by default the array itself.
PyObject* new_subclass_view(PyTypeObject* type, ArrayObject* array, PyObject* like = nullptr);
/// What a function made of these operands: an array of the subclass of highest priority among them. Takes `made`.
PyObject* like_operands(PyObject* made, PyObject* const* operands, Py_ssize_t count);
/// The same of what a method made of `self`; tuples stay as they are. Takes `made`.
PyObject* like_self(PyObject* self, PyObject* made);

/// Row-major and unset, with the lengths of a row-major array of up to kSmallSize elements.
ArrayObject* new_small_like(const ArrayObject* like, DType dtype);

/// Sets RowMajor, ColumnMajor, Aligned and Small from the lengths, strides and address.
void update_flags(ArrayObject* array);

/// Lengths as NumPy writes them in messages: "(2,3)", "(4,)". Without an allocation: messages are also about memory
/// that has run out.
class ShapeText {
 public:
  explicit ShapeText(std::span<const std::int64_t> shape, std::string_view separator = ",");
  const char* c_str() const { return text_; }

 private:
  static constexpr std::size_t kLongestItem = 22;  ///< a number with its sign, and the separator
  char text_[array::kMaxRank * kLongestItem + sizeof "(,)"];
};

/// False with ValueError unless elements may be written.
bool require_writeable(ArrayObject* array);

/// Replaces lengths and strides; they must have the same memory.
bool set_dims(ArrayObject* array, const Extents& extents);

/// Adds the type to the module. Returns -1 with a Python exception.
int add_array_type(PyObject* module);

}  // namespace rooftop::python
