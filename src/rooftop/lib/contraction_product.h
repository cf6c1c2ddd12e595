// Contractions as products of stacks of matrices.
#pragma once

#include "rooftop/lib/labelled.h"

namespace rooftop::lib {

/// As `contract`. @pre besides: there is a label that the output lacks, and each such label is x's and y's
unsigned multiply_labelled(const Labelled& x, const Labelled& y, const Labelled& out);

}  // namespace rooftop::lib
