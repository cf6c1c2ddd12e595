// Sorting integers and floats with vectors, on all cores where that pays. What other types are sorted by is made such
// keys first. Keys are no NaN; which of several equal zeros goes where is not said.
#pragma once

#include <cstdint>
#include <memory>

#include "rooftop/lib/float_keys.h"
#include "rooftop/lib/places_around.h"

namespace rooftop::lib {

/// Sorts in ascending order, within the array's own memory.
void sort_keys(std::int16_t* keys, std::int64_t n);
void sort_keys(std::int32_t* keys, std::int64_t n);
void sort_keys(std::int64_t* keys, std::int64_t n);
void sort_keys(float* keys, std::int64_t n);
void sort_keys(double* keys, std::int64_t n);

/// Puts the key that belongs at `place` in ascending order there, none larger before it and none smaller behind it.
/// @pre 0 <= place < n
void select_key(std::int16_t* keys, std::int64_t n, std::int64_t place);
void select_key(std::int32_t* keys, std::int64_t n, std::int64_t place);
void select_key(std::int64_t* keys, std::int64_t n, std::int64_t place);
void select_key(float* keys, std::int64_t n, std::int64_t place);
void select_key(double* keys, std::int64_t n, std::int64_t place);

/// Moves keys that differ from the one before to the front, in their order; returns how many there are.
std::int64_t keep_changes(std::int16_t* keys, std::int64_t n);
std::int64_t keep_changes(std::int32_t* keys, std::int64_t n);
std::int64_t keep_changes(std::int64_t* keys, std::int64_t n);
std::int64_t keep_changes(float* keys, std::int64_t n);
std::int64_t keep_changes(double* keys, std::int64_t n);

/// How many keys are on either side of a threshold.
AroundThreshold count_around(const std::int32_t* keys, std::int64_t n, std::int32_t threshold);
AroundThreshold count_around(const std::int64_t* keys, std::int64_t n, std::int64_t threshold);
AroundThreshold count_around(const float* keys, std::int64_t n, float threshold);
AroundThreshold count_around(const double* keys, std::int64_t n, double threshold);

/// The same, and where: key i has the place first + i. Those of each side ascend. @pre there is room for n + kSlack
AroundThreshold find_around(const std::int32_t* keys, std::int64_t n, std::int32_t threshold, std::int64_t first,
                            const PlacesAround& places);
AroundThreshold find_around(const std::int64_t* keys, std::int64_t n, std::int64_t threshold, std::int64_t first,
                            const PlacesAround& places);
AroundThreshold find_around(const float* keys, std::int64_t n, float threshold, std::int64_t first,
                            const PlacesAround& places);
AroundThreshold find_around(const double* keys, std::int64_t n, double threshold, std::int64_t first,
                            const PlacesAround& places);

/// Whether some are NaN, and whether some are -0.0.
FloatFacts look_at_floats(const float* floats, std::int64_t n);
FloatFacts look_at_floats(const double* floats, std::int64_t n);

/// Sorts floats where they are few. False, with nothing done, where they are many, or where some are NaN or -0.0.
bool sort_few_floats(float* floats, std::int64_t n);
bool sort_few_floats(double* floats, std::int64_t n);

/// Calls body(keys) with room for n keys of four bytes: on the stack where they are few.
template <typename Body>
void with_narrow_keys(std::int64_t n, Body body) {
  constexpr std::int64_t kFew = 1024;
  if (n <= kFew) {
    std::int32_t few[kFew];
    return body(static_cast<std::int32_t*>(few));
  }
  const std::unique_ptr<std::int32_t[]> many(new std::int32_t[static_cast<std::size_t>(n)]);
  body(many.get());
}

}  // namespace rooftop::lib
