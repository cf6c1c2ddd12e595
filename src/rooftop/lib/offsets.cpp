// Walks that read and write whole cache lines where there are several elements at each offset.
#include "rooftop/lib/offsets.h"
#include "rooftop/lib/nonzero.h"

#include <algorithm>
#include <cstring>

#include "rooftop/array/cast.h"
#include "rooftop/array/strided_loop.h"
#include "rooftop/lib/constant_size.h"
#include "rooftop/lib/gather.h"
#include "rooftop/lib/parallel.h"
#include "rooftop/lib/places.h"
#include "rooftop/lib/set_bytes.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::Extents;
using array::View;

/// Bytes that are moved at one offset before the next one's turn.
constexpr std::int64_t kRun = 128;
/// Bytes from which all threads take part.
constexpr std::int64_t kParallelBytes = 1 << 20, kPieceBytes = 1 << 18;

/// What lies at each offset, and what goes there: blocks of bytes along axes with strides on both sides.
struct Blocks {
  /// `other` has one axis more, the first.
  Blocks(const View& placed, const View& other)
      : block(static_cast<std::int64_t>(array::size_of(placed.dtype))),
        rank(placed.rank),
        shape(placed.shape),
        strides(placed.strides),
        other_strides(other.strides + 1),
        step(other.strides[0]) {
    const auto is_dense = [&](int axis) {
      return shape[axis] == 1 || (strides[axis] == block && other_strides[axis] == block);
    };
    is_empty = placed.size() == 0;
    while (!is_empty && rank > 0 && is_dense(rank - 1)) block *= shape[--rank];
  }

  std::int64_t block;  ///< bytes
  int rank;
  const std::int64_t* shape;
  const std::int64_t* strides;
  const std::int64_t* other_strides;
  std::int64_t step;  ///< from one offset's blocks to the next one's on the other side
  bool is_empty;
};

/// Blocks along the last axis that are moved together.
struct Run {
  std::int64_t distance = 0, other_distance = 0;  ///< of the first
  std::int64_t count = 1;
  std::int64_t stride = 0, other_stride = 0;
};

/// Calls `move(run)` for all blocks.
template <typename Move>
void for_each_run(const Blocks& blocks, Move move) {
  if (blocks.is_empty) return;
  if (blocks.rank == 0) return move(Run());
  const int last = blocks.rank - 1;
  const std::int64_t length = blocks.shape[last], most = std::max<std::int64_t>(kRun / blocks.block, 1);
  Run run{.stride = blocks.strides[last], .other_stride = blocks.other_strides[last]};
  std::int64_t index[array::kMaxRank] = {};
  std::int64_t distance = 0, other_distance = 0;
  for (;;) {
    for (std::int64_t i = 0; i < length; i += most) {
      run.distance = distance + i * run.stride;
      run.other_distance = other_distance + i * run.other_stride;
      run.count = std::min(most, length - i);
      move(run);
    }
    int axis = last - 1;
    for (; axis >= 0; --axis) {
      distance += blocks.strides[axis], other_distance += blocks.other_strides[axis];
      if (++index[axis] < blocks.shape[axis]) break;
      distance -= blocks.strides[axis] * blocks.shape[axis];
      other_distance -= blocks.other_strides[axis] * blocks.shape[axis];
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/// Calls `change(offset, operand's element)` for each pair of elements of int64.
template <typename Change>
void change_offsets(const View& offsets, const View& operand, Change change) {
  const View operands[] = {offsets, operand};
  const array::StridedLoop loop(operands);
  const std::int64_t n = loop.row_length(), to = loop.row_stride(0), from = loop.row_stride(1);
  loop.run([&](char* const* at) {
    for (std::int64_t i = 0; i < n; ++i) {
      std::int64_t value, offset;
      std::memcpy(&value, at[1] + i * from, sizeof value);
      std::memcpy(&offset, at[0] + i * to, sizeof offset);
      change(offset, value);
      std::memcpy(at[0] + i * to, &offset, sizeof offset);
    }
  });
}

}  // namespace

std::optional<std::int64_t> add_places(const View& offsets, const View& places, std::int64_t length,
                                       std::int64_t stride) {
  std::vector<std::int64_t> converted;
  Extents extents;
  const View wanted = as_int64(places, converted, extents);
  std::int64_t signs = 0;  // of the distances to both ends
  change_offsets(offsets, wanted, [&](std::int64_t& offset, std::int64_t place) {
    signs |= (place + length) | (length - 1 - place);
    // Unsigned: places that are outside may be anything.
    offset += static_cast<std::int64_t>(static_cast<std::uint64_t>(place + (place >> 63 & length)) *
                                        static_cast<std::uint64_t>(stride));
  });
  return signs < 0 ? find_outside(wanted, length) : std::nullopt;
}

void add_distances(const View& offsets, const View& distances) {
  change_offsets(offsets, distances, [](std::int64_t& offset, std::int64_t distance) { offset += distance; });
}

std::vector<std::int64_t> distances_of_true(const View& mask, const std::int64_t* strides) {
  std::vector<std::int64_t> distances(static_cast<std::size_t>(count_nonzero(mask)));
  if (distances.empty()) return distances;
  const int last = mask.rank - 1;
  std::int64_t index[array::kMaxRank] = {};
  const char* row = mask.data;
  std::int64_t distance = 0;
  for (std::size_t found = 0;;) {
    for_each_set(row, mask.strides[last], mask.shape[last],
                 [&](const std::int64_t* places, std::int64_t count, std::int64_t begin) {
                   for (std::int64_t i = 0; i < count; ++i) {
                     distances[found++] = distance + (begin + places[i]) * strides[last];
                   }
                 });
    if (found == distances.size()) return distances;
    for (int axis = last; axis-- > 0;) {
      row += mask.strides[axis], distance += strides[axis];
      if (++index[axis] < mask.shape[axis]) break;
      row -= mask.strides[axis] * mask.shape[axis], distance -= strides[axis] * mask.shape[axis];
      index[axis] = 0;
    }
  }
}

namespace {

void gather_piece(const View& out, const View& source, std::span<const std::int64_t> offsets) {
  const Blocks blocks(source, out);
  with_size(blocks.block, [&](auto bytes) {
    for_each_run(blocks, [&](const Run& run) {
      char* to = out.data + run.other_distance;
      const char* const from = source.data + run.distance;
      for (const std::int64_t offset : offsets) {
        const char* const at = from + offset;
        for (std::int64_t k = 0; k < run.count; ++k) {
          std::memcpy(to + k * run.other_stride, at + k * run.stride, bytes);
        }
        to += blocks.step;
      }
    });
  });
}

}  // namespace

void gather_at(const View& out, const View& source, std::span<const std::int64_t> offsets) {
  const std::int64_t bytes = out.size() * static_cast<std::int64_t>(array::size_of(out.dtype));
  if (bytes < kParallelBytes || offsets.size() < 2) return gather_piece(out, source, offsets);
  const std::int64_t pieces = std::min(bytes / kPieceBytes, out.shape[0]);
  const auto n = static_cast<std::int64_t>(offsets.size());
  for_ranges(pieces, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t piece = begin; piece < end; ++piece) {
      const std::int64_t first = n * piece / pieces, last = n * (piece + 1) / pieces;
      View part = out;
      part.data += first * out.strides[0];
      gather_piece(part, source,
                   offsets.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first)));
    }
  });
}

void scatter_at(const View& target, const View& values, std::span<const std::int64_t> offsets) {
  const Blocks blocks(target, values);
  with_size(blocks.block, [&](auto bytes) {
    for_each_run(blocks, [&](const Run& run) {
      const char* from = values.data + run.other_distance;
      char* const to = target.data + run.distance;
      for (const std::int64_t offset : offsets) {
        char* const at = to + offset;
        for (std::int64_t k = 0; k < run.count; ++k) {
          std::memcpy(at + k * run.stride, from + k * run.other_stride, bytes);
        }
        from += blocks.step;
      }
    });
  });
}

}  // namespace rooftop::lib
