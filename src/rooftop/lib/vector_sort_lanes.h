// The vector sort of one CPU level, as a template over its registers: quicksort whose partitions go through whole
// registers, and networks below. Included by vector_sort_v3.cpp, _v4.cpp and _words.cpp alone, each compiled for its
// level: everything here must have internal linkage, and no header with inline functions of its own may be included.
#pragma once

#include <cstdint>

#include "rooftop/lib/vector_sort_level.h"
#include "rooftop/lib/vector_sort_networks.h"

namespace rooftop::lib {
namespace {

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
