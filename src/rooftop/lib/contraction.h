// Sums of products of two labelled operands: matrix products where there is one in them.
#pragma once

#include "rooftop/lib/labelled.h"

namespace rooftop::lib {

/// out = the sum of x over the labels that the output lacks; of bools "or" is the sum. Returns FloatError bits.
/// @pre one type, no half; the output's labels are x's; aligned; no overlap. Throws std::bad_alloc, as all do here.
unsigned sum_labels(const Labelled& x, const Labelled& out);

/// out = the sum of x * y over the labels that the output lacks; of bools "and" is the product. Returns FloatError
/// bits.
/// @pre one type, no half; each label of the output is x's or y's; aligned; no overlap
unsigned contract(const Labelled& x, const Labelled& y, const Labelled& out);

}  // namespace rooftop::lib
