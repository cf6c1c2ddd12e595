// Operations on constants: the reference meaning, as constant folding uses it.
#pragma once

#include <optional>
#include <span>

#include "rooftop/ir/expr.h"

namespace rooftop::ir {

/// The value of `op` over constant arguments: constants, broadcasts and ramps of them. Nothing when an argument is not
/// constant, when the lanes of the result differ, for rows of ROOFTOP_MATH (their meaning depends on the float model),
/// and where the meaning is unspecified or a precondition is broken (division by zero, counts and casts out of range).
std::optional<Constant> evaluate(Op op, Type result, std::span<const Expr> args);

/// The constant that the operation equals, broadcast to its lanes; `e` itself when it is none or cannot be evaluated.
Expr fold(const Expr& e);

}  // namespace rooftop::ir
