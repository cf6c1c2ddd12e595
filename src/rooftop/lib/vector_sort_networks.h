// Few keys in the registers of one CPU level: networks that sort them, and floats turned over on the way. Included by
// vector_sort_lanes.h alone: see there.
#pragma once

#include <cstdint>

namespace rooftop::lib {
namespace {

// A register type `Lanes` has
//   Key, Vector and Places (GCC vectors of keys and of lanes' numbers), kLanes, kLargest;
//   exchange(a, b): the smaller key of each lane to a, the larger one to b;
//   exchange_lanes<Mask>(a, b): lane by lane the smaller key, the larger one where the constant mask is set;
//   load_row(keys, row, n, pad), store_row(keys, row, n, v): lane i is key row * kLanes + i, if that is below n; no
//   other memory is touched;
//   split<Inclusive>(v, pivot, to, room): writes the keys of v that belong to the left from `to` on and the others so
//   that they end at to + room, and may write anything between; returns how many go to the left.
//   split_first<Inclusive>(keys, n, pivot, to, room): the same for n < kLanes keys in memory;
//   keep_changes(v, last, to): writes the keys of v that differ from those of `last` from `to` on, and may write
//   anything into the rest of kLanes places; returns how many differ; of floats: has_unusual<Rows>(rows): whether some
//   are NaN or -0.0.

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

/// Lane i becomes lane i ^ Mask.
template <int Mask, typename Lanes>
[[gnu::always_inline]] inline VectorOf<Lanes> flipped_lanes(VectorOf<Lanes> v) {
  typename Lanes::Places places;
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
    Lanes::exchange(rows[kNetwork<Rows>.first[Pair]], rows[kNetwork<Rows>.second[Pair]]);
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
      if ((i & distance) == 0) Lanes::exchange(rows[i], rows[i + distance]);
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
      rows[i] = Lanes::template exchange_lanes<upper_lanes<kHalf, Lanes>()>(rows[i], other);
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
      rows[i] = Lanes::template exchange_lanes<kUpper>(a, mirrored_b);
      rows[j] = Lanes::template exchange_lanes<kUpper>(b, mirrored_a);
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
  typename Lanes::Places low, high;
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

/// Rows that are full: networks of half as many rows sort fewer keys.
template <int Rows>
constexpr int kFullRows = Rows / 2;

/// Up to Rows * kLanes keys, the others are `pad`.
template <int Rows, typename Lanes>
[[gnu::always_inline]] inline void load_rows(const typename Lanes::Key* keys, std::int64_t n, typename Lanes::Key pad,
                                             VectorOf<Lanes>* rows) {
#pragma GCC unroll 32
  for (int i = 0; i < Rows; ++i) {
    rows[i] = i < kFullRows<Rows> ? load<Lanes>(keys + i * Lanes::kLanes) : Lanes::load_row(keys, i, n, pad);
  }
}

template <int Rows, typename Lanes>
[[gnu::always_inline]] inline void store_rows(typename Lanes::Key* keys, std::int64_t n, const VectorOf<Lanes>* rows) {
#pragma GCC unroll 32
  for (int i = 0; i < Rows; ++i) {
    if (i < kFullRows<Rows>) {
      store<Lanes>(keys + i * Lanes::kLanes, rows[i]);
    } else {
      Lanes::store_row(keys, i, n, rows[i]);
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

/// Sorts up to Rows * kLanes keys; false, with nothing done, where some of what has to be usual is not.
template <bool MustBeUsual, int Rows, typename Lanes>
[[gnu::noinline]] bool sort_in_rows(typename Lanes::Key* keys, std::int64_t n) {
  VectorOf<Lanes> rows[Rows];
  load_rows<Rows, Lanes>(keys, n, Lanes::kLargest, rows);
  if constexpr (MustBeUsual) {
    if (Lanes::template has_unusual<Rows>(rows)) return false;
  }
  order_rows<Rows, Lanes>(rows);
  store_rows<Rows, Lanes>(keys, n, rows);
  return true;
}

/// Rows of the largest network, and the keys that it sorts.
constexpr int kNetworkRows = 16;
template <typename Lanes>
constexpr std::int64_t kNetworkKeys = kNetworkRows* Lanes::kLanes;

/// @pre n <= kNetworkKeys
template <bool MustBeUsual, typename Lanes>
bool sort_by_network(typename Lanes::Key* keys, std::int64_t n) {
  if (n <= Lanes::kLanes) return sort_in_rows<MustBeUsual, 1, Lanes>(keys, n);
  if (n <= 2 * Lanes::kLanes) return sort_in_rows<MustBeUsual, 2, Lanes>(keys, n);
  if (n <= 4 * Lanes::kLanes) return sort_in_rows<MustBeUsual, 4, Lanes>(keys, n);
  if (n <= 8 * Lanes::kLanes) return sort_in_rows<MustBeUsual, 8, Lanes>(keys, n);
  return sort_in_rows<MustBeUsual, kNetworkRows, Lanes>(keys, n);
}

/// Rows that follow each other are a bitonic sequence: sorts it.
template <int Rows, int Width, typename Lanes>
[[gnu::always_inline]] inline void merge_rows(VectorOf<Lanes>* rows) {
  if constexpr (Width == Lanes::kLanes) merge_columns<Rows, Lanes>(rows);
  if constexpr (Width > 1) {
    constexpr int kHalf = Width / 2;
#pragma GCC unroll 32
    for (int i = 0; i < Rows; ++i) {
      const VectorOf<Lanes> other = flipped_lanes<kHalf, Lanes>(rows[i]);
      rows[i] = Lanes::template exchange_lanes<upper_lanes<kHalf, Lanes>()>(rows[i], other);
    }
    merge_rows<Rows, kHalf, Lanes>(rows);
  }
}

/// The first kNetworkKeys are sorted, and so are the others, which are not more: sorts all.
template <typename Lanes>
[[gnu::noinline]] void merge_halves(typename Lanes::Key* keys, std::int64_t n) {
  typename Lanes::Key* const others = keys + kNetworkKeys<Lanes>;
  const std::int64_t rest = n - kNetworkKeys<Lanes>;
  VectorOf<Lanes> small[kNetworkRows], large[kNetworkRows];
#pragma GCC unroll 16
  for (int i = 0; i < kNetworkRows; ++i) {
    small[i] = load<Lanes>(keys + i * Lanes::kLanes);
    large[i] =
        flipped_lanes<Lanes::kLanes - 1, Lanes>(Lanes::load_row(others, kNetworkRows - 1 - i, rest, Lanes::kLargest));
    Lanes::exchange(small[i], large[i]);
  }
  merge_rows<kNetworkRows, Lanes::kLanes, Lanes>(small);
#pragma GCC unroll 16
  for (int i = 0; i < kNetworkRows; ++i) store<Lanes>(keys + i * Lanes::kLanes, small[i]);
  merge_rows<kNetworkRows, Lanes::kLanes, Lanes>(large);
#pragma GCC unroll 16
  for (int i = 0; i < kNetworkRows; ++i) Lanes::store_row(others, i, rest, large[i]);
}

/// What is sorted without partitions.
template <typename Lanes>
constexpr std::int64_t few() {
  return 2 * kNetworkKeys<Lanes>;
}

/// @pre n <= few<Lanes>()
template <typename Lanes>
void sort_few(typename Lanes::Key* keys, std::int64_t n) {
  if (n < 2) return;
  if (n <= kNetworkKeys<Lanes>) {
    sort_by_network<false, Lanes>(keys, n);
    return;
  }
  sort_in_rows<false, kNetworkRows, Lanes>(keys, kNetworkKeys<Lanes>);
  sort_by_network<false, Lanes>(keys + kNetworkKeys<Lanes>, n - kNetworkKeys<Lanes>);
  merge_halves<Lanes>(keys, n);
}

template <typename Lanes>
bool sort_few_floats(typename Lanes::Key* floats, std::int64_t n) {
  return n <= kNetworkKeys<Lanes> && sort_by_network<true, Lanes>(floats, n);
}

}  // namespace
}  // namespace rooftop::lib
