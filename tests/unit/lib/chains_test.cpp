// Kernels and algorithms that go on from one result to the next, against the same function one element at a time.
#include <gtest/gtest.h>

#include <array>

#include "kernel_values.h"
#include "rooftop/lib/accumulation.h"
#include "rooftop/lib/chain.h"
#include "rooftop/lib/kernel_levels.h"
#include "rooftop/lib/places.h"

namespace rooftop::lib {
namespace {

using array::DType;
using ops::Ufunc;
using testing::Elements;

constexpr std::size_t kCount = 67;

std::int64_t address(const void* data) { return static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(data)); }

/// to[k] = a[i] op b[j]
void apply(const KernelSet& set, Elements& to, std::size_t k, const Elements& a, std::size_t i, const Elements& b,
           std::size_t j) {
  const auto size = static_cast<std::int64_t>(array::size_of(a.dtype()));
  const auto at = [](const void* element) { return static_cast<char*>(const_cast<void*>(element)); };
  char* const addresses[] = {at(a.at(i)), at(b.at(j)), at(to.at(k))};
  const std::int64_t strides[] = {size, size, size};
  call_kernel(set.contiguous, 3, addresses, strides, 1);
}

template <typename Check>
void for_each_chain(Check check) {
  for (int level = 0; level < levels_of_machine(); ++level) {
    const LevelKernels kernels(level);
    for (int f = 0; f < ops::ufunc_count(); ++f) {
      const auto ufunc = static_cast<Ufunc>(f);
      for (std::size_t loop = 0; loop < ops::loops(ufunc).size(); ++loop) {
        const KernelSet& set = kernels.kernel(ufunc, static_cast<int>(loop));
        if (!ops::is_chained(ufunc, ops::loops(ufunc)[loop])) {
          EXPECT_EQ(set.accumulate, nullptr) << ops::info(ufunc).name;
          EXPECT_EQ(set.scatter, nullptr) << ops::info(ufunc).name;
          continue;
        }
        SCOPED_TRACE(std::string(ops::info(ufunc).name) + " " + kLevels[static_cast<std::size_t>(level)]);
        check(set, ops::loops(ufunc)[loop].types[0], static_cast<std::uint64_t>(f));
      }
    }
  }
}

TEST(Chains, AccumulateIsTheFunctionOfTheResultBefore) {
  for_each_chain([](const KernelSet& set, DType dtype, std::uint64_t seed) {
    const Elements in = testing::special_values(dtype, kCount, seed);
    Elements wanted(dtype, kCount), got(dtype, 2 * kCount);
    for (std::size_t i = 0; i < kCount; ++i) apply(set, wanted, i, i == 0 ? in : wanted, i == 0 ? 3 : i - 1, in, i);
    const auto size = static_cast<std::int64_t>(array::size_of(dtype));
    const std::int64_t slots[] = {address(in.at(3)),  1,      0,       address(in.at(0)), kCount, size,
                                  address(got.at(0)), kCount, 2 * size};
    ASSERT_EQ(set.accumulate(nullptr, slots, nullptr), backend::kOk);
    for (std::size_t i = 0; i < kCount; ++i) ASSERT_TRUE(got.same(2 * i, wanted, i)) << i << got.text(2 * i);
  });
}

TEST(Chains, ScatterTakesOnePlaceAfterTheOther) {
  for_each_chain([](const KernelSet& set, DType dtype, std::uint64_t seed) {
    const Elements in = testing::special_values(dtype, kCount, seed);
    Elements wanted = testing::special_values(dtype, 5, seed + 1), got(dtype, 10);
    for (std::size_t i = 0; i < 5; ++i) std::copy_n(wanted.at(i), array::size_of(dtype), got.at(2 * i));
    std::array<std::int64_t, kCount> places{};
    for (std::size_t i = 0; i < kCount; ++i) {
      places[i] = static_cast<std::int64_t>(i * i % 5);
      const auto place = static_cast<std::size_t>(places[i]);
      apply(set, wanted, place, wanted, place, in, i);
    }
    const auto size = static_cast<std::int64_t>(array::size_of(dtype));
    const std::int64_t slots[] = {address(got.at(0)), 5,      2 * size, address(places.data()), kCount, 8,
                                  address(in.at(0)),  kCount, size};
    ASSERT_EQ(set.scatter(nullptr, slots, nullptr), backend::kOk);
    for (std::size_t i = 0; i < 5; ++i) ASSERT_TRUE(got.same(2 * i, wanted, i)) << i << got.text(2 * i);
  });
}

/// A dense row-major matrix of float64.
struct Matrix {
  std::array<std::int64_t, 2> shape, strides;
  std::vector<double> values;

  Matrix(std::int64_t rows, std::int64_t columns)
      : shape{rows, columns}, strides{8 * columns, 8}, values(static_cast<std::size_t>(rows * columns)) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = 1.0 / static_cast<double>(i + 1);
  }
  array::View view() { return {reinterpret_cast<char*>(values.data()), DType::F64, 2, shape.data(), strides.data()}; }
  double at(std::int64_t i, std::int64_t j) const { return values[static_cast<std::size_t>(i * shape[1] + j)]; }
};

int add_f64() { return ops::loop_for(Ufunc::add, DType::F64); }

TEST(Accumulation, IsTheSameAlongEitherAxisAndOnAllThreads) {
  for (const auto& [rows, columns] : {std::pair<std::int64_t, std::int64_t>{3, 5}, {700, 900}}) {
    Matrix in(rows, columns), down(rows, columns), along(rows, columns);
    EXPECT_EQ(accumulate({Ufunc::add, add_f64(), in.view(), down.view(), 0}), 0U);
    EXPECT_EQ(accumulate({Ufunc::add, add_f64(), in.view(), along.view(), 1}), 0U);
    for (std::int64_t i = 0; i < rows; ++i) {
      for (std::int64_t j = 0; j < columns; ++j) {
        ASSERT_EQ(down.at(i, j), i == 0 ? in.at(0, j) : down.at(i - 1, j) + in.at(i, j));
        ASSERT_EQ(along.at(i, j), j == 0 ? in.at(i, 0) : along.at(i, j - 1) + in.at(i, j));
      }
    }
  }
}

TEST(Accumulation, TellsOfOverflow) {
  Matrix in(1, 3), out(1, 3);
  in.values = {1e308, 1e308, 1.0};
  EXPECT_EQ(accumulate({Ufunc::add, add_f64(), in.view(), out.view(), 1}), unsigned{kOverflow});
}

TEST(Slices, FoldBetweenTheirStarts) {
  Matrix in(2, 6), out(2, 4);
  in.values = {1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60};
  const std::array<std::int64_t, 4> starts{0, 4, 1, 5};  // [0:4], empty, [1:5], [5:]
  EXPECT_EQ(reduce_slices({Ufunc::add, add_f64(), in.view(), out.view(), 1}, starts), 0U);
  EXPECT_EQ(out.values, (std::vector<double>{10, 5, 14, 6, 100, 50, 140, 60}));
}

TEST(Places, AreWrappedAndChecked) {
  std::array<std::int64_t, 4> places{0, -1, 4, -5};
  EXPECT_EQ(wrap_places(places, 5), std::nullopt);
  EXPECT_EQ(places, (std::array<std::int64_t, 4>{0, 4, 4, 0}));
  EXPECT_EQ(wrap_places(places, 4), 4);
}

TEST(Places, AreInsideOrNotWhereverTheOneLies) {
  std::vector<std::int64_t> places(37, 4);
  EXPECT_TRUE(all_inside(places, 5));
  for (const std::int64_t bad : {std::int64_t{5}, std::int64_t{-1}, INT64_MAX, INT64_MIN}) {
    for (std::int64_t& place : places) {
      place = bad;
      EXPECT_FALSE(all_inside(places, 5)) << bad;
      place = 4;
    }
  }
  EXPECT_TRUE(all_inside({}, 0));
}

}  // namespace
}  // namespace rooftop::lib
