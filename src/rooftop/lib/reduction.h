// Folding an array along some of its axes by a function of two inputs: sum, product, minimum, all … The order in which
// elements are put together depends on lengths and strides alone, not on threads or the processor.
#pragma once

#include <cstdint>

#include "rooftop/array/view.h"
#include "rooftop/ops/ufunc.h"

namespace rooftop::lib {

/// The type of a reduction's result where nobody asks for another: sums
/// and products of small integers and bools are of 64 bits.
array::DType output_of_reduction(ops::Ufunc ufunc, array::DType input);

/// Whether there are kernels for it.
bool can_reduce(ops::Ufunc ufunc, array::DType input, array::DType output);

/// out[kept axes] = fold of in over the axes whose bit is set in `axes`. `out` has the lengths of the kept axes, in
/// their order, and does not overlap the input. Returns FloatError bits.
/// @pre can_reduce(ufunc, accumulator, out.dtype), where `accumulator` is the type that elements are converted to
/// first;
///      no reduced axis is empty
unsigned reduce(ops::Ufunc ufunc, const array::View& in, array::DType accumulator, std::uint64_t axes,
                const array::View& out);

}  // namespace rooftop::lib
