// Which loop of a universal function a call takes: NumPy's promotion of its operands' types.
#pragma once

#include <optional>
#include <span>

#include "rooftop/array/promotion.h"
#include "rooftop/array/view.h"
#include "rooftop/ops/ufunc.h"

namespace rooftop::lib {

/// What an operand says of types.
struct OperandType {
  array::DType dtype{};                  ///< of what is not weak
  array::Weak weak = array::Weak::None;  ///< a number that takes on the type of what it meets
};

struct UfuncTypes {
  int loop;               ///< index in ops::loops(ufunc)
  array::DType promoted;  ///< the type that the operands promote to
};

/// The loop for these inputs, or for `dtype` where the caller asks for one. Nothing where NumPy refuses the types too.
std::optional<UfuncTypes> find_types(ops::Ufunc ufunc, std::span<const OperandType> inputs,
                                     std::optional<array::DType> dtype, array::Casting casting);

/// Whether an array of an integer type has an element below zero: NumPy refuses such exponents of integers.
bool has_negative(const array::View& view);

}  // namespace rooftop::lib
