// One axis after the other, in slabs: those of an axis span the whole length of the axes before it, their border
// included, and of the axes behind it what lies inside.
#include "rooftop/lib/padding.h"

#include <algorithm>

#include "rooftop/lib/copy.h"

namespace rooftop::lib {
namespace {

using array::Extents;
using array::View;

/// The slabs of one axis.
class Slabs {
 public:
  Slabs(const View& out, std::span<const PadWidth> widths, int axis)
      : extents_(out), data_(out.data), dtype_(out.dtype), axis_(axis), length_(out.shape[axis]) {
    for (int k = axis + 1; k < out.rank; ++k) {
      const PadWidth& width = widths[static_cast<std::size_t>(k)];
      data_ += width.before * out.strides[k];
      extents_.shape[k] -= width.before + width.after;
    }
  }

  std::int64_t length() const { return length_; }

  /// slabs [to, to + count) = those that begin at `from`, `step` apart: 1, -1, or 0 for one that repeats.
  void copy(std::int64_t to, std::int64_t from, std::int64_t count, std::int64_t step = 1) {
    if (count <= 0) return;
    const std::int64_t stride = extents_.strides[axis_];
    extents_.shape[axis_] = count;
    Extents source(extents_.view(dtype_, data_));
    source.strides[axis_] = step * stride;
    lib::copy(extents_.view(dtype_, data_ + to * stride), source.view(dtype_, data_ + from * stride));
  }

  void fill(std::int64_t to, std::int64_t count, const char* value) {
    if (count <= 0) return;
    extents_.shape[axis_] = count;
    Extents source(extents_.lengths());
    std::fill_n(source.strides, source.rank, 0);
    lib::copy(extents_.view(dtype_, data_ + to * extents_.strides[axis_]),
              source.view(dtype_, const_cast<char*>(value)));
  }

 private:
  Extents extents_;
  char* data_;
  array::DType dtype_;
  int axis_;
  std::int64_t length_;
};

/// One reflection on each side of [begin, end), which becomes what is filled then. `edge` is 1 where the edges are
/// repeated, else 0.
void reflect_once(Slabs& slabs, std::int64_t edge, std::int64_t& begin, std::int64_t& end) {
  const std::int64_t most = end - begin - 1 + edge;
  const std::int64_t before = std::min(begin, most), after = std::min(slabs.length() - end, most);
  slabs.copy(begin - before, begin + before - edge, before, -1);
  slabs.copy(end, end - 2 + edge, after, -1);
  begin -= before;
  end += after;
}

/// Repeats what is in [begin, end) to both sides. @pre at least `period` of it, where there is something left to fill
void repeat_period(Slabs& slabs, std::int64_t period, std::int64_t begin, std::int64_t end) {
  while (begin > 0) {
    const std::int64_t distance = (end - begin) / period * period;
    const std::int64_t count = std::min(begin, distance);
    slabs.copy(begin - count, begin - count + distance, count);
    begin -= count;
  }
  while (end < slabs.length()) {
    const std::int64_t distance = (end - begin) / period * period;
    const std::int64_t count = std::min(slabs.length() - end, distance);
    slabs.copy(end, end - distance, count);
    end += count;
  }
}

}  // namespace

void copy_inside(const View& out, const View& source, std::span<const PadWidth> widths) {
  char* data = out.data;
  for (int axis = 0; axis < out.rank; ++axis) data += widths[static_cast<std::size_t>(axis)].before * out.strides[axis];
  copy({data, out.dtype, out.rank, source.shape, out.strides}, source);
}

void pad_with_values(const View& out, std::span<const PadWidth> widths, const char* values) {
  const std::size_t size = array::size_of(out.dtype);
  for (int axis = 0; axis < out.rank; ++axis) {
    const auto [before, after] = widths[static_cast<std::size_t>(axis)];
    Slabs slabs(out, widths, axis);
    slabs.fill(0, before, values);
    slabs.fill(slabs.length() - after, after, values + size);
    values += 2 * size;
  }
}

void pad_from_inside(const View& out, std::span<const PadWidth> widths, PadMode mode) {
  for (int axis = 0; axis < out.rank; ++axis) {
    const auto [before, after] = widths[static_cast<std::size_t>(axis)];
    if (before + after == 0) continue;
    Slabs slabs(out, widths, axis);
    std::int64_t begin = before, end = slabs.length() - after;
    const std::int64_t inside = end - begin;
    if (mode == PadMode::Wrap) {
      repeat_period(slabs, inside, begin, end);
    } else if (mode == PadMode::Edge || inside == 1) {
      slabs.copy(0, begin, before, 0);
      slabs.copy(end, end - 1, after, 0);
    } else {
      const std::int64_t edge = mode == PadMode::Symmetric ? 1 : 0;
      reflect_once(slabs, edge, begin, end);
      repeat_period(slabs, 2 * (inside - 1 + edge), begin, end);
    }
  }
}

}  // namespace rooftop::lib
