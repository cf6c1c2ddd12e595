// Algorithms on vectors: sliding products, piecewise linear functions, NaN replaced, folds under a mask.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "rooftop/lib/correlation.h"
#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/interpolation.h"
#include "rooftop/lib/nan.h"
#include "rooftop/lib/reduction.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::View;
using ops::Ufunc;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

template <typename T>
const char* bytes(const std::vector<T>& values) {
  return reinterpret_cast<const char*>(values.data());
}
template <typename T>
char* bytes(std::vector<T>& values) {
  return reinterpret_cast<char*>(values.data());
}

template <typename T>
void check_correlation(DType dtype) {
  for (const std::int64_t n : {1, 2, 31, 64, 129, 300, 1000}) {
    for (const std::int64_t m : {std::int64_t{1}, std::int64_t{3}, n / 2 + 1, n}) {
      if (m > n) continue;
      std::vector<T> a(static_cast<std::size_t>(n)), v(static_cast<std::size_t>(m));
      for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<T>(i * i % 101) / 7;
      for (std::size_t i = 0; i < v.size(); ++i) v[i] = static_cast<T>(i * 31 % 53) / 3;
      for (const std::int64_t left : {std::int64_t{0}, m / 2, m - 1}) {
        const std::int64_t count = n + m - 1 - (m - 1 - left);
        std::vector<T> out(static_cast<std::size_t>(count));
        correlate(dtype, bytes(a), n, bytes(v), m, left, bytes(out), count);
        for (std::int64_t k = 0; k < count; ++k) {
          T sum = 0;
          for (std::int64_t j = 0; j < m; ++j) {
            const std::int64_t i = k - left + j;
            if (i >= 0 && i < n) sum += a[static_cast<std::size_t>(i)] * v[static_cast<std::size_t>(j)];
          }
          ASSERT_EQ(out[static_cast<std::size_t>(k)], sum) << n << " " << m << " " << left << " " << k;
        }
      }
    }
  }
}

TEST(Correlation, AddsProductsInTheOrderOfTheSlidingVector) {
  check_correlation<double>(DType::F64);
  check_correlation<float>(DType::F32);
  check_correlation<std::int64_t>(DType::I64);
  check_correlation<std::uint32_t>(DType::U32);
  EXPECT_FALSE(can_correlate(DType::F16));
  EXPECT_FALSE(can_correlate(DType::C128));
}

TEST(Interpolation, GivesPointsLinesAndEnds) {
  const std::vector<double> xs{0, 1, 1, 3}, ys{0, 10, 20, 40};
  const PiecewiseLinear line{xs, ys, -1, -2};
  const std::vector<double> x{-0.5, 0, 0.25, 1, 2, 3, 3.5, kNaN};
  std::vector<double> y(x.size());
  line.evaluate(x, y.data());
  EXPECT_TRUE(std::isnan(y.back()));
  y.pop_back();
  EXPECT_EQ(y, (std::vector<double>{-1, 0, 2.5, 20, 30, 40, -2}));
}

TEST(Interpolation, OfPointsInOrderIsThatOfAnyOrder) {
  std::vector<double> xs, x;
  for (int i = 0; i < 50; ++i) xs.push_back(i * i / 7.0);
  for (int i = 0; i < 40'000; ++i) x.push_back(i / 100.0);
  const PiecewiseLinear line{xs, xs, xs.front(), xs.back()};
  std::vector<double> forwards(x.size()), one(1);
  line.evaluate(x, forwards.data());
  for (std::size_t i = 0; i < x.size(); i += 997) {
    line.evaluate({&x[i], 1}, one.data());
    EXPECT_NEAR(one[0], forwards[i], 1e-12);
    EXPECT_NEAR(one[0], std::min(x[i], xs.back()), 1e-12);
  }
}

template <typename T>
void check_replaced(DType dtype, std::int64_t parts) {
  const std::int64_t n = 100'003 / parts;
  std::vector<T> in(static_cast<std::size_t>(n * parts)), out(in.size());
  for (std::size_t i = 0; i < in.size(); ++i)
    in[i] = i % 7 == 3 ? std::numeric_limits<T>::quiet_NaN() : static_cast<T>(i);
  const std::vector<T> value{7, 8};
  const std::int64_t stride = parts * static_cast<std::int64_t>(sizeof(T));
  const View from{bytes(in), dtype, 1, &n, &stride}, to{bytes(out), dtype, 1, &n, &stride};
  replace_nan(to, from, bytes(value));
  for (std::int64_t i = 0; i < n; ++i) {
    bool is_nan = false;
    for (std::int64_t p = 0; p < parts; ++p) is_nan |= std::isnan(in[static_cast<std::size_t>(i * parts + p)]);
    for (std::int64_t p = 0; p < parts; ++p) {
      const auto at = static_cast<std::size_t>(i * parts + p);
      ASSERT_EQ(out[at], is_nan ? value[static_cast<std::size_t>(p)] : in[at]) << i;
    }
  }
}

TEST(NaN, IsReplacedInRealAndComplexVectors) {
  check_replaced<double>(DType::F64, 1);
  check_replaced<float>(DType::F32, 1);
  check_replaced<double>(DType::C128, 2);
  check_replaced<float>(DType::C64, 2);
}

/// A dense matrix of float64 and its mask.
struct Masked {
  std::array<std::int64_t, 2> shape, strides, mask_strides;
  std::vector<double> values;
  std::vector<char> mask;

  Masked(std::int64_t rows, std::int64_t columns)
      : shape{rows, columns},
        strides{8 * columns, 8},
        mask_strides{columns, 1},
        values(static_cast<std::size_t>(rows * columns)),
        mask(values.size()) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<double>(i % 13);
      mask[i] = static_cast<char>(i * i % 3 != 1);
    }
  }
  View view() { return {bytes(values), DType::F64, 2, shape.data(), strides.data()}; }
  View where() { return {mask.data(), DType::Bool, 2, shape.data(), mask_strides.data()}; }
  double at(std::int64_t i, std::int64_t j) const {
    const auto place = static_cast<std::size_t>(i * shape[1] + j);
    return mask[place] != 0 ? values[place] : 0.0;
  }
};

TEST(MaskedReductions, GoOnFromTheOutputAlongEitherAxis) {
  for (const auto& [rows, columns] : {std::pair<std::int64_t, std::int64_t>{3, 5}, {300, 900}}) {
    Masked in(rows, columns);
    for (int axis = 0; axis < 2; ++axis) {
      const std::int64_t n = axis == 0 ? columns : rows, stride = 8;
      std::vector<double> out(static_cast<std::size_t>(n), 1000.0);
      const View to{bytes(out), DType::F64, 1, &n, &stride};
      EXPECT_EQ(reduce_where(Ufunc::add, in.view(), in.where(), std::uint64_t{1} << axis, to), 0U);
      for (std::int64_t k = 0; k < n; ++k) {
        double sum = 1000;
        for (std::int64_t j = 0; j < (axis == 0 ? rows : columns); ++j) sum += axis == 0 ? in.at(j, k) : in.at(k, j);
        ASSERT_EQ(out[static_cast<std::size_t>(k)], sum) << axis << " " << k;
      }
    }
  }
}

TEST(Reductions, WithoutFoldsOfTheirOwnGoFromElementToElement) {
  Masked in(40, 3);
  std::int64_t n = 3, stride = 8;
  std::vector<double> out{100, 100, 100};
  ASSERT_TRUE(can_reduce(Ufunc::subtract, DType::F64, DType::F64));
  EXPECT_FALSE(is_reorderable(Ufunc::subtract));
  EXPECT_EQ(reduce(Ufunc::subtract, in.view(), DType::F64, 1, {bytes(out), DType::F64, 1, &n, &stride}, true), 0U);
  for (std::int64_t j = 0; j < 3; ++j) {
    double wanted = 100;
    for (std::int64_t i = 0; i < 40; ++i) wanted -= in.values[static_cast<std::size_t>(3 * i + j)];
    EXPECT_EQ(out[static_cast<std::size_t>(j)], wanted);
  }
  EXPECT_FALSE(can_reduce(Ufunc::subtract, DType::F16, DType::F16));  // NumPy rounds once
  EXPECT_FALSE(can_reduce(Ufunc::arctan2, DType::F64, DType::F64));
}

}  // namespace
}  // namespace rooftop::lib
