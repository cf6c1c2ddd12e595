// The reference meaning of every primitive row of ops.def, on native values lane by lane. Constant folding and the
// interpreter both run these.
#pragma once

#include <cstdint>

#include "rooftop/ir/expr.h"

namespace rooftop::ir {

enum class Outcome : std::uint8_t {
  Defined,
  Unspecified,  ///< some value, not the same on every backend: a shift count or a float-to-integer cast out of range
  Broken,  ///< integer division by zero, quo or rem of MIN by -1: no scalar may, a lane of a vector gets some value
};

/// Computes `lanes` lanes. Values lie as in an array of their type: bool as a byte 0 or 1, complex as two parts. For
/// reductions `lanes` counts the argument's, elsewhere the result's. The result must not overlap the arguments.
using LaneKernel = Outcome (*)(void* result, const void* const* arguments, int lanes);

/// `value` is the type of the first argument that is not a condition. Null for rows that are no primitives and types
/// that the row does not accept.
LaneKernel lane_kernel(Op op, DType value, DType result);

/// The C library's function behind a row of ROOFTOP_MATH: its meaning under FloatModel::Strict. Float types only.
LaneKernel libm_kernel(Op op, DType value);

/// A constant as one native lane, and back.
void write_lane(const Constant& value, DType dtype, void* lane);
Constant read_lane(DType dtype, const void* lane);

}  // namespace rooftop::ir
