// Elements become keys, which are packed with their places; narrow ones are counted where they are many, complex
// numbers are ordered by one part and then the other.
#include "rooftop/lib/argsort.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <memory>
#include <numeric>
#include <type_traits>
#include <vector>

#include "rooftop/base/errors.h"
#include "rooftop/lib/order_key.h"
#include "rooftop/lib/packed_order.h"
#include "rooftop/lib/rows.h"
#include "rooftop/lib/sort.h"
#include "rooftop/lib/vector_sort.h"

namespace rooftop::lib {
namespace {

using array::DType;

template <typename T, typename ToKey>
std::int64_t key_at(const void* data, std::int64_t place) {
  return ToKey()(static_cast<const T*>(data)[place]);
}

// --- Keys of one and two bytes are counted, byte by byte from the lowest

/// to[] = the places from[] (all, in their order, where there is none) in the order of one byte of their keys.
template <typename Key>
void order_by_byte(const Key* keys, int byte, std::int64_t n, const std::int64_t* from, std::int64_t* to) {
  const auto byte_of = [&](std::int64_t place) {
    return static_cast<std::uint8_t>(static_cast<unsigned>(keys[place]) >> (8 * byte));
  };
  std::int64_t begins[256] = {};
  for (std::int64_t i = 0; i < n; ++i) ++begins[byte_of(i)];
  std::exclusive_scan(begins, begins + 256, begins, std::int64_t{0});
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t place = from == nullptr ? i : from[i];
    to[begins[byte_of(place)]++] = place;
  }
}

template <typename Key>
void order_by_bytes(const Key* keys, std::int64_t n, std::int64_t* places) {
  if (sizeof(Key) == 1) return order_by_byte(keys, 0, n, nullptr, places);
  const std::unique_ptr<std::int64_t[]> half(new std::int64_t[static_cast<std::size_t>(n)]);
  order_by_byte(keys, 0, n, nullptr, half.get());
  order_by_byte(keys, 1, n, half.get(), places);
}

/// Narrow elements from which counting is quicker than sorting.
constexpr std::int64_t kCounted = 512;

template <typename T, typename ToKey>
void order_by_counting(const T* elements, std::int64_t n, std::int64_t* places) {
  using Key = std::conditional_t<sizeof(T) == 1, std::uint8_t, std::uint16_t>;
  constexpr bool kIsSigned = std::is_signed_v<T>;
  const std::unique_ptr<Key[]> keys(new Key[static_cast<std::size_t>(n)]);
  std::transform(elements, elements + n, keys.get(), [](T element) {
    return static_cast<Key>(static_cast<Key>(ToKey()(element)) + (kIsSigned ? Key{1} << (8 * sizeof(T) - 1) : 0));
  });
  order_by_bytes(keys.get(), n, places);
}

template <typename T, typename ToKey, typename Order>
void order_elements(const char* data, std::int64_t n, std::int64_t* places, const Order& order) {
  const auto* elements = reinterpret_cast<const T*>(data);
  if constexpr (sizeof(T) <= 2) {
    if (n >= kCounted) return order_by_counting<T, ToKey>(elements, n, places);
  }
  std::transform(elements, elements + n, places, ToKey());
  order(places, n, KeySource{data, key_at<T, ToKey>});
}

// --- One place of a partition: the element that belongs there is found among copies of the keys, which is quicker than
// moving places with them

/// Keys that are looked at together: their places stay in L1.
constexpr std::int64_t kPartBlock = 512;

/// places[] = those of keys below the threshold, at it and above it, each ascending. `keys_at(begin, count)` gives the
/// keys from a place on.
template <typename Key, typename KeysAt>
void place_around(Key threshold, std::int64_t n, std::int64_t* places, const KeysAt& keys_at) {
  const auto for_each_block = [&](auto action) {
    for (std::int64_t begin = 0; begin < n; begin += kPartBlock) {
      const std::int64_t count = std::min(kPartBlock, n - begin);
      action(keys_at(begin, count), count, begin);
    }
  };
  AroundThreshold counts;
  for_each_block([&](const Key* keys, std::int64_t count, std::int64_t) {
    const AroundThreshold more = count_around(keys, count, threshold);
    counts.below += more.below;
    counts.equal += more.equal;
  });
  std::int64_t* to_below = places;
  std::int64_t* to_equal = to_below + counts.below;
  std::int64_t* to_above = to_equal + counts.equal;
  std::int64_t below[kPartBlock + PlacesAround::kSlack];
  std::int64_t equal[kPartBlock + PlacesAround::kSlack];
  std::int64_t above[kPartBlock + PlacesAround::kSlack];
  for_each_block([&](const Key* keys, std::int64_t count, std::int64_t begin) {
    const AroundThreshold found = find_around(keys, count, threshold, begin, {below, equal, above});
    to_below = std::copy(below, below + found.below, to_below);
    to_equal = std::copy(equal, equal + found.equal, to_equal);
    to_above = std::copy(above, above + found.above, to_above);
  });
}

/// False where elements that are equal differ: NaN, and zeros of both signs.
template <typename Float>
bool part_floats(const char* data, std::int64_t n, std::int64_t wanted, std::int64_t* places) {
  const auto* floats = reinterpret_cast<const Float*>(data);
  const FloatFacts facts = look_at_floats(floats, n);
  if (facts.has_nan || facts.has_negative_zero) return false;
  auto* const keys = reinterpret_cast<Float*>(places);
  std::copy(floats, floats + n, keys);
  select_key(keys, n, wanted);
  place_around(keys[wanted], n, places, [=](std::int64_t begin, std::int64_t) { return floats + begin; });
  return true;
}

template <typename Key>
bool part_integers(const char* data, std::int64_t n, std::int64_t wanted, std::int64_t* places) {
  const auto* elements = reinterpret_cast<const Key*>(data);
  auto* const keys = reinterpret_cast<Key*>(places);
  std::copy(elements, elements + n, keys);
  select_key(keys, n, wanted);
  place_around(keys[wanted], n, places, [=](std::int64_t begin, std::int64_t) { return elements + begin; });
  return true;
}

/// The same by the integers that are left of unsigned ones when the highest bit is turned over.
template <typename Key>
bool part_unsigned(const char* data, std::int64_t n, std::int64_t wanted, std::int64_t* places) {
  const auto* elements = reinterpret_cast<const Key*>(data);
  auto* const keys = reinterpret_cast<Key*>(places);
  const auto turn = [](Key element) { return element ^ std::numeric_limits<Key>::min(); };
  std::transform(elements, elements + n, keys, turn);
  select_key(keys, n, wanted);
  Key block[kPartBlock];
  place_around(keys[wanted], n, places, [&](std::int64_t begin, std::int64_t count) {
    std::transform(elements + begin, elements + begin + count, block, turn);
    return static_cast<const Key*>(block);
  });
  return true;
}

/// Elements from which that is quicker than packing keys and places.
constexpr std::int64_t kParted = 64;

/// False where it can't be done so.
bool part_vector(DType dtype, const char* data, std::int64_t n, std::int64_t wanted, std::int64_t* places) {
  if (n < kParted) return false;
  switch (dtype) {
    case DType::I32:
      return part_integers<std::int32_t>(data, n, wanted, places);
    case DType::I64:
      return part_integers<std::int64_t>(data, n, wanted, places);
    case DType::U32:
      return part_unsigned<std::int32_t>(data, n, wanted, places);
    case DType::U64:
      return part_unsigned<std::int64_t>(data, n, wanted, places);
    case DType::F32:
      return part_floats<float>(data, n, wanted, places);
    case DType::F64:
      return part_floats<double>(data, n, wanted, places);
    default:
      return false;
  }
}

// --- Complex numbers

/// The places in `part` (which ascend) in the order of one part of the numbers there: 0, the real one, or 1.
template <typename T>
void order_by_part(const char* data, int which, std::span<std::int64_t> part) {
  if (part.size() < 2) return;
  using Key = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
  const auto* parts = reinterpret_cast<const Key*>(data) + which;
  const std::vector<std::int64_t> places(part.begin(), part.end());
  std::vector<std::int64_t> keys(places.size());
  std::transform(places.begin(), places.end(), keys.begin(), [&](std::int64_t place) {
    return std::int64_t{float_order_key(parts[2 * place], kInfinityKey<Key>)};
  });
  const auto at = [](const void* all, std::int64_t i) { return static_cast<const std::int64_t*>(all)[i]; };
  const std::vector<std::int64_t> kept(keys);
  order_keys(keys.data(), std::ssize(keys), {kept.data(), at});
  std::transform(keys.begin(), keys.end(), part.begin(),
                 [&](std::int64_t i) { return places[static_cast<std::size_t>(i)]; });
}

template <typename T>
void order_complex(const char* data, std::int64_t n, std::int64_t* places) {
  using Order = ComplexOrder<T>;
  const auto* numbers = reinterpret_cast<const typename Order::Number*>(data);
  // Those without NaN, with it in the imaginary part, in the real part, in both.
  std::int64_t begins[5] = {};
  for (std::int64_t i = 0; i < n; ++i) ++begins[Order::nan_parts(numbers[i]) + 1];
  std::inclusive_scan(begins, begins + 5, begins);
  std::int64_t next[4] = {begins[0], begins[1], begins[2], begins[3]};
  for (std::int64_t i = 0; i < n; ++i) places[next[Order::nan_parts(numbers[i])]++] = i;
  const auto group = [&](int g) { return std::span(places + begins[g], places + begins[g + 1]); };
  order_by_part<T>(data, 0, group(0));
  order_by_part<T>(data, 0, group(1));
  order_by_part<T>(data, 1, group(2));
  for (auto rest = group(0); rest.size() > 1;) {  // equal real parts
    const auto differs = [&](std::int64_t place) { return numbers[place].real != numbers[rest[0]].real; };
    const auto length = static_cast<std::size_t>(std::find_if(rest.begin(), rest.end(), differs) - rest.begin());
    if (length > 1) {
      std::sort(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(length));
      order_by_part<T>(data, 1, rest.first(length));
    }
    rest = rest.subspan(length);
  }
}

template <typename Order>
void order_vector(DType dtype, const char* data, std::int64_t n, std::int64_t* places, const Order& order) {
  if (n < 2) {
    if (n == 1) places[0] = 0;
    return;
  }
  if (dtype == DType::C64) return order_complex<float>(data, n, places);
  if (dtype == DType::C128) return order_complex<double>(data, n, places);
  with_order_key(dtype, [&](auto element, auto to_key) {
    order_elements<decltype(element), decltype(to_key)>(data, n, places, order);
  });
}

}  // namespace

void argsort_vector(DType dtype, const char* data, std::int64_t n, std::int64_t* places) {
  order_vector(dtype, data, n, places, order_keys);
}

void argpartition_vector(DType dtype, const char* data, std::int64_t n, std::span<const std::int64_t> wanted,
                         std::int64_t* places) {
  if (wanted.size() == 1 && part_vector(dtype, data, n, wanted[0], places)) return;
  order_vector(dtype, data, n, places, [&](std::int64_t* buffer, std::int64_t count, KeySource keys) {
    select_keys(buffer, count, wanted, keys);
  });
}

void argsort_rows(const array::View& view, std::int64_t* places) {
  const std::int64_t n = view.shape[view.rank - 1];
  for_rows(view, 4, [&](std::int64_t row, const char* data) { argsort_vector(view.dtype, data, n, places + row * n); });
}

void argpartition_rows(const array::View& view, std::span<const std::int64_t> wanted, std::int64_t* places) {
  const std::int64_t n = view.shape[view.rank - 1];
  for_rows(view, 2, [&](std::int64_t row, const char* data) {
    argpartition_vector(view.dtype, data, n, wanted, places + row * n);
  });
}

}  // namespace rooftop::lib
