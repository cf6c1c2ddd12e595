// What is done with one matrix: how much memory LAPACK wants for it, then the values.
#include "rooftop/lib/eigenvalues.h"

#include <algorithm>
#include <cmath>

#include "rooftop/lib/lapack.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::View;

constexpr LapackInt kAsk = -1;

// An iteration: for small matrices it is the calls that take the time.
double work_of(std::int64_t n) {
  return static_cast<double>(n) * static_cast<double>(n) * (8.0 * static_cast<double>(n) + 200);
}

// --- Symmetric matrices

// The number of elements of each kind that LAPACK works in.
struct Sizes {
  LapackInt elements = 0, reals = 0, integers = 0;
};

void call_eigh(char job, char triangle, LapackInt n, double* a, double* values, double* work, double*,
               LapackInt* integers, const Sizes& sizes, LapackInt* info) {
  lapack()->real.syevd(&job, &triangle, &n, a, &n, values, work, &sizes.elements, integers, &sizes.integers, info, 1,
                       1);
}
void call_eigh(char job, char triangle, LapackInt n, Complex* a, double* values, Complex* work, double* reals,
               LapackInt* integers, const Sizes& sizes, LapackInt* info) {
  lapack()->complex.heevd(&job, &triangle, &n, a, &n, values, work, &sizes.elements, reals, &sizes.reals, integers,
                          &sizes.integers, info, 1, 1);
}

template <typename T>
Sizes ask_eigh(char job, char triangle, LapackInt n) {
  T elements{}, a{};
  double reals = 0, values = 0;
  LapackInt integers = 0, info = 0;
  call_eigh(job, triangle, n, &a, &values, &elements, &reals, &integers, {kAsk, kAsk, kAsk}, &info);
  return {static_cast<LapackInt>(std::real(elements)), static_cast<LapackInt>(reals), info_of(integers)};
}

template <typename T>
Factored eigh_of(const View& a, bool takes_upper, const View& values, const View* vectors) {
  const Matrices<T> matrices(a), bases(vectors == nullptr ? a : *vectors);
  const Vectors<double> spectra(values);
  const std::int64_t n = matrices.rows();
  const char job = vectors == nullptr ? 'N' : 'V', triangle = takes_upper ? 'U' : 'L';
  const auto walk = [&](std::int64_t begin, std::int64_t end) {
    const Sizes sizes = ask_eigh<T>(job, triangle, n);
    const Workspace<T> columns(n * n), work(sizes.elements);
    const Workspace<double> found(n), reals(sizes.reals);
    const Workspace<LapackInt> integers(sizes.integers);
    bool is_done = true;
    for (std::int64_t i = begin; i < end; ++i) {
      matrices.read(i, columns.data(), n);
      LapackInt info = 0;
      call_eigh(job, triangle, n, columns.data(), found.data(), work.data(), reals.data(), integers.data(), sizes,
                &info);
      is_done &= info_of(info) == 0;
      spectra.write(i, found.data());
      if (vectors != nullptr) bases.write(i, columns.data(), n);
    }
    return is_done;
  };
  return over_stack(matrices.count(), work_of(n), walk).state;
}

// --- Any matrices

bool is_finite(double x) { return std::isfinite(x); }
bool is_finite(const Complex& x) { return std::isfinite(x.real()) && std::isfinite(x.imag()); }

// Complex values of LAPACK's two arrays; vectors of a pair are stored as real and imaginary part of the first.
void join_pairs(std::int64_t n, const double* real, const double* imaginary, const double* columns, Complex* values,
                Complex* vectors) {
  for (std::int64_t j = 0; j < n; ++j) values[j] = {real[j], imaginary[j]};
  if (vectors == nullptr) return;
  for (std::int64_t j = 0; j < n; ++j) {
    const double* x = columns + j * n;
    if (imaginary[j] == 0) {
      for (std::int64_t i = 0; i < n; ++i) vectors[j * n + i] = x[i];
      continue;
    }
    const double* y = x + n;
    for (std::int64_t i = 0; i < n; ++i) {
      vectors[j * n + i] = {x[i], y[i]};
      vectors[(j + 1) * n + i] = {x[i], -y[i]};
    }
    ++j;
  }
}

// The algorithm for one matrix after the other, of one size.
template <typename T>
class Spectrum;

template <>
class Spectrum<double> {
 public:
  Spectrum(LapackInt n, bool takes_vectors)
      : n_(n), job_(takes_vectors ? 'V' : 'N'), parts_(2 * n), columns_(takes_vectors ? n * n : 1), work_(ask()) {}

  bool compute(double* a, Complex* values, Complex* vectors) {
    double* const real = parts_.data();
    double* const imaginary = real + n_;
    LapackInt info = 0;
    call(a, real, imaginary, work_.data(), &size_, &info);
    join_pairs(n_, real, imaginary, columns_.data(), values, vectors);
    return info_of(info) == 0;
  }

 private:
  void call(double* a, double* real, double* imaginary, double* work, const LapackInt* size, LapackInt* info) const {
    double none = 0;
    const LapackInt one = 1;
    lapack()->real.geev("N", &job_, &n_, a, &n_, real, imaginary, &none, &one, columns_.data(), &n_, work, size, info,
                        1, 1);
  }
  LapackInt ask() {
    double wanted = 0;
    LapackInt info = 0;
    call(&wanted, &wanted, &wanted, &wanted, &kAsk, &info);
    return size_ = static_cast<LapackInt>(wanted);
  }

  LapackInt n_, size_ = 0;
  char job_;
  Workspace<double> parts_, columns_, work_;
};

template <>
class Spectrum<Complex> {
 public:
  Spectrum(LapackInt n, bool takes_vectors) : n_(n), job_(takes_vectors ? 'V' : 'N'), reals_(2 * n), work_(ask()) {}

  bool compute(Complex* a, Complex* values, Complex* vectors) const {
    LapackInt info = 0;
    call(a, values, vectors, work_.data(), &size_, &info);
    return info_of(info) == 0;
  }

 private:
  void call(Complex* a, Complex* values, Complex* vectors, Complex* work, const LapackInt* size,
            LapackInt* info) const {
    Complex none = 0;
    const LapackInt one = 1;
    lapack()->complex.geev("N", &job_, &n_, a, &n_, values, &none, &one, vectors == nullptr ? &none : vectors, &n_,
                           work, size, reals_.data(), info, 1, 1);
  }
  LapackInt ask() {
    Complex wanted = 0;
    LapackInt info = 0;
    call(&wanted, &wanted, &wanted, &wanted, &kAsk, &info);
    return size_ = static_cast<LapackInt>(wanted.real());
  }

  LapackInt n_, size_ = 0;
  char job_;
  Workspace<double> reals_;
  Workspace<Complex> work_;
};

template <typename T>
Factored eig_of(const View& a, const View& values, const View* vectors) {
  const Matrices<T> matrices(a);
  const Matrices<Complex> bases(vectors == nullptr ? a : *vectors);
  const Vectors<Complex> spectra(values);
  const std::int64_t n = matrices.rows();
  const auto walk = [&](std::int64_t begin, std::int64_t end) {
    Spectrum<T> spectrum(n, vectors != nullptr);
    const Workspace<T> columns(n * n);
    const Workspace<Complex> found(n), basis(vectors == nullptr ? 1 : n * n);
    for (std::int64_t i = begin; i < end; ++i) {
      matrices.read(i, columns.data(), n);
      const bool is_good = std::all_of(columns.data(), columns.data() + n * n, [](const T& x) { return is_finite(x); });
      if (!is_good || !spectrum.compute(columns.data(), found.data(), vectors == nullptr ? nullptr : basis.data())) {
        return false;
      }
      spectra.write(i, found.data());
      if (vectors != nullptr) bases.write(i, basis.data(), n);
    }
    return true;
  };
  return over_stack(matrices.count(), work_of(n), walk).state;
}

}  // namespace

Factored eigh(const View& a, bool takes_upper, const View& values, const View* vectors) {
  return a.dtype == DType::F64 ? eigh_of<double>(a, takes_upper, values, vectors)
                               : eigh_of<Complex>(a, takes_upper, values, vectors);
}

Factored eig(const View& a, const View& values, const View* vectors) {
  return a.dtype == DType::F64 ? eig_of<double>(a, values, vectors) : eig_of<Complex>(a, values, vectors);
}

bool all_real(const View& values) {
  const Stack elements(values, 0);
  for (std::int64_t i = 0, count = elements.count(); i < count; ++i) {
    Complex value;
    std::memcpy(&value, elements.at(i), sizeof value);
    if (value.imag() != 0) return false;
  }
  return true;
}

}  // namespace rooftop::lib
