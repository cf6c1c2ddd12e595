// Whole-array algorithms without Python: reductions along axes, gathers, choices, copies.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "rooftop/lib/copy.h"
#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/gather.h"
#include "rooftop/lib/nonzero.h"
#include "rooftop/lib/reduction.h"
#include "rooftop/lib/selection.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::Extents;
using array::View;
using ops::Ufunc;

/// Memory with a view on it, row-major.
template <typename T>
struct Array {
  Array(DType dtype, std::vector<std::int64_t> shape)
      : extents(std::span<const std::int64_t>(shape)),
        memory(static_cast<std::size_t>(
            std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>()))) {
    extents.set_row_major(sizeof(T));
    view = extents.view(dtype, reinterpret_cast<char*>(memory.data()));
  }
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;

  Extents extents;
  std::vector<T> memory;
  View view;
};

TEST(Reduction, SumsAlongEachAxisAreExactForSmallIntegers) {
  Array<double> in(DType::F64, {5, 7, 300});
  std::iota(in.memory.begin(), in.memory.end(), 0.0);
  for (std::uint64_t axes = 1; axes < 8; ++axes) {
    std::vector<std::int64_t> kept;
    for (int i = 0; i < 3; ++i) {
      if ((axes >> i & 1) == 0) kept.push_back(in.extents.shape[i]);
    }
    Array<double> out(DType::F64, kept);
    EXPECT_EQ(reduce(Ufunc::add, in.view, DType::F64, axes, out.view), 0U);
    std::vector<double> expected(out.memory.size());
    for (std::int64_t i = 0; i < 5; ++i) {
      for (std::int64_t j = 0; j < 7; ++j) {
        for (std::int64_t k = 0; k < 300; ++k) {
          std::int64_t place = 0;
          if ((axes & 1) == 0) place = i;
          if ((axes & 2) == 0) place = place * 7 + j;
          if ((axes & 4) == 0) place = place * 300 + k;
          expected[static_cast<std::size_t>(place)] += static_cast<double>((i * 7 + j) * 300 + k);
        }
      }
    }
    EXPECT_EQ(out.memory, expected) << axes;
  }
}

TEST(Reduction, LongSumsOfManyPartsAreWithinRounding) {
  Array<double> in(DType::F64, {300'001});
  double exact = 0;
  for (std::size_t i = 0; i < in.memory.size(); ++i) {
    in.memory[i] = 1.0 / static_cast<double>(i + 1);
    exact += in.memory[i];
  }
  Array<double> out(DType::F64, {});
  reduce(Ufunc::add, in.view, DType::F64, 1, out.view);
  EXPECT_NEAR(out.memory[0], exact, 1e-11);
  Array<std::int8_t> bytes(DType::I8, {100'000});
  std::fill(bytes.memory.begin(), bytes.memory.end(), std::int8_t{-100});
  Array<std::int64_t> total(DType::I64, {});
  reduce(Ufunc::add, bytes.view, DType::I8, 1, total.view);
  EXPECT_EQ(total.memory[0], -10'000'000);
}

TEST(Reduction, OverflowOfASumIsTold) {
  Array<double> in(DType::F64, {100});
  std::fill(in.memory.begin(), in.memory.end(), 1e308);
  Array<double> out(DType::F64, {});
  EXPECT_EQ(reduce(Ufunc::add, in.view, DType::F64, 1, out.view), unsigned{kOverflow});
  EXPECT_TRUE(std::isinf(out.memory[0]));
}

TEST(Elementwise, ConvertsOperandsAndKeepsWhatIsNotWanted) {
  constexpr std::int64_t kSize = 5000;  // several blocks
  Array<std::int32_t> a(DType::I32, {kSize});
  Array<double> b(DType::F64, {kSize});
  Array<double> out(DType::F64, {kSize});
  Array<char> where(DType::Bool, {kSize});
  for (std::size_t i = 0; i < kSize; ++i) {
    a.memory[i] = static_cast<std::int32_t>(i);
    b.memory[i] = 0.5;
    out.memory[i] = -1;
    where.memory[i] = i % 3 == 0;
  }
  const View inputs[] = {a.view, b.view};
  const View outputs[] = {out.view};
  const int loop = ops::loop_for(Ufunc::add, DType::F64);
  EXPECT_EQ(
      elementwise({.ufunc = Ufunc::add, .loop = loop, .inputs = inputs, .outputs = outputs, .where = &where.view}), 0U);
  for (std::size_t i = 0; i < kSize; ++i) {
    ASSERT_EQ(out.memory[i], i % 3 == 0 ? static_cast<double>(i) + 0.5 : -1.0) << i;
  }
}

TEST(Elementwise, ErrorsAreFoundWhereInputsAreOverwritten) {
  Array<double> a(DType::F64, {100'000});
  std::fill(a.memory.begin(), a.memory.end(), 1.0);
  a.memory[77'777] = -1.0;
  const View operand[] = {a.view};
  const int loop = ops::loop_for(Ufunc::log, DType::F64);
  EXPECT_EQ(elementwise({.ufunc = Ufunc::log, .loop = loop, .inputs = operand, .outputs = operand}),
            unsigned{kInvalid});
  EXPECT_TRUE(std::isnan(a.memory[77'777]));
  a.memory[77'777] = 0.0;
  std::fill(a.memory.begin(), a.memory.begin() + 10, 1.0);
  Array<double> positive(DType::F64, {2});
  positive.memory = {0.0, 1.0};
  const View zero[] = {positive.view};
  EXPECT_EQ(elementwise({.ufunc = Ufunc::log, .loop = loop, .inputs = zero, .outputs = zero}), unsigned{kDivideByZero});
}

TEST(Gather, TakesRowsByPlacesFromBothEnds) {
  Array<double> source(DType::F64, {4, 3});
  std::iota(source.memory.begin(), source.memory.end(), 0.0);
  Array<std::int32_t> places(DType::I32, {5});
  places.memory = {3, -1, 0, -4, 2};
  EXPECT_FALSE(find_outside(places.view, 4).has_value());
  EXPECT_EQ(find_outside(places.view, 3), 3);
  Array<double> out(DType::F64, {5, 3});
  EXPECT_FALSE(gather(out.view, source.view, places.view));
  EXPECT_EQ(out.memory, (std::vector<double>{9, 10, 11, 9, 10, 11, 0, 1, 2, 0, 1, 2, 6, 7, 8}));
}

TEST(Gather, TheLastOfSeveralWritesStays) {
  Array<std::int16_t> target(DType::I16, {3});
  Array<std::int64_t> places(DType::I64, {4});
  places.memory = {1, 1, -1, 1};
  Array<std::int16_t> values(DType::I16, {4});
  values.memory = {5, 6, 7, 8};
  scatter(target.view, places.view, values.view);
  EXPECT_EQ(target.memory, (std::vector<std::int16_t>{0, 8, 7}));
}

TEST(Gather, MasksOfTransposedArraysGoInRowMajorOrder) {
  Array<double> source(DType::F64, {2, 3});
  std::iota(source.memory.begin(), source.memory.end(), 0.0);
  Array<char> mask(DType::Bool, {2, 3});
  mask.memory = {1, 0, 1, 0, 1, 1};
  EXPECT_EQ(count_nonzero(mask.view), 4);
  Array<double> out(DType::F64, {4});
  compress(out.view, source.view, mask.view);
  EXPECT_EQ(out.memory, (std::vector<double>{0, 2, 4, 5}));
  const auto transposed = [](Extents& extents, View view) {
    std::swap(extents.shape[0], extents.shape[1]);
    std::swap(extents.strides[0], extents.strides[1]);
    return extents.view(view.dtype, view.data);
  };
  const View source_t = transposed(source.extents, source.view);
  const View mask_t = transposed(mask.extents, mask.view);
  compress(out.view, source_t, mask_t);
  EXPECT_EQ(out.memory, (std::vector<double>{0, 4, 2, 5}));
  Array<double> values(DType::F64, {4});
  values.memory = {10, 20, 30, 40};
  expand(source_t, mask_t, values.view);
  EXPECT_EQ(source.memory, (std::vector<double>{10, 1, 30, 3, 20, 40}));
}

TEST(Selection, FindsTheFirstExtremeAndTheFirstNan) {
  Array<double> a(DType::F64, {10'000});
  a.memory[5000] = a.memory[9000] = 2;
  a.memory[4000] = a.memory[4001] = -2;
  EXPECT_EQ(find_extreme(a.view, true), 5000);
  EXPECT_EQ(find_extreme(a.view, false), 4000);
  a.memory[7000] = a.memory[8000] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(find_extreme(a.view, true), 7000);
  EXPECT_EQ(find_extreme(a.view, false), 7000);
  Array<char> none(DType::Bool, {100});
  EXPECT_EQ(find_extreme(none.view, true), 0);
}

TEST(Selection, ChoosesByAMaskThatIsRepeated) {
  Array<float> out(DType::F32, {2, 3});
  Array<char> mask(DType::Bool, {3});
  mask.memory = {1, 0, 1};
  Array<float> a(DType::F32, {2, 3});
  std::iota(a.memory.begin(), a.memory.end(), 1.0F);
  Array<float> b(DType::F32, {});
  b.memory = {-1.0F};
  Extents repeated_mask(a.view.lengths());
  repeated_mask.strides[0] = 0;
  repeated_mask.strides[1] = 1;
  Extents repeated_b(a.view.lengths());
  repeated_b.strides[0] = repeated_b.strides[1] = 0;
  select(out.view, repeated_mask.view(DType::Bool, mask.view.data), a.view, repeated_b.view(DType::F32, b.view.data));
  EXPECT_EQ(out.memory, (std::vector<float>{1, -1, 3, 4, -1, 6}));
}

TEST(Copy, LargeOnesAreCutAndTellOfOverflow) {
  Array<double> from(DType::F64, {1000, 700});
  std::iota(from.memory.begin(), from.memory.end(), 0.0);
  Array<float> to(DType::F32, {1000, 700});
  EXPECT_EQ(copy(to.view, from.view), 0U);
  for (std::size_t i = 0; i < from.memory.size(); ++i) ASSERT_EQ(to.memory[i], static_cast<float>(from.memory[i])) << i;
  from.memory.back() = 1e300;
  EXPECT_EQ(copy(to.view, from.view), unsigned{kOverflow});
}

}  // namespace
}  // namespace rooftop::lib
