// Joining and repeating arrays without Python.
#include "rooftop/lib/joining.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <numeric>
#include <vector>

namespace rooftop::lib {
namespace {

using array::DType;
using array::Extents;
using array::View;

/// Memory of int32 with a row-major view on it, counting from `first`.
struct Numbers {
  Numbers(std::vector<std::int64_t> shape, std::int32_t first)
      : extents(std::span<const std::int64_t>(shape)),
        memory(static_cast<std::size_t>(
            std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>()))) {
    std::iota(memory.begin(), memory.end(), first);
    extents.set_row_major(sizeof(std::int32_t));
    view = extents.view(DType::I32, reinterpret_cast<char*>(memory.data()));
  }
  Numbers(const Numbers&) = delete;
  Numbers& operator=(const Numbers&) = delete;

  Extents extents;
  std::vector<std::int32_t> memory;
  View view;
};

TEST(Join, PutsPartsOneAfterTheOtherAlongEachAxis) {
  for (const std::int64_t columns : {1, 2, 3, 100, 70'000}) {
    for (int axis = 0; axis < 2; ++axis) {
      const std::int64_t other = axis == 0 ? columns : columns + 1;
      Numbers a({3, columns}, 0), b({axis == 0 ? 2 : 3, other}, 1'000'000);
      Numbers out({axis == 0 ? 5 : 3, axis == 0 ? columns : 2 * columns + 1}, -1);
      const View parts[] = {a.view, b.view};
      EXPECT_EQ(join(out.view, parts, axis), 0U);
      const std::int64_t width = out.extents.shape[1];
      for (std::int64_t i = 0; i < out.extents.shape[0]; ++i) {
        for (std::int64_t j = 0; j < width; ++j) {
          const bool in_first = axis == 0 ? i < 3 : j < columns;
          const std::int64_t row = axis == 0 && !in_first ? i - 3 : i;
          const std::int64_t column = axis == 1 && !in_first ? j - columns : j;
          const std::int64_t wanted = in_first ? row * columns + column : 1'000'000 + row * other + column;
          ASSERT_EQ(out.memory[static_cast<std::size_t>(i * width + j)], wanted) << columns << " " << axis;
        }
      }
    }
  }
}

TEST(Join, ConvertsPartsAndSkipsEmptyOnes) {
  Numbers a({2}, 1), nothing({0}, 0);
  std::vector<double> memory(4, -1.0);
  const std::int64_t length = 4, stride = sizeof(double);
  const View out{reinterpret_cast<char*>(memory.data()), DType::F64, 1, &length, &stride};
  const View parts[] = {nothing.view, a.view, nothing.view, a.view};
  EXPECT_EQ(join(out, parts, 0), 0U);
  EXPECT_EQ(memory, (std::vector<double>{1, 2, 1, 2}));
}

TEST(Tile, RepeatsAlongEveryAxis) {
  for (std::int64_t rows : {0, 1, 3}) {
    for (std::int64_t columns : {1, 5, 1000}) {
      Numbers source({2, 3}, 0);
      Numbers out({2 * rows, 3 * columns}, -1);
      const std::int64_t repeated[] = {rows, columns};
      tile(out.view, source.view, repeated);
      for (std::int64_t i = 0; i < 2 * rows; ++i) {
        for (std::int64_t j = 0; j < 3 * columns; ++j) {
          ASSERT_EQ(out.memory[static_cast<std::size_t>(i * 3 * columns + j)], i % 2 * 3 + j % 3);
        }
      }
    }
  }
}

TEST(RepeatBytes, FillsBlocksThatAreNoMultiple) {
  for (std::size_t total : {3U, 4U, 7U, 1000U, 1'000'000U}) {
    std::vector<char> block(total + 1, 'x');
    block[0] = 'a', block[1] = 'b', block[2] = 'c';
    repeat_bytes(block.data(), 3, static_cast<std::int64_t>(total));
    for (std::size_t i = 0; i < total; ++i) ASSERT_EQ(block[i], "abc"[i % 3]) << total << " " << i;
    EXPECT_EQ(block[total], 'x');
  }
}

}  // namespace
}  // namespace rooftop::lib
