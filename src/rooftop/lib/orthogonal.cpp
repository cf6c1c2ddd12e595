// What is done with one matrix: how much memory LAPACK wants for it, then the factors.
#include "rooftop/lib/orthogonal.h"

#include <algorithm>
#include <vector>

#include "rooftop/lib/lapack.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::View;

// Reflections, one after the other: for small matrices it is the calls that take the time.
double work_of(std::int64_t m, std::int64_t n) {
  return static_cast<double>(m) * static_cast<double>(n) * (4.0 * static_cast<double>(std::min(m, n)) + 100);
}

// LAPACK gives the number of elements that it wants as an element.
LapackInt count_of(double wanted) { return std::max<LapackInt>(1, static_cast<LapackInt>(wanted)); }
LapackInt count_of(const Complex& wanted) { return count_of(wanted.real()); }
constexpr LapackInt kAsk = -1;

// --- QR

// The routines for matrices of one size, and their workspace.
template <typename T>
class Reflectors {
 public:
  Reflectors(std::int64_t m, std::int64_t n, std::int64_t q_columns)
      : m_(m), n_(n), least_(std::min(m, n)), q_columns_(q_columns), size_(ask()), work_(size_) {}

  // columns = R and the reflectors of the m x n matrix in it.
  void factor(T* columns, T* tau) const {
    LapackInt info = 0;
    routines().geqrf(&m_, &n_, columns, &m_, tau, work_.data(), &size_, &info);
  }
  // columns = the first columns of Q, of the reflectors in it. @pre q_columns > 0
  void form_q(T* columns, const T* tau) const {
    LapackInt info = 0;
    routines().orgqr(&m_, &q_columns_, &least_, columns, &m_, tau, work_.data(), &size_, &info);
  }

 private:
  static const auto& routines() { return lapack()->routines<T>(); }
  LapackInt ask() const {
    T wanted{}, tau{};
    LapackInt info = 0;
    routines().geqrf(&m_, &n_, &wanted, &m_, &tau, &wanted, &kAsk, &info);
    const LapackInt size = count_of(wanted);
    if (q_columns_ == 0) return size;
    routines().orgqr(&m_, &q_columns_, &least_, &wanted, &m_, &tau, &wanted, &kAsk, &info);
    return std::max(size, count_of(wanted));
  }

  LapackInt m_, n_, least_, q_columns_, size_;
  Workspace<T> work_;
};

template <typename T>
Factored qr_of(const View& a, const View* q, const View& r) {
  const Matrices<T> matrices(a), upper(r), orthogonal(q == nullptr ? r : *q);
  const std::int64_t m = matrices.rows(), n = matrices.columns();
  const std::int64_t q_columns = q == nullptr ? 0 : orthogonal.columns();
  const auto walk = [&](std::int64_t begin, std::int64_t end) {
    const Reflectors<T> reflectors(m, n, q_columns);
    const Workspace<T> columns(m * std::max(n, q_columns)), tau(std::min(m, n)), triangle(upper.rows() * n);
    for (std::int64_t i = begin; i < end; ++i) {
      matrices.read(i, columns.data(), m);
      reflectors.factor(columns.data(), tau.data());
      std::fill_n(triangle.data(), upper.rows() * n, T(0));
      for (std::int64_t j = 0; j < n; ++j) {
        std::copy_n(columns.data() + j * m, std::min(j + 1, upper.rows()), triangle.data() + j * upper.rows());
      }
      upper.write(i, triangle.data(), upper.rows());
      if (q == nullptr) continue;
      reflectors.form_q(columns.data(), tau.data());
      orthogonal.write(i, columns.data(), m);
    }
    return true;
  };
  return over_stack(matrices.count(), work_of(m, n), walk).state;
}

template <typename T>
Factored qr_raw_of(const View& a, const View& factors, const View& tau) {
  const Matrices<T> matrices(a), results(factors);
  const Vectors<T> lengths(tau);
  const std::int64_t m = matrices.rows(), n = matrices.columns();
  const auto walk = [&](std::int64_t begin, std::int64_t end) {
    const Reflectors<T> reflectors(m, n, 0);
    const Workspace<T> columns(m * n), scales(std::min(m, n));
    for (std::int64_t i = begin; i < end; ++i) {
      matrices.read(i, columns.data(), m);
      reflectors.factor(columns.data(), scales.data());
      results.write(i, columns.data(), m);
      lengths.write(i, scales.data());
    }
    return true;
  };
  return over_stack(matrices.count(), work_of(m, n), walk).state;
}

// --- Singular values

void call_gesdd(char job, LapackInt m, LapackInt n, double* a, double* s, double* u, double* vh, LapackInt vh_rows,
                double* work, LapackInt size, double*, LapackInt* integers, LapackInt* info) {
  lapack()->real.gesdd(&job, &m, &n, a, &m, s, u, &m, vh, &vh_rows, work, &size, integers, info, 1);
}
void call_gesdd(char job, LapackInt m, LapackInt n, Complex* a, double* s, Complex* u, Complex* vh, LapackInt vh_rows,
                Complex* work, LapackInt size, double* reals, LapackInt* integers, LapackInt* info) {
  lapack()->complex.gesdd(&job, &m, &n, a, &m, s, u, &m, vh, &vh_rows, work, &size, reals, integers, info, 1);
}

template <typename T>
class SingularValues {
 public:
  /// `job` is LAPACK's: no vectors (N), min(m, n) of each (S), all (A).
  SingularValues(std::int64_t m, std::int64_t n, char job, std::int64_t vh_rows)
      : m_(m),
        n_(n),
        vh_rows_(std::max<std::int64_t>(vh_rows, 1)),
        job_(job),
        integers_(8 * std::min(m, n)),
        reals_(reals_wanted()),
        size_(ask()),
        work_(size_) {}

  bool compute(T* columns, double* s, T* u, T* vh) const {
    LapackInt info = 0;
    call_gesdd(job_, m_, n_, columns, s, u, vh, vh_rows_, work_.data(), size_, reals_.data(), integers_.data(), &info);
    return info_of(info) == 0;
  }

 private:
  std::int64_t reals_wanted() const {
    if (sizeof(T) == sizeof(double)) return 1;
    const std::int64_t least = std::min(m_, n_), most = std::max(m_, n_);
    return job_ == 'N' ? 7 * least : least * std::max(5 * least + 7, 2 * most + 2 * least + 1);
  }
  LapackInt ask() const {
    T wanted{};
    LapackInt info = 0;
    double s = 0;
    call_gesdd(job_, m_, n_, &wanted, &s, &wanted, &wanted, vh_rows_, &wanted, kAsk, reals_.data(), integers_.data(),
               &info);
    return count_of(wanted);
  }

  LapackInt m_, n_, vh_rows_;
  char job_;
  Workspace<LapackInt> integers_;
  Workspace<double> reals_;
  LapackInt size_;
  Workspace<T> work_;
};

template <typename T>
Factored svd_of(const View& a, const View& s, const SingularVectors* vectors) {
  const Matrices<T> matrices(a), left(vectors == nullptr ? a : vectors->u), right(vectors == nullptr ? a : vectors->vh);
  const Vectors<double> values(s);
  const std::int64_t m = matrices.rows(), n = matrices.columns();
  const std::int64_t u_columns = vectors == nullptr ? 0 : left.columns();
  const std::int64_t vh_rows = vectors == nullptr ? 0 : right.rows();
  const char job = vectors == nullptr ? 'N' : vectors->takes_all ? 'A' : 'S';
  const auto walk = [&](std::int64_t begin, std::int64_t end) {
    const SingularValues<T> algorithm(m, n, job, vh_rows);
    const Workspace<T> columns(m * n), u(m * u_columns), vh(vh_rows * n);
    const Workspace<double> found(std::min(m, n));
    bool is_done = true;
    for (std::int64_t i = begin; i < end; ++i) {
      matrices.read(i, columns.data(), m);
      is_done &= algorithm.compute(columns.data(), found.data(), u.data(), vh.data());
      values.write(i, found.data());
      if (vectors == nullptr) continue;
      left.write(i, u.data(), m);
      right.write(i, vh.data(), vh_rows);
    }
    return is_done;
  };
  return over_stack(matrices.count(), 2 * work_of(m, n), walk).state;
}

// --- Least squares

void call_gelsd(LapackInt m, LapackInt n, LapackInt columns, double* a, double* b, LapackInt b_rows, double* s,
                double rcond, LapackInt* rank, double* work, LapackInt size, double*, LapackInt* integers,
                LapackInt* info) {
  lapack()->real.gelsd(&m, &n, &columns, a, &m, b, &b_rows, s, &rcond, rank, work, &size, integers, info);
}
void call_gelsd(LapackInt m, LapackInt n, LapackInt columns, Complex* a, Complex* b, LapackInt b_rows, double* s,
                double rcond, LapackInt* rank, Complex* work, LapackInt size, double* reals, LapackInt* integers,
                LapackInt* info) {
  lapack()->complex.gelsd(&m, &n, &columns, a, &m, b, &b_rows, s, &rcond, rank, work, &size, reals, integers, info);
}

double square_of(double x) { return x * x; }
double square_of(const Complex& x) { return x.real() * x.real() + x.imag() * x.imag(); }

template <typename T>
Fit least_squares_of(const View& a, const View& b, double rcond, const View& x, const View& s, const View& residuals) {
  const Matrices<T> matrix(a), right(b), solution(x);
  const std::int64_t m = matrix.rows(), n = matrix.columns(), columns = right.columns(), b_rows = std::max(m, n);
  const Workspace<T> factors(m * n), values(b_rows * columns);
  const Workspace<double> singular(std::min(m, n));
  matrix.read(0, factors.data(), m);
  right.read(0, values.data(), b_rows);
  LapackInt rank = 0, info = 0, integers_wanted = 0;
  T wanted{};
  double reals_wanted = 0;
  call_gelsd(m, n, columns, factors.data(), values.data(), b_rows, singular.data(), rcond, &rank, &wanted, kAsk,
             &reals_wanted, &integers_wanted, &info);
  const LapackInt size = count_of(wanted);
  const Workspace<T> work(size);
  const Workspace<double> reals(static_cast<std::int64_t>(reals_wanted));
  const Workspace<LapackInt> integers(info_of(integers_wanted));
  call_gelsd(m, n, columns, factors.data(), values.data(), b_rows, singular.data(), rcond, &rank, work.data(), size,
             reals.data(), integers.data(), &info);
  if (info_of(info) != 0) return {.rank = 0, .state = Factored::Failed};
  solution.write(0, values.data(), b_rows);
  Vectors<double>(s).write(0, singular.data());
  const std::int64_t found = info_of(rank);
  if (found == n && m >= n) {
    std::vector<double> sums(static_cast<std::size_t>(columns));
    for (std::int64_t j = 0; j < columns; ++j) {
      for (std::int64_t i = n; i < m; ++i) sums[static_cast<std::size_t>(j)] += square_of(values[j * b_rows + i]);
    }
    Vectors<double>(residuals).write(0, sums.data());
  }
  return {.rank = found, .state = Factored::Ok};
}

}  // namespace

Factored qr(const View& a, const View* q, const View& r) {
  return a.dtype == DType::F64 ? qr_of<double>(a, q, r) : qr_of<Complex>(a, q, r);
}
Factored qr_raw(const View& a, const View& factors, const View& tau) {
  return a.dtype == DType::F64 ? qr_raw_of<double>(a, factors, tau) : qr_raw_of<Complex>(a, factors, tau);
}
Factored svd(const View& a, const View& s, const SingularVectors* vectors) {
  return a.dtype == DType::F64 ? svd_of<double>(a, s, vectors) : svd_of<Complex>(a, s, vectors);
}
Fit least_squares(const View& a, const View& b, double rcond, const View& x, const View& s, const View& residuals) {
  return a.dtype == DType::F64 ? least_squares_of<double>(a, b, rcond, x, s, residuals)
                               : least_squares_of<Complex>(a, b, rcond, x, s, residuals);
}

}  // namespace rooftop::lib
