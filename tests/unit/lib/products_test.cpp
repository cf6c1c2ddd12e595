// Products beside the three loops: every layout, edges of blocks, no elements, errors.
#include "rooftop/lib/products.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/vector_products.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::View;

constexpr std::int64_t kItem = sizeof(double);

/// Small whole numbers, whose sums are exact in any order.
struct Matrix {
  std::int64_t shape[2], strides[2];
  std::vector<double> memory;
  double* first = nullptr;

  Matrix(std::int64_t rows, std::int64_t columns, int layout)
      : shape{rows, columns}, memory(static_cast<std::size_t>(rows * columns * 2 + 1)) {
    const bool by_columns = layout == 1;
    const std::int64_t step = layout == 2 ? 2 : 1;
    strides[0] = (by_columns ? 1 : columns * step) * kItem;
    strides[1] = (by_columns ? rows : step) * kItem;
    first = memory.data();
    if (layout == 3 && rows > 0) {  // upside down
      first += (rows - 1) * columns;
      strides[0] = -strides[0];
    }
    for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = static_cast<double>(i * 7 % 11) - 5;
  }
  View view() { return {reinterpret_cast<char*>(first), DType::F64, 2, shape, strides}; }
  double& at(std::int64_t i, std::int64_t j) { return first[(i * strides[0] + j * strides[1]) / kItem]; }
};

void expect_product(std::int64_t m, std::int64_t k, std::int64_t n, int left_layout, int right_layout) {
  Matrix a(m, k, left_layout), b(k, n, right_layout), c(m, n, 0);
  EXPECT_EQ(multiply(c.view(), a.view(), b.view()), 0U);
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      double sum = 0;
      for (std::int64_t p = 0; p < k; ++p) sum += a.at(i, p) * b.at(p, j);
      ASSERT_EQ(c.at(i, j), sum) << m << "x" << k << "x" << n << " at " << i << "," << j;
    }
  }
}

TEST(Products, OfEverySmallSize) {
  for (std::int64_t m = 1; m < 20; ++m) {
    for (std::int64_t n = 1; n < 36; n += m % 3 + 1) {
      for (int layout = 0; layout < 4; ++layout) expect_product(m, 7, n, layout, (layout + m) % 4);
    }
  }
}

TEST(Products, WithAVectorInEveryLayout) {
  for (const std::int64_t terms : {1, 5, 47, 48, 63, 64, 100, 4096, 4097, 9000}) {
    for (int layout = 0; layout < 4; ++layout) {
      for (const std::int64_t count : {1, 2, 3, 4, 7, 70}) {
        expect_product(count, terms, 1, layout, layout);
        expect_product(1, terms, count, layout, 3 - layout);
      }
    }
  }
}

TEST(Products, OfAMatrixAndItsTransposeAreSymmetric) {
  for (int layout = 0; layout < 4; ++layout) {
    Matrix a(400, 37, layout), c(400, 400, 0);
    const View left = a.view();
    const std::int64_t shape[] = {37, 400}, strides[] = {left.strides[1], left.strides[0]};
    EXPECT_EQ(multiply(c.view(), left, {left.data, DType::F64, 2, shape, strides}), 0U);
    for (std::int64_t i = 0; i < 400; ++i) {
      for (std::int64_t j = 0; j < 400; ++j) {
        double sum = 0;
        for (std::int64_t p = 0; p < 37; ++p) sum += a.at(i, p) * a.at(j, p);
        ASSERT_EQ(c.at(i, j), sum) << layout << " at " << i << "," << j;
      }
    }
  }
}

TEST(Products, AllLayouts) {
  for (int left = 0; left < 4; ++left) {
    for (int right = 0; right < 4; ++right) {
      expect_product(5, 3, 2, left, right);
      expect_product(37, 300, 45, left, right);
    }
  }
}

TEST(Products, AllEdges) {
  for (std::int64_t n = 1; n < 70; ++n) expect_product(n, 9, 71 - n, 0, 0);
  expect_product(1, 2000, 300, 0, 0);
  expect_product(300, 2000, 1, 0, 0);
}

TEST(Products, BlocksOfThreads) {
  expect_product(257, 129, 200, 0, 0);
  expect_product(3, 500, 1025, 0, 1);
}

TEST(Products, NoElements) {
  expect_product(0, 4, 5, 0, 0);
  expect_product(4, 5, 0, 0, 0);
  expect_product(4, 0, 5, 0, 0);
}

TEST(Products, Errors) {
  Matrix a(13, 13, 0), b(13, 13, 0), c(13, 13, 0);
  for (double& x : a.memory) x = std::numeric_limits<double>::infinity();
  for (double& x : b.memory) x = 1;
  EXPECT_EQ(multiply(c.view(), a.view(), b.view()), 0U);
  b.at(3, 4) = 0;
  EXPECT_EQ(multiply(c.view(), a.view(), b.view()), unsigned{kInvalid});
  EXPECT_TRUE(std::isnan(c.at(0, 4)));
  for (double& x : a.memory) x = std::numeric_limits<double>::max();
  EXPECT_EQ(multiply(c.view(), a.view(), b.view()), unsigned{kOverflow});
}

// Memory ends with the last element: the address sanitizer sees what is read behind it.
TEST(Dot, OfEverySecondElementReadsNothingBeyondTheLast) {
  for (std::int64_t n = 1; n < 300; ++n) {
    std::vector<double> a(static_cast<std::size_t>(2 * n - 1)), b(static_cast<std::size_t>(n));
    double expected = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      a[static_cast<std::size_t>(2 * i)] = static_cast<double>(i % 7) - 3;
      b[static_cast<std::size_t>(i)] = static_cast<double>(i % 5) - 1;
      expected += (static_cast<double>(i % 7) - 3) * (static_cast<double>(i % 5) - 1);
    }
    const std::int64_t shape[] = {n}, gapped[] = {2 * kItem}, dense[] = {kItem};
    const View left{reinterpret_cast<char*>(a.data()), DType::F64, 1, shape, gapped};
    const View right{reinterpret_cast<char*>(b.data()), DType::F64, 1, shape, dense};
    double sum = 0;
    dot(reinterpret_cast<char*>(&sum), left, right);
    EXPECT_EQ(sum, expected) << n;
    dot(reinterpret_cast<char*>(&sum), right, left);
    EXPECT_EQ(sum, expected) << n;
    dot(reinterpret_cast<char*>(&sum), left, left);
    EXPECT_GE(sum, 0.0) << n;
  }
}

}  // namespace
}  // namespace rooftop::lib
