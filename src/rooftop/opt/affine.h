// Subscripts as affine functions of loop variables: constant coefficients and a part that does not change in the nest.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "rooftop/ir/stmt.h"

namespace rooftop::opt {

/// sum of coefficient * variable, plus `rest`, which reads no variable of the nest. Equal to the expression modulo
/// 2^64.
struct Affine {
  std::map<const ir::VarNode*, std::int64_t> coefficients;  ///< none is 0, none beyond 2^31
  ir::Expr rest;

  std::int64_t coefficient(const ir::Var& var) const {
    const auto found = coefficients.find(var.get());
    return found == coefficients.end() ? 0 : found->second;
  }
  bool depends_on(const ir::Var& var) const { return coefficient(var) != 0; }
};

/// The i64 expression as an affine function of `variables`, or nothing. Lets are not looked through.
std::optional<Affine> affine(const ir::Expr& e, const std::vector<ir::Var>& variables);

/// a.rest - b.rest when that is a constant.
std::optional<std::int64_t> constant_difference(const Affine& a, const Affine& b);

/// Whether the expression reads any of the variables.
bool reads_any(const ir::Expr& e, const std::vector<ir::Var>& variables);

/// `a + b` and the like with constants folded, for subscripts that passes build.
ir::Expr plus(const ir::Expr& a, const ir::Expr& b);
ir::Expr plus(const ir::Expr& a, std::int64_t b);
ir::Expr times(const ir::Expr& a, const ir::Expr& b);
ir::Expr minus(const ir::Expr& a, const ir::Expr& b);
/// Subscripts of a view's base where those of the view are `indices`.
std::vector<ir::Expr> base_indices(const ir::ViewParts& view, std::span<const ir::Expr> indices);
/// ceil(a / b) for a positive b and an a that is not near the ends of 64 bits.
ir::Expr pieces(const ir::Expr& a, std::int64_t b);
ir::Expr pieces(const ir::Expr& a, const ir::Expr& b);

/// How many rounds a loop from `begin` to `end` has, right for bounds that are anywhere in 64 bits.
ir::Expr round_count(const ir::Expr& begin, const ir::Expr& end, std::int64_t step = 1);

}  // namespace rooftop::opt
