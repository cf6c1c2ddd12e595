// Arrays one behind the other along an axis, and an array several times along each.
#pragma once

#include <cstdint>
#include <span>

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// out = the parts one after the other along `axis`, converted. Returns FloatError bits, as `copy` does.
/// @pre all have the rank of `out` and its lengths on other axes; along `axis` the parts' lengths add up to the out's;
/// `out` overlaps none
unsigned join(const array::View& out, std::span<const array::View> parts, int axis);

/// out = the source repeated[k] times along each axis k.
/// @pre `out` is row-major, of the source's type, and overlaps it nowhere; its lengths are the source's times
/// `repeated`
void tile(const array::View& out, const array::View& source, std::span<const std::int64_t> repeated);

/// The first `given` bytes of a block over and over, until it has `total` of them.
void repeat_bytes(char* block, std::int64_t given, std::int64_t total);

}  // namespace rooftop::lib
