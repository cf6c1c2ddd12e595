// NaN among the elements of an array.
#pragma once

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// out = in with `value` (of the views' type) in the place of each element that is NaN, or has a part that is. Both
/// have the same lengths and one type, of floats or complex numbers; they do not overlap.
void replace_nan(const array::View& out, const array::View& in, const char* value);

}  // namespace rooftop::lib
