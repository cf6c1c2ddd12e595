// Reductions over the many rows of a narrow array, in any order.
#pragma once

#include <cstdint>
#include <optional>

#include "rooftop/array/view.h"
#include "rooftop/ops/ufunc.h"

namespace rooftop::lib {

/// What reduce() does, where the rows are narrow and lie behind each other and the function doesn't mind the order: as
/// many of them as make a wide one are taken together. Nothing, with nothing done, where that isn't so.
/// @return the errors that reduce() returns
std::optional<unsigned> reduce_narrow(ops::Ufunc ufunc, const array::View& in, array::DType accumulator,
                                      std::uint64_t axes, const array::View& out, bool continues);

}  // namespace rooftop::lib
