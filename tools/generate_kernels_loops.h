// The loops of precompiled kernels, written in ir: one universal function over arrays of one kind, and folds.
#pragma once

#include "rooftop/ir/stmt.h"
#include "rooftop/ops/ufunc.h"

namespace rooftop::tools {

/// What a kernel's code may use of the processor.
struct Target {
  int vector_bytes;
  bool has_masks;  ///< loads and stores of any element take a mask at no cost
};

enum class Variant : std::uint8_t { Contiguous, LeftScalar, RightScalar, Strided };
inline constexpr int kVariants = 4;

struct KernelLoop {
  ir::Function function;  ///< mathematical functions are not expanded yet
  bool is_plain;          ///< scalar code without conversions of halves: the same for every level
};

/// A function of the operands as arrays of rank 1 and one length; see lib/kernels.h for what it does.
KernelLoop elementwise(ops::Ufunc ufunc, const ops::Loop& loop, Variant variant, const Target& target);

/// Loops whose rounds follow each other: see KernelSet in lib/kernels.h. @pre ops::is_chained(ufunc, loop)
KernelLoop accumulation(ops::Ufunc ufunc, const ops::Loop& loop);
KernelLoop scatter(ops::Ufunc ufunc, const ops::Loop& loop);

/// A function of the input and of an output of one element: the fold of all elements, in an order that is the same for
/// every target and layout. Mathematical functions are not expanded yet.
ir::Function reduction(ops::Ufunc ufunc, ir::DType input, ir::DType output, bool is_strided, const Target& target);

/// Mathematical functions become what they are made of.
ir::Block with_expanded_math(const ir::Block& block);

}  // namespace rooftop::tools
