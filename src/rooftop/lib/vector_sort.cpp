// Chooses the CPU's level, and splits what is long between threads.
#include "rooftop/lib/vector_sort.h"

#include <algorithm>
#include <vector>

#include "rooftop/lib/kernels.h"
#include "rooftop/lib/parallel.h"
#include "rooftop/lib/vector_sort_level.h"
#include "rooftop/runtime/num_threads.h"

namespace rooftop::lib {
namespace {

/// Keys that are worth a thread's while.
constexpr std::int64_t kParallelKeys = 1 << 15;

// x86-64-v2 has no instructions that would help.

template <typename Key>
void sort_plainly(Key* keys, std::int64_t n) {
  std::sort(keys, keys + n);
}

template <typename Key>
Parts split_plainly(Key* keys, std::int64_t n) {
  std::nth_element(keys, keys + n / 2, keys + n);
  return {n / 2, n / 2 + 1};
}

template <typename Key>
void select_plainly(Key* keys, std::int64_t n, std::int64_t place) {
  std::nth_element(keys, keys + place, keys + n);
}

template <typename Key>
AroundThreshold count_plainly(const Key* keys, std::int64_t n, Key threshold) {
  AroundThreshold counts;
  for (std::int64_t i = 0; i < n; ++i) {
    counts.below += keys[i] < threshold ? 1 : 0;
    counts.above += keys[i] > threshold ? 1 : 0;
  }
  counts.equal = n - counts.below - counts.above;
  return counts;
}

template <typename Key>
AroundThreshold find_plainly(const Key* keys, std::int64_t n, Key threshold, std::int64_t first,
                             const PlacesAround& places) {
  AroundThreshold found;
  for (std::int64_t i = 0; i < n; ++i) {
    places.below[found.below] = places.equal[found.equal] = places.above[found.above] = first + i;
    found.below += keys[i] < threshold ? 1 : 0;
    found.above += keys[i] > threshold ? 1 : 0;
    found.equal = i + 1 - found.below - found.above;
  }
  return found;
}

template <typename Key>
constexpr SortLevel<Key> kPlain = {sort_plainly<Key>, split_plainly<Key>, select_plainly<Key>,
                                   [](const Key* keys, std::int64_t n) { return std::is_sorted(keys, keys + n); },
                                   [](Key* keys, std::int64_t n) { return std::unique(keys, keys + n) - keys; }};
template <typename Float, typename Bits>
constexpr FloatLoops<Float> kPlainLoops = {
    [](const Float* floats, std::int64_t n) { return facts_of<Bits>(floats, n); },
    [](Float*, std::int64_t) { return false; }};
template <typename Key>
constexpr PlaceLoops<Key> kPlainPlaces = {count_plainly<Key>, find_plainly<Key>};
constexpr SortLevels kSortV2 = {kPlain<std::int32_t>,
                                kPlain<std::int64_t>,
                                kPlain<float>,
                                kPlain<double>,
                                kPlainLoops<float, std::int32_t>,
                                kPlainLoops<double, std::int64_t>,
                                kPlainPlaces<std::int32_t>,
                                kPlainPlaces<std::int64_t>,
                                kPlainPlaces<float>,
                                kPlainPlaces<double>};

const SortLevels& levels() {
  static const SortLevels& chosen = of_level(kSortV2, kSortV3, kSortV4);
  return chosen;
}

const SortLevel<std::int32_t>& level_of(const std::int32_t*) { return levels().keys32; }
const SortLevel<std::int64_t>& level_of(const std::int64_t*) { return levels().keys64; }
const SortLevel<float>& level_of(const float*) { return levels().floats32; }
const SortLevel<double>& level_of(const double*) { return levels().floats64; }

const PlaceLoops<std::int32_t>& place_loops_of(const std::int32_t*) { return levels().places_of_keys32; }
const PlaceLoops<std::int64_t>& place_loops_of(const std::int64_t*) { return levels().places_of_keys64; }
const PlaceLoops<float>& place_loops_of(const float*) { return levels().places_of_floats32; }
const PlaceLoops<double>& place_loops_of(const double*) { return levels().places_of_floats64; }

bool sorts_words() {
  static const bool has = &levels() == &kSortV4 && __builtin_cpu_supports("avx512vbmi2") != 0;
  return has;
}

struct Segment {
  std::int64_t begin;
  std::int64_t length;
};

/// The first steps of quicksort side by side, until there is enough for all threads to do.
template <typename Key>
std::vector<Segment> split_between(const SortLevel<Key>& level, Key* keys, std::int64_t n, int threads) {
  const std::int64_t enough = std::max(kParallelKeys, n / (4 * threads));
  std::vector<Segment> large{{0, n}}, done;
  // Halves at best, but bad pivots must not keep it going.
  for (int rounds = 2 * (64 - __builtin_clzll(static_cast<unsigned>(threads))) + 4; rounds > 0; --rounds) {
    std::vector<Parts> parts(large.size());
    for_ranges(static_cast<std::int64_t>(large.size()), 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const Segment& segment = large[static_cast<std::size_t>(i)];
        parts[static_cast<std::size_t>(i)] = level.split(keys + segment.begin, segment.length);
      }
    });
    std::vector<Segment> next;
    for (std::size_t i = 0; i < large.size(); ++i) {
      const Segment& whole = large[i];
      for (const Segment& part :
           {Segment{whole.begin, parts[i].begin}, Segment{whole.begin + parts[i].end, whole.length - parts[i].end}}) {
        (part.length > enough ? next : done).push_back(part);
      }
    }
    large.swap(next);
    if (large.empty()) break;
  }
  done.insert(done.end(), large.begin(), large.end());
  return done;
}

template <typename Key>
void sort_on_all_cores(const SortLevel<Key>& level, Key* keys, std::int64_t n) {
  if (n > kLeastSplit && level.ascends(keys, n)) return;
  const int threads = n >= 2 * kParallelKeys ? runtime::num_threads() : 1;
  if (threads == 1) return level.sort(keys, n);
  std::vector<Segment> segments = split_between(level, keys, n, threads);
  std::sort(segments.begin(), segments.end(), [](const Segment& a, const Segment& b) { return a.length > b.length; });
  for_ranges(static_cast<std::int64_t>(segments.size()), 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const Segment& segment = segments[static_cast<std::size_t>(i)];
      level.sort(keys + segment.begin, segment.length);
    }
  });
}

/// Calls `arrange` with a copy of the keys as keys of four bytes, and copies them back.
template <typename Arrange>
void arrange_widened(std::int16_t* keys, std::int64_t n, Arrange arrange) {
  with_narrow_keys(n, [&](std::int32_t* widened) {
    std::copy(keys, keys + n, widened);
    arrange(widened);
    std::transform(widened, widened + n, keys, [](std::int32_t key) { return static_cast<std::int16_t>(key); });
  });
}

}  // namespace

void sort_by_comparing(std::int16_t* keys, std::int64_t n) { sort_plainly(keys, n); }
void sort_by_comparing(std::int32_t* keys, std::int64_t n) { sort_plainly(keys, n); }
void sort_by_comparing(std::int64_t* keys, std::int64_t n) { sort_plainly(keys, n); }
void sort_by_comparing(float* keys, std::int64_t n) { sort_plainly(keys, n); }
void sort_by_comparing(double* keys, std::int64_t n) { sort_plainly(keys, n); }

void sort_keys(std::int16_t* keys, std::int64_t n) {
  if (sorts_words()) return sort_on_all_cores(kSortWords, keys, n);
  arrange_widened(keys, n, [n](std::int32_t* widened) { sort_keys(widened, n); });
}
void sort_keys(std::int32_t* keys, std::int64_t n) { sort_on_all_cores(level_of(keys), keys, n); }
void sort_keys(std::int64_t* keys, std::int64_t n) { sort_on_all_cores(level_of(keys), keys, n); }
void sort_keys(float* keys, std::int64_t n) { sort_on_all_cores(level_of(keys), keys, n); }
void sort_keys(double* keys, std::int64_t n) { sort_on_all_cores(level_of(keys), keys, n); }

void select_key(std::int16_t* keys, std::int64_t n, std::int64_t place) {
  if (sorts_words()) return kSortWords.select(keys, n, place);
  arrange_widened(keys, n, [=](std::int32_t* widened) { select_key(widened, n, place); });
}
void select_key(std::int32_t* keys, std::int64_t n, std::int64_t place) { level_of(keys).select(keys, n, place); }
void select_key(std::int64_t* keys, std::int64_t n, std::int64_t place) { level_of(keys).select(keys, n, place); }
void select_key(float* keys, std::int64_t n, std::int64_t place) { level_of(keys).select(keys, n, place); }
void select_key(double* keys, std::int64_t n, std::int64_t place) { level_of(keys).select(keys, n, place); }

std::int64_t keep_changes(std::int16_t* keys, std::int64_t n) {
  return sorts_words() ? kSortWords.keep_changes(keys, n) : kPlain<std::int16_t>.keep_changes(keys, n);
}
std::int64_t keep_changes(std::int32_t* keys, std::int64_t n) { return level_of(keys).keep_changes(keys, n); }
std::int64_t keep_changes(std::int64_t* keys, std::int64_t n) { return level_of(keys).keep_changes(keys, n); }
std::int64_t keep_changes(float* keys, std::int64_t n) { return level_of(keys).keep_changes(keys, n); }
std::int64_t keep_changes(double* keys, std::int64_t n) { return level_of(keys).keep_changes(keys, n); }

AroundThreshold count_around(const std::int32_t* keys, std::int64_t n, std::int32_t threshold) {
  return place_loops_of(keys).count(keys, n, threshold);
}
AroundThreshold count_around(const std::int64_t* keys, std::int64_t n, std::int64_t threshold) {
  return place_loops_of(keys).count(keys, n, threshold);
}
AroundThreshold count_around(const float* keys, std::int64_t n, float threshold) {
  return place_loops_of(keys).count(keys, n, threshold);
}
AroundThreshold count_around(const double* keys, std::int64_t n, double threshold) {
  return place_loops_of(keys).count(keys, n, threshold);
}
AroundThreshold find_around(const std::int32_t* keys, std::int64_t n, std::int32_t threshold, std::int64_t first,
                            const PlacesAround& places) {
  return place_loops_of(keys).find(keys, n, threshold, first, places);
}
AroundThreshold find_around(const std::int64_t* keys, std::int64_t n, std::int64_t threshold, std::int64_t first,
                            const PlacesAround& places) {
  return place_loops_of(keys).find(keys, n, threshold, first, places);
}
AroundThreshold find_around(const float* keys, std::int64_t n, float threshold, std::int64_t first,
                            const PlacesAround& places) {
  return place_loops_of(keys).find(keys, n, threshold, first, places);
}
AroundThreshold find_around(const double* keys, std::int64_t n, double threshold, std::int64_t first,
                            const PlacesAround& places) {
  return place_loops_of(keys).find(keys, n, threshold, first, places);
}

FloatFacts look_at_floats(const float* floats, std::int64_t n) { return levels().loops32.look(floats, n); }
FloatFacts look_at_floats(const double* floats, std::int64_t n) { return levels().loops64.look(floats, n); }

bool sort_few_floats(float* floats, std::int64_t n) { return levels().loops32.sort_few(floats, n); }
bool sort_few_floats(double* floats, std::int64_t n) { return levels().loops64.sort_few(floats, n); }

}  // namespace rooftop::lib
