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

/// The highest bits say that a place is negative, and that one is outside [-length, length). Sums and differences wrap,
/// but never both to something positive.
struct PlaceBits {
  std::uint64_t negative = 0;
  std::uint64_t outside = 0;
};

[[gnu::target("avx2")]] PlaceBits place_bits_avx2(const std::int64_t* places, std::size_t n, std::uint64_t length,
                                                  std::size_t& done) {
  typedef std::uint64_t Vector __attribute__((vector_size(32), aligned(8), may_alias));
  constexpr std::size_t kLanes = 4;
  const Vector lengths = Vector{} + length;
  const Vector last = lengths - 1;
  Vector negative = {}, outside = {};
  for (done = 0; done + kLanes <= n; done += kLanes) {
    const Vector place = *reinterpret_cast<const Vector*>(places + done);
    negative |= place;
    outside |= (place + lengths) | (last - place);
  }
  return {negative[0] | negative[1] | negative[2] | negative[3], outside[0] | outside[1] | outside[2] | outside[3]};
}

}  // namespace

PlaceRange range_of(std::span<const std::int64_t> places, std::int64_t length) {
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  const auto unsigned_length = static_cast<std::uint64_t>(length);
  std::size_t i = 0;
  PlaceBits bits;
  if (has_avx2 && places.size() >= 16) bits = place_bits_avx2(places.data(), places.size(), unsigned_length, i);
  for (; i < places.size(); ++i) {
    const auto place = static_cast<std::uint64_t>(places[i]);
    bits.negative |= place;
    bits.outside |= (place + unsigned_length) | (unsigned_length - 1 - place);
  }
  if (bits.outside >> 63 != 0) return PlaceRange::Outside;
  return bits.negative >> 63 != 0 ? PlaceRange::FromEnds : PlaceRange::FromStart;
}

}  // namespace rooftop::lib
