// Mathematical functions as ir: instantiates the one scalar meaning of ops/meaning with expressions.
// The interpreter and every code generator expand through here, so that they compute the same bits.
#pragma once

#include <optional>
#include <span>

#include "rooftop/ir/expr.h"
#include "rooftop/ops/meaning/concept.h"

namespace rooftop::ir {

/// Whether the operation expands into primitives; a math row without a meaning is a call of the C library.
bool expands(Op op);

/// The operation as an expression graph of primitives, for scalar or vector arguments. The parts share nodes: emit each
/// once. Nothing in the result may be contracted or reassociated, whatever the module's floating-point model.
/// @pre expands(op); the arguments are float32 or float64, all of one type.
Expr expand(Op op, std::span<const Expr> args);

/// An element of a table of the meanings, as a float64.
Expr lookup(const ops::meaning::Table& table, const Expr& index);

}  // namespace rooftop::ir
