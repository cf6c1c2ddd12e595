// Subscripts along one axis, made ready for algorithms that do not look at them again.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// The places as int64: themselves, or converted into `memory`, row-major with the lengths in `extents`.
array::View as_int64(const array::View& places, std::vector<std::int64_t>& memory, array::Extents& extents);

/// Negative places become what they count from the end. Returns the first that lies outside [-length, length) as it was
/// given (those before it are changed), or nothing when all are inside.
std::optional<std::int64_t> wrap_places(std::span<std::int64_t> places, std::int64_t length);

/// What places mean on an axis.
enum class PlaceRange : std::uint8_t {
  FromStart,  ///< all in [0, length)
  FromEnds,   ///< all in [-length, length), some of them negative
  Outside,
};
PlaceRange range_of(std::span<const std::int64_t> places, std::int64_t length);

/// Whether all places are in [0, length).
inline bool all_inside(std::span<const std::int64_t> places, std::int64_t length) {
  return range_of(places, length) == PlaceRange::FromStart;
}

}  // namespace rooftop::lib
