// Elements of each line along an axis by their places in the line.
#pragma once

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// out[..., i, ...] = source[..., places[..., i, ...], ...] along `axis`; negative places count from the end.
/// @pre all have the same lengths on other axes (strides of zero where one is broadcast), `out` and `places` on this,
/// too; places are inside; `out` is of the source's type and overlaps none
void take_along(const array::View& out, const array::View& source, const array::View& places, int axis);

/// target[..., places[..., i, ...], ...] = values[..., i, ...] along `axis`, in order along it.
/// @pre as for take_along, `values` in the place of `out`
void put_along(const array::View& target, const array::View& values, const array::View& places, int axis);

}  // namespace rooftop::lib
