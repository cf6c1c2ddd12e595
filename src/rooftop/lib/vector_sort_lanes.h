// The vector sort of one CPU level, as a template over its registers: quicksort whose partitions go through whole
// registers, and networks below. Included by vector_sort_v3.cpp, _v4.cpp and _words.cpp alone, each compiled for its
// level: everything here must have internal linkage, and no header with inline functions of its own may be included.
#pragma once

#include <cstdint>

#include "rooftop/lib/vector_sort_level.h"

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
    rows[i] = rest >= Lanes::kLanes ? load<Lanes>(keys + i * Lanes::kLanes)
                                    : Lanes::load_first(keys + i * Lanes::kLanes, rest > 0 ? rest : 0, pad);
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

// --- Partitions

/// Registers that a partition reads before it writes any.
constexpr int kStepRegisters = 8;

template <bool Inclusive, typename Lanes>
[[gnu::always_inline]] inline void split_step(const typename Lanes::Key* from, typename Lanes::Key pivot,
                                              typename Lanes::Key*& left, typename Lanes::Key*& right) {
  VectorOf<Lanes> v[kStepRegisters];
#pragma GCC unroll 8
  for (int i = 0; i < kStepRegisters; ++i) v[i] = load<Lanes>(from + i * Lanes::kLanes);
#pragma GCC unroll 8
  for (int i = 0; i < kStepRegisters; ++i) Lanes::template split<Inclusive>(v[i], pivot, left, right);
}

/// Moves the keys below the pivot (where `Inclusive`: not above it) to the front; returns how many there are. Keys at
/// both ends are set aside first, so that there is room to write whole registers into.
template <bool Inclusive, typename Lanes>
std::int64_t partition(typename Lanes::Key* keys, std::int64_t n, typename Lanes::Key pivot) {
  using Key = typename Lanes::Key;
  constexpr std::int64_t kStep = kStepRegisters * Lanes::kLanes;
  Key aside[3 * kStep];
  std::int64_t held = 0;
  const auto set_aside = [&](const Key* from, std::int64_t count) {
    __builtin_memcpy(aside + held, from, static_cast<std::size_t>(count) * sizeof(Key));
    held += count;
  };
  Key* left = keys;         // where the next small key goes
  Key* right = keys + n;    // behind where the next large key goes
  const Key* first = keys;  // the keys that were not read yet
  const Key* last = keys + n;
  if (n > 2 * kStep) {
    set_aside(first, kStep);
    set_aside(last - kStep, kStep);
    first += kStep;
    last -= kStep;
    while (last - first >= kStep) {
      // A branch, though it can't be predicted: the next keys are on their way before the last ones are told apart.
      if (first - left <= right - last) {
        split_step<Inclusive, Lanes>(first, pivot, left, right);
        first += kStep;
      } else {
        last -= kStep;
        split_step<Inclusive, Lanes>(last, pivot, left, right);
      }
    }
  }
  set_aside(first, last - first);
  const Key* from = aside;
  for (; held >= 2 * Lanes::kLanes; held -= Lanes::kLanes, from += Lanes::kLanes) {
    Lanes::template split<Inclusive>(load<Lanes>(from), pivot, left, right);
  }
  for (std::int64_t i = 0; i < held; ++i) {
    const Key key = from[i];
    const bool is_left = Inclusive ? key <= pivot : key < pivot;
    *left = key;
    right[-1] = key;
    left += is_left ? 1 : 0;
    right -= is_left ? 0 : 1;
  }
  return left - keys;
}

/// The median of Rows registers from all over. @pre n >= 2 * Rows * kLanes
template <int Rows, typename Lanes>
typename Lanes::Key median_of(const typename Lanes::Key* keys, std::int64_t n) {
  VectorOf<Lanes> rows[Rows];
  auto state = static_cast<std::uint64_t>(n);
  const std::int64_t part = n / Rows;
  const auto within = static_cast<std::uint64_t>(part < UINT32_MAX ? part : UINT32_MAX) - Lanes::kLanes;
#pragma GCC unroll 8
  for (int i = 0; i < Rows; ++i) {  // one from each part, at a place that patterns do not follow
    state = state * 6364136223846793005U + 1442695040888963407U;
    rows[i] = load<Lanes>(keys + i * part + static_cast<std::int64_t>((state >> 32) * within >> 32));
  }
  sort_columns<Rows, Lanes>(rows);
  join_groups<Rows, 1, Lanes>(rows);
  return rows[0][Lanes::kLanes / 2];  // lanes follow each other, each from its first row to its last
}

/// Near the median; nearer where there are many keys.
template <typename Lanes>
typename Lanes::Key pivot_of(const typename Lanes::Key* keys, std::int64_t n) {
  return n < 4096 ? median_of<4, Lanes>(keys, n) : median_of<8, Lanes>(keys, n);
}

/// One step of quicksort. Keys [0, begin) are at most those of [begin, end), which are all equal, and those at most the
/// rest.
template <typename Lanes>
Parts split_once(typename Lanes::Key* keys, std::int64_t n) {
  const typename Lanes::Key pivot = pivot_of<Lanes>(keys, n);
  const std::int64_t below = partition<false, Lanes>(keys, n, pivot);
  if (below > 0) return {below, below};
  // Nothing is smaller: the keys that are equal to it are done.
  return {0, partition<true, Lanes>(keys, n, pivot)};
}

template <typename Lanes>
void quicksort(typename Lanes::Key* keys, std::int64_t n, int splits_left) {
  while (n > few<Lanes>()) {
    if (splits_left-- == 0) return sort_by_comparing(keys, n);
    const Parts parts = split_once<Lanes>(keys, n);
    const std::int64_t rest = n - parts.end;
    if (parts.begin < rest) {
      quicksort<Lanes>(keys, parts.begin, splits_left);
      keys += parts.end;
      n = rest;
    } else {
      quicksort<Lanes>(keys + parts.end, rest, splits_left);
      n = parts.begin;
    }
  }
  sort_few<Lanes>(keys, n);
}

/// Splits that a sort may take before its pivots count as bad ones.
constexpr int most_splits(std::int64_t n) { return 2 * (64 - __builtin_clzll(static_cast<std::uint64_t>(n) | 1)) + 8; }

template <typename Lanes>
void sort_all(typename Lanes::Key* keys, std::int64_t n) {
  quicksort<Lanes>(keys, n, most_splits(n));
}

template <typename Lanes>
void select_place(typename Lanes::Key* keys, std::int64_t n, std::int64_t place) {
  for (int splits_left = most_splits(n); n > few<Lanes>();) {
    if (splits_left-- == 0) return sort_by_comparing(keys, n);
    const Parts parts = split_once<Lanes>(keys, n);
    if (place < parts.begin) {
      n = parts.begin;
    } else if (place < parts.end) {
      return;
    } else {
      keys += parts.end;
      n -= parts.end;
      place -= parts.end;
    }
  }
  sort_few<Lanes>(keys, n);
}

// --- Loops that the compiler turns into vectors of the level

template <typename Key>
void compare_with(const Key* keys, std::int64_t n, Key threshold, char* below, char* above) {
  for (std::int64_t i = 0; i < n; ++i) below[i] = keys[i] < threshold ? 1 : 0;
  for (std::int64_t i = 0; i < n; ++i) above[i] = keys[i] > threshold ? 1 : 0;
}

template <typename Key>
bool ascends(const Key* keys, std::int64_t n) {
  constexpr std::int64_t kBlock = 256;
  std::int64_t i = 1;
  for (; i + kBlock <= n; i += kBlock) {
    Key falls = 0;  // of the keys' size: nothing to convert
    for (std::int64_t j = i; j < i + kBlock; ++j) falls |= static_cast<Key>(keys[j] < keys[j - 1]);
    if (falls != 0) return false;
  }
  for (; i < n; ++i) {
    if (keys[i] < keys[i - 1]) return false;
  }
  return true;
}

template <typename Key>
KeyFacts turn_floats(const Key* floats, Key* keys, std::int64_t n) {
  Key nan = 0, negative_zero = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const Key key = turned(floats[i]);
    nan |= static_cast<Key>(is_nan_key(key));
    negative_zero |= static_cast<Key>(key == -1);
    keys[i] = key;
  }
  return {nan != 0, negative_zero != 0};
}

template <typename Key>
void turn_back(Key* keys, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) keys[i] = turned(keys[i]);
}

template <typename Lanes>
constexpr SortLevel<typename Lanes::Key> level_of() {
  return {sort_all<Lanes>, split_once<Lanes>, select_place<Lanes>, compare_with<typename Lanes::Key>,
          ascends<typename Lanes::Key>};
}

template <typename Lanes32, typename Lanes64>
constexpr SortLevels levels_of() {
  return {level_of<Lanes32>(),
          level_of<Lanes64>(),
          {turn_floats<std::int32_t>, turn_back<std::int32_t>, sort_few_floats<Lanes32>},
          {turn_floats<std::int64_t>, turn_back<std::int64_t>, sort_few_floats<Lanes64>}};
}

}  // namespace
}  // namespace rooftop::lib
