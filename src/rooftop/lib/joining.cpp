// Blocks of memory where parts are dense, strided copies elsewhere.
#include "rooftop/lib/joining.h"

#include <algorithm>
#include <cstring>

#include "rooftop/lib/constant_size.h"
#include "rooftop/lib/copy.h"
#include "rooftop/lib/parallel.h"

namespace rooftop::lib {
namespace {

using array::Extents;
using array::View;

/// Bytes of a step of the outer axes from which it is copied part by part; and those of narrower steps that are
/// copied together, so that they are still in the cache when the next part comes.
constexpr std::int64_t kWideStep = 256, kTogether = 1 << 14;
/// Bytes of a result from which its parts are copied by all threads.
constexpr std::int64_t kParallelBytes = 1 << 20;

std::int64_t bytes_of(const View& view) { return view.size() * static_cast<std::int64_t>(array::size_of(view.dtype)); }

std::int64_t product(const std::int64_t* lengths, int count) {
  std::int64_t size = 1;
  for (int i = 0; i < count; ++i) size *= lengths[i];
  return size;
}

/// Whether every part can be moved as blocks of bytes, those of a large result by all threads.
bool is_of_blocks(const View& out, std::span<const View> parts, std::int64_t outer) {
  if (outer == 0 || !array::is_row_major(out) || bytes_of(out) >= kParallelBytes * outer) return false;
  return std::all_of(parts.begin(), parts.end(),
                     [&](const View& part) { return part.dtype == out.dtype && array::is_row_major(part); });
}

/// Blocks of the parts in turn, those [begin, end) of `outer` of each.
void interleave(char* to, std::span<const View> parts, std::int64_t outer, std::int64_t step, std::int64_t begin,
                std::int64_t end) {
  const std::int64_t together =
      step >= kWideStep ? 1 : std::max<std::int64_t>(kTogether / std::max<std::int64_t>(step, 1), 1);
  for (std::int64_t first = begin; first < end; first += together) {
    const std::int64_t count = std::min(together, end - first);
    char* block_begin = to + first * step;
    for (const View& part : parts) {
      const std::int64_t block = bytes_of(part) / outer;
      if (block == 0) continue;
      with_size(block, [&](auto bytes) {
        const auto size = static_cast<std::int64_t>(bytes);
        const char* from = part.data + first * size;
#pragma GCC unroll 4
        for (std::int64_t i = 0; i < count; ++i) std::memcpy(block_begin + i * step, from + i * size, bytes);
      });
      block_begin += block;
    }
  }
}

}  // namespace

unsigned join(const View& out, std::span<const View> parts, int axis) {
  char* to = out.data;
  const std::int64_t outer = product(out.shape, axis);
  if (is_of_blocks(out, parts, outer)) {
    const std::int64_t step = bytes_of(out) / outer;
    for_ranges(outer, std::max<std::int64_t>(1, kParallelBytes / std::max<std::int64_t>(step, 1)),
               [&](std::int64_t begin, std::int64_t end) { interleave(to, parts, outer, step, begin, end); });
    return 0;
  }
  unsigned errors = 0;
  Extents target(out);
  for (const View& part : parts) {
    target.shape[axis] = part.shape[axis];
    errors |= copy(target.view(out.dtype, to), part);
    to += part.shape[axis] * out.strides[axis];
  }
  return errors;
}

void repeat_bytes(char* block, std::int64_t given, std::int64_t total) {
  if (given <= 0) return;
  for (std::int64_t done = given; done < total;) {  // what is there doubles, up to what stays in the cache
    constexpr std::int64_t kLargest = 1 << 17;
    const std::int64_t whole = done <= kLargest ? done : std::max(given, kLargest / given * given);
    const std::int64_t next = std::min(whole, total - done);
    std::memcpy(block + done, block, static_cast<std::size_t>(next));
    done += next;
  }
}

void tile(const View& out, const View& source, std::span<const std::int64_t> repeated) {
  if (out.size() == 0) return;
  Extents first(out);
  std::copy_n(source.shape, source.rank, first.shape);
  copy(first.view(out.dtype, out.data), source);
  // From the last axis on: what follows an index of the outer axes is dense, and is repeated where it lies.
  for (int axis = out.rank; axis-- > 0;) {
    if (repeated[static_cast<std::size_t>(axis)] == 1) continue;
    const std::int64_t given = source.shape[axis] * out.strides[axis];
    const std::int64_t total = out.shape[axis] * out.strides[axis];
    const std::int64_t count = product(source.shape, axis);
    std::int64_t index[array::kMaxRank] = {};
    char* block = out.data;
    for (std::int64_t i = 0; i < count; ++i) {
      repeat_bytes(block, given, total);
      for (int k = axis; k-- > 0;) {
        block += out.strides[k];
        if (++index[k] < source.shape[k]) break;
        block -= out.strides[k] * source.shape[k];
        index[k] = 0;
      }
    }
  }
}

}  // namespace rooftop::lib
