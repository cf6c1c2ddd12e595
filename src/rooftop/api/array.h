// The array: a handle on elements in memory. Copying a handle copies no elements, views share them, and the last handle
// frees them; as names do in NumPy.
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "rooftop/api/dtype.h"
#include "rooftop/api/errors.h"
#include "rooftop/api/index.h"
#include "rooftop/api/shape.h"
#include "rooftop/api/visibility.h"

namespace rooftop {

class Array;
class Operand;

/// The order of a new array's elements in memory.
enum class Order : std::uint8_t {
  C,     ///< row-major: the last axis runs fastest
  F,     ///< column-major
  Keep,  ///< that of the array that is copied, without its gaps
};

namespace detail {

/// What an array is made of. Lengths and strides follow it, and the elements where they are few: a short vector takes
/// two cache lines.
struct Block {
  std::atomic<std::int64_t> references;
  char* data;
  std::int64_t size;          ///< elements
  void* owner;                ///< of a view: the Block whose memory it is; of foreign memory: a std::shared_ptr
  std::size_t element_bytes;  ///< of a block of memory for the elements alone
  std::uint32_t block_bytes;  ///< of this one
  DType dtype;
  std::uint8_t rank;
  std::uint16_t flags;

  /// Lengths, then strides in bytes.
  std::int64_t* extents() { return reinterpret_cast<std::int64_t*>(this + 1); }
  const std::int64_t* extents() const { return reinterpret_cast<const std::int64_t*>(this + 1); }
};

inline constexpr std::uint16_t kRowMajor = 1;
inline constexpr std::uint16_t kColumnMajor = 2;
inline constexpr std::uint16_t kAligned = 4;
inline constexpr std::uint16_t kWriteable = 8;
inline constexpr std::uint16_t kForeign = 16;

[[noreturn]] ROOFTOP_API void throw_null();
[[noreturn]] ROOFTOP_API void throw_rank(const Block& block, std::size_t indices);
[[noreturn]] ROOFTOP_API void throw_index(const Block& block, int axis, std::int64_t index);
[[noreturn]] ROOFTOP_API void throw_dtype(const Block& block, DType wanted);
[[noreturn]] ROOFTOP_API void throw_access(const Block& block);
ROOFTOP_API void destroy(Block* block) noexcept;

}  // namespace detail

/// An n-dimensional array of one element type.
///
/// `Array()` is null: no array at all. Any use of it but assignment, destruction and `is_null` is a ValueError. A const
/// Array is a handle that stays; its elements may change, as those of a const std::span may. Several threads may use
/// one array as long as none of them writes to it, and different handles on it without any care.
class ROOFTOP_API Array {
 public:
  Array() noexcept = default;
  Array(const Array& other) noexcept : block_(other.block_) {
    if (block_ != nullptr) block_->references.fetch_add(1, std::memory_order_relaxed);
  }
  Array(Array&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  ~Array() { release(); }

  /// Makes this a handle on the other's elements.
  Array& operator=(const Array& other) & noexcept { return *this = Array(other); }
  Array& operator=(Array&& other) & noexcept {
    Array taken(std::move(other));
    std::swap(block_, taken.block_);
    return *this;
  }
  /// Assignment to a subscript or another temporary writes elements: `a(slice(1, 3)) = b`, `a[0] = 1.5`.
  void operator=(const Operand& value) const&& { assign(value); }
  void operator=(const Array& value) const&&;

  /// Writes `value`, broadcast and converted, into the elements. Throws ShapeError where it does not fit.
  void assign(const Operand& value) const;

  bool is_null() const noexcept { return block_ == nullptr; }

  DType dtype() const { return block().dtype; }
  int rank() const { return block().rank; }
  /// The number of elements.
  std::int64_t size() const { return block().size; }
  std::size_t bytes() const { return static_cast<std::size_t>(size()) * size_of(dtype()); }
  std::span<const std::int64_t> shape() const { return {block().extents(), block().rank}; }
  /// One length; negative axes count from the end.
  std::int64_t shape(int axis) const;
  /// Bytes between neighbours along each axis; of any sign.
  std::span<const std::int64_t> strides() const { return {block().extents() + block().rank, block().rank}; }

  bool is_row_major() const { return has(detail::kRowMajor); }
  bool is_column_major() const { return has(detail::kColumnMajor); }
  bool is_writeable() const { return has(detail::kWriteable); }
  /// Whether it shows memory of another array, or memory that is not rooftop's.
  bool is_view() const { return block().owner != nullptr; }

  /// The address of the first element. Throws TypeError where T is not the element type, ValueError where the elements
  /// are read-only and T is not const.
  template <typename T>
  requires Element<std::remove_const_t<T>> T* data() const {
    check<T>();
    return reinterpret_cast<T*>(block().data);
  }
  void* raw_data() const { return block().data; }

  /// All elements in a row. Throws as `data` does, and ValueError unless they lie in row-major order without gaps.
  template <typename T>
  requires Element<std::remove_const_t<T>> std::span<T> span()
  const {
    T* first = data<T>();
    if (!is_row_major()) detail::throw_access(*block_);
    return {first, static_cast<std::size_t>(size())};
  }

  /// One element, by as many indices as there are axes. Type, number and bounds are checked; negative indices count
  /// from the end.
  template <typename T, std::integral... Indices>
  requires Element<std::remove_const_t<T>> T& at(Indices... indices) const {
    check<T>();
    const detail::Block& self = *block_;
    if (sizeof...(Indices) != self.rank) [[unlikely]]
      detail::throw_rank(self, sizeof...(Indices));
    char* place = self.data;
    int axis = 0;
    ((place += offset(self, axis++, static_cast<std::int64_t>(indices))), ...);
    return *reinterpret_cast<T*>(place);
  }

  /// The only element, converted to T. Throws ValueError unless there is exactly one.
  template <Element T>
  T item() const {
    T value;
    read_item(dtype_of<T>, &value);
    return value;
  }

  /// The view that subscripts name: `a(0, slice(1, -1))`, `a(ellipsis, newaxis)`. Throws IndexError.
  template <typename... Indices>
  requires(std::convertible_to<Indices, Index>&&...) Array operator()(const Indices&... indices) const {
    const Index list[sizeof...(Indices) + 1] = {Index(indices)..., Index(0)};
    return subscript({list, sizeof...(Indices)});
  }
  Array operator[](const Index& index) const { return subscript({&index, 1}); }
  Array subscript(std::span<const Index> indices) const;

  /// The elements with other lengths, in row-major order; one length may be -1. A view where that is possible.
  Array reshape(const Shape& shape) const;
  Array ravel() const { return reshape(-1); }
  /// A view with the axes reversed, or in the order given.
  Array transpose() const;
  Array transpose(const Integers& axes) const;
  /// A read-only view that repeats elements along the axes that are longer.
  Array broadcast_to(const Shape& shape) const;
  /// A view without the axes of length one.
  Array squeeze() const;

  Array copy(Order order = Order::C) const;
  /// The elements converted; the array itself where it has the type.
  Array astype(DType dtype) const;
  template <Element T>
  Array astype() const {
    return astype(dtype_of<T>);
  }
  /// The array itself where it is in row-major order and aligned, else a copy that is.
  Array contiguous() const;

  Array operator-() const;
  Array operator~() const;
  const Array& operator+=(const Operand& right) const;
  const Array& operator-=(const Operand& right) const;
  const Array& operator*=(const Operand& right) const;
  const Array& operator/=(const Operand& right) const;
  const Array& operator%=(const Operand& right) const;
  const Array& operator&=(const Operand& right) const;
  const Array& operator|=(const Operand& right) const;
  const Array& operator^=(const Operand& right) const;
  const Array& operator<<=(const Operand& right) const;
  const Array& operator>>=(const Operand& right) const;

  /// For the library itself: takes over a reference.
  explicit Array(detail::Block* block) noexcept : block_(block) {}
  const detail::Block& block() const {
    if (block_ == nullptr) [[unlikely]]
      detail::throw_null();
    return *block_;
  }
  detail::Block* raw_block() const noexcept { return block_; }

 private:
  bool has(std::uint16_t flag) const { return (block().flags & flag) != 0; }

  template <typename T>
  void check() const {
    const detail::Block& self = block();
    if (self.dtype != dtype_of<std::remove_const_t<T>>) [[unlikely]]
      detail::throw_dtype(self, dtype_of<std::remove_const_t<T>>);
    if constexpr (!std::is_const_v<T>) {
      if ((self.flags & detail::kWriteable) == 0) [[unlikely]]
        detail::throw_access(self);
    }
  }

  static std::int64_t offset(const detail::Block& self, int axis, std::int64_t index) {
    const std::int64_t length = self.extents()[axis];
    const std::int64_t place = index < 0 ? index + length : index;
    if (place < 0 || place >= length) [[unlikely]]
      detail::throw_index(self, axis, index);
    return place * self.extents()[self.rank + axis];
  }

  void read_item(DType dtype, void* value) const;

  void release() noexcept {
    if (block_ == nullptr) return;
    // The only handle needs no atomic subtraction: nobody is left who could copy it.
    if (block_->references.load(std::memory_order_acquire) == 1 ||
        block_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      detail::destroy(block_);
    }
  }

  detail::Block* block_ = nullptr;
};

}  // namespace rooftop
