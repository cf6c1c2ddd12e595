// What is done with one matrix, and the walk over the stack.
#include "rooftop/lib/linear_systems.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "rooftop/lib/lapack.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::View;

double cube(std::int64_t n) { return static_cast<double>(n) * static_cast<double>(n) * static_cast<double>(n); }

// The function object for the views' element type.
template <template <typename> typename Walk, typename... Arguments>
auto dispatch(DType dtype, const Arguments&... arguments) {
  return dtype == DType::F64 ? Walk<double>()(arguments...) : Walk<Complex>()(arguments...);
}

template <typename T>
void fill_with_nan(T* columns, std::int64_t count) {
  std::fill_n(columns, count, T(std::numeric_limits<double>::quiet_NaN()));
}

// --- Systems of equations

// b is the solution after it. False where `a` is singular.
template <typename T>
bool solve_columns(const Lapack& library, std::int64_t n, std::int64_t columns, T* a, T* b, LapackInt* pivots) {
  LapackInt info = 0;
  library.routines<T>().gesv(&n, &columns, a, &n, pivots, b, &n, &info);
  if (info_of(info) == 0) return true;
  fill_with_nan(b, n * columns);
  return false;
}

// Solves a system for each matrix of a stack; `fill(i, values)` writes the right sides of the i-th.
template <typename T, typename Fill>
Factored solve_each(const Matrices<T>& matrices, const Matrices<T>& solutions, double work, const Fill& fill) {
  const std::int64_t n = matrices.rows(), columns = solutions.columns();
  return over_stack(solutions.count(), work,
                    [&](std::int64_t begin, std::int64_t end) {
                      const Workspace<T> space(n * (n + columns));
                      const Workspace<LapackInt> pivots(n);
                      const Lapack& library = *lapack();
                      T* const factors = space.data();
                      T* const values = factors + n * n;
                      bool is_done = true;
                      for (std::int64_t i = begin; i < end; ++i) {
                        matrices.read(i, factors, n);
                        fill(i, values);
                        is_done &= solve_columns(library, n, columns, factors, values, pivots.data());
                        solutions.write(i, values, n);
                      }
                      return is_done;
                    })
      .state;
}

template <typename T>
struct Solve {
  Factored operator()(const View& a, const View& b, const View& x) const {
    const Matrices<T> matrices(a), right(b), solutions(x);
    const std::int64_t n = matrices.rows();
    const double work = 2 * cube(n) / 3 + 2 * static_cast<double>(n * n) * static_cast<double>(right.columns());
    return solve_each(matrices, solutions, work, [&](std::int64_t i, T* values) { right.read(i, values, n); });
  }
};

template <typename T>
struct Invert {
  Factored operator()(const View& a, const View& inverse) const {
    const Matrices<T> matrices(a), inverses(inverse);
    const std::int64_t n = matrices.rows();
    return solve_each(matrices, inverses, 2 * cube(n), [n](std::int64_t, T* values) {
      std::fill_n(values, n * n, T(0));
      for (std::int64_t j = 0; j < n; ++j) values[j * n + j] = T(1);
    });
  }
};

template <typename T>
struct Cholesky {
  Factored operator()(const View& a, bool takes_upper, const View& factor) const {
    const Matrices<T> matrices(a), factors(factor);
    const std::int64_t n = matrices.rows();
    return over_stack(matrices.count(), cube(n) / 3,
                      [&](std::int64_t begin, std::int64_t end) {
                        const Workspace<T> columns(n * n);
                        const Lapack& library = *lapack();
                        bool is_done = true;
                        for (std::int64_t i = begin; i < end; ++i) {
                          matrices.read(i, columns.data(), n);
                          is_done &= factor_columns(library, n, takes_upper, columns.data());
                          factors.write(i, columns.data(), n);
                        }
                        return is_done;
                      })
        .state;
  }

 private:
  static bool factor_columns(const Lapack& library, std::int64_t n, bool takes_upper, T* columns) {
    LapackInt info = 0;
    library.routines<T>().potrf(takes_upper ? "U" : "L", &n, columns, &n, &info, 1);
    if (info_of(info) != 0) {
      fill_with_nan(columns, n * n);
      return false;
    }
    for (std::int64_t j = 0; j < n; ++j) {
      takes_upper ? std::fill_n(columns + j * n + j + 1, n - j - 1, T(0)) : std::fill_n(columns + j * n, j, T(0));
    }
    return true;
  }
};

// --- Determinants

template <typename T>
struct SignAndLog {
  T sign;
  double log;
};

Complex product(const Complex& a, const Complex& b) {  // of finite numbers, without the C library's tests for others
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

// One factor of the determinant, split into its direction and its length.
void multiply_in(SignAndLog<double>& so_far, double factor) {
  if (factor < 0) so_far.sign = -so_far.sign;
  so_far.log += std::log(std::abs(factor));
}
void multiply_in(SignAndLog<Complex>& so_far, const Complex& factor) {
  const double length = std::hypot(factor.real(), factor.imag());
  so_far.sign = product(so_far.sign, {factor.real() / length, factor.imag() / length});
  so_far.log += std::log(length);
}

template <typename T>
SignAndLog<T> determinant_of_columns(const Lapack& library, std::int64_t n, T* columns, LapackInt* pivots) {
  LapackInt info = 0;
  library.routines<T>().getrf(&n, &n, columns, &n, pivots, &info);
  if (info_of(info) != 0) return {T(0), -std::numeric_limits<double>::infinity()};
  bool is_odd = false;
  for (std::int64_t i = 0; i < n; ++i) is_odd ^= library.integer(pivots, i) != i + 1;
  SignAndLog<T> found{T(is_odd ? -1.0 : 1.0), 0.0};
  for (std::int64_t i = 0; i < n; ++i) multiply_in(found, columns[i * n + i]);
  return found;
}

double value_of(const SignAndLog<double>& found) { return found.sign * std::exp(found.log); }
Complex value_of(const SignAndLog<Complex>& found) { return product(found.sign, {std::exp(found.log), 0.0}); }

// Calls `keep(i, sign and log)` for each matrix.
template <typename T, typename Keep>
StackResult over_determinants(const View& a, const Keep& keep) {
  const Matrices<T> matrices(a);
  const std::int64_t n = matrices.rows();
  return over_stack(matrices.count(), 2 * cube(n) / 3, [&](std::int64_t begin, std::int64_t end) {
    const Workspace<T> columns(n * n);
    const Workspace<LapackInt> pivots(n);
    const Lapack& library = *lapack();
    for (std::int64_t i = begin; i < end; ++i) {
      matrices.read(i, columns.data(), n);
      keep(i, determinant_of_columns(library, n, columns.data(), pivots.data()));
    }
    return true;
  });
}

template <typename T>
struct SignsAndLogs {
  StackResult operator()(const View& a, const View& sign, const View& log) const {
    const Stack signs(sign, 0), logs(log, 0);
    return over_determinants<T>(a, [&](std::int64_t i, const SignAndLog<T>& found) {
      std::memcpy(signs.at(i), &found.sign, sizeof found.sign);
      std::memcpy(logs.at(i), &found.log, sizeof found.log);
    });
  }
};

template <typename T>
struct Determinants {
  StackResult operator()(const View& a, const View& result) const {
    const Stack results(result, 0);
    return over_determinants<T>(a, [&](std::int64_t i, const SignAndLog<T>& found) {
      const T value = value_of(found);
      std::memcpy(results.at(i), &value, sizeof value);
    });
  }
};

}  // namespace

Factored solve(const View& a, const View& b, const View& x) { return dispatch<Solve>(a.dtype, a, b, x); }
Factored invert(const View& a, const View& inverse) { return dispatch<Invert>(a.dtype, a, inverse); }
Factored cholesky(const View& a, bool takes_upper, const View& factor) {
  return dispatch<Cholesky>(a.dtype, a, takes_upper, factor);
}
StackResult sign_and_log(const View& a, const View& sign, const View& log) {
  return dispatch<SignsAndLogs>(a.dtype, a, sign, log);
}
StackResult determinant(const View& a, const View& result) { return dispatch<Determinants>(a.dtype, a, result); }

}  // namespace rooftop::lib
