// Sorting integers with vectors, on all cores where that pays. What other types are sorted by is made such keys first.
#pragma once

#include <cstdint>
#include <memory>

#include "rooftop/lib/float_keys.h"

namespace rooftop::lib {

/// Sorts in ascending order, within the array's own memory.
void sort_keys(std::int16_t* keys, std::int64_t n);
void sort_keys(std::int32_t* keys, std::int64_t n);
void sort_keys(std::int64_t* keys, std::int64_t n);

/// Puts the key that belongs at `place` in ascending order there, none larger before it and none smaller behind it.
/// @pre 0 <= place < n
void select_key(std::int16_t* keys, std::int64_t n, std::int64_t place);
void select_key(std::int32_t* keys, std::int64_t n, std::int64_t place);
void select_key(std::int64_t* keys, std::int64_t n, std::int64_t place);

/// Whether each key is below the threshold, and above it: bytes of 0 and 1.
void compare_keys(const std::int32_t* keys, std::int64_t n, std::int32_t threshold, char* below, char* above);
void compare_keys(const std::int64_t* keys, std::int64_t n, std::int64_t threshold, char* below, char* above);

/// Floats as integers of the same order: bits, with those below the sign turned over where it is set. -0.0 becomes -1
/// and 0.0 becomes 0. `keys` may be the same memory.
KeyFacts float_keys(const std::int32_t* floats, std::int32_t* keys, std::int64_t n);
KeyFacts float_keys(const std::int64_t* floats, std::int64_t* keys, std::int64_t n);
/// The way back.
void floats_of_keys(std::int32_t* keys, std::int64_t n);
void floats_of_keys(std::int64_t* keys, std::int64_t n);

/// Sorts floats by their bits where they are few. False, with nothing done, where they are many, or where some are NaN
/// or -0.0.
bool sort_few_floats(std::int32_t* floats, std::int64_t n);
bool sort_few_floats(std::int64_t* floats, std::int64_t n);

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
