// The places that sort by several keys.
#pragma once

#include <cstdint>
#include <span>

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// The places in the order of the last key, those that are equal there in the order of the one before, and so on; those
/// that are equal in all keys ascend.
/// @pre all keys are vectors of one length, aligned; there is one at least; `places` overlaps none
void lexsort(std::span<const array::View> keys, std::int64_t* places);

}  // namespace rooftop::lib
