// Basic subscripts: new lengths, strides and address.
#include <algorithm>
#include <string>

#include "rooftop/api/array.h"
#include "rooftop/api/detail/storage.h"

namespace rooftop {
namespace {

using array::Extents;
using array::View;

/// A subscript on its way through the axes.
class Walk {
 public:
  explicit Walk(const View& from) : from_(from), data_(from.data) {}

  View run(std::span<const Index> indices) {
    const auto count = [&](Index::Kind kind) {
      return std::count_if(indices.begin(), indices.end(), [&](const Index& i) { return i.kind() == kind; });
    };
    const std::ptrdiff_t integers = count(Index::Kind::Integer);
    const std::ptrdiff_t added = count(Index::Kind::NewAxis);
    const std::ptrdiff_t axes = integers + count(Index::Kind::Slice);
    if (count(Index::Kind::Ellipsis) > 1) throw IndexError("an index can only have a single ellipsis");
    if (axes > from_.rank) {
      throw IndexError("too many indices: the array has shape " + detail::shape_text(from_.lengths()) + ", but " +
                       std::to_string(axes) + " axes were indexed");
    }
    if (from_.rank - integers + added > array::kMaxRank) {
      throw IndexError("an array has at most " + std::to_string(array::kMaxRank) + " axes");
    }
    for (const Index& index : indices) take(index, from_.rank - static_cast<int>(axes));
    keep(from_.rank - axis_);
    return extents_.view(from_.dtype, data_);
  }

 private:
  void take(const Index& index, int rest) {
    switch (index.kind()) {
      case Index::Kind::Integer:
        return take_integer(index.position());
      case Index::Kind::Slice:
        return take_slice(index.range());
      case Index::Kind::NewAxis:
        return extents_.push(1, 0);
      case Index::Kind::Ellipsis:
        return keep(rest);
    }
  }

  void keep(int axes) {
    for (; axes > 0; --axes, ++axis_) extents_.push(from_.shape[axis_], from_.strides[axis_]);
  }

  void take_integer(std::int64_t position) {
    const std::int64_t length = from_.shape[axis_];
    const std::int64_t from_start = position < 0 ? position + length : position;
    if (from_start < 0 || from_start >= length) {
      throw IndexError("index " + std::to_string(position) + " is out of bounds for axis " + std::to_string(axis_) +
                       " with size " + std::to_string(length));
    }
    data_ += from_start * from_.strides[axis_++];
  }

  void take_slice(const Slice& slice) {
    if (slice.step == 0) throw ValueError("the step of a slice cannot be zero");
    const std::int64_t length = from_.shape[axis_];
    const std::int64_t stride = from_.strides[axis_++];
    // No step is longer than the axis is worth.
    const std::int64_t step = std::clamp<std::int64_t>(slice.step, -length - 1, length + 1);
    const std::int64_t low = step > 0 ? 0 : -1;
    const std::int64_t high = step > 0 ? length : length - 1;
    const auto bound = [&](const std::optional<std::int64_t>& given, std::int64_t otherwise) {
      if (!given) return otherwise;
      return std::clamp(*given < 0 ? *given + length : *given, low, high);
    };
    const std::int64_t start = bound(slice.start, step > 0 ? low : high);
    const std::int64_t stop = bound(slice.stop, step > 0 ? high : low);
    const std::int64_t distance = step > 0 ? stop - start : start - stop;
    const std::int64_t by = std::abs(step);
    const std::int64_t count = distance <= 0 ? 0 : (distance - 1) / by + 1;
    if (count > 0) data_ += start * stride;
    extents_.push(count, count > 1 ? stride * step : stride);
  }

  const View from_;
  char* data_;
  int axis_ = 0;
  Extents extents_;
};

}  // namespace

Array Array::subscript(std::span<const Index> indices) const {
  return detail::make_view(Walk(detail::view_of(*this)).run(indices), *this, is_writeable());
}

}  // namespace rooftop
