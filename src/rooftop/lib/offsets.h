// Elements by their distances in memory: what subscripts that mix arrays, slices and numbers name.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// offsets[i] += places[i] * stride, element by element; negative places count from the end. Returns the first of the
/// places outside [-length, length), after which the offsets are of no use.
/// @pre `offsets` and `places` have the same lengths; `offsets` is of int64, `places` of an integer type
std::optional<std::int64_t> add_places(const array::View& offsets, const array::View& places, std::int64_t length,
                                       std::int64_t stride);

/// offsets[i] += distances[i], element by element.
/// @pre both are of int64 and have the same lengths
void add_distances(const array::View& offsets, const array::View& distances);

/// The distances of the elements of a mask that are true, in row-major order, in an array with these strides.
/// @pre `mask` is bool
std::vector<std::int64_t> distances_of_true(const array::View& mask, const std::int64_t* strides);

/// out[i, ...] = source[...] where the source begins offsets[i] bytes further on.
/// @pre `out` has one axis for the offsets before those of the source, is of its type, and overlaps it nowhere
void gather_at(const array::View& out, const array::View& source, std::span<const std::int64_t> offsets);

/// target[...] = values[i, ...] where the target begins offsets[i] bytes further on, in order: the last of several
/// writes to a place stays.
/// @pre `values` has one axis for the offsets before those of the target, is of its type, and overlaps it nowhere
void scatter_at(const array::View& target, const array::View& values, std::span<const std::int64_t> offsets);

}  // namespace rooftop::lib
