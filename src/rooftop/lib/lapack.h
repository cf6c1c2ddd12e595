// LAPACK of whoever has one: NumPy's own, or the system's. It is loaded when the first factorisation asks for it, so
// rooftop neither links one nor ships one (docs/decisions/0011-lapack.md).
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace rooftop::lib {

/// An integer as LAPACK takes it, by address. Libraries that count in 32 bits look at its lower half, which comes
/// first.
using LapackInt = std::int64_t;
using Complex = std::complex<double>;

/// The routines of one element type, by LAPACK's names. Lengths of Fortran's characters come at the end.
template <typename T>
struct Routines {
  using In = const LapackInt*;
  using Out = LapackInt*;
  void (*gesv)(In n, In columns, T* a, In lda, Out pivots, T* b, In ldb, Out info);
  void (*getrf)(In m, In n, T* a, In lda, Out pivots, Out info);
  void (*potrf)(const char* triangle, In n, T* a, In lda, Out info, std::size_t);
  void (*geqrf)(In m, In n, T* a, In lda, T* tau, T* work, In size, Out info);
  void (*orgqr)(In m, In n, In k, T* a, In lda, const T* tau, T* work, In size, Out info);
};

struct RealRoutines : Routines<double> {
  void (*geev)(const char* left, const char* right, In n, double* a, In lda, double* real, double* imaginary,
               double* vl, In ldvl, double* vr, In ldvr, double* work, In size, Out info, std::size_t, std::size_t);
  void (*syevd)(const char* job, const char* triangle, In n, double* a, In lda, double* values, double* work, In size,
                Out integers, In integer_size, Out info, std::size_t, std::size_t);
  void (*gesdd)(const char* job, In m, In n, double* a, In lda, double* s, double* u, In ldu, double* vh, In ldvh,
                double* work, In size, Out integers, Out info, std::size_t);
  void (*gelsd)(In m, In n, In columns, double* a, In lda, double* b, In ldb, double* s, const double* rcond, Out rank,
                double* work, In size, Out integers, Out info);
  // Of BLAS.
  double (*dot)(In n, const double* x, In x_step, const double* y, In y_step);
  float (*dot32)(In n, const float* x, In x_step, const float* y, In y_step);
};

struct ComplexRoutines : Routines<Complex> {
  void (*geev)(const char* left, const char* right, In n, Complex* a, In lda, Complex* values, Complex* vl, In ldvl,
               Complex* vr, In ldvr, Complex* work, In size, double* reals, Out info, std::size_t, std::size_t);
  void (*heevd)(const char* job, const char* triangle, In n, Complex* a, In lda, double* values, Complex* work, In size,
                double* reals, In real_size, Out integers, In integer_size, Out info, std::size_t, std::size_t);
  void (*gesdd)(const char* job, In m, In n, Complex* a, In lda, double* s, Complex* u, In ldu, Complex* vh, In ldvh,
                Complex* work, In size, double* reals, Out integers, Out info, std::size_t);
  void (*gelsd)(In m, In n, In columns, Complex* a, In lda, Complex* b, In ldb, double* s, const double* rcond,
                Out rank, Complex* work, In size, double* reals, Out integers, Out info);
};

struct Lapack {
  RealRoutines real{};
  ComplexRoutines complex{};
  int integer_bytes = 0;  ///< of the library's integers, as they lie in its arrays
  std::string name;       ///< what was loaded

  template <typename T>
  const auto& routines() const {
    if constexpr (sizeof(T) == sizeof(double)) {
      return real;
    } else {
      return complex;
    }
  }
  /// Element `i` of an array that the library has filled.
  std::int64_t integer(const LapackInt* array, std::int64_t i) const;
  /// Whether its integers can count these.
  bool can_count(std::int64_t n) const { return integer_bytes == 8 || n <= INT32_MAX; }
};

/// What `info` says, whose upper half the library may have left alone: 0, -k for a wrong argument, k for a failure.
inline std::int32_t info_of(LapackInt info) { return static_cast<std::int32_t>(info); }

/// The LAPACK of this process; null where there is none. The first call decides: it tries the libraries `first` (names
/// or paths, also of a module that is linked against one), then the system's. ROOFTOP_LAPACK names another, or is
/// "none". Later calls cost a comparison.
const Lapack* load_lapack(std::span<const std::string> first);
const Lapack* lapack();

}  // namespace rooftop::lib
