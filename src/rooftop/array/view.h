// Where the elements of an array lie: element type, address, lengths and strides in bytes. Owns no memory.
// Extents hold the lengths and strides that are being computed; a View borrows them from whoever does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "rooftop/array/dtype.h"

namespace rooftop::array {

/// As many dimensions as NumPy 2 allows.
inline constexpr int kMaxRank = 64;

/// The largest number of bytes of an array: differences of addresses must fit.
inline constexpr std::int64_t kMaxBytes = PTRDIFF_MAX;

struct View {
  char* data = nullptr;
  DType dtype = DType::F64;
  int rank = 0;
  const std::int64_t* shape = nullptr;
  const std::int64_t* strides = nullptr;  ///< bytes

  std::span<const std::int64_t> lengths() const { return {shape, static_cast<std::size_t>(rank)}; }
  std::int64_t size() const {
    std::int64_t elements = 1;
    for (int i = 0; i < rank; ++i) elements *= shape[i];
    return elements;
  }
};

/// Lengths and strides under construction. Only the first `rank` entries are set.
struct Extents {
  int rank = 0;
  std::int64_t shape[kMaxRank];    // NOLINT: left unset on purpose
  std::int64_t strides[kMaxRank];  // NOLINT

  Extents() {}  // NOLINT: a kilobyte that nobody needs cleared
  explicit Extents(std::span<const std::int64_t> lengths);
  explicit Extents(const View& view) { set(view.rank, view.shape, view.strides); }
  Extents(const Extents& other) { set(other.rank, other.shape, other.strides); }
  Extents& operator=(const Extents& other) {
    set(other.rank, other.shape, other.strides);
    return *this;
  }

  View view(DType dtype, char* data) const { return {data, dtype, rank, shape, strides}; }
  std::span<const std::int64_t> lengths() const { return {shape, static_cast<std::size_t>(rank)}; }

  /// @pre rank < kMaxRank
  void push(std::int64_t length, std::int64_t stride) {
    shape[rank] = length;
    strides[rank++] = stride;
  }
  /// Strides of a new array in row-major order, or with the first index running fastest.
  void set_row_major(std::size_t item_size);
  void set_column_major(std::size_t item_size);

 private:
  // A loop: a call that moves so few bytes takes longer. Strides may be unset where only lengths are used yet.
  void set(int axes, const std::int64_t* lengths, const std::int64_t* steps) {
    rank = axes;
    for (int i = 0; i < axes; ++i) {
      shape[i] = lengths[i];
      strides[i] = steps[i];
    }
  }
};

/// The number of bytes of an array of these lengths, all of them >= 0; nothing when it exceeds kMaxBytes. Zero lengths
/// count as one: NumPy refuses such shapes too.
std::optional<std::int64_t> checked_bytes(std::span<const std::int64_t> shape, std::size_t item_size);

/// The axes of a view whose bit is set in `axes`, in their order. `storage` holds their lengths and strides.
View select_axes(const View& view, std::uint64_t axes, Extents& storage);

/// Whether the elements lie one after the other in row-major (column-major) order. Arrays without elements do.
bool is_row_major(const View& view);
bool is_column_major(const View& view);

/// The axes from the outermost in memory to the one that runs fastest; ties as they stand.
void order_of_memory(const View& view, int* order);

/// Whether every element lies at a multiple of its part's size, as kernels assume.
bool is_aligned(const View& view);

/// All of this at once, and the number of elements.
struct Layout {
  std::int64_t size;
  bool is_row_major, is_column_major, is_aligned;
};
Layout layout_of(const View& view);

/// The bytes that the elements lie in: [begin, end), empty without elements.
struct Bounds {
  const char* begin;
  const char* end;
};
Bounds bounds_of(const View& view);

/// Whether the two may have a byte in common: their bounds meet.
bool may_overlap(const View& a, const View& b);

/// Whether both are the same elements in the same order.
bool same_elements(const View& a, const View& b);

}  // namespace rooftop::array
