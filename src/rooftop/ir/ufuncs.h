// NumPy's universal functions: the one meaning of each, as a builder of expressions of scalars or vectors.
// Precompiled kernels, fused loops and compiled Python all compute what is built here.
#pragma once

#include <span>
#include <vector>

#include "rooftop/ir/stmt.h"
#include "rooftop/ops/ufunc.h"

namespace rooftop::ir {

/// The values of the function's outputs for inputs of the loop's types, all of one number of lanes. What is used
/// several times, and loops, are appended to `before` as statements. Mathematical functions are left as operations:
/// `expand` in meaning.h is for those who need more. Sums of products are not contracted by it; under
/// FloatModel::Contract they may be later.
std::vector<Expr> ufunc_values(ops::Ufunc ufunc, const ops::Loop& loop, std::span<const Expr> inputs, Block& before);

/// Quotient and remainder as Python defines them: the quotient rounded down, the remainder with the divisor's sign.
struct DivMod {
  Expr quotient, remainder;
};
/// Of floats; `y` is not zero.
DivMod float_divmod(const Expr& x, const Expr& y, Block& before);

}  // namespace rooftop::ir
