// Ordering places by keys of eight bytes. A key and its place go into one integer, the key above: sorting these is as
// quick as sorting numbers, and stable.
#pragma once

#include <cstdint>
#include <span>

namespace rooftop::lib {

/// The keys of a vector by their places.
struct KeySource {
  const void* data;
  std::int64_t (*at)(const void* data, std::int64_t place);
  std::int64_t operator[](std::int64_t place) const { return at(data, place); }
};

/// `buffer` holds the keys of the places [0, n) and then these places, in ascending order of the keys; those of equal
/// keys ascend.
void order_keys(std::int64_t* buffer, std::int64_t n, KeySource keys);

/// The same for `wanted` places, which ascend; the others hold the rest, none larger before and none smaller behind
/// each.
void select_keys(std::int64_t* buffer, std::int64_t n, std::span<const std::int64_t> wanted, KeySource keys);

}  // namespace rooftop::lib
