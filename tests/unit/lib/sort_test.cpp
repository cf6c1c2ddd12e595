// Sorting at every level of CPU, around the sizes of networks, registers and pieces for threads.
#include "rooftop/lib/sort.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "rooftop/lib/argsort.h"
#include "rooftop/lib/kernel_levels.h"
#include "rooftop/lib/vector_sort_level.h"

namespace rooftop::lib {
namespace {

using array::DType;

/// Keys of many kinds: anything, few different ones, the ends of the type, in order, backwards.
template <typename Key>
std::vector<Key> keys_of(int kind, std::int64_t n) {
  std::mt19937_64 random(static_cast<std::uint64_t>(n));
  std::vector<Key> keys(static_cast<std::size_t>(n));
  for (Key& key : keys) {
    key = static_cast<Key>(static_cast<std::int64_t>(random()));
    if (kind == 1) key = static_cast<Key>(random() % 5);
    if (kind == 2) key = random() % 2 == 0 ? std::numeric_limits<Key>::lowest() : std::numeric_limits<Key>::max();
  }
  if (kind >= 3) std::iota(keys.begin(), keys.end(), Key{-3});
  if (kind == 4) std::reverse(keys.begin(), keys.end());
  return keys;
}

template <typename Key>
void check_level(const SortLevel<Key>& level) {
  for (std::int64_t n = 0; n < 2500; n += n < 300 ? 1 : 97) {
    for (int kind = 0; kind < 5; ++kind) {
      const std::vector<Key> given = keys_of<Key>(kind, n);
      std::vector<Key> expected = given, sorted = given, selected = given;
      std::sort(expected.begin(), expected.end());
      level.sort(sorted.data(), n);
      ASSERT_EQ(sorted, expected) << n << " keys of kind " << kind;
      std::vector<Key> different = expected;
      different.erase(std::unique(different.begin(), different.end()), different.end());
      ASSERT_EQ(level.keep_changes(sorted.data(), n), std::ssize(different)) << n << " keys of kind " << kind;
      EXPECT_TRUE(std::equal(different.begin(), different.end(), sorted.begin())) << n << " keys of kind " << kind;
      if (n == 0) continue;
      const std::int64_t place = n * 2 / 3;
      level.select(selected.data(), n, place);
      const auto middle = selected.begin() + place;
      EXPECT_EQ(*middle, expected[static_cast<std::size_t>(place)]) << n << " keys of kind " << kind;
      EXPECT_TRUE(std::all_of(selected.begin(), middle, [&](Key key) { return key <= *middle; }));
      EXPECT_TRUE(std::all_of(middle, selected.end(), [&](Key key) { return key >= *middle; }));
      std::sort(selected.begin(), selected.end());
      EXPECT_EQ(selected, expected);
      EXPECT_EQ(level.ascends(given.data(), n), given == expected);
    }
  }
}

/// Neighbours of what is sorted stay as they are, and so does what is not sorted.
template <typename Float>
void check_few_floats(const FloatLoops<Float>& loops, std::int64_t most) {
  const auto has_bits_of = [](const std::vector<Float>& a, const std::vector<Float>& b) {
    return std::memcmp(a.data(), b.data(), sizeof(Float) * b.size()) == 0;
  };
  std::mt19937_64 random(1);
  for (std::int64_t n = 1; n <= most; ++n) {
    std::vector<Float> given(static_cast<std::size_t>(n) + 2, 7);
    for (std::int64_t i = 1; i <= n; ++i) {
      const Float value =
          i % 9 == 0 ? std::numeric_limits<Float>::infinity() : Float(random() % 2000) - 1000 + Float(0.5);
      given[static_cast<std::size_t>(i)] = i % 17 == 0 ? -value : value;
    }
    EXPECT_FALSE(loops.look(given.data(), n).has_nan || loops.look(given.data(), n).has_negative_zero);
    for (const Float unusual : {std::numeric_limits<Float>::quiet_NaN(), Float(-0.0)}) {
      std::vector<Float> with = given;
      with[static_cast<std::size_t>(n)] = unusual;
      const std::vector<Float> before = with;
      EXPECT_FALSE(loops.sort_few(with.data() + 1, n));
      EXPECT_TRUE(has_bits_of(with, before));
      EXPECT_EQ(loops.look(with.data() + 1, n).has_nan, unusual != 0);
      EXPECT_EQ(loops.look(with.data() + 1, n).has_negative_zero, unusual == 0);
    }
    std::vector<Float> expected = given, sorted = given;
    std::sort(expected.begin() + 1, expected.end() - 1);
    ASSERT_TRUE(loops.sort_few(sorted.data() + 1, n));
    ASSERT_TRUE(has_bits_of(sorted, expected)) << n;
  }
  std::vector<Float> many(static_cast<std::size_t>(most) + 1, 1);
  EXPECT_FALSE(loops.sort_few(many.data(), most + 1));
}

template <typename Key>
void check_places(const PlaceLoops<Key>& loops) {
  for (std::int64_t n = 1; n < 300; ++n) {
    for (int kind = 0; kind < 3; ++kind) {
      const std::vector<Key> keys = keys_of<Key>(kind, n);
      const Key threshold = keys[static_cast<std::size_t>(n / 2)];
      std::vector<std::int64_t> expected[3], found[3];
      for (std::int64_t i = 0; i < n; ++i) {
        const Key key = keys[static_cast<std::size_t>(i)];
        expected[key < threshold ? 0 : key == threshold ? 1 : 2].push_back(i + 7);
      }
      for (auto& side : found) side.resize(static_cast<std::size_t>(n + PlacesAround::kSlack));
      const AroundThreshold counts = loops.count(keys.data(), n, threshold);
      const AroundThreshold sizes =
          loops.find(keys.data(), n, threshold, 7, {found[0].data(), found[1].data(), found[2].data()});
      const std::int64_t counted[] = {counts.below, counts.equal, counts.above};
      const std::int64_t listed[] = {sizes.below, sizes.equal, sizes.above};
      for (int side = 0; side < 3; ++side) {
        EXPECT_EQ(counted[side], std::ssize(expected[side]));
        ASSERT_EQ(listed[side], std::ssize(expected[side])) << n << " keys of kind " << kind;
        EXPECT_TRUE(std::equal(expected[side].begin(), expected[side].end(), found[side].begin())) << n;
      }
    }
  }
}

void check_places(const SortLevels& levels) {
  check_places(levels.places_of_keys32);
  check_places(levels.places_of_keys64);
  check_places(levels.places_of_floats32);
  check_places(levels.places_of_floats64);
}

TEST(VectorSort, FindsPlacesAroundAThreshold) {
  if (levels_of_machine() > 1) check_places(kSortV3);
  if (levels_of_machine() > 2) check_places(kSortV4);
}

TEST(VectorSort, SortsAndSelectsAtEveryLevel) {
  if (levels_of_machine() > 1) {
    check_level(kSortV3.keys32);
    check_level(kSortV3.keys64);
    check_level(kSortV3.floats32);
    check_level(kSortV3.floats64);
    check_few_floats(kSortV3.loops32, 128);
    check_few_floats(kSortV3.loops64, 64);
  }
  if (levels_of_machine() > 2) {
    check_level(kSortV4.keys32);
    check_level(kSortV4.keys64);
    check_level(kSortV4.floats32);
    check_level(kSortV4.floats64);
    check_few_floats(kSortV4.loops32, 256);
    check_few_floats(kSortV4.loops64, 128);
    if (__builtin_cpu_supports("avx512vbmi2") != 0) check_level(kSortWords);
  }
}

/// Zeros of both signs among other floats: each is still there afterwards, with its sign.
template <typename Float>
void check_zeros(const SortLevel<Float>& level) {
  std::mt19937_64 random(1);
  for (std::int64_t n = 2; n < 1500; n += n < 300 ? 1 : 97) {
    std::vector<Float> given(static_cast<std::size_t>(n));
    for (Float& value : given) value = Float(random() % 3) - 1;
    for (Float& value : given) value = value == 0 && random() % 2 == 0 ? Float(-0.0) : value;
    const auto negative_zeros = [](const std::vector<Float>& values) {
      return std::count_if(values.begin(), values.end(), [](Float x) { return x == 0 && std::signbit(x); });
    };
    std::vector<Float> sorted = given, selected = given;
    level.sort(sorted.data(), n);
    EXPECT_TRUE(std::is_sorted(sorted.begin(), sorted.end()));
    EXPECT_EQ(negative_zeros(sorted), negative_zeros(given)) << n;
    level.select(selected.data(), n, n / 2);
    EXPECT_EQ(negative_zeros(selected), negative_zeros(given)) << n;
  }
}

TEST(VectorSort, KeepsZerosOfBothSigns) {
  if (levels_of_machine() > 1) {
    check_zeros(kSortV3.floats32);
    check_zeros(kSortV3.floats64);
  }
  if (levels_of_machine() > 2) {
    check_zeros(kSortV4.floats32);
    check_zeros(kSortV4.floats64);
  }
}

TEST(VectorSort, SplitsAroundEqualKeys) {
  if (levels_of_machine() < 2) GTEST_SKIP();
  for (int kind = 0; kind < 5; ++kind) {
    std::vector<std::int64_t> keys = keys_of<std::int64_t>(kind, kLeastSplit);
    const Parts parts = kSortV3.keys64.split(keys.data(), kLeastSplit);
    ASSERT_TRUE(0 <= parts.begin && parts.begin <= parts.end && parts.end <= kLeastSplit);
    ASSERT_TRUE(parts.begin > 0 || parts.end > 0) << "no progress";
    const auto first = keys.begin() + parts.begin, last = keys.begin() + parts.end;
    if (first != keys.begin()) {
      EXPECT_LE(*std::max_element(keys.begin(), first), *std::min_element(first, keys.end()));
    }
    if (first != last) {
      EXPECT_EQ(*std::min_element(first, last), *std::max_element(first, last));
    }
    if (last != keys.begin() && last != keys.end()) {
      EXPECT_LE(*std::max_element(keys.begin(), last), *std::min_element(last, keys.end()));
    }
  }
}

TEST(Sort, LongVectorsOnAllCores) {
  std::vector<std::int64_t> keys = keys_of<std::int64_t>(0, 400'000);
  std::vector<std::int64_t> expected = keys, places(keys.size());
  std::sort(expected.begin(), expected.end());
  argsort_vector(DType::I64, reinterpret_cast<const char*>(keys.data()), std::ssize(keys), places.data());
  for (std::size_t i = 0; i < keys.size(); ++i) ASSERT_EQ(keys[static_cast<std::size_t>(places[i])], expected[i]);
  sort_vector(DType::I64, reinterpret_cast<char*>(keys.data()), std::ssize(keys));
  EXPECT_EQ(keys, expected);
}

TEST(Sort, NanIsLastAndZerosKeepTheirOrder) {
  const double nan = std::nan("");
  std::vector<double> values = {nan, 0.0, -1.0, -0.0, -nan, 0.0, 1.0, -0.0};
  sort_vector(DType::F64, reinterpret_cast<char*>(values.data()), std::ssize(values));
  const std::vector<double> expected = {-1.0, 0.0, -0.0, 0.0, -0.0, 1.0, nan, -nan};
  EXPECT_EQ(std::memcmp(values.data(), expected.data(), sizeof(double) * values.size()), 0);
}

TEST(Sort, PartitionsOfSeveralPlaces) {
  std::vector<float> values(3000), sorted;
  std::mt19937 random(1);
  for (float& value : values) value = static_cast<float>(random() % 1000);
  sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const std::int64_t places[] = {0, 10, 1500, 1501, 2999};
  partition_vector(DType::F32, reinterpret_cast<char*>(values.data()), std::ssize(values), places);
  for (const std::int64_t place : places) {
    EXPECT_EQ(values[static_cast<std::size_t>(place)], sorted[static_cast<std::size_t>(place)]);
  }
}

}  // namespace
}  // namespace rooftop::lib
