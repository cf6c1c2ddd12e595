// One division for each axis and place, of 32 bits where they suffice: those of 64 bits take several times as long.
#include "rooftop/lib/flat_places.h"

#include <algorithm>

#include "rooftop/array/strided_loop.h"

namespace rooftop::lib {
namespace {

/// Takes the index along an axis from each place. `Unsigned` holds all places.
template <typename Unsigned>
void divide(std::int64_t* rest, std::int64_t n, std::int64_t length, std::int64_t* indices) {
  const auto divisor = static_cast<Unsigned>(length);
  for (std::int64_t i = 0; i < n; ++i) {
    const auto place = static_cast<Unsigned>(rest[i]);
    const Unsigned above = place / divisor;
    indices[i] = static_cast<std::int64_t>(place - above * divisor);
    rest[i] = static_cast<std::int64_t>(above);
  }
}

/// Places that are divided by all lengths while they are in the cache.
constexpr std::int64_t kBlock = 1024;

}  // namespace

std::optional<std::int64_t> unravel(std::span<const std::int64_t> places, std::span<const std::int64_t> shape,
                                    bool first_runs_fastest, std::int64_t* const* indices) {
  std::int64_t size = 1;
  for (const std::int64_t length : shape) size *= length;
  const auto outside =
      std::find_if(places.begin(), places.end(), [size](std::int64_t i) { return i < 0 || i >= size; });
  if (outside != places.end()) return *outside;
  const auto rank = static_cast<int>(shape.size());
  const auto count = static_cast<std::int64_t>(places.size());
  std::int64_t rest[kBlock];
  for (std::int64_t begin = 0; begin < count; begin += kBlock) {
    const std::int64_t n = std::min(kBlock, count - begin);
    std::copy_n(places.begin() + begin, n, rest);
    for (int step = 0; step + 1 < rank; ++step) {
      const int axis = first_runs_fastest ? step : rank - 1 - step;
      const std::int64_t length = shape[static_cast<std::size_t>(axis)];
      size > UINT32_MAX ? divide<std::uint64_t>(rest, n, length, indices[axis] + begin)
                        : divide<std::uint32_t>(rest, n, length, indices[axis] + begin);
    }
    if (rank > 0) std::copy_n(rest, n, indices[first_runs_fastest ? rank - 1 : 0] + begin);
  }
  return std::nullopt;
}

bool add_indices(const array::View& sums, const array::View& places, std::int64_t length, std::int64_t step) {
  const array::View operands[] = {sums, places};
  const array::StridedLoop loop(operands);
  const std::int64_t n = loop.row_length();
  const std::int64_t to_stride = loop.row_stride(0), stride = loop.row_stride(1);
  constexpr auto dense = static_cast<std::int64_t>(sizeof(std::int64_t));
  std::int64_t signs = 0;  // what is outside leaves one
  const auto add = [&](char* to, const char* from) {
    // Without signs: a place that is outside may be too large to be subtracted, multiplied or added.
    const std::uint64_t place = *reinterpret_cast<const std::uint64_t*>(from);
    signs |= static_cast<std::int64_t>(place | (static_cast<std::uint64_t>(length) - 1 - place));
    *reinterpret_cast<std::uint64_t*>(to) += place * static_cast<std::uint64_t>(step);
  };
  loop.run([&](char* const* at) {
    if (to_stride == dense && stride == dense) {
      for (std::int64_t i = 0; i < n; ++i) add(at[0] + i * dense, at[1] + i * dense);
    } else {
      for (std::int64_t i = 0; i < n; ++i) add(at[0] + i * to_stride, at[1] + i * stride);
    }
  });
  return signs >= 0;
}

}  // namespace rooftop::lib
