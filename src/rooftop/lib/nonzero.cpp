// Counts in loops that become vectors; elements become bytes, and their places are found.
#include "rooftop/lib/nonzero.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <vector>

#include "rooftop/array/strided_loop.h"
#include "rooftop/lib/element.h"
#include "rooftop/lib/parallel.h"
#include "rooftop/lib/rows.h"
#include "rooftop/lib/set_bytes.h"
#include "rooftop/runtime/num_threads.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::View;

constexpr std::int64_t kPiece = 1 << 15;  ///< elements that are worth a thread's while

/// Bits without the sign of a zero.
template <typename T, bool HasSign>
struct Element {
  using Type = T;
  static bool is_set(T bits) { return HasSign ? static_cast<T>(bits << 1) != 0 : bits != 0; }
};
template <typename T>
struct Parts {
  T real, imag;
};
template <typename T>
struct Element<Parts<T>, true> {
  using Type = Parts<T>;
  static bool is_set(Parts<T> bits) {
    return Element<T, true>::is_set(bits.real) || Element<T, true>::is_set(bits.imag);
  }
};

template <typename Body>
auto with_element(DType dtype, Body body) {
  switch (array::size_of(dtype)) {
    case 1:
      return body(Element<std::uint8_t, false>());
    case 2:
      return array::is_half(dtype) ? body(Element<std::uint16_t, true>()) : body(Element<std::uint16_t, false>());
    case 4:
      return dtype == DType::F32 ? body(Element<std::uint32_t, true>()) : body(Element<std::uint32_t, false>());
    case 8:
      if (dtype == DType::C64) return body(Element<Parts<std::uint32_t>, true>());
      return dtype == DType::F64 ? body(Element<std::uint64_t, true>()) : body(Element<std::uint64_t, false>());
    default:
      return body(Element<Parts<std::uint64_t>, true>());
  }
}

/// Counters of the elements' size, so that vectors need no conversions; they are emptied before they overflow.
template <typename E>
std::int64_t count_dense(E, const char* data, std::int64_t n) {
  using T = typename E::Type;
  if constexpr (sizeof(T) == 1) {
    constexpr std::int64_t kSide = 64;
    std::int64_t count = 0, i = 0;
    while (i + kSide <= n) {
      std::uint8_t sums[kSide] = {};
      const std::int64_t end = std::min(n - kSide + 1, i + 255 * kSide);
      for (; i < end; i += kSide) {
        for (std::int64_t k = 0; k < kSide; ++k)
          sums[k] = static_cast<std::uint8_t>(sums[k] + (data[i + k] != 0 ? 1 : 0));
      }
      for (const std::uint8_t sum : sums) count += sum;
    }
    for (; i < n; ++i) count += data[i] != 0 ? 1 : 0;
    return count;
  } else {
    constexpr std::int64_t kMost = 1 << 15;
    using Counter = std::conditional_t<sizeof(T) == 2, std::uint16_t, std::uint32_t>;
    std::int64_t count = 0;
    for (std::int64_t begin = 0; begin < n; begin += kMost) {
      Counter sum = 0;
      const std::int64_t end = std::min(n, begin + kMost);
      for (std::int64_t i = begin; i < end; ++i) {
        sum = static_cast<Counter>(sum + (E::is_set(load<T>(data + i * static_cast<std::int64_t>(sizeof(T)))) ? 1 : 0));
      }
      count += sum;
    }
    return count;
  }
}

template <typename E>
std::int64_t count_row(E element, const char* data, std::int64_t stride, std::int64_t n) {
  using T = typename E::Type;
  if (stride == sizeof(T)) return count_dense(element, data, n);
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < n; ++i) count += E::is_set(load<T>(data + i * stride)) ? 1 : 0;
  return count;
}

/// Writes first + i for the elements that are set. The room ends at `end`.
template <typename E>
std::int64_t* places_in_row(E, const char* data, std::int64_t n, std::int64_t first, std::int64_t* to,
                            const std::int64_t* end) {
  using T = typename E::Type;
  if constexpr (sizeof(T) == 1) return places_of_set(data, n, first, to, end);
  char set[kSetBlock];
  for (std::int64_t begin = 0; begin < n && to < end; begin += kSetBlock) {
    const std::int64_t count = std::min(kSetBlock, n - begin);
    const char* block = data + begin * static_cast<std::int64_t>(sizeof(T));
    for (std::int64_t i = 0; i < count; ++i) {
      set[i] = E::is_set(load<T>(block + i * static_cast<std::int64_t>(sizeof(T)))) ? 1 : 0;
    }
    to = places_of_set(set, count, first + begin, to, end);
  }
  return to;
}

/// One row, on all cores where it is long: pieces are counted first.
template <typename E>
void places_in_vector(E element, const char* data, std::int64_t n, std::int64_t* to, const std::int64_t* end) {
  constexpr auto size = static_cast<std::int64_t>(sizeof(typename E::Type));
  const std::int64_t pieces = runtime::num_threads() == 1 ? 1 : n / kPiece;
  if (pieces < 2) {
    places_in_row(element, data, n, 0, to, end);
    return;
  }
  const auto begin_of = [&](std::int64_t piece) { return piece * n / pieces; };
  std::vector<std::int64_t> before(static_cast<std::size_t>(pieces) + 1);
  for_ranges(pieces, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t p = first; p < last; ++p) {
      before[static_cast<std::size_t>(p) + 1] =
          count_dense(element, data + begin_of(p) * size, begin_of(p + 1) - begin_of(p));
    }
  });
  for (std::size_t p = 1; p < before.size(); ++p) before[p] += before[p - 1];
  for_ranges(pieces, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t p = first; p < last; ++p) {
      const auto at = static_cast<std::size_t>(p);
      places_in_row(element, data + begin_of(p) * size, begin_of(p + 1) - begin_of(p), begin_of(p), to + before[at],
                    to + before[at + 1]);
    }
  });
}

template <typename E>
void places_in_rows(E element, const View& view, std::span<std::int64_t* const> places, std::int64_t count) {
  const int last = view.rank - 1;
  const std::int64_t n = view.shape[last];
  std::int64_t* const columns = places[static_cast<std::size_t>(last)];
  std::int64_t index[array::kMaxRank] = {};
  std::int64_t written = 0;
  // Rows are counted, too: somebody may have changed the elements since.
  for (std::int64_t row = 0, rows = row_count(view); row < rows && written < count; ++row) {
    const char* data = view.data + row * n * static_cast<std::int64_t>(sizeof(typename E::Type));
    const std::int64_t found =
        places_in_row(element, data, n, 0, columns + written, columns + count) - columns - written;
    for (int axis = 0; axis < last; ++axis) {
      std::fill_n(places[static_cast<std::size_t>(axis)] + written, found, index[axis]);
    }
    written += found;
    for (int axis = last - 1; axis >= 0 && ++index[axis] == view.shape[axis]; --axis) index[axis] = 0;
  }
}

}  // namespace

std::int64_t count_nonzero(const View& view) {
  return with_element(view.dtype, [&](auto element) {
    if (view.size() == 0) return std::int64_t{0};
    const array::StridedLoop loop(std::span<const View>(&view, 1));
    const std::int64_t stride = loop.row_stride(0), n = loop.row_length();
    std::atomic<std::int64_t> count{0};
    if (loop.rows() == 1) {
      for_ranges(n, 4 * kPiece, [&](std::int64_t begin, std::int64_t end) {
        count += count_row(element, loop.data(0) + begin * stride, stride, end - begin);
      });
    } else {
      const std::int64_t grain = std::max<std::int64_t>(1, 4 * kPiece / std::max<std::int64_t>(n, 1));
      for_ranges(loop.rows(), grain, [&](std::int64_t begin, std::int64_t end) {
        std::int64_t sum = 0;
        loop.run(begin, end, [&](char* const* at) { sum += count_row(element, at[0], stride, n); });
        count += sum;
      });
    }
    return count.load();
  });
}

void find_nonzero(const View& view, std::int64_t count, std::span<std::int64_t* const> places) {
  with_element(view.dtype, [&](auto element) {
    if (view.rank == 1) {
      places_in_vector(element, view.data, view.shape[0], places[0], places[0] + count);
    } else {
      places_in_rows(element, view, places, count);
    }
  });
}

}  // namespace rooftop::lib
