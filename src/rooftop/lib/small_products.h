// Products of float64 and float32 that need no packing of panels: small matrices, and two vectors. In registers of the
// machine's level, terms in the order of their index.
#pragma once

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// Whether `multiply_small` takes the product c = a · b, and is the fastest to.
bool is_small_product(const array::View& c, const array::View& a, const array::View& b);

/// As `multiply`; the processor's flags are left to whoever calls.
/// @pre is_small_product
void multiply_small(const array::View& c, const array::View& a, const array::View& b);

/// Writes the sum of a[i] * b[i], on all cores where that pays: the same bits however many there are, and whatever the
/// strides. Returns FloatError bits.
/// @pre rank 1, float64 or float32, one length, aligned; `sum` is one element of their type. Throws std::bad_alloc.
unsigned dot(char* sum, const array::View& a, const array::View& b);

}  // namespace rooftop::lib
