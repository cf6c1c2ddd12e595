// Slices along the axis that lies farthest apart in the target's memory, each copied by whoever is free.
#include "rooftop/lib/copy.h"

#include <algorithm>
#include <cstdlib>

#include "rooftop/array/cast.h"
#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/parallel_errors.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::Extents;
using array::View;

/// Bytes from which a copy is cut, and those of a piece.
constexpr std::int64_t kParallelBytes = 1 << 20;
constexpr std::int64_t kPiece = 1 << 18;

struct Pieces {
  const View& target;
  const View& source;
  int axis;
  std::int64_t count;

  // Rows [first, last) of the axis.
  void copy(std::int64_t piece) const {
    const std::int64_t length = target.shape[axis];
    const std::int64_t first = length * piece / count;
    const std::int64_t last = length * (piece + 1) / count;
    Extents to(target);
    Extents from(source);
    to.shape[axis] = from.shape[axis] = last - first;
    array::copy_elements(to.view(target.dtype, target.data + first * target.strides[axis]),
                         from.view(source.dtype, source.data + first * source.strides[axis]));
  }
};

int outermost_axis(const View& view) {
  int found = 0;
  for (int i = 1; i < view.rank; ++i) {
    if (view.shape[found] < 2 || (view.shape[i] > 1 && std::abs(view.strides[i]) > std::abs(view.strides[found]))) {
      found = i;
    }
  }
  return found;
}

}  // namespace

unsigned copy(const View& target, const View& source) {
  const bool looks = source.dtype != target.dtype && (target.dtype == DType::F32 || target.dtype == DType::C64);
  const std::int64_t bytes = target.size() * static_cast<std::int64_t>(array::size_of(target.dtype));
  const int axis = bytes >= kParallelBytes ? outermost_axis(target) : 0;
  const std::int64_t count = bytes >= kParallelBytes ? std::min(bytes / kPiece, target.shape[axis]) : 1;
  if (count < 2) {
    if (looks) clear_hardware_errors();
    array::copy_elements(target, source);
    return looks ? hardware_errors() & unsigned{kOverflow} : 0;
  }
  const Pieces pieces{target, source, axis, count};
  const unsigned errors = parallel_errors(count, 1, [&](std::int64_t begin, std::int64_t end) {
    if (looks) clear_hardware_errors();
    for (std::int64_t i = begin; i < end; ++i) pieces.copy(i);
    return looks ? hardware_errors() : 0U;
  });
  return errors & kOverflow;
}

}  // namespace rooftop::lib
