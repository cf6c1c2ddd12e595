#include "rooftop/array/view.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "rooftop/array/broadcast.h"

namespace rooftop::array {
namespace {

View view_of(std::vector<double>& memory, Extents& extents) {
  return extents.view(DType::F64, reinterpret_cast<char*>(memory.data()));
}

TEST(View, RowMajorAndColumnMajorStrides) {
  const std::int64_t shape[] = {2, 3, 4};
  Extents extents(shape);
  std::vector<double> memory(24);
  extents.set_row_major(8);
  EXPECT_EQ(extents.strides[0], 96);
  EXPECT_EQ(extents.strides[2], 8);
  EXPECT_TRUE(is_row_major(view_of(memory, extents)));
  EXPECT_FALSE(is_column_major(view_of(memory, extents)));
  extents.set_column_major(8);
  EXPECT_EQ(extents.strides[0], 8);
  EXPECT_EQ(extents.strides[2], 48);
  EXPECT_TRUE(is_column_major(view_of(memory, extents)));
}

TEST(View, LengthsOfOneAndZeroTellNothingAboutTheOrder) {
  const std::int64_t shape[] = {1, 5, 1};
  Extents extents(shape);
  extents.set_row_major(8);
  extents.strides[0] = 1234;
  extents.strides[2] = -8;
  std::vector<double> memory(5);
  EXPECT_TRUE(is_row_major(view_of(memory, extents)));
  EXPECT_TRUE(is_column_major(view_of(memory, extents)));
  extents.shape[1] = 0;
  extents.strides[1] = 4;
  EXPECT_TRUE(is_row_major(view_of(memory, extents)));
}

TEST(View, SizesThatDoNotFitAreFound) {
  const std::int64_t large[] = {std::int64_t{1} << 40, std::int64_t{1} << 40};
  EXPECT_FALSE(checked_bytes(large, 8).has_value());
  const std::int64_t empty[] = {0, std::int64_t{1} << 62, 4};
  EXPECT_FALSE(checked_bytes(empty, 8).has_value());
  const std::int64_t fits[] = {0, 7};
  EXPECT_EQ(checked_bytes(fits, 8), 0);
}

TEST(View, BoundsOfNegativeStridesReachBack) {
  const std::int64_t shape[] = {4};
  Extents extents(shape);
  extents.strides[0] = -16;
  std::vector<double> memory(8);
  const View view = extents.view(DType::F64, reinterpret_cast<char*>(memory.data() + 6));
  const Bounds bounds = bounds_of(view);
  EXPECT_EQ(bounds.begin, reinterpret_cast<char*>(memory.data()));
  EXPECT_EQ(bounds.end, reinterpret_cast<char*>(memory.data() + 7));
}

TEST(View, AlignmentIsThatOfTheParts) {
  const std::int64_t shape[] = {3};
  Extents extents(shape);
  std::vector<double> memory(16);
  char* const data = reinterpret_cast<char*>(memory.data());
  extents.strides[0] = 16;
  EXPECT_TRUE(is_aligned(extents.view(DType::C128, data + 8)));
  EXPECT_FALSE(is_aligned(extents.view(DType::C128, data + 4)));
  extents.strides[0] = 20;
  EXPECT_FALSE(is_aligned(extents.view(DType::C128, data)));
  EXPECT_TRUE(is_aligned(extents.view(DType::C64, data)));
}

TEST(View, OneWalkFindsTheWholeLayout) {
  std::vector<double> memory(64);
  char* const data = reinterpret_cast<char*>(memory.data());
  const std::int64_t lengths[] = {0, 1, 2, 3}, steps[] = {-8, 0, 4, 8, 16, 24, 48};
  for (const std::int64_t first : lengths) {
    for (const std::int64_t second : lengths) {
      for (const std::int64_t outer : steps) {
        for (const std::int64_t inner : steps) {
          for (const int offset : {0, 4}) {
            const std::int64_t shape[] = {first, second}, strides[] = {outer, inner};
            const View view{data + 256 + offset, DType::F64, 2, shape, strides};
            const Layout layout = layout_of(view);
            EXPECT_EQ(layout.size, view.size());
            EXPECT_EQ(layout.is_row_major, is_row_major(view));
            EXPECT_EQ(layout.is_column_major, is_column_major(view));
            EXPECT_EQ(layout.is_aligned, is_aligned(view));
          }
        }
      }
    }
  }
}

TEST(Broadcasting, ShapesMeetAtTheirLastAxes) {
  const std::int64_t first[] = {4, 1};
  const std::int64_t second[] = {2, 1, 3};
  Extents shape(first);
  ASSERT_TRUE(broadcast_shape(shape, second));
  ASSERT_EQ(shape.rank, 3);
  EXPECT_EQ(shape.shape[0], 2);
  EXPECT_EQ(shape.shape[1], 4);
  EXPECT_EQ(shape.shape[2], 3);
  const std::int64_t other[] = {5, 3};
  EXPECT_FALSE(broadcast_shape(shape, other));
  EXPECT_FALSE(broadcasts_to(second, first));
  EXPECT_TRUE(broadcasts_to(first, shape.lengths()));
}

TEST(Broadcasting, RepeatedAxesHaveStridesOfZero) {
  const std::int64_t shape[] = {3, 1};
  Extents extents(shape);
  extents.set_row_major(8);
  std::vector<double> memory(3);
  const std::int64_t wanted[] = {2, 3, 4};
  Extents storage;
  const View view = broadcast_view(view_of(memory, extents), wanted, storage);
  EXPECT_EQ(view.strides[0], 0);
  EXPECT_EQ(view.strides[1], 8);
  EXPECT_EQ(view.strides[2], 0);
  EXPECT_EQ(view.size(), 24);
}

}  // namespace
}  // namespace rooftop::array
