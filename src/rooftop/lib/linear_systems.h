// Solving, inverting, determinants and Cholesky's factor, of stacks of square matrices, by LAPACK.
//
// All views are aligned, of float64 or all of complex128, and have the same leading axes (strides of zero repeat a
// matrix); results do not overlap arguments. There must be a LAPACK. Every function throws std::bad_alloc.
#pragma once

#include "rooftop/array/view.h"
#include "rooftop/lib/matrix_stack.h"

namespace rooftop::lib {

/// a x = b for each n x n matrix of `a` and the columns of `b` and `x`. Failed where a matrix is singular.
Factored solve(const array::View& a, const array::View& b, const array::View& x);

/// Failed where a matrix is singular: its inverse is NaN then.
Factored invert(const array::View& a, const array::View& inverse);

/// The lower factor L of a = L L^H, or the upper one of a = U^H U; the other half of `a` is not looked at. Failed where
/// a matrix is not positive definite.
Factored cholesky(const array::View& a, bool takes_upper, const array::View& factor);

/// sign * exp(log) is the determinant; of a singular matrix 0 and minus infinity. `sign` has the matrices' type, `log`
/// is float64; neither has the matrices' axes.
StackResult sign_and_log(const array::View& a, const array::View& sign, const array::View& log);
StackResult determinant(const array::View& a, const array::View& result);

}  // namespace rooftop::lib
