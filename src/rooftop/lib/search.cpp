// Binary search without branches, for several values side by side: while one waits for memory, the others go on.
#include "rooftop/lib/search.h"

#include <algorithm>
#include <memory>

#include "rooftop/lib/order_key.h"
#include "rooftop/lib/parallel.h"

namespace rooftop::lib {
namespace {

constexpr std::int64_t kAbreast = 8;

/// key_at(i) ascends with i in [0, size). Where `behind` is set, keys equal to the wanted one count as smaller.
template <bool Behind, typename KeyAt>
void search_block(const KeyAt& key_at, std::int64_t size, const std::int64_t* wanted, std::int64_t count,
                  std::int64_t* places) {
  std::int64_t begin[kAbreast] = {};
  const auto goes_on = [&](std::int64_t key, std::int64_t w) { return Behind ? key <= w : key < w; };
  std::int64_t length = size;
  while (length > 1) {
    const std::int64_t half = length / 2;
    for (std::int64_t k = 0; k < count; ++k) {
      begin[k] += goes_on(key_at(begin[k] + half - 1), wanted[k]) ? half : 0;
    }
    length -= half;
  }
  for (std::int64_t k = 0; k < count; ++k) {
    places[k] = begin[k] + (size > 0 && goes_on(key_at(begin[k]), wanted[k]) ? 1 : 0);
  }
}

template <bool Behind, typename KeyAt, typename WantedAt>
void search_all(const KeyAt& key_at, std::int64_t size, const WantedAt& wanted_at, std::int64_t count,
                std::int64_t* places) {
  constexpr std::int64_t kWorthwhile = 1 << 12;
  for_ranges(count, kWorthwhile, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i += kAbreast) {
      std::int64_t wanted[kAbreast];
      const std::int64_t block = std::min(kAbreast, end - i);
      for (std::int64_t k = 0; k < block; ++k) wanted[k] = wanted_at(i + k);
      if (block == kAbreast) {  // a number that the compiler knows
        search_block<Behind>(key_at, size, wanted, kAbreast, places + i);
      } else {
        search_block<Behind>(key_at, size, wanted, block, places + i);
      }
    }
  });
}

template <bool Behind>
void search_vector(const SortedVector& sorted, const char* values, std::int64_t count, std::int64_t* places) {
  with_order_key(sorted.dtype, [&](auto element, auto to_key) {
    using T = decltype(element);
    const auto* elements = reinterpret_cast<const T*>(sorted.data);
    const auto* needles = reinterpret_cast<const T*>(values);
    const auto element_at = [=](std::int64_t i) {
      return to_key(elements[sorted.order == nullptr ? i : sorted.order[i]]);
    };
    const auto wanted_at = [=](std::int64_t i) { return to_key(needles[i]); };
    if (count < sorted.size || count < kAbreast) {
      return search_all<Behind>(element_at, sorted.size, wanted_at, count, places);
    }
    // Many searches: elements are made keys once.
    const std::unique_ptr<std::int64_t[]> made(new std::int64_t[static_cast<std::size_t>(sorted.size)]);
    std::int64_t* const keys = made.get();
    for (std::int64_t i = 0; i < sorted.size; ++i) keys[i] = element_at(i);
    search_all<Behind>([=](std::int64_t i) { return keys[i]; }, sorted.size, wanted_at, count, places);
  });
}

}  // namespace

void search_sorted(const SortedVector& sorted, const char* values, std::int64_t count, bool behind,
                   std::int64_t* places) {
  behind ? search_vector<true>(sorted, values, count, places) : search_vector<false>(sorted, values, count, places);
}

}  // namespace rooftop::lib
