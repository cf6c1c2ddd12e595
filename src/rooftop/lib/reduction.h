// Folding an array along some of its axes by a function of two inputs: sum, product, minimum, all … The order in which
// elements are put together depends on lengths and strides alone, not on threads or the processor.
#pragma once

#include <cstdint>

#include "rooftop/array/view.h"
#include "rooftop/ops/ufunc.h"

namespace rooftop::lib {

/// The type of a reduction's result where nobody asks for another: sums and products of small integers and bools are of
/// 64 bits, logic gives bool.
array::DType output_of_reduction(ops::Ufunc ufunc, array::DType input);

/// Whether there is a way to do it: kernels that fold, or, where both types are one, kernels that go on from one result
/// to the next.
bool can_reduce(ops::Ufunc ufunc, array::DType input, array::DType output);

/// Whether elements may be put together in any order, so that several axes may be folded.
bool is_reorderable(ops::Ufunc ufunc);

/// out[kept axes] = fold of in over the axes whose bit is set in `axes`. `out` has the lengths of the kept axes, in
/// their order, and does not overlap the input. `continues`: the folds begin with what the output holds. Returns
/// FloatError bits.
/// @pre can_reduce(ufunc, accumulator, out.dtype), where `accumulator` is the type that elements are converted to
///      first; one axis unless is_reorderable(ufunc); no reduced axis is empty
unsigned reduce(ops::Ufunc ufunc, const array::View& in, array::DType accumulator, std::uint64_t axes,
                const array::View& out, bool continues = false);

/// The same of the elements where `where`, a bool view of the input's lengths, is true. The output holds what the folds
/// begin with; the input is converted to its type.
unsigned reduce_where(ops::Ufunc ufunc, const array::View& in, const array::View& where, std::uint64_t axes,
                      const array::View& out);

}  // namespace rooftop::lib
