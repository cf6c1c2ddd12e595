#include "rooftop/lib/places.h"

#include "rooftop/array/cast.h"

namespace rooftop::lib {

array::View as_int64(const array::View& places, std::vector<std::int64_t>& memory, array::Extents& extents) {
  if (places.dtype == array::DType::I64) return places;
  memory.resize(static_cast<std::size_t>(places.size()));
  extents = array::Extents(places.lengths());
  extents.set_row_major(sizeof(std::int64_t));
  const array::View converted = extents.view(array::DType::I64, reinterpret_cast<char*>(memory.data()));
  array::copy_elements(converted, places);
  return converted;
}

std::optional<std::int64_t> wrap_places(std::span<std::int64_t> places, std::int64_t length) {
  for (std::int64_t& place : places) {
    if (place < -length || place >= length) return place;
    if (place < 0) place += length;
  }
  return std::nullopt;
}

namespace {

// The highest bit of `place | (length - 1 - place)` is set where a place is outside.
[[gnu::target("avx2")]] std::int64_t outside_bits_avx2(const std::int64_t* places, std::size_t n, std::int64_t length,
                                                       std::size_t& done) {
  typedef std::uint64_t Vector __attribute__((vector_size(32), aligned(8), may_alias));  // differences wrap
  constexpr std::size_t kLanes = 4;
  const Vector last = Vector{} + static_cast<std::uint64_t>(length - 1);
  Vector bits[2] = {};
  for (done = 0; done + 2 * kLanes <= n; done += 2 * kLanes) {
    for (std::size_t k = 0; k < 2; ++k) {
      const Vector place = *reinterpret_cast<const Vector*>(places + done + k * kLanes);
      bits[k] |= place | (last - place);
    }
  }
  const Vector both = bits[0] | bits[1];
  return static_cast<std::int64_t>(both[0] | both[1] | both[2] | both[3]);
}

}  // namespace

bool all_inside(std::span<const std::int64_t> places, std::int64_t length) {
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  std::size_t i = 0;
  std::int64_t bits = has_avx2 && places.size() >= 16 ? outside_bits_avx2(places.data(), places.size(), length, i) : 0;
  for (; i < places.size(); ++i) {
    // Without a difference that overflows: a negative place has the bit itself.
    bits |= places[i] | (places[i] < length ? 0 : -1);
  }
  return bits >= 0;
}

}  // namespace rooftop::lib
