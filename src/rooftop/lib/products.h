// Matrix products by the compiler's own schedule, compiled while rooftop is built: tools/generate_kernels_products.cpp.
#pragma once

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// The element types that there are products for.
bool can_multiply(array::DType dtype);

/// c = a · b on all cores where that pays; terms are added in the order of their index, each fused with its
/// multiplication where the processor can. Returns the floating-point errors (FloatError).
///
/// @pre Rank 2, one element type, lengths that fit, any of them 0; aligned elements. c is row-major, its memory apart
/// from that of a and b, which may have any strides. Throws std::bad_alloc.
unsigned multiply(const array::View& c, const array::View& a, const array::View& b);

/// The floating-point errors of a product, of what the processor flagged meanwhile: lanes beyond an edge multiply
/// infinities by the zeros that fill them up, so that what is invalid is seen in the result alone.
unsigned product_errors(unsigned flagged, const array::View& c);

}  // namespace rooftop::lib
