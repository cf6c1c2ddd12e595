// Elements limited to a range.
#pragma once

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// out = the elements of `in`, none below `low` and none above `high` where these are in order: what minimum(high,
/// maximum(low, x)) gives. NaN stays, and so do elements that are equal to a bound.
/// @pre all are aligned and of one type, which is not complex and no half; `low` and `high` are one element each; `out`
/// overlaps none
void clip(const array::View& out, const array::View& in, const char* low, const char* high);

}  // namespace rooftop::lib
