// Copies in blocks, those of float64 turned in registers.
#include "rooftop/lib/matrix_columns.h"

#include <algorithm>
#include <complex>
#include <cstring>

#include "rooftop/lib/element.h"

namespace rooftop::lib {
namespace {

/// Rows on one side are columns on the other: blocks of this side, so that cache lines of both are used up.
constexpr std::int64_t kSide = 16;

// to[i * to_step + j * sizeof(T)] = from[i * from_step + j * from_next]; what is written runs fastest.
template <typename T>
void copy_block(std::int64_t m, std::int64_t n, const char* from, std::int64_t from_step, std::int64_t from_next,
                char* to, std::int64_t to_step, std::int64_t to_next) {
  for (std::int64_t i = 0; i < m; ++i) {
    const char* source = from + i * from_step;
    char* target = to + i * to_step;
    for (std::int64_t j = 0; j < n; ++j, source += from_next, target += to_next) std::memcpy(target, source, sizeof(T));
  }
}

// The same of float64 where neighbours along i lie side by side in `from`, those along j in `to`: squares of four
// elements in two registers.
void transpose_block(std::int64_t m, std::int64_t n, const char* from, std::int64_t from_next, char* to,
                     std::int64_t to_step) {
  constexpr std::int64_t kItem = sizeof(double);
  using Pair [[gnu::vector_size(16)]] = double;
  using Choice [[gnu::vector_size(16)]] = std::int64_t;
  std::int64_t i = 0;
  for (; i + 2 <= m; i += 2) {
    const char* source = from + i * kItem;
    char* target = to + i * to_step;
    std::int64_t j = 0;
    for (; j + 2 <= n; j += 2) {
      const auto first = load<Pair>(source + j * from_next), second = load<Pair>(source + (j + 1) * from_next);
      const Pair low = __builtin_shuffle(first, second, Choice{0, 2});
      const Pair high = __builtin_shuffle(first, second, Choice{1, 3});
      std::memcpy(target + j * kItem, &low, sizeof low);
      std::memcpy(target + to_step + j * kItem, &high, sizeof high);
    }
    copy_block<double>(2, n - j, source + j * from_next, kItem, from_next, target + j * kItem, to_step, kItem);
  }
  copy_block<double>(m - i, n, from + i * kItem, kItem, from_next, to + i * to_step, to_step, kItem);
}

// target(i, j) = source(i, j) for all of m x n: bytes between neighbours along i (step) and along j (next). `reads`
// when the rows of the user's matrix run along i: it is the source.
template <typename T>
void copy_matrix(bool reads, std::int64_t m, std::int64_t n, const char* from, std::int64_t from_step,
                 std::int64_t from_next, char* to, std::int64_t to_step, std::int64_t to_next) {
  constexpr std::int64_t kItem = sizeof(T);
  if (from_next == kItem && to_next == kItem) {
    for (std::int64_t i = 0; i < m; ++i) {
      std::memcpy(to + i * to_step, from + i * from_step, static_cast<std::size_t>(n) * sizeof(T));
    }
    return;
  }
  const bool is_transposed = sizeof(T) == sizeof(double) && from_step == kItem && to_next == kItem;
  const auto copy_at = [&](std::int64_t top, std::int64_t left) {
    const std::int64_t rows = std::min(kSide, m - top), columns = std::min(kSide, n - left);
    const char* source = from + top * from_step + left * from_next;
    char* target = to + top * to_step + left * to_next;
    if (is_transposed) {
      transpose_block(rows, columns, source, from_next, target, to_step);
    } else {
      copy_block<T>(rows, columns, source, from_step, from_next, target, to_step, to_next);
    }
  };
  // Along the lines of the user's memory, of which the processor fetches what comes next.
  const std::int64_t outer = reads ? n : m, inner = reads ? m : n;
  for (std::int64_t i = 0; i < outer; i += kSide) {
    for (std::int64_t j = 0; j < inner; j += kSide) reads ? copy_at(j, i) : copy_at(i, j);
  }
}

}  // namespace

template <typename T>
void read_columns(const MatrixPlace& place, const char* from, T* to, std::int64_t leading) {
  constexpr std::int64_t kItem = sizeof(T);
  copy_matrix<T>(true, place.columns, place.rows, from, place.column_stride, place.row_stride,
                 reinterpret_cast<char*>(to), leading * kItem, kItem);
}

template <typename T>
void write_columns(const MatrixPlace& place, char* to, const T* from, std::int64_t leading) {
  constexpr std::int64_t kItem = sizeof(T);
  copy_matrix<T>(false, place.rows, place.columns, reinterpret_cast<const char*>(from), kItem, leading * kItem, to,
                 place.row_stride, place.column_stride);
}

template void read_columns(const MatrixPlace&, const char*, double*, std::int64_t);
template void read_columns(const MatrixPlace&, const char*, std::complex<double>*, std::int64_t);
template void write_columns(const MatrixPlace&, char*, const double*, std::int64_t);
template void write_columns(const MatrixPlace&, char*, const std::complex<double>*, std::int64_t);

}  // namespace rooftop::lib
