// Offsets, lines along an axis, stacks of matrices, and elements at other places, without Python.
#include <gtest/gtest.h>

#include <cstdint>
#include <numeric>
#include <vector>

#include "rooftop/lib/along_axis.h"
#include "rooftop/lib/batched_products.h"
#include "rooftop/lib/offsets.h"
#include "rooftop/lib/rearranging.h"
#include "rooftop/lib/sequence.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::Extents;
using array::View;

/// Memory of int64 with a row-major view on it, counting from zero.
struct Numbers {
  explicit Numbers(std::vector<std::int64_t> shape)
      : extents(std::span<const std::int64_t>(shape)),
        memory(static_cast<std::size_t>(
            std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>()))) {
    std::iota(memory.begin(), memory.end(), 0);
    extents.set_row_major(sizeof(std::int64_t));
    view = extents.view(DType::I64, reinterpret_cast<char*>(memory.data()));
  }
  Numbers(const Numbers&) = delete;
  Numbers& operator=(const Numbers&) = delete;

  std::int64_t at(std::int64_t i, std::int64_t j) const {
    return memory[static_cast<std::size_t>(i * extents.shape[1] + j)];
  }

  Extents extents;
  std::vector<std::int64_t> memory;
  View view;
};

View column_of(const Numbers& matrix, std::int64_t& length, std::int64_t& stride) {
  length = matrix.extents.shape[0], stride = matrix.extents.strides[0];
  return {matrix.view.data, DType::I64, 1, &length, &stride};
}

TEST(Offsets, PlacesCountFromBothEndsAndAreChecked) {
  Numbers offsets({3}), places({3});
  offsets.memory = {0, 0, 0}, places.memory = {2, -1, 0};
  EXPECT_FALSE(add_places(offsets.view, places.view, 4, 10));
  EXPECT_EQ(offsets.memory, (std::vector<std::int64_t>{20, 30, 0}));
  places.memory = {1, -5, 7};
  EXPECT_EQ(add_places(offsets.view, places.view, 4, 10), -5);
}

TEST(Offsets, GatherAndScatterColumnsOfAnySize) {
  for (const std::int64_t rows : {1, 5, 400}) {
    Numbers source({rows, 7}), out({3, rows}), target({rows, 7});
    std::int64_t length, stride;
    const std::int64_t offsets[] = {16, 0, 48};
    gather_at(out.view, column_of(source, length, stride), offsets);
    std::fill(target.memory.begin(), target.memory.end(), -1);
    scatter_at(column_of(target, length, stride), out.view, offsets);
    for (std::int64_t row = 0; row < rows; ++row) {
      for (const std::int64_t column : {0, 2, 6}) ASSERT_EQ(target.at(row, column), source.at(row, column));
      ASSERT_EQ(out.at(0, row), source.at(row, 2));
      ASSERT_EQ(target.at(row, 1), -1);
    }
  }
}

TEST(Offsets, DistancesOfTrueElementsAreInRowMajorOrder) {
  const char mask[] = {0, 1, 0, 1, 1, 0};
  const std::int64_t shape[] = {2, 3}, dense[] = {3, 1}, strides[] = {100, 8};
  const View view{const_cast<char*>(mask), DType::Bool, 2, shape, dense};
  EXPECT_EQ(distances_of_true(view, strides), (std::vector<std::int64_t>{8, 100, 108}));
}

TEST(AlongAxis, TakesAndPutsInEachLine) {
  for (int axis = 0; axis < 2; ++axis) {
    Numbers source({4, 5}), places({4, 5}), out({4, 5}), target({4, 5});
    for (std::size_t i = 0; i < 20; ++i) places.memory[i] = static_cast<std::int64_t>(i * 7 % 4) - 2;
    take_along(out.view, source.view, places.view, axis);
    const std::int64_t length = source.extents.shape[axis];
    for (std::int64_t i = 0; i < 4; ++i) {
      for (std::int64_t j = 0; j < 5; ++j) {
        const std::int64_t place = (places.at(i, j) + length) % length;
        ASSERT_EQ(out.at(i, j), axis == 0 ? source.at(place, j) : source.at(i, place));
      }
    }
    put_along(target.view, out.view, places.view, axis);
    EXPECT_EQ(target.memory, source.memory);  // everything is put back where it was
  }
}

TEST(StackedProducts, IntegersAreExactInEveryMatrix) {
  for (const std::int64_t side : {1, 9, 70}) {
    Numbers a({6, side, side}), b({6, side, side}), c({6, side, side});
    for (std::int64_t& x : a.memory) x = x % 11 - 5;
    for (std::int64_t& x : b.memory) x = x % 7 - 3;
    EXPECT_EQ(multiply_stacks(c.view, a.view, b.view), 0U);
    for (std::int64_t n = 0; n < 6 * side * side; ++n) {
      const std::int64_t matrix = n / (side * side) * side * side, i = n / side % side, j = n % side;
      std::int64_t sum = 0;
      for (std::int64_t k = 0; k < side; ++k) {
        sum += a.memory[static_cast<std::size_t>(matrix + i * side + k)] *
               b.memory[static_cast<std::size_t>(matrix + k * side + j)];
      }
      ASSERT_EQ(c.memory[static_cast<std::size_t>(n)], sum) << side;
    }
  }
}

TEST(Rearranging, RollsRepeatsAndClearsTriangles) {
  Numbers source({3, 4}), out({3, 4}), repeated({3, 6});
  const std::int64_t shifts[] = {-1, 6};
  roll(out.view, source.view, shifts);
  for (std::int64_t i = 0; i < 3; ++i) {
    for (std::int64_t j = 0; j < 4; ++j) ASSERT_EQ(out.at(i, j), source.at((i + 1) % 3, (j + 2) % 4));
  }
  const std::int64_t counts[] = {1, 0, 3, 2};
  repeat(repeated.view, source.view, 1, {counts});
  for (std::int64_t i = 0; i < 3; ++i) {
    const std::int64_t columns[] = {0, 2, 2, 2, 3, 3};
    for (std::int64_t j = 0; j < 6; ++j) ASSERT_EQ(repeated.at(i, j), source.at(i, columns[j]));
  }
  for (const std::int64_t diagonal : {-9, -1, 0, 2, 9}) {
    for (const bool is_lower : {false, true}) {
      copy_triangle(out.view, source.view, is_lower, diagonal);
      for (std::int64_t i = 0; i < 3; ++i) {
        for (std::int64_t j = 0; j < 4; ++j) {
          const bool is_kept = is_lower ? j - i <= diagonal : j - i >= diagonal;
          ASSERT_EQ(out.at(i, j), is_kept ? source.at(i, j) : 0) << diagonal;
        }
      }
    }
  }
}

TEST(Sequence, EveryNumberIsRoundedTwice) {
  for (const std::int64_t n : {0, 1, 7, 8, 9, 300'001}) {
    std::vector<double> numbers(static_cast<std::size_t>(n) + 1, -1.0);
    fill_sequence(numbers.data(), n, 0.1, 0.3);
    for (std::int64_t i = 0; i < n; ++i) {
      const volatile double product = static_cast<double>(i) * 0.3;
      ASSERT_EQ(numbers[static_cast<std::size_t>(i)], product + 0.1) << n << " " << i;
    }
    EXPECT_EQ(numbers.back(), -1.0);
  }
}

}  // namespace
}  // namespace rooftop::lib
