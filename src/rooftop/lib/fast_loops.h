// The loops of universal functions for operands of one type, at hand: what small arrays are computed with before
// anything is resolved.
#pragma once

#include <array>
#include <cstdint>

#include "rooftop/lib/kernels.h"
#include "rooftop/ops/ufunc.h"

namespace rooftop::lib {

/// What a call needs of a loop; all inputs have the type that it is found by.
struct FastLoop {
  KernelEntry contiguous = nullptr;  ///< null: the call has to be resolved
  KernelEntry left_scalar = nullptr;
  KernelEntry right_scalar = nullptr;
  array::DType output{};
  std::int16_t loop = 0;
  ops::FloatErrors errors{};  ///< of this loop: integers that cannot go wrong have none
};

/// By function and type of the inputs. Written once, by prepare_fast_loops, and only read from then on.
extern std::array<std::array<FastLoop, array::kDTypeCount>, 256> fast_loops;

/// Fills fast_loops. May be called any number of times, from any thread.
void prepare_fast_loops();

}  // namespace rooftop::lib
