// Products of whole arrays: the @ operator and NumPy's dot, inner, outer, vdot and einsum. What they are made of are
// loops in which each element takes up one term after the other, so that the optimiser sees contractions.
#pragma once

#include <string>

#include "rooftop/frontend/array_expression.h"

namespace rooftop::frontend {

/// a @ b.
Value matrix_product(Emitter& e, const Value& a, const Value& b);
/// np.dot(a, b): sums over the last dimension of a and the one before the last of b; with a number, a * b.
Value dot_product(Emitter& e, const Value& a, const Value& b);
/// np.inner(a, b): sums over the last dimension of both.
Value inner_product(Emitter& e, const Value& a, const Value& b);
/// np.outer(a, b) of two vectors.
Value outer_product(Emitter& e, const Value& a, const Value& b);
/// np.vdot(a, b) of two vectors: the first is conjugated.
Value conjugate_product(Emitter& e, const Value& a, const Value& b);

/// einsum(subscripts, *operands).
Value einsum(Emitter& e, const std::string& subscripts, const std::vector<Value>& operands);

/// The sum of products over all terms, in their order, first index outermost, in numbers of the type; of halves in
/// float32, rounded at the end. Without loops over terms it is one product.
Value sum_of_products(Emitter& e, const PyType& type, const std::vector<ir::Expr>& term_counts,
                      const std::function<std::vector<Value>(const std::vector<ir::Expr>& term)>& factors);

}  // namespace rooftop::frontend
