// The vector sort for x86-64-v3: registers of 32 bytes, keys put into order by permutations from a table.
#include <immintrin.h>

#include "rooftop/lib/vector_sort_lanes.h"

namespace rooftop::lib {
namespace {

/// For each set of lanes that go to the right: the others first, then these, in units of four bytes.
template <int Lanes>
struct Orders {
  alignas(32) std::int32_t places[1 << Lanes][8] = {};

  constexpr Orders() {
    constexpr int kUnits = 8 / Lanes;
    for (int set = 0; set < 1 << Lanes; ++set) {
      int next = 0;
      for (int goes_right = 0; goes_right < 2; ++goes_right) {
        for (int lane = 0; lane < Lanes; ++lane) {
          if ((set >> lane & 1) != goes_right) continue;
          for (int unit = 0; unit < kUnits; ++unit) places[set][next++] = lane * kUnits + unit;
        }
      }
    }
  }
};
template <int Lanes>
constexpr Orders<Lanes> kOrders{};

// The types of keys, and what their registers do. Of two zeros either order gives each once.
template <typename Key>
struct Traits;

template <typename Key, Key Largest>
struct IntegerTraits {
  using Bits = Key;
  typedef Key Vector __attribute__((vector_size(32)));
  static constexpr Key kLargest = Largest;
  [[gnu::always_inline]] static Vector min(Vector a, Vector b) { return a < b ? a : b; }
  [[gnu::always_inline]] static Vector max(Vector a, Vector b) { return a > b ? a : b; }
};
template <>
struct Traits<std::int32_t> : IntegerTraits<std::int32_t, INT32_MAX> {};
template <>
struct Traits<std::int64_t> : IntegerTraits<std::int64_t, INT64_MAX> {};
template <>
struct Traits<float> {
  using Bits = std::int32_t;
  typedef float Vector __attribute__((vector_size(32)));
  static constexpr float kLargest = __builtin_inff();
  [[gnu::always_inline]] static Vector min(Vector a, Vector b) { return _mm256_min_ps(a, b); }
  [[gnu::always_inline]] static Vector max(Vector a, Vector b) { return _mm256_max_ps(a, b); }
};
template <>
struct Traits<double> {
  using Bits = std::int64_t;
  typedef double Vector __attribute__((vector_size(32)));
  static constexpr double kLargest = __builtin_inf();
  [[gnu::always_inline]] static Vector min(Vector a, Vector b) { return _mm256_min_pd(a, b); }
  [[gnu::always_inline]] static Vector max(Vector a, Vector b) { return _mm256_max_pd(a, b); }
};

// The two widths of intrinsics.
[[gnu::always_inline]] inline int mask_of(__m256i lanes, std::int64_t) { return _mm256_movemask_pd(__m256d(lanes)); }
[[gnu::always_inline]] inline int mask_of(__m256i lanes, std::int32_t) { return _mm256_movemask_ps(__m256(lanes)); }
[[gnu::always_inline]] inline __m256i load_lanes(const std::int64_t* from, __m256i lanes) {
  return _mm256_maskload_epi64(reinterpret_cast<const long long*>(from), lanes);
}
[[gnu::always_inline]] inline __m256i load_lanes(const std::int32_t* from, __m256i lanes) {
  return _mm256_maskload_epi32(from, lanes);
}
[[gnu::always_inline]] inline void store_lanes(std::int64_t* to, __m256i lanes, __m256i keys) {
  _mm256_maskstore_epi64(reinterpret_cast<long long*>(to), lanes, keys);
}
[[gnu::always_inline]] inline void store_lanes(std::int32_t* to, __m256i lanes, __m256i keys) {
  _mm256_maskstore_epi32(to, lanes, keys);
}

template <typename T>
struct Lanes {
  using Key = T;
  using Bits = typename Traits<Key>::Bits;
  using Vector = typename Traits<Key>::Vector;
  typedef Bits Places __attribute__((vector_size(32)));
  static constexpr int kLanes = 32 / sizeof(Key);
  static constexpr Key kLargest = Traits<Key>::kLargest;

  [[gnu::always_inline]] static void exchange(Vector& a, Vector& b) {
    const Vector low = Traits<Key>::min(a, b);
    b = Traits<Key>::max(b, a);
    a = low;
  }
  template <unsigned Mask>
  [[gnu::always_inline]] static Vector exchange_lanes(Vector a, Vector b) {
    Places places;
    for (int i = 0; i < kLanes; ++i) places[i] = (Mask >> i & 1) != 0 ? kLanes + i : i;
    return __builtin_shuffle(Traits<Key>::min(a, b), Traits<Key>::max(a, b), places);
  }
  template <int Rows>
  [[gnu::always_inline]] static bool has_unusual(const Vector* rows) {
    constexpr auto kSign = static_cast<Bits>(Bits{1} << (8 * sizeof(Bits) - 1));
    Places lanes = {};
#pragma GCC unroll 16
    for (int i = 0; i < Rows; ++i) lanes |= (Places(rows[i]) == kSign) | Places(rows[i] != rows[i]);
    return mask_of(__m256i(lanes), Bits{}) != 0;
  }
  [[gnu::always_inline]] static Places first_lanes(std::int64_t n) {
    Places numbers;
    for (int i = 0; i < kLanes; ++i) numbers[i] = i;
    return Places(numbers < static_cast<Bits>(n));
  }
  [[gnu::always_inline]] static Vector load_row(const Key* keys, int row, std::int64_t n, Key pad) {
    const Places lanes = first_lanes(n - row * kLanes);
    const auto* from = reinterpret_cast<const Bits*>(keys + row * kLanes);
    return Vector(Places(load_lanes(from, __m256i(lanes))) | (~lanes & Places(Vector{} + pad)));
  }
  // Stores under masks are slow on some machines.
  [[gnu::always_inline]] static void store_row(Key* keys, int row, std::int64_t n, Vector v) {
    const std::int64_t rest = n - row * kLanes;
    Key* const to = keys + row * kLanes;
    if (rest >= kLanes) {
      store<Lanes>(to, v);
    } else if (rest > 0) {
      store_lanes(reinterpret_cast<Bits*>(to), __m256i(first_lanes(rest)), __m256i(v));
    }
  }
  /// A set of lanes behind the others.
  [[gnu::always_inline]] static Vector put_last(Vector v, int lanes) {
    const __m256i order = _mm256_load_si256(reinterpret_cast<const __m256i*>(kOrders<kLanes>.places[lanes]));
    return Vector(_mm256_permutevar8x32_epi32(__m256i(v), order));
  }
  template <bool Inclusive>
  [[gnu::always_inline]] static int split(Vector v, Key pivot, Key* to, std::int64_t room) {
    const Vector pivots = Vector{} + pivot;
    const int goes_right = mask_of(__m256i(Inclusive ? Places(v > pivots) : ~Places(v < pivots)), Bits{});
    const Vector ordered = put_last(v, goes_right);
    store<Lanes>(to, ordered);
    store<Lanes>(to + room - kLanes, ordered);
    return kLanes - __builtin_popcount(static_cast<unsigned>(goes_right));
  }
  template <bool Inclusive>
  [[gnu::always_inline]] static int split_first(const Key* from, std::int64_t n, Key pivot, Key* to,
                                                std::int64_t room) {
    const Vector keys = load_row(from, 0, n, Key{});
    int left = 0;
    for (int i = 0; i < static_cast<int>(n); ++i, --room) {
      const Key key = keys[i];
      const bool is_left = Inclusive ? key <= pivot : key < pivot;
      to[left] = key;
      to[left + room - 1] = key;
      left += is_left ? 1 : 0;
    }
    return left;
  }
  [[gnu::always_inline]] static int keep_changes(Vector v, Vector last, Key* to) {
    const int same = mask_of(__m256i(Places(v == last)), Bits{});
    store<Lanes>(to, put_last(v, same));
    return kLanes - __builtin_popcount(static_cast<unsigned>(same));
  }
  [[gnu::always_inline]] static unsigned set_below(Vector v, Key threshold) {
    return static_cast<unsigned>(mask_of(__m256i(Places(v < Vector{} + threshold)), Bits{}));
  }
  [[gnu::always_inline]] static unsigned set_above(Vector v, Key threshold) {
    return static_cast<unsigned>(mask_of(__m256i(Places(v > Vector{} + threshold)), Bits{}));
  }
  [[gnu::always_inline]] static int put_places(std::int64_t first, unsigned set, std::int64_t* to) {
    constexpr int kPlaces = 4;
    const __m256i numbers = _mm256_set_epi64x(3, 2, 1, 0);
    int count = 0;
#pragma GCC unroll 2
    for (int i = 0; i < kLanes; i += kPlaces) {
      const unsigned lanes = set >> i & 15;
      const __m256i places = _mm256_add_epi64(_mm256_set1_epi64x(first + i), numbers);
      const __m256i order = _mm256_load_si256(reinterpret_cast<const __m256i*>(kOrders<kPlaces>.places[15 - lanes]));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + count), _mm256_permutevar8x32_epi32(places, order));
      count += __builtin_popcount(lanes);
    }
    return count;
  }
};

}  // namespace

const SortLevels kSortV3 = levels_of<Lanes>();

}  // namespace rooftop::lib
