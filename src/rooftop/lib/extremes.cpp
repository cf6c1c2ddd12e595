// Places of extreme elements along an axis: row by row where rows are dense, else for many columns side by side.
#include <algorithm>
#include <cstring>
#include <memory>

#include "rooftop/lib/order_key.h"
#include "rooftop/lib/row_extremes.h"
#include "rooftop/lib/rows.h"
#include "rooftop/lib/selection.h"

namespace rooftop::lib {
namespace {

using array::Extents;
using array::View;

/// Elements as keys in which the wanted one is largest; NaN is beyond all others either way.
template <typename T, typename ToKey, bool Largest>
std::int64_t wanted_key(T bits) {
  const std::int64_t key = ToKey()(bits);
  return Largest || ToKey::is_nan(key) ? key : ~key;
}

/// Rows with gaps, and such as are shorter than a register.
template <typename T, typename ToKey, bool Largest>
std::int64_t find_in_row(const T* row, std::int64_t stride, std::int64_t n) {
  std::int64_t best = wanted_key<T, ToKey, Largest>(row[0]);
  std::int64_t place = 0;
  for (std::int64_t i = 1; i < n; ++i) {
    const std::int64_t key = wanted_key<T, ToKey, Largest>(row[i * stride]);
    place = key > best ? i : place;
    best = std::max(key, best);
  }
  return place;
}

/// Columns that are looked at side by side.
constexpr std::int64_t kAbreast = 256;

/// Columns [0, count), at most kAbreast, `stride` elements apart, of rows that are `step` elements apart: the keys of
/// the wanted ones, and their rows.
template <typename T, typename ToKey, bool Largest>
[[gnu::always_inline]] inline void find_in_columns(const T* row, std::int64_t step, std::int64_t rows,
                                                   std::int64_t stride, std::int64_t count, std::int64_t* best,
                                                   std::int64_t* found) {
  std::fill_n(found, count, std::int64_t{0});
  for (std::int64_t i = 0; i < count; ++i) best[i] = wanted_key<T, ToKey, Largest>(row[i * stride]);
  for (std::int64_t k = 1; k < rows; ++k) {
    row += step;
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t key = wanted_key<T, ToKey, Largest>(row[i * stride]);
      found[i] = key > best[i] ? k : found[i];
      best[i] = std::max(key, best[i]);
    }
  }
}

/// Neighbouring columns, in registers.
template <typename T, typename ToKey, bool Largest>
[[gnu::target("avx2")]] void find_in_dense_columns_avx2(const T* row, std::int64_t step, std::int64_t rows,
                                                        std::int64_t count, std::int64_t* best, std::int64_t* found) {
  find_in_columns<T, ToKey, Largest>(row, step, rows, 1, count, best, found);
}
template <typename T, typename ToKey, bool Largest>
[[gnu::target("avx512f,avx512dq,avx512vl,avx512bw")]] void find_in_dense_columns_avx512(
    const T* row, std::int64_t step, std::int64_t rows, std::int64_t count, std::int64_t* best, std::int64_t* found) {
  find_in_columns<T, ToKey, Largest>(row, step, rows, 1, count, best, found);
}

template <typename T, typename ToKey, bool Largest>
void find_abreast(const T* row, std::int64_t step, std::int64_t rows, std::int64_t stride, std::int64_t count,
                  std::int64_t* best, std::int64_t* found) {
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  static const bool has_avx512 = __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
                                 __builtin_cpu_supports("avx512dq") != 0;
  if (stride != 1 || !has_avx2) {
    find_in_columns<T, ToKey, Largest>(row, step, rows, stride, count, best, found);
  } else if (has_avx512) {
    find_in_dense_columns_avx512<T, ToKey, Largest>(row, step, rows, count, best, found);
  } else {
    find_in_dense_columns_avx2<T, ToKey, Largest>(row, step, rows, count, best, found);
  }
}

template <typename T, typename ToKey, bool Largest>
void find_in_all_columns(const T* data, std::int64_t step, std::int64_t rows, std::int64_t stride, std::int64_t count,
                         std::int64_t* places) {
  std::int64_t best[kAbreast];
  for (std::int64_t i = 0; i < count; i += kAbreast) {
    find_abreast<T, ToKey, Largest>(data + i * stride, step, rows, stride, std::min(kAbreast, count - i), best,
                                    places + i);
  }
}

/// Few columns that fill their rows: as many rows as there is room for are looked at as one, then the columns that are
/// the same one after another, and at last the rows that are left over.
template <typename T, typename ToKey, bool Largest>
void find_in_narrow_rows(const T* data, std::int64_t rows, std::int64_t count, std::int64_t* places) {
  std::int64_t best[kAbreast], found[kAbreast];
  const std::int64_t together = kAbreast / count, wide = together * count, wide_rows = rows / together;
  find_abreast<T, ToKey, Largest>(data, wide, wide_rows, 1, wide, best, found);
  for (std::int64_t column = 0; column < count; ++column) {
    std::int64_t key = best[column], place = found[column] * together;
    for (std::int64_t j = 1; j < together; ++j) {
      const std::int64_t other = best[j * count + column], there = found[j * count + column] * together + j;
      if (other > key || (other == key && there < place)) key = other, place = there;
    }
    for (std::int64_t row = wide_rows * together; row < rows; ++row) {
      const std::int64_t other = wanted_key<T, ToKey, Largest>(data[row * count + column]);
      if (other > key) key = other, place = row;
    }
    places[column] = place;
  }
}

/// The view with the axis taken out, and another one moved to its end.
View without_axis(const View& view, int axis, Extents& storage) {
  storage.rank = 0;
  for (int i = 0; i < view.rank; ++i) {
    if (i != axis) storage.push(view.shape[i], view.strides[i]);
  }
  return storage.view(view.dtype, view.data);
}

template <typename T, typename ToKey, bool Largest>
void find_along(const View& view, int axis, std::int64_t* places) {
  constexpr auto size = static_cast<std::int64_t>(sizeof(T));
  const std::int64_t n = view.shape[axis], step = view.strides[axis] / size;
  Extents storage;
  View others = without_axis(view, axis, storage);
  const bool is_along_memory =
      others.rank == 0 || std::abs(view.strides[axis]) <= std::abs(others.strides[others.rank - 1]);
  if (is_along_memory) {
    storage.push(1, 0);
    others = storage.view(view.dtype, view.data);
    const bool uses_vectors = step == 1 && n >= kLeastVectorRow;
    for_rows(others, n, [&](std::int64_t row, char* at) {
      const View elements{at, view.dtype, 1, &n, view.strides + axis};
      places[row] = uses_vectors ? find_extreme(elements, Largest)
                                 : find_in_row<T, ToKey, Largest>(reinterpret_cast<const T*>(at), step, n);
    });
    return;
  }
  const std::int64_t count = others.shape[others.rank - 1], stride = others.strides[others.rank - 1] / size;
  const bool is_narrow = stride == 1 && step == count && count <= kAbreast / 4 && n >= kAbreast;
  const auto find = [&](std::int64_t row, char* at, std::int64_t begin, std::int64_t end) {
    const T* const data = reinterpret_cast<const T*>(at) + begin * stride;
    std::int64_t* const to = places + row * count + begin;
    is_narrow ? find_in_narrow_rows<T, ToKey, Largest>(data, n, count, to)
              : find_in_all_columns<T, ToKey, Largest>(data, step, n, stride, end - begin, to);
  };
  if (row_count(others) > 1) {
    for_rows(others, n, [&](std::int64_t row, char* at) { find(row, at, 0, count); });
  } else {
    for_ranges(count, std::max<std::int64_t>(256, (1 << 16) / n),
               [&](std::int64_t begin, std::int64_t end) { find(0, others.data, begin, end); });
  }
}

}  // namespace

void find_extremes(const View& view, int axis, bool largest, std::int64_t* places) {
  with_order_key(view.dtype, [&](auto element, auto to_key) {
    using T = decltype(element);
    using ToKey = decltype(to_key);
    largest ? find_along<T, ToKey, true>(view, axis, places) : find_along<T, ToKey, false>(view, axis, places);
  });
}

}  // namespace rooftop::lib
