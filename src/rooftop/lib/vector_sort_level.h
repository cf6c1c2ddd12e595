// What the vector sort of one CPU level consists of; see vector_sort.h for the functions to call.
#pragma once

#include <cstdint>

#include "rooftop/lib/float_keys.h"
#include "rooftop/lib/places_around.h"

namespace rooftop::lib {

/// A step of quicksort: keys [begin, end) are all equal, those before are not larger, those behind not smaller.
struct Parts {
  std::int64_t begin;
  std::int64_t end;
};

constexpr std::int64_t kLeastSplit = 1024;

template <typename Key>
struct SortLevel {
  void (*sort)(Key* keys, std::int64_t n);
  /// @pre n >= kLeastSplit
  Parts (*split)(Key* keys, std::int64_t n);
  /// Puts the key of rank `place` there, none larger before it, none smaller behind it.
  void (*select)(Key* keys, std::int64_t n, std::int64_t place);
  bool (*ascends)(const Key* keys, std::int64_t n);
  /// Moves keys that differ from the one before to the front; returns how many there are.
  std::int64_t (*keep_changes)(Key* keys, std::int64_t n);
};

/// See vector_sort.h.
template <typename Float>
struct FloatLoops {
  FloatFacts (*look)(const Float* floats, std::int64_t n);
  bool (*sort_few)(Float* floats, std::int64_t n);
};

/// See vector_sort.h.
template <typename Key>
struct PlaceLoops {
  AroundThreshold (*count)(const Key* keys, std::int64_t n, Key threshold);
  AroundThreshold (*find)(const Key* keys, std::int64_t n, Key threshold, std::int64_t first,
                          const PlacesAround& places);
};

struct SortLevels {
  SortLevel<std::int32_t> keys32;
  SortLevel<std::int64_t> keys64;
  SortLevel<float> floats32;
  SortLevel<double> floats64;
  FloatLoops<float> loops32;
  FloatLoops<double> loops64;
  PlaceLoops<std::int32_t> places_of_keys32;
  PlaceLoops<std::int64_t> places_of_keys64;
  PlaceLoops<float> places_of_floats32;
  PlaceLoops<double> places_of_floats64;
};

extern const SortLevels kSortV3;
extern const SortLevels kSortV4;
/// Keys of two bytes: x86-64-v4 and AVX512_VBMI2, which no level has.
extern const SortLevel<std::int16_t> kSortWords;

/// The C++ library's sort, for where pivots are bad: not compiled for a level.
void sort_by_comparing(std::int16_t* keys, std::int64_t n);
void sort_by_comparing(std::int32_t* keys, std::int64_t n);
void sort_by_comparing(std::int64_t* keys, std::int64_t n);
void sort_by_comparing(float* keys, std::int64_t n);
void sort_by_comparing(double* keys, std::int64_t n);

}  // namespace rooftop::lib
