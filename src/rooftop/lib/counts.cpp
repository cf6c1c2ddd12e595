// Counters side by side: the next number need not wait for the last one's counter.
#include "rooftop/lib/counts.h"

#include <algorithm>
#include <memory>

#include "rooftop/lib/order_key.h"

namespace rooftop::lib {

Range range_of(const std::int64_t* numbers, std::int64_t n) {
  if (n == 0) return {};
  Range range{numbers[0], numbers[0]};
  for (std::int64_t i = 1; i < n; ++i) {
    range.least = std::min(range.least, numbers[i]);
    range.largest = std::max(range.largest, numbers[i]);
  }
  return range;
}

void count_places(const std::int64_t* numbers, std::int64_t n, std::int64_t* counts, std::int64_t length) {
  constexpr std::int64_t kTables = 4, kShort = 1 << 12;
  std::int64_t i = 0;
  if (length <= kShort && n >= 4 * kTables * length) {
    const std::unique_ptr<std::int64_t[]> tables(new std::int64_t[static_cast<std::size_t>(kTables * length)]());
    for (; i + kTables <= n; i += kTables) {
      for (std::int64_t k = 0; k < kTables; ++k) ++tables[static_cast<std::size_t>(k * length + numbers[i + k])];
    }
    for (std::int64_t k = 0; k < kTables * length; ++k) counts[k % length] += tables[static_cast<std::size_t>(k)];
  }
  for (; i < n; ++i) ++counts[numbers[i]];
}

void add_weights(const std::int64_t* numbers, const double* weights, std::int64_t n, double* sums) {
  for (std::int64_t i = 0; i < n; ++i) sums[numbers[i]] += weights[i];
}

Monotony monotony_of(const SortedVector& vector) {
  Monotony monotony = Monotony::None;
  with_order_key(vector.dtype, [&](auto element, auto to_key) {
    const auto* elements = reinterpret_cast<const decltype(element)*>(vector.data);
    const auto falls = [&](auto a, auto b) { return to_key(b) < to_key(a); };
    const auto rises = [&](auto a, auto b) { return to_key(a) < to_key(b); };
    const auto* end = elements + vector.size;
    if (std::any_of(elements, end, [&](auto bits) { return to_key.is_nan(to_key(bits)); })) return;
    if (std::adjacent_find(elements, end, falls) == end) {
      monotony = Monotony::Ascending;
    } else if (std::adjacent_find(elements, end, rises) == end) {
      monotony = Monotony::Descending;
    }
  });
  return monotony;
}

}  // namespace rooftop::lib
