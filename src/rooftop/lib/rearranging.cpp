// Each as copies of the largest regions that stay together.
#include "rooftop/lib/rearranging.h"

#include <algorithm>
#include <cstring>

#include "rooftop/array/cast.h"
#include "rooftop/lib/constant_size.h"
#include "rooftop/lib/copy.h"
#include "rooftop/lib/joining.h"

namespace rooftop::lib {
namespace {

using array::Extents;
using array::View;

void roll_from(int axis, Extents& lengths, const Extents& to, const Extents& from, char* out, const char* source,
               array::DType dtype, std::span<const std::int64_t> shifts) {
  while (axis < lengths.rank && shifts[static_cast<std::size_t>(axis)] == 0) ++axis;
  if (axis == lengths.rank) {
    const View target{out, dtype, lengths.rank, lengths.shape, to.strides};
    copy(target, {const_cast<char*>(source), dtype, lengths.rank, lengths.shape, from.strides});
    return;
  }
  const std::int64_t length = lengths.shape[axis];
  const std::int64_t shift = shifts[static_cast<std::size_t>(axis)];
  lengths.shape[axis] = length - shift;
  roll_from(axis + 1, lengths, to, from, out + shift * to.strides[axis], source, dtype, shifts);
  lengths.shape[axis] = shift;
  roll_from(axis + 1, lengths, to, from, out, source + (length - shift) * from.strides[axis], dtype, shifts);
  lengths.shape[axis] = length;
}

/// Copies of a block from which doubling what is there is faster than one after the other.
constexpr std::int64_t kManyCopies = 16;

/// Every block so often, a copy of many at a time: loops over a few copies of each take longer.
template <typename Bytes>
void repeat_evenly(char* to, const char* from, std::int64_t blocks, std::int64_t count, Bytes bytes) {
  constexpr std::int64_t kTogether = 1 << 13;  // bytes of the result, which stay in the cache
  const auto size = static_cast<std::int64_t>(bytes);
  const std::int64_t step = count * size, together = std::max<std::int64_t>(kTogether / step, 1);
  for (std::int64_t first = 0; first < blocks; first += together) {
    const std::int64_t length = std::min(together, blocks - first);
    for (std::int64_t k = 0; k < count; ++k) {
      char* const out = to + first * step + k * size;
      const char* const in = from + first * size;
      for (std::int64_t i = 0; i < length; ++i) std::memcpy(out + i * step, in + i * size, bytes);
    }
  }
}

}  // namespace

void roll(const View& out, const View& source, std::span<const std::int64_t> shifts) {
  if (out.size() == 0) return;
  std::int64_t within[array::kMaxRank];
  for (int axis = 0; axis < out.rank; ++axis) {
    const std::int64_t length = out.shape[axis];
    const std::int64_t rest = shifts[static_cast<std::size_t>(axis)] % length;
    within[axis] = rest < 0 ? rest + length : rest;
  }
  Extents lengths(out.lengths());
  roll_from(0, lengths, Extents(out), Extents(source), out.data, source.data, out.dtype,
            {within, static_cast<std::size_t>(out.rank)});
}

void repeat(const View& out, const View& source, int axis, const Counts& counts) {
  std::int64_t outer = 1;
  for (int k = 0; k < axis; ++k) outer *= source.shape[k];
  auto block = static_cast<std::int64_t>(array::size_of(source.dtype));
  for (int k = axis + 1; k < source.rank; ++k) block *= source.shape[k];
  if (block == 0) return;
  const std::int64_t length = source.shape[axis];
  char* to = out.data;
  const char* from = source.data;
  with_size(block, [&](auto bytes) {
    const auto size = static_cast<std::int64_t>(bytes);
    if (counts.each == nullptr && counts.all > 0 && counts.all < kManyCopies) {
      return repeat_evenly(to, from, outer * length, counts.all, bytes);
    }
    for (std::int64_t i = 0; i < outer; ++i) {
      for (std::int64_t j = 0; j < length; ++j, from += size) {
        const std::int64_t count = counts.of(j);
        if (count < kManyCopies) {
          for (std::int64_t k = 0; k < count; ++k, to += size) std::memcpy(to, from, bytes);
        } else {
          std::memcpy(to, from, bytes);
          repeat_bytes(to, size, count * size);
          to += count * size;
        }
      }
    }
  });
}

void copy_triangle(const View& out, const View& source, bool is_lower, std::int64_t diagonal) {
  if (out.size() == 0) return;
  const int row_axis = out.rank - 2;
  const std::int64_t rows = out.shape[row_axis], columns = out.shape[row_axis + 1];
  const std::int64_t to_step = out.strides[row_axis + 1], from_step = source.strides[row_axis + 1];
  std::int64_t matrices = 1;
  for (int k = 0; k < row_axis; ++k) matrices *= out.shape[k];
  const array::CastLoop copy_row = array::cast_loop(out.dtype, out.dtype);
  const char zero[16] = {};
  std::int64_t index[array::kMaxRank] = {};
  char* to = out.data;
  const char* from = source.data;
  for (std::int64_t matrix = 0; matrix < matrices; ++matrix) {
    for (std::int64_t i = 0; i < rows; ++i) {
      // Columns [0, edge) are one side, the others the other.
      const std::int64_t last = is_lower ? i + 1 : i;
      const std::int64_t edge = diagonal >= columns - last ? columns : std::max<std::int64_t>(last + diagonal, 0);
      char* const row = to + i * out.strides[row_axis];
      const char* const given = from + i * source.strides[row_axis];
      const std::int64_t kept = is_lower ? 0 : edge, cleared = is_lower ? edge : 0;
      copy_row(row + kept * to_step, to_step, given + kept * from_step, from_step, is_lower ? edge : columns - edge);
      copy_row(row + cleared * to_step, to_step, zero, 0, is_lower ? columns - edge : edge);
    }
    for (int k = row_axis; k-- > 0;) {
      to += out.strides[k], from += source.strides[k];
      if (++index[k] < out.shape[k]) break;
      to -= out.strides[k] * out.shape[k], from -= source.strides[k] * out.shape[k];
      index[k] = 0;
    }
  }
}

}  // namespace rooftop::lib
