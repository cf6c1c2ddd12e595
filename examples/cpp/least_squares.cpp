// A polynomial through noisy points by least squares: normal equations, and their solution by elimination.
#include <cmath>
#include <iostream>
#include <random>

#include <rooftop/rooftop.h>

namespace np = rooftop;
using np::Array, np::slice, np::newaxis;

/// One column for each power of x, from 0 on.
Array powers_of(const Array& x, std::int64_t count) {
  return np::power(x(slice(), newaxis), np::arange(0.0, static_cast<double>(count)));
}

/// The solution of a x = b for a matrix that is symmetric and positive definite, which needs no exchange of rows.
Array solve(const Array& a, const Array& b) {
  const std::int64_t n = a.shape(0);
  const Array rows = np::concatenate({a, b(slice(), newaxis)}, 1);
  for (std::int64_t i = 0; i < n; ++i) {
    rows[i] /= rows(i, i).copy();
    for (std::int64_t k = 0; k < n; ++k) {
      if (k != i) rows[k] -= rows(k, i).copy() * rows[i];
    }
  }
  return rows(slice(), -1).copy();
}

int main() {
  const Array wanted = np::from({1.0, -2.0, 0.5, 0.25});
  const Array x = np::linspace(-2.0, 2.0, 2000);
  std::mt19937 random(42);
  std::normal_distribution<double> noise(0.0, 0.1);
  std::vector<double> drawn(static_cast<std::size_t>(x.size()));
  for (double& value : drawn) value = noise(random);

  const Array basis = powers_of(x, wanted.size());
  const Array y = np::matmul(basis, wanted) + np::wrap(std::move(drawn));

  const Array found = solve(np::matmul(basis.transpose(), basis), np::matmul(basis.transpose(), y));
  const Array residuals = y - np::matmul(basis, found);
  std::cout << "coefficients: " << found << "\n"
            << "noise:        " << np::stddev(residuals) << "\n";

  // What is left is at right angles to every column, and the noise is what was drawn.
  const double slope = np::max(np::absolute(np::matmul(basis.transpose(), residuals))).item<double>();
  const double error = np::max(np::absolute(found - wanted)).item<double>();
  if (!(slope < 1e-8) || !(error < 0.02)) {
    std::cerr << "wrong: slope " << slope << ", error " << error << "\n";
    return 1;
  }
  std::cout << "ok\n";
}
