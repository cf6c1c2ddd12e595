// Results that go on from one element to the next along an axis: accumulate, and the folds of slices (reduceat).
#pragma once

#include <cstdint>
#include <span>

#include "rooftop/array/view.h"
#include "rooftop/ops/ufunc.h"

namespace rooftop::lib {

/// A function of two inputs whose loop has one type. `in` and `out` are of this type and aligned, and have the same
/// lengths but for the axis of `reduce_slices`.
struct AlongAxis {
  ops::Ufunc ufunc;
  int loop;  ///< index in ops::loops(ufunc)
  array::View in;
  array::View out;
  int axis;
};

/// out[…, 0, …] = in[…, 0, …], out[…, i, …] = out[…, i - 1, …] op in[…, i, …], in this order: the same bits as NumPy's.
/// The output is the input or does not overlap it. Returns FloatError bits.
unsigned accumulate(const AlongAxis& call);

/// out[…, j, …] = the fold of in[…, starts[j] : starts[j + 1], …] (to the end for the last), or in[…, starts[j], …]
/// where that slice is empty. Sums of floats are NumPy's: the first element, plus the others in pairs. Returns
/// FloatError bits.
/// @pre 0 <= starts[j] < length of the axis; the output does not overlap the input
unsigned reduce_slices(const AlongAxis& call, std::span<const std::int64_t> starts);

}  // namespace rooftop::lib
