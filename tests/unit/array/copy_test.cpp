#include <gtest/gtest.h>

#include <complex>
#include <cstdint>
#include <numeric>
#include <vector>

#include "rooftop/array/cast.h"
#include "rooftop/array/promotion.h"
#include "rooftop/array/strided_loop.h"

namespace rooftop::array {
namespace {

template <typename T>
char* bytes(std::vector<T>& memory) {
  return reinterpret_cast<char*>(memory.data());
}

TEST(StridedLoop, AxesThatLieBehindEachOtherBecomeOne) {
  std::vector<double> memory(24);
  const std::int64_t shape[] = {2, 3, 4};
  Extents extents(shape);
  extents.set_row_major(8);
  const View view = extents.view(DType::F64, bytes(memory));
  const StridedLoop loop(std::span<const View>(&view, 1));
  EXPECT_EQ(loop.rows(), 1);
  EXPECT_EQ(loop.row_length(), 24);
  EXPECT_EQ(loop.row_stride(0), 8);
}

TEST(StridedLoop, TransposedArraysAreWalkedInTheOrderOfMemory) {
  std::vector<double> memory(12);
  const std::int64_t shape[] = {3, 4};
  Extents extents(shape);
  extents.set_column_major(8);
  const View view = extents.view(DType::F64, bytes(memory));
  const StridedLoop loop(std::span<const View>(&view, 1));
  EXPECT_EQ(loop.row_length(), 12);
}

TEST(StridedLoop, EveryElementIsVisitedOnceFromAnyRow) {
  std::vector<double> memory(2 * 3 * 5 * 2);
  const std::int64_t shape[] = {2, 3, 5};
  Extents extents(shape);
  extents.strides[0] = 8;
  extents.strides[1] = 160;
  extents.strides[2] = 32;
  const View view = extents.view(DType::F64, bytes(memory));
  const StridedLoop loop(std::span<const View>(&view, 1));
  for (std::int64_t cut = 0; cut <= loop.rows(); ++cut) {
    std::fill(memory.begin(), memory.end(), 0.0);
    const auto count = [&](char* const* at) {
      for (std::int64_t i = 0; i < loop.row_length(); ++i) {
        *reinterpret_cast<double*>(at[0] + i * loop.row_stride(0)) += 1;
      }
    };
    loop.run(0, cut, count);
    loop.run(cut, loop.rows(), count);
    EXPECT_EQ(std::accumulate(memory.begin(), memory.end(), 0.0), 30.0) << cut;
    EXPECT_EQ(std::count(memory.begin(), memory.end(), 1.0), 30) << cut;
  }
}

TEST(StridedLoop, ShortRowsAreTakenOutWhereTheNextAxisIsLong) {
  std::vector<double> memory(2 * 20 * 3);
  const std::int64_t shape[] = {2, 20, 3};
  Extents extents(shape);
  extents.strides[0] = 480;
  extents.strides[1] = -24;
  extents.strides[2] = 8;
  const View view = extents.view(DType::F64, bytes(memory) + 19 * 24);
  StridedLoop loop(std::span<const View>(&view, 1));
  EXPECT_EQ(loop.take_short_rows(3).length, 1);
  const StridedLoop::Axis taken = loop.take_short_rows(16);
  EXPECT_EQ(taken.length, 3);
  EXPECT_EQ(taken.strides[0], 8);
  EXPECT_EQ(loop.rows(), 2);
  EXPECT_EQ(loop.row_length(), 20);
  EXPECT_EQ(loop.row_stride(0), -24);
  loop.run([&](char* const* at) {
    for (std::int64_t i = 0; i < 60; ++i) {
      *reinterpret_cast<double*>(at[0] + i / 3 * loop.row_stride(0) + i % 3 * taken.strides[0]) += 1;
    }
  });
  EXPECT_EQ(std::count(memory.begin(), memory.end(), 1.0), 120);
  EXPECT_EQ(loop.take_short_rows(16).length, 1);  // two rows: the next axis is no longer one
}

TEST(StridedLoop, WithoutElementsThereAreNoRows) {
  std::vector<double> memory(1);
  const std::int64_t shape[] = {3, 0};
  Extents extents(shape);
  extents.set_row_major(8);
  const View view = extents.view(DType::F64, bytes(memory));
  EXPECT_EQ(StridedLoop(std::span<const View>(&view, 1)).rows(), 0);
}

TEST(Cast, RowsOfOneValueAreFilledToTheirEndAndNotFurther) {
  for (const DType type : {DType::Bool, DType::U8, DType::I16, DType::F32, DType::F64, DType::C64, DType::C128}) {
    const std::size_t size = size_of(type);
    for (const std::size_t n : {1UL, 255UL, 256UL, 2047UL, 2048UL, 2049UL, 5003UL}) {
      std::vector<unsigned char> memory((n + 2) * size, 0xAB);
      std::vector<unsigned char> value(size);
      for (std::size_t i = 0; i < size; ++i)
        value[i] = static_cast<unsigned char>(type == DType::Bool ? 1 : 17 * i + 3);
      cast_loop(type, type)(bytes(memory) + size, static_cast<std::int64_t>(size), bytes(value), 0,
                            static_cast<std::int64_t>(n));
      for (std::size_t i = 0; i < memory.size(); ++i) {
        const bool is_inside = i >= size && i < (n + 1) * size;
        ASSERT_EQ(memory[i], is_inside ? value[i % size] : 0xAB) << static_cast<int>(type) << ' ' << n << ' ' << i;
      }
    }
  }
}

TEST(Cast, TransposedCopiesOfAnyTypeAreRight) {
  constexpr std::int64_t kRows = 45;
  constexpr std::int64_t kColumns = 70;
  std::vector<double> from(kRows * kColumns);
  std::iota(from.begin(), from.end(), 0.0);
  std::vector<float> converted(kRows * kColumns);
  std::vector<double> moved(kRows * kColumns);
  const std::int64_t shape[] = {kColumns, kRows};
  Extents source(shape);
  source.strides[0] = 8;
  source.strides[1] = 8 * kColumns;
  Extents target(shape);
  target.set_row_major(4);
  copy_elements(target.view(DType::F32, bytes(converted)), source.view(DType::F64, bytes(from)));
  target.set_row_major(8);
  copy_elements(target.view(DType::F64, bytes(moved)), source.view(DType::F64, bytes(from)));
  for (std::int64_t i = 0; i < kColumns; ++i) {
    for (std::int64_t j = 0; j < kRows; ++j) {
      ASSERT_EQ(converted[static_cast<std::size_t>(i * kRows + j)], static_cast<float>(j * kColumns + i));
      ASSERT_EQ(moved[static_cast<std::size_t>(i * kRows + j)], static_cast<double>(j * kColumns + i));
    }
  }
}

// Memory that ends with the last element: what reads behind it is found by the sanitizer.
template <typename T>
void expect_every_second(DType dtype) {
  for (std::int64_t n = 1; n < 70; ++n) {
    std::vector<T> from(static_cast<std::size_t>(2 * n - 1)), to(static_cast<std::size_t>(n), T{-1});
    std::iota(from.begin(), from.end(), T{1});
    cast_loop(dtype, dtype)(bytes(to), sizeof(T), bytes(from), 2 * sizeof(T), n);
    for (std::int64_t i = 0; i < n; ++i) {
      EXPECT_EQ(to[static_cast<std::size_t>(i)], static_cast<T>(1 + 2 * i)) << n << " " << i;
    }
  }
}

TEST(Cast, EverySecondElementIsCopiedWithoutItsNeighbour) {
  expect_every_second<double>(DType::F64);
  expect_every_second<float>(DType::F32);
  expect_every_second<std::int64_t>(DType::I64);
  expect_every_second<std::int32_t>(DType::I32);
}

TEST(Cast, ComplexNumbersLoseTheirImaginaryPartAndAnythingBecomesBool) {
  std::vector<std::complex<double>> from{{1.5, 2.0}, {0.0, 3.0}, {0.0, 0.0}};
  std::vector<double> real(3);
  cast_loop(DType::C128, DType::F64)(bytes(real), 8, bytes(from), 16, 3);
  EXPECT_EQ(real, (std::vector<double>{1.5, 0.0, 0.0}));
  std::vector<char> truth(3, 7);
  cast_loop(DType::C128, DType::Bool)(truth.data(), 1, bytes(from), 16, 3);
  EXPECT_EQ(truth, (std::vector<char>{1, 1, 0}));
}

TEST(Cast, IntegersWrap) {
  std::vector<std::int64_t> from{300, -1, std::int64_t{1} << 40};
  std::vector<std::uint8_t> to(3);
  cast_loop(DType::I64, DType::U8)(bytes(to), 1, bytes(from), 8, 3);
  EXPECT_EQ(to, (std::vector<std::uint8_t>{44, 255, 0}));
}

TEST(Promotion, IsSymmetricAndSafe) {
  for (int a = 0; a < kDTypeCount; ++a) {
    for (int b = 0; b < kDTypeCount; ++b) {
      const auto x = static_cast<DType>(a);
      const auto y = static_cast<DType>(b);
      EXPECT_EQ(promote(x, y), promote(y, x)) << name_of(x) << " " << name_of(y);
      EXPECT_TRUE(can_cast(x, promote(x, y), Casting::Safe)) << name_of(x) << " " << name_of(y);
    }
  }
}

TEST(Promotion, FollowsNumPy) {
  EXPECT_EQ(promote(DType::I64, DType::U64), DType::F64);
  EXPECT_EQ(promote(DType::I8, DType::U8), DType::I16);
  EXPECT_EQ(promote(DType::I16, DType::F16), DType::F32);
  EXPECT_EQ(promote(DType::I32, DType::F32), DType::F64);
  EXPECT_EQ(promote(DType::F16, DType::BF16), DType::F32);
  EXPECT_EQ(promote(DType::F64, DType::C64), DType::C128);
  EXPECT_EQ(promote(DType::I32, DType::C64), DType::C128);
  EXPECT_EQ(promote_weak(DType::F32, Weak::Float), DType::F32);
  EXPECT_EQ(promote_weak(DType::U8, Weak::Float), DType::F64);
  EXPECT_EQ(promote_weak(DType::F32, Weak::Complex), DType::C64);
  EXPECT_FALSE(can_cast(DType::F64, DType::I64, Casting::SameKind));
  EXPECT_TRUE(can_cast(DType::F64, DType::F32, Casting::SameKind));
  EXPECT_FALSE(can_cast(DType::F64, DType::F32, Casting::Safe));
}

}  // namespace
}  // namespace rooftop::array
