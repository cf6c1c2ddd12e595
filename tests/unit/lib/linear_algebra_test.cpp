// Factorisations of stacks beside their definitions, whatever the layout; what fails; orders in memory. Skipped where
// no LAPACK is found.
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <random>
#include <vector>

#include "rooftop/lib/eigenvalues.h"
#include "rooftop/lib/lapack.h"
#include "rooftop/lib/linear_systems.h"
#include "rooftop/lib/norms.h"
#include "rooftop/lib/orthogonal.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::Extents;
using array::View;

template <typename T>
constexpr DType kType = sizeof(T) == sizeof(double) ? DType::F64 : DType::C128;

double conjugate(double x) { return x; }
Complex conjugate(const Complex& x) { return std::conj(x); }

enum class Layout : std::uint8_t { Rows, Columns, Backwards };

/// A stack of matrices in memory of its own.
template <typename T>
struct MatrixStack {
  Extents extents;
  std::vector<T> memory;
  char* first;

  MatrixStack(std::int64_t count, std::int64_t rows, std::int64_t columns, Layout layout = Layout::Rows)
      : memory(static_cast<std::size_t>(count * rows * columns)), first(reinterpret_cast<char*>(memory.data())) {
    constexpr std::int64_t kItem = sizeof(T);
    extents.push(count, rows * columns * kItem);
    extents.push(rows, layout == Layout::Columns ? kItem : columns * kItem);
    extents.push(columns, layout == Layout::Columns ? rows * kItem : kItem);
    if (layout != Layout::Backwards) return;
    first += (columns - 1) * kItem;
    extents.strides[2] = -kItem;
  }
  View view() { return extents.view(kType<T>, first); }
  T& at(std::int64_t k, std::int64_t i, std::int64_t j) {
    return *reinterpret_cast<T*>(first + k * extents.strides[0] + i * extents.strides[1] + j * extents.strides[2]);
  }
  std::int64_t rows() const { return extents.shape[1]; }
  std::int64_t columns() const { return extents.shape[2]; }
};

void draw(std::mt19937& random, double& x) { x = std::uniform_real_distribution<double>(-1, 1)(random); }
void draw(std::mt19937& random, Complex& x) {
  double real = 0, imaginary = 0;
  draw(random, real);
  draw(random, imaginary);
  x = {real, imaginary};
}

/// Numbers between -1 and 1, the diagonal made larger so that the matrix is regular.
template <typename T>
MatrixStack<T> drawn(std::int64_t count, std::int64_t rows, std::int64_t columns, Layout layout = Layout::Rows) {
  MatrixStack<T> made(count, rows, columns, layout);
  std::mt19937 random(static_cast<unsigned>(rows * 100 + columns));
  for (T& value : made.memory) draw(random, value);
  for (std::int64_t k = 0; k < count; ++k) {
    for (std::int64_t i = 0; i < std::min(rows, columns); ++i) made.at(k, i, i) += T(3);
  }
  return made;
}

/// The largest |(a b)(i, j) - c(i, j)|.
template <typename T>
double distance(MatrixStack<T>& a, MatrixStack<T>& b, MatrixStack<T>& c) {
  double most = 0;
  for (std::int64_t k = 0; k < a.extents.shape[0]; ++k) {
    for (std::int64_t i = 0; i < a.rows(); ++i) {
      for (std::int64_t j = 0; j < b.columns(); ++j) {
        T sum = -c.at(k, i, j);
        for (std::int64_t p = 0; p < a.columns(); ++p) sum += a.at(k, i, p) * b.at(k, p, j);
        most = std::max(most, std::abs(sum));
      }
    }
  }
  return most;
}

template <typename T>
MatrixStack<T> identity(std::int64_t count, std::int64_t n) {
  MatrixStack<T> made(count, n, n);
  for (std::int64_t k = 0; k < count; ++k) {
    for (std::int64_t i = 0; i < n; ++i) made.at(k, i, i) = T(1);
  }
  return made;
}

constexpr double kClose = 1e-11;

template <typename T>
class LinearAlgebra : public testing::Test {
 protected:
  void SetUp() override {
    if (lapack() == nullptr) GTEST_SKIP() << "no LAPACK on this machine";
  }
};
using Types = testing::Types<double, Complex>;
TYPED_TEST_SUITE(LinearAlgebra, Types);

TYPED_TEST(LinearAlgebra, InversesTimesTheirMatricesAreTheIdentity) {
  for (Layout layout : {Layout::Rows, Layout::Columns, Layout::Backwards}) {
    for (std::int64_t n : {1, 2, 5, 16, 33}) {
      auto a = drawn<TypeParam>(3, n, n, layout);
      if (layout == Layout::Backwards) {
        for (std::int64_t k = 0; k < 3; ++k) {
          for (std::int64_t i = 0; i < n; ++i) a.at(k, i, n - 1 - i) += TypeParam(3);
        }
      }
      MatrixStack<TypeParam> inverse(3, n, n, layout);
      auto one = identity<TypeParam>(3, n);
      ASSERT_EQ(invert(a.view(), inverse.view()), Factored::Ok);
      EXPECT_LT(distance(a, inverse, one), 1e-9) << n;
    }
  }
}

TYPED_TEST(LinearAlgebra, SolutionsSolve) {
  auto a = drawn<TypeParam>(4, 6, 6), b = drawn<TypeParam>(4, 6, 2);
  MatrixStack<TypeParam> x(4, 6, 2, Layout::Columns);
  ASSERT_EQ(solve(a.view(), b.view(), x.view()), Factored::Ok);
  EXPECT_LT(distance(a, x, b), kClose);
}

TYPED_TEST(LinearAlgebra, OneSingularMatrixOfAStackIsToldAndIsNaN) {
  auto a = drawn<TypeParam>(3, 4, 4);
  for (std::int64_t i = 0; i < 4; ++i) a.at(1, i, 2) = TypeParam(0);
  MatrixStack<TypeParam> inverse(3, 4, 4);
  EXPECT_EQ(invert(a.view(), inverse.view()), Factored::Failed);
  EXPECT_TRUE(std::isnan(std::abs(inverse.at(1, 0, 0))));
  EXPECT_FALSE(std::isnan(std::abs(inverse.at(2, 3, 3))));
}

TYPED_TEST(LinearAlgebra, CholeskysFactorsAreTriangles) {
  auto a = drawn<TypeParam>(2, 5, 5);
  MatrixStack<TypeParam> s(2, 5, 5), factor(2, 5, 5), other(2, 5, 5);
  for (std::int64_t k = 0; k < 2; ++k) {
    for (std::int64_t i = 0; i < 5; ++i) {
      for (std::int64_t j = 0; j < 5; ++j) {
        for (std::int64_t p = 0; p < 5; ++p) s.at(k, i, j) += a.at(k, i, p) * conjugate(a.at(k, j, p));
      }
    }
  }
  for (bool takes_upper : {false, true}) {
    ASSERT_EQ(cholesky(s.view(), takes_upper, factor.view()), Factored::Ok);
    for (std::int64_t k = 0; k < 2; ++k) {
      for (std::int64_t i = 0; i < 5; ++i) {
        for (std::int64_t j = 0; j < 5; ++j) other.at(k, i, j) = conjugate(factor.at(k, j, i));
      }
      EXPECT_EQ(takes_upper ? factor.at(k, 4, 0) : factor.at(k, 0, 4), TypeParam(0));
    }
    EXPECT_LT(takes_upper ? distance(other, factor, s) : distance(factor, other, s), 1e-10);
  }
  s.at(1, 3, 3) = TypeParam(-1);
  EXPECT_EQ(cholesky(s.view(), false, factor.view()), Factored::Failed);
}

TYPED_TEST(LinearAlgebra, TheDeterminantOfATriangleIsItsDiagonals) {
  auto a = drawn<TypeParam>(2, 4, 4);
  TypeParam expected[2] = {TypeParam(1), TypeParam(1)}, found[2];
  for (std::int64_t k = 0; k < 2; ++k) {
    for (std::int64_t i = 0; i < 4; ++i) {
      expected[k] *= a.at(k, i, i);
      for (std::int64_t j = 0; j < i; ++j) a.at(k, i, j) = TypeParam(0);
    }
  }
  const std::int64_t shape[] = {2}, strides[] = {sizeof(TypeParam)};
  EXPECT_EQ(determinant(a.view(), {reinterpret_cast<char*>(found), kType<TypeParam>, 1, shape, strides}).state,
            Factored::Ok);
  for (int k = 0; k < 2; ++k) EXPECT_LT(std::abs(found[k] - expected[k]), 1e-10);
}

TYPED_TEST(LinearAlgebra, QTimesRIsTheMatrix) {
  for (auto [m, n] : {std::pair{7, 4}, {4, 7}, {5, 5}}) {
    auto a = drawn<TypeParam>(2, m, n);
    for (std::int64_t k : {std::min(m, n), m}) {
      MatrixStack<TypeParam> q(2, m, k), r(2, k, n);
      const View orthogonal = q.view();
      ASSERT_EQ(qr(a.view(), &orthogonal, r.view()), Factored::Ok);
      EXPECT_LT(distance(q, r, a), kClose);
      EXPECT_EQ(r.at(1, k - 1, 0), TypeParam(0));  // below the diagonal
    }
  }
}

TYPED_TEST(LinearAlgebra, SingularValuesAndVectorsMakeTheMatrix) {
  for (auto [m, n] : {std::pair{7, 4}, {4, 7}}) {
    auto a = drawn<TypeParam>(2, m, n);
    for (bool takes_all : {false, true}) {
      const std::int64_t least = std::min(m, n);
      MatrixStack<TypeParam> u(2, m, takes_all ? m : least), vh(2, takes_all ? n : least, n), scaled(2, m, vh.rows());
      std::vector<double> s(static_cast<std::size_t>(2 * least));
      const std::int64_t shape[] = {2, least}, strides[] = {least * 8, 8};
      const View left = u.view(), right = vh.view(),
                 values{reinterpret_cast<char*>(s.data()), DType::F64, 2, shape, strides};
      const SingularVectors vectors{left, right, takes_all};
      ASSERT_EQ(svd(a.view(), values, &vectors), Factored::Ok);
      for (std::int64_t k = 0; k < 2; ++k) {
        for (std::int64_t i = 0; i < m; ++i) {
          for (std::int64_t j = 0; j < least; ++j) {
            scaled.at(k, i, j) = u.at(k, i, j) * s[static_cast<std::size_t>(k * least + j)];
          }
        }
      }
      EXPECT_LT(distance(scaled, vh, a), kClose);
    }
  }
}

TYPED_TEST(LinearAlgebra, EigenvectorsAreStretched) {
  auto a = drawn<TypeParam>(2, 5, 5);
  MatrixStack<Complex> wide(2, 5, 5), vectors(2, 5, 5), stretched(2, 5, 5);
  std::vector<Complex> values(10);
  const std::int64_t shape[] = {2, 5}, strides[] = {80, 16};
  const View numbers{reinterpret_cast<char*>(values.data()), DType::C128, 2, shape, strides}, basis = vectors.view();
  ASSERT_EQ(eig(a.view(), numbers, &basis), Factored::Ok);
  for (std::int64_t k = 0; k < 2; ++k) {
    for (std::int64_t i = 0; i < 5; ++i) {
      for (std::int64_t j = 0; j < 5; ++j) {
        wide.at(k, i, j) = a.at(k, i, j);
        stretched.at(k, i, j) = vectors.at(k, i, j) * values[static_cast<std::size_t>(k * 5 + j)];
      }
    }
  }
  EXPECT_LT(distance(wide, vectors, stretched), 1e-10);
  a.at(1, 2, 2) = TypeParam(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(eig(a.view(), numbers, nullptr), Factored::Failed);
}

TYPED_TEST(LinearAlgebra, SymmetricMatricesHaveRisingEigenvalues) {
  auto a = drawn<TypeParam>(1, 6, 6);
  for (std::int64_t i = 0; i < 6; ++i) {
    for (std::int64_t j = 0; j < i; ++j) a.at(0, j, i) = conjugate(a.at(0, i, j));
    a.at(0, i, i) = TypeParam(std::abs(a.at(0, i, i)));
  }
  MatrixStack<TypeParam> vectors(1, 6, 6), stretched(1, 6, 6);
  std::vector<double> lower(6), upper(6);
  const std::int64_t shape[] = {1, 6}, strides[] = {48, 8};
  const View basis = vectors.view();
  const View numbers{reinterpret_cast<char*>(lower.data()), DType::F64, 2, shape, strides};
  const View others{reinterpret_cast<char*>(upper.data()), DType::F64, 2, shape, strides};
  ASSERT_EQ(eigh(a.view(), false, numbers, &basis), Factored::Ok);
  ASSERT_EQ(eigh(a.view(), true, others, nullptr), Factored::Ok);
  for (std::int64_t j = 0; j < 6; ++j) {
    const auto place = static_cast<std::size_t>(j);
    EXPECT_NEAR(lower[place], upper[place], kClose);
    EXPECT_LE(lower[j > 0 ? place - 1 : 0], lower[place]);
    for (std::int64_t i = 0; i < 6; ++i) stretched.at(0, i, j) = vectors.at(0, i, j) * lower[place];
  }
  EXPECT_LT(distance(a, vectors, stretched), kClose);
}

TYPED_TEST(LinearAlgebra, LargeStacksAreTheSameAsOneMatrixAfterTheOther) {
  auto a = drawn<TypeParam>(600, 8, 8);
  MatrixStack<TypeParam> all(600, 8, 8), one(600, 8, 8);
  ASSERT_EQ(invert(a.view(), all.view()), Factored::Ok);
  for (std::int64_t k = 0; k < 600; ++k) {
    View from = a.view(), to = one.view();
    from.data = reinterpret_cast<char*>(&a.at(k, 0, 0));
    to.data = reinterpret_cast<char*>(&one.at(k, 0, 0));
    for (View* view : {&from, &to}) {
      view->rank = 2;
      ++view->shape;
      ++view->strides;
    }
    ASSERT_EQ(invert(from, to), Factored::Ok);
  }
  EXPECT_EQ(all.memory, one.memory);
}

TEST(Lapack, IsTheSameForEveryCaller) { EXPECT_EQ(lapack(), load_lapack({})); }

TEST(LeastSquares, FitALine) {
  if (lapack() == nullptr) GTEST_SKIP() << "no LAPACK on this machine";
  MatrixStack<double> a(1, 4, 2), b(1, 4, 1), x(1, 2, 1);
  for (std::int64_t i = 0; i < 4; ++i) {
    a.at(0, i, 0) = static_cast<double>(i);
    a.at(0, i, 1) = 1;
    b.at(0, i, 0) = 2 * static_cast<double>(i) + 1 + (i == 1 ? 0.5 : 0);
  }
  const auto flat = [](MatrixStack<double>& of) {
    View view = of.view();
    return View{view.data, view.dtype, 2, view.shape + 1, view.strides + 1};
  };
  double s[2], residual = -1;
  const std::int64_t two[] = {2}, one[] = {1}, item[] = {8};
  const Fit fit =
      least_squares(flat(a), flat(b), 1e-12, flat(x), {reinterpret_cast<char*>(s), DType::F64, 1, two, item},
                    {reinterpret_cast<char*>(&residual), DType::F64, 1, one, item});
  EXPECT_EQ(fit.rank, 2);
  EXPECT_NEAR(x.at(0, 0, 0), 1.95, kClose);
  EXPECT_NEAR(x.at(0, 1, 0), 1.2, kClose);
  EXPECT_NEAR(residual, 0.175, kClose);
}

TEST(Norms, AreRootsOfSumsOfSquares) {
  if (lapack() == nullptr) GTEST_SKIP() << "no LAPACK on this machine";
  const double x[] = {3, 9, 4, 9};
  const float y[] = {1, 2, 2};
  EXPECT_EQ(sum_of_squares(DType::F64, reinterpret_cast<const char*>(x), 16, 2).value, 25);
  EXPECT_EQ(sum_of_squares(DType::F32, reinterpret_cast<const char*>(y), 4, 3).value, 9);
}

TEST(Norms, GapsAndStepsBackwardsAreNotDense) {
  double memory[24];
  const std::int64_t shape[] = {2, 3, 4}, rows[] = {96, 32, 8}, mixed[] = {32, 64, 8}, gaps[] = {96, 32, 16};
  const std::int64_t back[] = {96, 32, -8};
  const auto is_dense_with = [&](const std::int64_t* strides) {
    return is_dense({reinterpret_cast<char*>(memory), DType::F64, 3, shape, strides});
  };
  EXPECT_TRUE(is_dense_with(rows));
  EXPECT_TRUE(is_dense_with(mixed));
  EXPECT_FALSE(is_dense_with(gaps));
  EXPECT_FALSE(is_dense_with(back));
}

}  // namespace
}  // namespace rooftop::lib
