// Sorting integers and floats with vectors, on all cores where that pays. What other types are sorted by is made such
// keys first. Keys are no NaN; which of several equal zeros goes where is not said.
#pragma once

#include <cstdint>
#include <memory>

#include "rooftop/lib/float_keys.h"

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

/// Whether each key is below the threshold, and above it: bytes of 0 and 1.
void compare_keys(const std::int32_t* keys, std::int64_t n, std::int32_t threshold, char* below, char* above);
void compare_keys(const std::int64_t* keys, std::int64_t n, std::int64_t threshold, char* below, char* above);
void compare_keys(const float* keys, std::int64_t n, float threshold, char* below, char* above);
void compare_keys(const double* keys, std::int64_t n, double threshold, char* below, char* above);

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
