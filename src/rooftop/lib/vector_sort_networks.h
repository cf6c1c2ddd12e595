// Few keys in the registers of one CPU level: networks that sort them, and floats turned over on the way. Included by
// vector_sort_lanes.h alone: see there.
#pragma once

#include <cstdint>

#include "rooftop/lib/float_keys.h"

namespace rooftop::lib {
namespace {

// A register type `Lanes` has
//   Key, Vector (a GCC vector of keys), kLanes, kLargest;
//   min(a, b), max(a, b), select(mask, a, b): lane i of b where bit i of the constant mask is set, else of a;
//   load_first(from, n, pad), store_first(to, n, v): the first n < kLanes lanes, no other memory is touched;
//   split(v, pivot, goes_right, left, right): stores the keys of v that belong to the left from `left` on and the
//   others so that they end at `right`, moves both, and may write anything into kLanes places on either side.

template <typename Lanes>
using VectorOf = typename Lanes::Vector;

template <typename Lanes>
[[gnu::always_inline]] inline VectorOf<Lanes> load(const typename Lanes::Key* from) {
  VectorOf<Lanes> v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}
template <typename Lanes>
[[gnu::always_inline]] inline void store(typename Lanes::Key* to, VectorOf<Lanes> v) {
  __builtin_memcpy(to, &v, sizeof v);
}

template <typename Lanes>
[[gnu::always_inline]] inline void exchange(VectorOf<Lanes>& a, VectorOf<Lanes>& b) {
  const VectorOf<Lanes> low = Lanes::min(a, b);
  b = Lanes::max(a, b);
  a = low;
}

/// As `turned` of float_keys.h.
template <typename Lanes>
[[gnu::always_inline]] inline VectorOf<Lanes> turned_lanes(VectorOf<Lanes> bits) {
  using Key = typename Lanes::Key;
  constexpr int kSign = 8 * sizeof(Key) - 1;
  return bits ^ ((bits >> kSign) & static_cast<Key>(~(Key{1} << kSign)));
}

/// Lane i becomes lane i ^ Mask.
template <int Mask, typename Lanes>
[[gnu::always_inline]] inline VectorOf<Lanes> flipped_lanes(VectorOf<Lanes> v) {
  VectorOf<Lanes> places;
  for (int i = 0; i < Lanes::kLanes; ++i) places[i] = i ^ Mask;
  return __builtin_shuffle(v, places);
}

/// The lanes whose number has the highest bit of Mask: those that get the larger key of a pair (i, i ^ Mask).
template <int Mask, typename Lanes>
constexpr unsigned upper_lanes() {
  int high = 1;
  while (2 * high <= Mask) high *= 2;
  unsigned lanes = 0;
  for (int i = 0; i < Lanes::kLanes; ++i) lanes |= (i & high) != 0 ? 1U << i : 0U;
  return lanes;
}

// --- Networks. Rows of registers hold a key in each lane; a network over rows sorts all lanes at once.

/// The pairs of rows that Batcher's odd-even merge sort compares, in order.
template <int Rows>
struct Network {
  int count = 0;
  int first[Rows * Rows] = {};
  int second[Rows * Rows] = {};

  constexpr Network() {
    for (int sorted = 1; sorted < Rows; sorted *= 2) {
      for (int distance = sorted; distance >= 1; distance /= 2) {
        for (int start = distance % sorted; start + distance < Rows; start += 2 * distance) {
          for (int i = start; i < start + distance && i + distance < Rows; ++i) {
            if (i / (2 * sorted) == (i + distance) / (2 * sorted)) add(i, i + distance);
          }
        }
      }
    }
  }
  constexpr void add(int a, int b) {
    first[count] = a;
    second[count++] = b;
  }
};
template <int Rows>
constexpr Network<Rows> kNetwork{};

/// Sorts the keys of each lane. Written out pair by pair: rows stay in registers.
template <int Rows, typename Lanes, int Pair = 0>
[[gnu::always_inline]] inline void sort_columns(VectorOf<Lanes>* rows) {
  if constexpr (Pair < kNetwork<Rows>.count) {
    exchange<Lanes>(rows[kNetwork<Rows>.first[Pair]], rows[kNetwork<Rows>.second[Pair]]);
    sort_columns<Rows, Lanes, Pair + 1>(rows);
  }
}

/// Each lane holds a bitonic sequence: sorts it.
template <int Rows, typename Lanes>
[[gnu::always_inline]] inline void merge_columns(VectorOf<Lanes>* rows) {
#pragma GCC unroll 8
  for (int distance = Rows / 2; distance > 0; distance /= 2) {
#pragma GCC unroll 32
    for (int i = 0; i < Rows; ++i) {
      if ((i & distance) == 0) exchange<Lanes>(rows[i], rows[i + distance]);
    }
  }
}

/// Groups of Width lanes are bitonic sequences, one lane after the other: sorts each.
template <int Rows, int Width, typename Lanes>
[[gnu::always_inline]] inline void merge_lanes(VectorOf<Lanes>* rows) {
  if constexpr (Width > 1) {
    constexpr int kHalf = Width / 2;
#pragma GCC unroll 32
    for (int i = 0; i < Rows; ++i) {
      const VectorOf<Lanes> other = flipped_lanes<kHalf, Lanes>(rows[i]);
      rows[i] =
          Lanes::template select<upper_lanes<kHalf, Lanes>()>(Lanes::min(rows[i], other), Lanes::max(rows[i], other));
    }
    merge_lanes<Rows, kHalf, Lanes>(rows);
  } else {
    merge_columns<Rows, Lanes>(rows);
  }
}

/// Neighbouring groups of Width lanes are sorted: makes them sorted groups of twice as many, until one is left.
template <int Rows, int Width, typename Lanes>
[[gnu::always_inline]] inline void join_groups(VectorOf<Lanes>* rows) {
  if constexpr (Width < Lanes::kLanes) {
    constexpr int kMirror = 2 * Width - 1;
    constexpr unsigned kUpper = upper_lanes<kMirror, Lanes>();
#pragma GCC unroll 32
    for (int i = 0; i < (Rows + 1) / 2; ++i) {
      const int j = Rows - 1 - i;
      const VectorOf<Lanes> a = rows[i], b = rows[j];
      const VectorOf<Lanes> mirrored_a = flipped_lanes<kMirror, Lanes>(a);
      const VectorOf<Lanes> mirrored_b = flipped_lanes<kMirror, Lanes>(b);
      rows[i] = Lanes::template select<kUpper>(Lanes::min(a, mirrored_b), Lanes::max(a, mirrored_b));
      rows[j] = Lanes::template select<kUpper>(Lanes::min(b, mirrored_a), Lanes::max(b, mirrored_a));
    }
    if constexpr (Width == 1) {
      merge_columns<Rows, Lanes>(rows);
    } else {
      merge_lanes<Rows, Width, Lanes>(rows);
    }
    join_groups<Rows, 2 * Width, Lanes>(rows);
  }
}

/// Key (row i, lane j) goes to place j * Rows + i. Each round interleaves the upper with the lower half of the rows,
/// which turns the bits of places by one.
template <int Rows, typename Lanes>
[[gnu::always_inline]] inline void transpose(VectorOf<Lanes>* rows) {
  VectorOf<Lanes> low, high;
  for (int i = 0; i < Lanes::kLanes; ++i) {
    low[i] = i / 2 + i % 2 * Lanes::kLanes;
    high[i] = low[i] + Lanes::kLanes / 2;
  }
#pragma GCC unroll 8
  for (int round = 1; round < Rows; round *= 2) {
    VectorOf<Lanes> turned[Rows];
#pragma GCC unroll 32
    for (int i = 0; i < Rows / 2; ++i) {
      turned[2 * i] = __builtin_shuffle(rows[i], rows[i + Rows / 2], low);
      turned[2 * i + 1] = __builtin_shuffle(rows[i], rows[i + Rows / 2], high);
    }
#pragma GCC unroll 32
    for (int i = 0; i < Rows; ++i) rows[i] = turned[i];
  }
}

/// Up to Rows * kLanes keys, the others are `pad`.
template <int Rows, typename Lanes>
[[gnu::always_inline]] inline void load_rows(const typename Lanes::Key* keys, std::int64_t n, typename Lanes::Key pad,
                                             VectorOf<Lanes>* rows) {
#pragma GCC unroll 32
  for (int i = 0; i < Rows; ++i) {
    const std::int64_t rest = n - i * Lanes::kLanes;
    if (rest >= Lanes::kLanes) {
      rows[i] = load<Lanes>(keys + i * Lanes::kLanes);
    } else if (rest > 0) {
      rows[i] = Lanes::load_first(keys + i * Lanes::kLanes, rest, pad);
    } else {
      rows[i] = VectorOf<Lanes>{} + pad;
    }
  }
}

template <int Rows, typename Lanes>
[[gnu::always_inline]] inline void store_rows(typename Lanes::Key* keys, std::int64_t n, const VectorOf<Lanes>* rows) {
#pragma GCC unroll 32
  for (int i = 0; i < Rows; ++i) {
    const std::int64_t rest = n - i * Lanes::kLanes;
    if (rest >= Lanes::kLanes) {
      store<Lanes>(keys + i * Lanes::kLanes, rows[i]);
    } else if (rest > 0) {
      Lanes::store_first(keys + i * Lanes::kLanes, rest, rows[i]);
    }
  }
}

/// Lanes of sorted columns, read one lane after the other.
template <int Rows, typename Lanes>
[[gnu::always_inline]] inline void order_rows(VectorOf<Lanes>* rows) {
  sort_columns<Rows, Lanes>(rows);
  join_groups<Rows, 1, Lanes>(rows);
  transpose<Rows, Lanes>(rows);
}

struct IntegerRows {
  template <int Rows, typename Lanes>
  [[gnu::noinline]] static bool sort(typename Lanes::Key* keys, std::int64_t n) {
    VectorOf<Lanes> rows[Rows];
    load_rows<Rows, Lanes>(keys, n, Lanes::kLargest, rows);
    order_rows<Rows, Lanes>(rows);
    store_rows<Rows, Lanes>(keys, n, rows);
    return true;
  }
};

/// Floats by their bits; false, with nothing done, where some are NaN or -0.0.
struct FloatRows {
  template <int Rows, typename Lanes>
  [[gnu::noinline]] static bool sort(typename Lanes::Key* keys, std::int64_t n) {
    using Key = typename Lanes::Key;
    constexpr Key kInfinity = kInfinityKey<Key>;
    VectorOf<Lanes> rows[Rows];
    load_rows<Rows, Lanes>(keys, n, kInfinity, rows);
    VectorOf<Lanes> unusual = {};
#pragma GCC unroll 32
    for (int i = 0; i < Rows; ++i) {
      rows[i] = turned_lanes<Lanes>(rows[i]);
      unusual |= VectorOf<Lanes>((rows[i] > kInfinity) | (rows[i] < ~kInfinity) | (rows[i] == -1));
    }
    Key any = 0;
    for (int i = 0; i < Lanes::kLanes; ++i) any |= unusual[i];
    if (any != 0) return false;
    order_rows<Rows, Lanes>(rows);
#pragma GCC unroll 32
    for (int i = 0; i < Rows; ++i) rows[i] = turned_lanes<Lanes>(rows[i]);
    store_rows<Rows, Lanes>(keys, n, rows);
    return true;
  }
};

/// Rows of the largest network, and the keys that it sorts.
constexpr int kNetworkRows = 16;
template <typename Lanes>
constexpr std::int64_t few() {
  return kNetworkRows * Lanes::kLanes;
}

/// @pre n <= few<Lanes>()
template <typename Sort, typename Lanes>
bool sort_rows(typename Lanes::Key* keys, std::int64_t n) {
  if (n <= Lanes::kLanes) return Sort::template sort<1, Lanes>(keys, n);
  if (n <= 2 * Lanes::kLanes) return Sort::template sort<2, Lanes>(keys, n);
  if (n <= 4 * Lanes::kLanes) return Sort::template sort<4, Lanes>(keys, n);
  if (n <= 8 * Lanes::kLanes) return Sort::template sort<8, Lanes>(keys, n);
  return Sort::template sort<kNetworkRows, Lanes>(keys, n);
}

template <typename Lanes>
void sort_few(typename Lanes::Key* keys, std::int64_t n) {
  if (n > 1) sort_rows<IntegerRows, Lanes>(keys, n);
}

template <typename Lanes>
bool sort_few_floats(typename Lanes::Key* floats, std::int64_t n) {
  return n <= few<Lanes>() && sort_rows<FloatRows, Lanes>(floats, n);
}

}  // namespace
}  // namespace rooftop::lib
