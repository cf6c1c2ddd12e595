// Bytes that are set, ranges of places, keys that come one after the other, and limits, without Python.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "rooftop/lib/clip.h"
#include "rooftop/lib/lexsort.h"
#include "rooftop/lib/places.h"
#include "rooftop/lib/set_bytes.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::View;

TEST(SetBytes, AreFoundAtAnyDensityAndNotBeyondTheRoom) {
  std::mt19937 random(1);
  for (const unsigned density : {0U, 1U, 50U, 99U, 100U}) {
    for (const std::int64_t n : {0, 1, 7, 8, 31, 32, 33, 100, 1024, 1500}) {
      std::vector<char> bytes(static_cast<std::size_t>(n));
      std::vector<std::int64_t> expected;
      for (std::int64_t i = 0; i < n; ++i) {
        const bool is_set = random() % 100 < density;
        bytes[static_cast<std::size_t>(i)] = static_cast<char>(is_set ? 1 + i % 255 : 0);
        if (is_set) expected.push_back(5 + i);
      }
      std::vector<std::int64_t> places(expected.size() + 1, -1);
      std::int64_t* const end = places.data() + expected.size();
      EXPECT_EQ(places_of_set(bytes.data(), n, 5, places.data(), end), end);
      EXPECT_EQ(places.back(), -1);
      EXPECT_TRUE(std::equal(expected.begin(), expected.end(), places.begin())) << n << " bytes, " << density << "%";
    }
  }
}

TEST(SetBytes, AreFoundInBlocksOfARowWithGaps) {
  std::vector<char> bytes(3 * 5000);
  for (const std::size_t place : {0U, 7U, 1023U, 1024U, 4999U}) bytes[3 * place] = 1;
  bytes[1] = bytes[5] = 1;  // between them
  std::vector<std::int64_t> found;
  for_each_set(bytes.data(), 3, 5000, [&](const std::int64_t* places, std::int64_t count, std::int64_t begin) {
    for (std::int64_t i = 0; i < count; ++i) found.push_back(begin + places[i]);
  });
  EXPECT_EQ(found, (std::vector<std::int64_t>{0, 7, 1023, 1024, 4999}));
}

TEST(Places, EveryPlaceIsLookedAt) {
  constexpr std::int64_t kLength = 10, kFar = std::numeric_limits<std::int64_t>::max();
  for (const std::size_t n : {1U, 3U, 16U, 21U}) {
    for (std::size_t at = 0; at < n; ++at) {
      std::vector<std::int64_t> places(n, 9);
      EXPECT_EQ(range_of(places, kLength), PlaceRange::FromStart);
      for (const std::int64_t inside : {std::int64_t{-1}, -kLength}) {
        places[at] = inside;
        EXPECT_EQ(range_of(places, kLength), PlaceRange::FromEnds);
      }
      for (const std::int64_t outside : {kLength, -kLength - 1, kFar, -kFar, -kFar - 1}) {
        places[at] = outside;
        EXPECT_EQ(range_of(places, kLength), PlaceRange::Outside) << outside;
      }
    }
  }
}

TEST(Lexsort, TheLastKeyCountsMostAndEqualPlacesAscend) {
  const std::int64_t n = 5, dense = sizeof(double), wide = 2 * sizeof(double);
  double minor[] = {3, 1, 2, 1, 1}, major[] = {1, 0, 0, 0, 1, 0, 1, 0, 0, 0};  // every second
  const auto view = [&n](double* data, const std::int64_t& stride) {
    return View{reinterpret_cast<char*>(data), DType::F64, 1, &n, &stride};
  };
  const View keys[] = {view(minor, dense), view(major, wide)};
  std::vector<std::int64_t> places(5);
  lexsort(keys, places.data());
  EXPECT_EQ(places, (std::vector<std::int64_t>{1, 4, 3, 2, 0}));
  const View turned[] = {keys[1], keys[0]};
  lexsort(turned, places.data());
  EXPECT_EQ(places, (std::vector<std::int64_t>{1, 4, 3, 2, 0}));
}

TEST(Clip, LimitsRowsOfAnyStridesAndKeepsNan) {
  const double low = -0.5, high = 0.5;
  for (const std::int64_t n : {1, 3, 1023, 1025, 70'000}) {
    std::vector<double> source(static_cast<std::size_t>(2 * n)), out(static_cast<std::size_t>(2 * n), 9);
    for (std::size_t i = 0; i < source.size(); ++i) source[i] = i % 7 == 0 ? NAN : std::sin(static_cast<double>(i));
    for (const std::int64_t from : {1, 2}) {
      for (const std::int64_t to : {1, 2}) {
        const std::int64_t from_stride = 8 * from, to_stride = 8 * to;
        clip({reinterpret_cast<char*>(out.data()), DType::F64, 1, &n, &to_stride},
             {reinterpret_cast<char*>(source.data()), DType::F64, 1, &n, &from_stride},
             reinterpret_cast<const char*>(&low), reinterpret_cast<const char*>(&high));
        for (std::int64_t i = 0; i < n; ++i) {
          const double given = source[static_cast<std::size_t>(i * from)], got = out[static_cast<std::size_t>(i * to)];
          ASSERT_TRUE(std::isnan(given) ? std::isnan(got) : got == std::clamp(given, low, high)) << i;
        }
      }
    }
  }
}

}  // namespace
}  // namespace rooftop::lib
