// Copies of whole arrays, on all cores where that pays.
#pragma once

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// array::copy_elements. Returns FloatError bits: what the conversion of floats to smaller ones flagged.
unsigned copy(const array::View& target, const array::View& source);

}  // namespace rooftop::lib
