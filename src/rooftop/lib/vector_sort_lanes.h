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

/// Registers that a partition reads before it writes any: a step.
constexpr int kStepRegisters = 8;
/// Steps that are fetched ahead: reading from two ends is more than what processors fetch by themselves.
constexpr int kStepsAhead = 16;

/// Moves the keys below the pivot (where `Inclusive`: not above it) to the front; returns how many there are. Registers
/// from both ends are held back, so that there is always room to write whole ones into.
/// @pre n >= 2 * kStepRegisters * kLanes
template <bool Inclusive, typename Lanes>
std::int64_t partition(typename Lanes::Key* keys, std::int64_t n, typename Lanes::Key pivot) {
  using Key = typename Lanes::Key;
  constexpr std::int64_t kLanes = Lanes::kLanes, kStep = kStepRegisters * kLanes;
  Key* left = keys;       // where the next small key goes
  std::int64_t room = n;  // the last large key of what is left goes to left[room - 1]
  const auto put = [&](VectorOf<Lanes> v) __attribute__((always_inline)) {
    left += Lanes::template split<Inclusive>(v, pivot, left, room);
    room -= kLanes;
  };
  VectorOf<Lanes> held[2 * kStepRegisters], v[kStepRegisters];
#pragma GCC unroll 8
  for (int i = 0; i < kStepRegisters; ++i) {
    held[2 * i] = load<Lanes>(keys + i * kLanes);
    held[2 * i + 1] = load<Lanes>(keys + n - (i + 1) * kLanes);
  }
  const Key* first = keys + kStep;  // the keys that were not read yet
  std::int64_t unread = n - 2 * kStep;
  // What does not fill a step is less than what the right end has room for.
  for (; unread % kStep >= kLanes; unread -= kLanes, first += kLanes) put(load<Lanes>(first));
  if (const std::int64_t rest = unread % kStep; rest > 0) {
    left += Lanes::template split_first<Inclusive>(first, rest, pivot, left, room);
    room -= rest;
    unread -= rest;
    first += rest;
  }
#pragma GCC unroll 1
  while (unread > 0) {
    unread -= kStep;
    // From the side with less room. A branch, though it can't be predicted: the next keys are on their way before the
    // last ones are told apart.
    const bool is_left = first - left <= kStep;
    const Key* const from = is_left ? first : first + unread;
    const std::int64_t ahead = (is_left ? kStepsAhead : -kStepsAhead) * kStep;
    first += is_left ? kStep : 0;
#pragma GCC unroll 8
    for (int i = 0; i < kStepRegisters; ++i) __builtin_prefetch(from + ahead + i * kLanes);
#pragma GCC unroll 8
    for (int i = 0; i < kStepRegisters; ++i) v[i] = load<Lanes>(from + i * kLanes);
#pragma GCC unroll 8
    for (int i = 0; i < kStepRegisters; ++i) put(v[i]);
  }
#pragma GCC unroll 16
  for (int i = 0; i < 2 * kStepRegisters; ++i) put(held[i]);
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

template <typename Lanes>
AroundThreshold count_around(const typename Lanes::Key* keys, std::int64_t n, typename Lanes::Key threshold) {
  constexpr std::int64_t kBlock = 1 << 20;
  AroundThreshold counts;
  for (std::int64_t begin = 0; begin < n; begin += kBlock) {
    const std::int64_t end = begin + kBlock < n ? begin + kBlock : n;
    typename Lanes::Bits below = 0, above = 0;  // of the keys' size: nothing to convert
    for (std::int64_t i = begin; i < end; ++i) {
      below += keys[i] < threshold ? 1 : 0;
      above += keys[i] > threshold ? 1 : 0;
    }
    counts.below += below;
    counts.above += above;
  }
  counts.equal = n - counts.below - counts.above;
  return counts;
}

template <typename Lanes>
AroundThreshold find_around(const typename Lanes::Key* keys, std::int64_t n, typename Lanes::Key threshold,
                            std::int64_t first, const PlacesAround& places) {
  constexpr int kLanes = Lanes::kLanes;
  constexpr unsigned kAll = (1U << kLanes) - 1;
  AroundThreshold found;
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    const VectorOf<Lanes> v = load<Lanes>(keys + i);
    const unsigned below = Lanes::set_below(v, threshold), above = Lanes::set_above(v, threshold);
    found.below += Lanes::put_places(first + i, below, places.below + found.below);
    found.above += Lanes::put_places(first + i, above, places.above + found.above);
    if (const unsigned equal = kAll & ~(below | above); equal != 0) {
      found.equal += Lanes::put_places(first + i, equal, places.equal + found.equal);
    }
  }
  for (; i < n; ++i) {
    places.below[found.below] = places.equal[found.equal] = places.above[found.above] = first + i;
    found.below += keys[i] < threshold ? 1 : 0;
    found.above += keys[i] > threshold ? 1 : 0;
    found.equal += keys[i] == threshold ? 1 : 0;
  }
  return found;
}

template <typename Lanes>
bool ascends(const typename Lanes::Key* keys, std::int64_t n) {
  using Bits = typename Lanes::Bits;
  constexpr std::int64_t kBlock = 256;
  std::int64_t i = 1;
  for (; i + kBlock <= n; i += kBlock) {
    Bits falls = 0;  // of the keys' size: nothing to convert
    for (std::int64_t j = i; j < i + kBlock; ++j) falls = static_cast<Bits>(falls | (keys[j] < keys[j - 1] ? 1 : 0));
    if (falls != 0) return false;
  }
  for (; i < n; ++i) {
    if (keys[i] < keys[i - 1]) return false;
  }
  return true;
}

template <typename Lanes>
std::int64_t keep_changes(typename Lanes::Key* keys, std::int64_t n) {
  using Key = typename Lanes::Key;
  constexpr int kLanes = Lanes::kLanes;
  if (n == 0) return 0;
  typename Lanes::Places one_back;
  for (int i = 0; i < kLanes; ++i) one_back[i] = static_cast<typename Lanes::Bits>(kLanes - 1 + i);
  VectorOf<Lanes> last = VectorOf<Lanes>{} + keys[0];
  Key* to = keys + 1;
  std::int64_t i = 1;
  for (; i + kLanes <= n; i += kLanes) {
    const VectorOf<Lanes> v = load<Lanes>(keys + i);
    to += Lanes::keep_changes(v, __builtin_shuffle(last, v, one_back), to);
    last = v;
  }
  for (Key previous = last[kLanes - 1]; i < n; ++i) {
    const Key key = keys[i];
    *to = key;
    to += key != previous ? 1 : 0;
    previous = key;
  }
  return to - keys;
}

template <typename Lanes>
FloatFacts look_at_floats(const typename Lanes::Key* floats, std::int64_t n) {
  constexpr int kRows = 8;
  std::int64_t i = 0;
  for (; i + kRows * Lanes::kLanes <= n; i += kRows * Lanes::kLanes) {
    VectorOf<Lanes> rows[kRows];
#pragma GCC unroll 8
    for (int row = 0; row < kRows; ++row) rows[row] = load<Lanes>(floats + i + row * Lanes::kLanes);
    if (Lanes::template has_unusual<kRows>(rows)) break;
  }
  return facts_of<typename Lanes::Bits>(floats + i, n - i);
}

template <typename Lanes>
constexpr SortLevel<typename Lanes::Key> level_of() {
  return {sort_all<Lanes>, split_once<Lanes>, select_place<Lanes>, ascends<Lanes>, keep_changes<Lanes>};
}

template <template <typename Key> typename Lanes>
constexpr SortLevels levels_of() {
  return {level_of<Lanes<std::int32_t>>(),
          level_of<Lanes<std::int64_t>>(),
          level_of<Lanes<float>>(),
          level_of<Lanes<double>>(),
          {look_at_floats<Lanes<float>>, sort_few_floats<Lanes<float>>},
          {look_at_floats<Lanes<double>>, sort_few_floats<Lanes<double>>},
          {count_around<Lanes<std::int32_t>>, find_around<Lanes<std::int32_t>>},
          {count_around<Lanes<std::int64_t>>, find_around<Lanes<std::int64_t>>},
          {count_around<Lanes<float>>, find_around<Lanes<float>>},
          {count_around<Lanes<double>>, find_around<Lanes<double>>}};
}

}  // namespace
}  // namespace rooftop::lib
