// Eigenvalues and eigenvectors of stacks of square matrices by LAPACK.
//
// Views are aligned and have the same leading axes; results do not overlap arguments. No length is zero. There must be
// a LAPACK. Every function throws std::bad_alloc.
#pragma once

#include "rooftop/array/view.h"
#include "rooftop/lib/matrix_stack.h"

namespace rooftop::lib {

/// Of symmetric (Hermitian) matrices, float64 or complex128, of which one half is looked at: `values` (float64) in
/// rising order, columns of `vectors`, which may be null. Failed where the iteration did not converge.
Factored eigh(const array::View& a, bool takes_upper, const array::View& values, const array::View* vectors);

/// Of any matrices: `values` and the columns of `vectors`, which may be null, are complex128. Failed also where an
/// element is not finite.
Factored eig(const array::View& a, const array::View& values, const array::View* vectors);

/// Whether no element of a complex128 vector or stack of vectors has an imaginary part.
bool all_real(const array::View& values);

}  // namespace rooftop::lib
