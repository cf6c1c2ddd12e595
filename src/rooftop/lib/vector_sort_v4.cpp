// The vector sort for x86-64-v4: registers of 64 bytes, keys compressed under masks.
#include <immintrin.h>

#include "rooftop/lib/vector_sort_lanes.h"

namespace rooftop::lib {
namespace {

// The types of keys; what only moves them goes by the integers of their size.
template <typename Key>
struct Traits;
template <>
struct Traits<std::int32_t> {
  using Bits = std::int32_t;
  static constexpr std::int32_t kLargest = INT32_MAX;
};
template <>
struct Traits<std::int64_t> {
  using Bits = std::int64_t;
  static constexpr std::int64_t kLargest = INT64_MAX;
};
template <>
struct Traits<float> {
  using Bits = std::int32_t;
  static constexpr float kLargest = __builtin_inff();
};
template <>
struct Traits<double> {
  using Bits = std::int64_t;
  static constexpr double kLargest = __builtin_inf();
};

// A mask as a number. Where a call lies between, GCC 12 keeps a mask as its own one or two bytes and reads back four:
// of all builds that of the thread sanitizer, which calls at every access, needs it in a register of numbers at once.
[[gnu::always_inline]] inline unsigned number(unsigned mask) {
#ifdef __SANITIZE_THREAD__
  asm("" : "+r"(mask));
#endif
  return mask;
}

[[gnu::always_inline]] inline unsigned not_below(__m512i keys, std::int64_t pivot) {
  return number(_mm512_cmp_epi64_mask(keys, _mm512_set1_epi64(pivot), _MM_CMPINT_NLT));
}
[[gnu::always_inline]] inline unsigned not_below(__m512i keys, std::int32_t pivot) {
  return number(_mm512_cmp_epi32_mask(keys, _mm512_set1_epi32(pivot), _MM_CMPINT_NLT));
}
[[gnu::always_inline]] inline unsigned not_below(__m512i keys, double pivot) {
  return number(_mm512_cmp_pd_mask(__m512d(keys), _mm512_set1_pd(pivot), _CMP_GE_OQ));
}
[[gnu::always_inline]] inline unsigned not_below(__m512i keys, float pivot) {
  return number(_mm512_cmp_ps_mask(__m512(keys), _mm512_set1_ps(pivot), _CMP_GE_OQ));
}
[[gnu::always_inline]] inline unsigned above(__m512i keys, std::int64_t pivot) {
  return number(_mm512_cmp_epi64_mask(keys, _mm512_set1_epi64(pivot), _MM_CMPINT_NLE));
}
[[gnu::always_inline]] inline unsigned above(__m512i keys, std::int32_t pivot) {
  return number(_mm512_cmp_epi32_mask(keys, _mm512_set1_epi32(pivot), _MM_CMPINT_NLE));
}
[[gnu::always_inline]] inline unsigned above(__m512i keys, double pivot) {
  return number(_mm512_cmp_pd_mask(__m512d(keys), _mm512_set1_pd(pivot), _CMP_GT_OQ));
}
[[gnu::always_inline]] inline unsigned above(__m512i keys, float pivot) {
  return number(_mm512_cmp_ps_mask(__m512(keys), _mm512_set1_ps(pivot), _CMP_GT_OQ));
}

[[gnu::always_inline]] inline unsigned differ(__m512i a, __m512i b, std::int64_t) {
  return number(_mm512_cmpneq_epi64_mask(a, b));
}
[[gnu::always_inline]] inline unsigned differ(__m512i a, __m512i b, std::int32_t) {
  return number(_mm512_cmpneq_epi32_mask(a, b));
}
[[gnu::always_inline]] inline unsigned differ(__m512i a, __m512i b, double) {
  return number(_mm512_cmp_pd_mask(__m512d(a), __m512d(b), _CMP_NEQ_UQ));
}
[[gnu::always_inline]] inline unsigned differ(__m512i a, __m512i b, float) {
  return number(_mm512_cmp_ps_mask(__m512(a), __m512(b), _CMP_NEQ_UQ));
}

// Where all lanes are meant: without masks, GCC 12 warns of what its own header leaves uninitialized.
constexpr __mmask8 kAll8 = 0xff;
constexpr __mmask16 kAll16 = 0xffff;

// The smaller key of each lane to a, the larger one to b. Integers: the larger one is what remains of both, which is
// found on other ports than those of comparisons. Floats: of two zeros either order gives each once.
[[gnu::always_inline]] inline void exchange_keys(__m512i& a, __m512i& b, std::int64_t) {
  const __m512i low = _mm512_maskz_min_epi64(kAll8, a, b);
  b = _mm512_ternarylogic_epi64(a, b, low, 0x96);
  a = low;
}
[[gnu::always_inline]] inline void exchange_keys(__m512i& a, __m512i& b, std::int32_t) {
  const __m512i low = _mm512_maskz_min_epi32(kAll16, a, b);
  b = _mm512_ternarylogic_epi32(a, b, low, 0x96);
  a = low;
}
[[gnu::always_inline]] inline void exchange_keys(__m512i& a, __m512i& b, double) {
  const __m512d low = _mm512_maskz_min_pd(kAll8, __m512d(a), __m512d(b));
  b = __m512i(_mm512_maskz_max_pd(kAll8, __m512d(b), __m512d(a)));
  a = __m512i(low);
}
[[gnu::always_inline]] inline void exchange_keys(__m512i& a, __m512i& b, float) {
  const __m512 low = _mm512_maskz_min_ps(kAll16, __m512(a), __m512(b));
  b = __m512i(_mm512_maskz_max_ps(kAll16, __m512(b), __m512(a)));
  a = __m512i(low);
}
// The larger keys in the lanes of a mask, the smaller ones in the others.
template <unsigned Mask>
[[gnu::always_inline]] inline __m512i exchanged(__m512i a, __m512i b, std::int64_t) {
  return _mm512_mask_ternarylogic_epi64(_mm512_maskz_min_epi64(kAll8, a, b), Mask, a, b, 0x96);
}
template <unsigned Mask>
[[gnu::always_inline]] inline __m512i exchanged(__m512i a, __m512i b, std::int32_t) {
  return _mm512_mask_ternarylogic_epi32(_mm512_maskz_min_epi32(kAll16, a, b), Mask, a, b, 0x96);
}
template <unsigned Mask>
[[gnu::always_inline]] inline __m512i exchanged(__m512i a, __m512i b, double) {
  const __m512d low = _mm512_maskz_min_pd(kAll8, __m512d(a), __m512d(b));
  return __m512i(_mm512_mask_max_pd(low, Mask, __m512d(a), __m512d(b)));
}
template <unsigned Mask>
[[gnu::always_inline]] inline __m512i exchanged(__m512i a, __m512i b, float) {
  const __m512 low = _mm512_maskz_min_ps(kAll16, __m512(a), __m512(b));
  return __m512i(_mm512_mask_max_ps(low, Mask, __m512(a), __m512(b)));
}

/// NaN and -0.0.
constexpr int kUnusual = 0x01 | 0x04 | 0x80;
[[gnu::always_inline]] inline unsigned unusual_lanes(__m512i floats, double) {
  return _mm512_fpclass_pd_mask(__m512d(floats), kUnusual);
}
[[gnu::always_inline]] inline unsigned unusual_lanes(__m512i floats, float) {
  return _mm512_fpclass_ps_mask(__m512(floats), kUnusual);
}

/// The keys of a set of lanes, side by side.
[[gnu::always_inline]] inline __m512i compressed(__m512i keys, unsigned lanes, std::int64_t) {
  return _mm512_maskz_compress_epi64(static_cast<__mmask8>(lanes), keys);
}
[[gnu::always_inline]] inline __m512i compressed(__m512i keys, unsigned lanes, std::int32_t) {
  return _mm512_maskz_compress_epi32(static_cast<__mmask16>(lanes), keys);
}
[[gnu::always_inline]] inline __m512i load_lanes(const void* from, unsigned lanes, __m512i others, std::int64_t) {
  return _mm512_mask_loadu_epi64(others, static_cast<__mmask8>(lanes), from);
}
[[gnu::always_inline]] inline __m512i load_lanes(const void* from, unsigned lanes, __m512i others, std::int32_t) {
  return _mm512_mask_loadu_epi32(others, static_cast<__mmask16>(lanes), from);
}
[[gnu::always_inline]] inline void store_lanes(void* to, unsigned lanes, __m512i keys, std::int64_t) {
  _mm512_mask_storeu_epi64(to, static_cast<__mmask8>(lanes), keys);
}
[[gnu::always_inline]] inline void store_lanes(void* to, unsigned lanes, __m512i keys, std::int32_t) {
  _mm512_mask_storeu_epi32(to, static_cast<__mmask16>(lanes), keys);
}
[[gnu::always_inline]] inline unsigned first_lanes(std::int64_t n) { return (1U << n) - 1; }
/// The lanes i for which first + i < n.
[[gnu::always_inline]] inline unsigned lanes_below(std::int64_t n, int first, std::int64_t) {
  const __m512i lanes = _mm512_add_epi64(_mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0), _mm512_set1_epi64(first));
  return _mm512_cmplt_epi64_mask(lanes, _mm512_set1_epi64(n));
}
[[gnu::always_inline]] inline unsigned lanes_below(std::int64_t n, int first, std::int32_t) {
  const __m512i lanes = _mm512_add_epi32(_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
                                         _mm512_set1_epi32(first));
  return _mm512_cmplt_epi32_mask(lanes, _mm512_set1_epi32(static_cast<std::int32_t>(n)));
}

/// For each set of eight lanes that go to the right: the others first, then these, in a byte each.
struct Orders {
  std::uint64_t places[256] = {};

  constexpr Orders() {
    for (unsigned set = 0; set < 256; ++set) {
      int next = 0;
      for (unsigned goes_right = 0; goes_right < 2; ++goes_right) {
        for (unsigned lane = 0; lane < 8; ++lane) {
          if ((set >> lane & 1) == goes_right) places[set] |= std::uint64_t{lane} << (8 * next++);
        }
      }
    }
  }
};
constexpr Orders kOrders;

/// Eight keys: one permutation and two whole stores.
[[gnu::always_inline]] inline void split_lanes(__m512i keys, unsigned goes_right, std::int64_t* to, std::int64_t room,
                                               int) {
  // A lane's place is in its lowest bits, the others don't count.
  const __m512i order =
      _mm512_maskz_srlv_epi64(kAll8, _mm512_set1_epi64(static_cast<long long>(kOrders.places[goes_right])),
                              _mm512_set_epi64(56, 48, 40, 32, 24, 16, 8, 0));
  const __m512i ordered = _mm512_maskz_permutexvar_epi64(kAll8, order, keys);
  _mm512_storeu_si512(to, ordered);
  _mm512_storeu_si512(to + room - 8, ordered);
}
[[gnu::always_inline]] inline void split_lanes(__m512i keys, unsigned goes_right, std::int32_t* to, std::int64_t room,
                                               int count) {
  _mm512_storeu_si512(to, compressed(keys, ~goes_right, std::int32_t{}));
  store_lanes(to + room - count, first_lanes(count), compressed(keys, goes_right, std::int32_t{}), std::int32_t{});
}

template <typename T>
struct Lanes {
  using Key = T;
  using Bits = typename Traits<Key>::Bits;
  typedef Key Vector __attribute__((vector_size(64)));
  typedef Bits Places __attribute__((vector_size(64)));
  static constexpr int kLanes = 64 / sizeof(Key);
  static constexpr Key kLargest = Traits<Key>::kLargest;

  [[gnu::always_inline]] static void exchange(Vector& a, Vector& b) {
    auto x = __m512i(a), y = __m512i(b);
    exchange_keys(x, y, Key{});
    a = Vector(x);
    b = Vector(y);
  }
  template <unsigned Mask>
  [[gnu::always_inline]] static Vector exchange_lanes(Vector a, Vector b) {
    return Vector(exchanged<Mask>(__m512i(a), __m512i(b), Key{}));
  }
  template <int Rows>
  [[gnu::always_inline]] static bool has_unusual(const Vector* rows) {
    unsigned lanes = 0;
#pragma GCC unroll 16
    for (int i = 0; i < Rows; ++i) lanes |= unusual_lanes(__m512i(rows[i]), Key{});
    return lanes != 0;
  }
  [[gnu::always_inline]] static Vector load_row(const Key* keys, int row, std::int64_t n, Key pad) {
    const unsigned lanes = lanes_below(n, row * kLanes, Bits{});
    return Vector(load_lanes(keys + row * kLanes, lanes, __m512i(Vector{} + pad), Bits{}));
  }
  [[gnu::always_inline]] static void store_row(Key* keys, int row, std::int64_t n, Vector v) {
    store_lanes(keys + row * kLanes, lanes_below(n, row * kLanes, Bits{}), __m512i(v), Bits{});
  }
  template <bool Inclusive>
  [[gnu::always_inline]] static int split(Vector v, Key pivot, Key* to, std::int64_t room) {
    const auto keys = __m512i(v);
    const unsigned goes_right = Inclusive ? above(keys, pivot) : not_below(keys, pivot);
    const int count = __builtin_popcount(goes_right);
    split_lanes(keys, goes_right, reinterpret_cast<Bits*>(to), room, count);
    return kLanes - count;
  }
  template <bool Inclusive>
  [[gnu::always_inline]] static int split_first(const Key* from, std::int64_t n, Key pivot, Key* to,
                                                std::int64_t room) {
    const unsigned lanes = first_lanes(n);
    const __m512i keys = load_lanes(from, lanes, __m512i{}, Bits{});
    const unsigned goes_right = (Inclusive ? above(keys, pivot) : not_below(keys, pivot)) & lanes;
    const int count = __builtin_popcount(goes_right);
    _mm512_storeu_si512(to, compressed(keys, ~goes_right & lanes, Bits{}));
    store_lanes(to + room - count, first_lanes(count), compressed(keys, goes_right, Bits{}), Bits{});
    return static_cast<int>(n) - count;
  }
  [[gnu::always_inline]] static int keep_changes(Vector v, Vector last, Key* to) {
    const unsigned lanes = differ(__m512i(v), __m512i(last), Key{});
    _mm512_storeu_si512(to, compressed(__m512i(v), lanes, Bits{}));
    return __builtin_popcount(lanes);
  }
  [[gnu::always_inline]] static unsigned set_below(Vector v, Key threshold) {
    return ~not_below(__m512i(v), threshold) & ((1U << kLanes) - 1);
  }
  [[gnu::always_inline]] static unsigned set_above(Vector v, Key threshold) { return above(__m512i(v), threshold); }
  [[gnu::always_inline]] static int put_places(std::int64_t first, unsigned set, std::int64_t* to) {
    constexpr int kPlaces = 8;
    const __m512i numbers = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
    int count = 0;
#pragma GCC unroll 2
    for (int i = 0; i < kLanes; i += kPlaces) {
      const unsigned lanes = set >> i & 255;
      const __m512i places = _mm512_add_epi64(_mm512_set1_epi64(first + i), numbers);
      _mm512_storeu_si512(to + count, compressed(places, lanes, std::int64_t{}));
      count += __builtin_popcount(lanes);
    }
    return count;
  }
};

}  // namespace

const SortLevels kSortV4 = levels_of<Lanes>();

}  // namespace rooftop::lib
