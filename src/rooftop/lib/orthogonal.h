// Orthogonal factors of stacks of matrices by LAPACK: QR, singular values, least squares.
//
// All views are aligned, of float64 or all of complex128 (singular values are always float64), and have the same
// leading axes; results do not overlap arguments. No length is zero. There must be a LAPACK. Every function throws
// std::bad_alloc.
#pragma once

#include "rooftop/array/view.h"
#include "rooftop/lib/matrix_stack.h"

namespace rooftop::lib {

/// a = q r with k columns of `q` and as many rows of `r`: k is min(m, n), or m. `q` may be null.
Factored qr(const array::View& a, const array::View* q, const array::View& r);

/// LAPACK's own form: R above the diagonal of `factors` (m x n), reflectors below it, their lengths in `tau`.
Factored qr_raw(const array::View& a, const array::View& factors, const array::View& tau);

/// Where singular vectors go: columns of `u` and rows of `vh`, min(m, n) of each or all.
struct SingularVectors {
  const array::View& u;
  const array::View& vh;
  bool takes_all;
};

/// The min(m, n) singular values in `s`, the largest first. Failed where the iteration did not converge.
Factored svd(const array::View& a, const array::View& s, const SingularVectors* vectors);

/// What `least_squares` found beside the solution.
struct Fit {
  std::int64_t rank = 0;
  Factored state = Factored::Ok;
};

/// The shortest x that makes |b - a x| least, for each column of `b`: rank-2 views. Singular values below rcond times
/// the largest are zero. `s` has min(m, n) elements; `residuals`, one for each column, is set where the rank is n and m
/// >= n.
Fit least_squares(const array::View& a, const array::View& b, double rcond, const array::View& x, const array::View& s,
                  const array::View& residuals);

}  // namespace rooftop::lib
