// The search for a row's extreme element, for registers of any length: blocks are folded in four registers, then the
// best value is looked for in the block that won. Folding an element twice changes nothing, so what is left of a block
// is read in whole registers that end where it ends.
//
// `Level` has kBytes, the length of a register; equal(a, b) and, of floats, either_is_nan(a, b), which give lanes, to
// be put together by |; set(lanes), their bits; and bits_of<T>, how many a lane of T has.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include "rooftop/lib/row_extremes.h"

namespace rooftop::lib {

/// What levels have in common whose lanes are as wide as their elements.
template <int Bytes>
struct WholeLanes {
  static constexpr int kBytes = Bytes;
  template <typename T>
  static constexpr int bits_of = sizeof(T);
  template <typename Vector>
  [[gnu::always_inline]] static auto equal(Vector a, Vector b) {
    return a == b;
  }
};

template <typename Level, typename T, bool Largest>
class RowSearch {
 public:
  static std::int64_t place(const T* row, std::int64_t n) {
    // Few blocks, and little to search.
    const std::int64_t length = n / 8 < kShortest ? kShortest : n / 8 > kLongest ? kLongest : n / 8;
    const T* block = row;
    T best = row[0];
    for (std::int64_t begin = 0; begin < n; begin += length) {
      // The last block begins earlier where a register would not fit.
      const std::int64_t end = begin + length < n ? begin + length : n;
      const std::int64_t from = end - begin < kLanes ? end - kLanes : begin;
      bool has_nan = false;
      const T found = fold(row + from, end - from, has_nan);
      if (has_nan) return first_nan(row + from) - row;
      if (begin == 0 || is_better(found, best)) {
        best = found;
        block = row + from;
      }
    }
    return first_equal(block, row + n, best) - row;
  }

 private:
  typedef T Vector __attribute__((vector_size(Level::kBytes)));
  using Lanes = decltype(Level::equal(Vector{}, Vector{}));
  static constexpr std::int64_t kLanes = Level::kBytes / sizeof(T), kRound = 4 * kLanes;
  static constexpr std::int64_t kShortest = 512, kLongest = 2048;
  /// Most bytes that are fetched ahead of those that are folded: the caches are not idle while a row is searched, which
  /// is as long as it takes to fetch the next one.
  static constexpr std::int64_t kAhead = 4096;

  [[gnu::always_inline]] static bool is_better(T a, T b) { return Largest ? a > b : a < b; }
  /// The second where one is NaN.
  [[gnu::always_inline]] static Vector better(Vector a, Vector b) { return (Largest ? a > b : a < b) ? a : b; }
  [[gnu::always_inline]] static Vector load(const T* from) {
    Vector v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
  }

  /// The best of n elements that are no NaN. @pre n >= kLanes
  [[gnu::always_inline]] static T fold(const T* at, std::int64_t n, bool& has_nan) {
    const T* const end = at + n;
    Vector a = load(at), b = a, c = a, d = a;
    Lanes nan = {};
    const auto look = [&](Vector x, Vector y) {
      if constexpr (std::is_floating_point_v<T>) nan |= Level::either_is_nan(x, y);
    };
    const std::int64_t bytes = n * static_cast<std::int64_t>(sizeof(T)), ahead = bytes < kAhead ? bytes : kAhead;
    for (; end - at >= kRound; at += kRound) {
      for (std::int64_t line = 0; line < 4 * Level::kBytes; line += 64) {
        __builtin_prefetch(reinterpret_cast<const char*>(at) + ahead + line);
      }
      const Vector v = load(at), w = load(at + kLanes), x = load(at + 2 * kLanes), y = load(at + 3 * kLanes);
      a = better(v, a), b = better(w, b), c = better(x, c), d = better(y, d);
      look(v, w), look(x, y);
    }
    for (; at < end; at += 2 * kLanes) {
      const Vector v = load(end - at >= kLanes ? at : end - kLanes);
      const Vector w = load(end - at >= 2 * kLanes ? at + kLanes : end - kLanes);
      a = better(v, a), b = better(w, b);
      look(v, w);
    }
    a = better(better(a, b), better(c, d));
    if constexpr (std::is_floating_point_v<T>) has_nan = Level::set(nan) != 0;
    return fold_halves(a, std::make_index_sequence<kLanes / 2>());
  }
  template <typename Part, std::size_t... Lane>
  [[gnu::always_inline]] static T fold_halves(Part v, std::index_sequence<Lane...>) {
    constexpr std::size_t kHalf = sizeof...(Lane);
    if constexpr (kHalf == 1) {
      return is_better(v[0], v[1]) ? v[0] : v[1];
    } else {
      const auto low = __builtin_shufflevector(v, v, Lane...), high = __builtin_shufflevector(v, v, (Lane + kHalf)...);
      return fold_halves((Largest ? low > high : low < high) ? low : high, std::make_index_sequence<kHalf / 2>());
    }
  }

  static const T* first_nan(const T* at) {
    while (*at == *at) ++at;
    return at;
  }

  /// @pre there is one, and a register fits between both
  [[gnu::always_inline]] static const T* first_equal(const T* at, const T* end, T value) {
    const Vector wanted = value - Vector{};
    const auto equal = [&](const T* from) { return Level::equal(load(from), wanted); };
    const auto first = [](auto set) { return __builtin_ctzll(set) / Level::template bits_of<T>; };
    for (; end - at >= kRound; at += kRound) {
      const Lanes low = equal(at) | equal(at + kLanes), high = equal(at + 2 * kLanes) | equal(at + 3 * kLanes);
      if (Level::set(low | high) != 0) break;
    }
    for (; end - at >= kLanes; at += kLanes) {
      if (const auto set = Level::set(equal(at)); set != 0) return at + first(set);
    }
    at = end - kLanes;
    return at + first(Level::set(equal(at)));
  }
};

template <typename Level>
constexpr RowExtremesLevel row_extremes_of() {
  const auto of = []<typename T>(RowExtremes<T>) {
    return RowExtremes<T>{RowSearch<Level, T, true>::place, RowSearch<Level, T, false>::place};
  };
  return std::apply([&](auto... types) { return RowExtremesLevel{of(types)...}; }, RowExtremesLevel{});
}

}  // namespace rooftop::lib
