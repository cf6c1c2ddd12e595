// The reference meaning of conversions between element types.
#pragma once

#include "rooftop/ir/lane_kernels.h"

namespace rooftop::ir {

/// Null where the conversion does not exist.
LaneKernel cast_kernel(DType from, DType to);
LaneKernel bitcast_kernel(DType from, DType to);

}  // namespace rooftop::ir
