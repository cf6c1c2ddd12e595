// Products of small matrices of float64 and float32, in registers of the machine's level: panels need no packing.
#pragma once

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// Whether `multiply_small` takes the product c = a · b, and is the fastest to.
bool is_small_product(const array::View& c, const array::View& a, const array::View& b);

/// As `multiply`; the processor's flags are left to whoever calls.
/// @pre is_small_product
void multiply_small(const array::View& c, const array::View& a, const array::View& b);

}  // namespace rooftop::lib
