// Borders, choices and flat places without Python.
#include "rooftop/lib/padding.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "rooftop/lib/choice.h"
#include "rooftop/lib/flat_places.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::Extents;
using array::View;
using Numbers = std::vector<std::int64_t>;

/// A row-major view on numbers.
struct Matrix {
  Matrix(Numbers lengths, Numbers numbers)
      : extents(std::span<const std::int64_t>(lengths)), memory(std::move(numbers)) {
    extents.set_row_major(sizeof(std::int64_t));
    view = extents.view(DType::I64, reinterpret_cast<char*>(memory.data()));
  }
  Matrix(const Matrix&) = delete;
  Matrix& operator=(const Matrix&) = delete;

  Extents extents;
  Numbers memory;
  View view;
};

Numbers padded(Numbers inside, PadWidth width, PadMode mode) {
  const auto length = static_cast<std::int64_t>(inside.size());
  Matrix source({length}, std::move(inside));
  const std::int64_t whole = length + width.before + width.after;
  Matrix out({whole}, Numbers(static_cast<std::size_t>(whole), -1));
  copy_inside(out.view, source.view, {&width, 1});
  pad_from_inside(out.view, {&width, 1}, mode);
  return out.memory;
}

TEST(Pad, RepeatsWhatEachModeSays) {
  EXPECT_EQ(padded({1, 2, 3}, {2, 3}, PadMode::Edge), (Numbers{1, 1, 1, 2, 3, 3, 3, 3}));
  EXPECT_EQ(padded({1, 2, 3}, {2, 1}, PadMode::Reflect), (Numbers{3, 2, 1, 2, 3, 2}));
  EXPECT_EQ(padded({1, 2, 3}, {2, 1}, PadMode::Symmetric), (Numbers{2, 1, 1, 2, 3, 3}));
  EXPECT_EQ(padded({1, 2, 3}, {2, 1}, PadMode::Wrap), (Numbers{2, 3, 1, 2, 3, 1}));
}

TEST(Pad, GoesOnWhereTheBorderIsLongerThanWhatItRepeats) {
  const Numbers inside = {10, 20, 30, 40};
  for (const PadMode mode : {PadMode::Reflect, PadMode::Symmetric, PadMode::Wrap}) {
    for (std::int64_t n = 1; n <= 4; ++n) {
      const std::int64_t period = mode == PadMode::Wrap ? n : mode == PadMode::Symmetric ? 2 * n : 2 * (n - 1);
      for (const auto& [before, after] : {std::pair<std::int64_t, std::int64_t>{0, 23}, {31, 0}, {17, 40}}) {
        const Numbers out = padded({inside.begin(), inside.begin() + n}, {before, after}, mode);
        for (std::int64_t i = 0; i < n + before + after; ++i) {
          std::int64_t place = period == 0 ? 0 : ((i - before) % period + period) % period;
          if (place >= n) place = (mode == PadMode::Symmetric ? period - 1 : period) - place;
          EXPECT_EQ(out[static_cast<std::size_t>(i)], inside[static_cast<std::size_t>(place)]) << i;
        }
      }
    }
  }
}

TEST(Pad, CornersHaveTheValuesOfTheLastAxis) {
  Matrix out({3, 3}, Numbers(9, 0));
  Matrix source({1, 1}, {5});
  const PadWidth widths[] = {{1, 1}, {1, 1}};
  const std::int64_t values[] = {1, 2, 3, 4};
  copy_inside(out.view, source.view, widths);
  pad_with_values(out.view, widths, reinterpret_cast<const char*>(values));
  EXPECT_EQ(out.memory, (Numbers{3, 1, 4, 3, 5, 4, 3, 2, 4}));
}

TEST(Choice, BringsPlacesInside) {
  Numbers places = {0, 4, -1, -11};
  const auto n = static_cast<std::int64_t>(places.size());
  EXPECT_FALSE(bring_inside(places.data(), n, 4, OutsideMode::Raise));
  EXPECT_TRUE(bring_inside(places.data(), 1, 4, OutsideMode::Raise));
  Numbers clipped = places;
  EXPECT_TRUE(bring_inside(clipped.data(), n, 4, OutsideMode::Clip));
  EXPECT_EQ(clipped, (Numbers{0, 3, 0, 0}));
  EXPECT_TRUE(bring_inside(places.data(), n, 4, OutsideMode::Wrap));
  EXPECT_EQ(places, (Numbers{0, 0, 3, 1}));
}

TEST(Choice, TakesEachElementFromTheArrayThatItsNumberNames) {
  Matrix places({2, 3}, {0, 1, 0, 1, 1, 0}), first({2, 3}, {1, 2, 3, 4, 5, 6}), row({3}, {10, 20, 30});
  Matrix out({2, 3}, Numbers(6, -1));
  Extents repeated(out.view);
  repeated.strides[0] = 0;
  const View choices[] = {first.view, repeated.view(DType::I64, row.view.data)};
  choose(out.view, places.view, choices);
  EXPECT_EQ(out.memory, (Numbers{1, 20, 3, 10, 20, 6}));
}

TEST(FlatPlaces, AreIndicesOfAxesAndBack) {
  for (const std::int64_t tall : {std::int64_t{3}, std::int64_t{1} << 40}) {  // divisions of 32 and of 64 bits
    const Numbers shape = {tall, 5, 7};
    const Numbers places = {0, 1, 34, 35, 104, 3 * 35 - 1};
    for (const bool first : {false, true}) {
      Numbers indices[3] = {Numbers(6), Numbers(6), Numbers(6)};
      std::int64_t* rows[] = {indices[0].data(), indices[1].data(), indices[2].data()};
      ASSERT_FALSE(unravel(places, shape, first, rows));
      Matrix sums({6}, Numbers(6, 0));
      std::int64_t step = 1;
      for (int k = 0; k < 3; ++k) {
        const int axis = first ? k : 2 - k;
        const Matrix along({6}, indices[axis]);
        EXPECT_TRUE(add_indices(sums.view, along.view, shape[static_cast<std::size_t>(axis)], step));
        step *= shape[static_cast<std::size_t>(axis)];
      }
      EXPECT_EQ(sums.memory, places);
    }
  }
}

TEST(FlatPlaces, AreRefusedOutside) {
  std::int64_t index = 0;
  std::int64_t* rows[] = {&index};
  const Numbers shape = {4};
  EXPECT_EQ(unravel(Numbers{4}, shape, false, rows), 4);
  EXPECT_EQ(unravel(Numbers{-1}, shape, false, rows), -1);
  for (const std::int64_t outside : {std::int64_t{4}, std::int64_t{-1}, INT64_MAX, INT64_MIN}) {
    Matrix sums({1}, {0}), places({1}, {outside});
    EXPECT_FALSE(add_indices(sums.view, places.view, 4, 3)) << outside;
  }
}

}  // namespace
}  // namespace rooftop::lib
