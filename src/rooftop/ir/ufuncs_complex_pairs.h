// Complex numbers whose parts are pairs of floats. For ufuncs_complex*.cpp alone.
#pragma once

#include "rooftop/ir/ufuncs_pairs.h"

namespace rooftop::ir::ufuncs {

struct ComplexPair {
  Pair re, im;
};

/// log(a + ib) of two float64, each part with a relative error of about 2^-80.
ComplexPair logarithm_pairs(const Call& c, const Expr& a, const Expr& b);

}  // namespace rooftop::ir::ufuncs
