// Keys are taken from the smallest on; what does not fit beside the place is cut off below, and the few elements that
// then seem equal are told apart afterwards.
#include "rooftop/lib/packed_order.h"

#include <algorithm>
#include <bit>
#include <vector>

#include "rooftop/lib/vector_sort.h"

namespace rooftop::lib {
namespace {

/// How keys and places share an integer.
struct Packing {
  std::int64_t least;
  int place_bits;
  int cut;  ///< bits of keys that do not fit
  bool is_narrow;

  Packing(std::int64_t smallest, std::int64_t largest, std::int64_t n)
      : least(smallest), place_bits(std::bit_width(static_cast<std::uint64_t>(n - 1))) {
    const int key_bits = std::bit_width(static_cast<std::uint64_t>(largest) - static_cast<std::uint64_t>(smallest));
    is_narrow = key_bits + place_bits <= 31;
    cut = std::max(0, key_bits + place_bits - 63);
  }
  std::int64_t packed(std::int64_t key, std::int64_t place) const {
    const std::uint64_t distance = static_cast<std::uint64_t>(key) - static_cast<std::uint64_t>(least);
    return static_cast<std::int64_t>(distance >> cut << place_bits) | place;
  }
  std::int64_t place_mask() const { return (std::int64_t{1} << place_bits) - 1; }
};

struct Whole {
  template <typename Key>
  void operator()(Key* keys, std::int64_t n) const {
    sort_keys(keys, n);
  }
};

struct Part {
  std::span<const std::int64_t> wanted;
  template <typename Key>
  void operator()(Key* keys, std::int64_t n) const {
    std::int64_t done = 0;
    for (const std::int64_t place : wanted) {
      if (place >= done) select_key(keys + done, n - done, place - done);
      done = place + 1;
    }
  }
};

/// Puts places whose packed keys are equal, [begin, end), into the order of their whole keys. They ascend.
void order_run(std::int64_t* begin, std::int64_t* end, KeySource keys) {
  constexpr std::int64_t kFew = 16;
  if (end - begin > kFew) {
    const std::vector<std::int64_t> places(begin, end);
    std::vector<std::int64_t> run(places.size());
    std::transform(begin, end, run.begin(), [&](std::int64_t place) { return keys[place]; });
    const std::vector<std::int64_t> run_keys(run);
    order_keys(run.data(), end - begin, {run_keys.data(), [](const void* data, std::int64_t i) {
                                           return static_cast<const std::int64_t*>(data)[i];
                                         }});
    std::transform(run.begin(), run.end(), begin, [&](std::int64_t i) { return places[static_cast<std::size_t>(i)]; });
    return;
  }
  for (std::int64_t* i = begin + 1; i < end; ++i) {
    const std::int64_t place = *i;
    const std::int64_t key = keys[place];
    std::int64_t* j = i;
    for (; j > begin && key < keys[j[-1]]; --j) *j = j[-1];
    *j = place;
  }
}

/// Packed keys become places; where keys were cut, runs of equal ones are put into order.
void unpack(std::int64_t* buffer, std::int64_t n, const Packing& packing, KeySource keys) {
  const std::int64_t mask = packing.place_mask();
  if (packing.cut == 0) {
    for (std::int64_t i = 0; i < n; ++i) buffer[i] &= mask;
    return;
  }
  for (std::int64_t begin = 0; begin < n;) {
    const std::int64_t prefix = buffer[begin] & ~mask;
    std::int64_t end = begin;
    for (; end < n && (buffer[end] & ~mask) == prefix; ++end) buffer[end] &= mask;
    if (end - begin > 1) order_run(buffer + begin, buffer + end, keys);
    begin = end;
  }
}

/// `buffer` holds the keys of all places, and then packed keys, arranged.
template <typename Arrange>
Packing arrange_packed(std::int64_t* buffer, std::int64_t n, const Arrange& arrange) {
  std::int64_t least = buffer[0], largest = buffer[0];
  for (std::int64_t i = 1; i < n; ++i) {
    least = std::min(least, buffer[i]);
    largest = std::max(largest, buffer[i]);
  }
  const Packing packing(least, largest, n);
  if (!packing.is_narrow) {
    for (std::int64_t i = 0; i < n; ++i) buffer[i] = packing.packed(buffer[i], i);
    arrange(buffer, n);
    return packing;
  }
  with_narrow_keys(n, [&](std::int32_t* narrow) {
    for (std::int64_t i = 0; i < n; ++i) narrow[i] = static_cast<std::int32_t>(packing.packed(buffer[i], i));
    arrange(narrow, n);
    std::copy(narrow, narrow + n, buffer);
  });
  return packing;
}

}  // namespace

void order_keys(std::int64_t* buffer, std::int64_t n, KeySource keys) {
  unpack(buffer, n, arrange_packed(buffer, n, Whole{}), keys);
}

/// The same for some places: only the runs that they are in have to be found and put into order.
void select_keys(std::int64_t* buffer, std::int64_t n, std::span<const std::int64_t> wanted, KeySource keys) {
  const Packing packing = arrange_packed(buffer, n, Part{wanted});
  const std::int64_t mask = packing.place_mask();
  if (packing.cut > 0) {
    std::int64_t done = 0;
    for (auto next = wanted.begin(); next != wanted.end(); ++next) {
      const std::int64_t place = *next;
      if (place < done) continue;
      const std::int64_t prefix = buffer[place] & ~mask;
      const auto is_below = [&](std::int64_t packed) { return (packed & ~mask) < prefix; };
      const auto is_equal = [&](std::int64_t packed) { return (packed & ~mask) == prefix; };
      std::int64_t* begin = std::partition(buffer + done, buffer + place, is_below);
      const auto larger =
          std::find_if_not(next, wanted.end(), [&](std::int64_t other) { return is_equal(buffer[other]); });
      std::int64_t* end = std::partition(buffer + place, buffer + (larger == wanted.end() ? n : *larger), is_equal);
      std::sort(begin, end);
      for (std::int64_t* i = begin; i < end; ++i) *i &= mask;
      order_run(begin, end, keys);
      for (std::int64_t* i = begin; i < end; ++i) *i |= prefix;  // as the others, until the end
      done = end - buffer;
    }
  }
  for (std::int64_t i = 0; i < n; ++i) buffer[i] &= mask;
}

}  // namespace rooftop::lib
