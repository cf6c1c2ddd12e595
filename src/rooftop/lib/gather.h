// Elements by their places: rows that an array of integers or booleans names, read and written.
#pragma once

#include <cstdint>
#include <optional>

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// The first of the places, in row-major order, that lies outside [-length, length); nothing when all are inside.
/// @pre `places` is of an integer type
std::optional<std::int64_t> find_outside(const array::View& places, std::int64_t length);

/// out[i, ...] = source[places[i], ...], i in row-major order. Negative places count from the end. Returns the first of
/// the places outside, after which `out` is of no use.
/// @pre `out` is row-major, of the source's type, and does not overlap it; `places` is of an integer type
std::optional<std::int64_t> gather(const array::View& out, const array::View& source, const array::View& places);

/// target[places[i], ...] = values[i, ...], in order: the last of several writes to a place stays.
/// @pre all places are inside; `values` is row-major and of the target's type, or of no axes: then one element for all
void scatter(const array::View& target, const array::View& places, const array::View& values);

/// The elements of `source` where `mask`, of the same lengths, is true, one after the other in row-major order.
/// @pre `out` is a dense vector of count_nonzero(mask) elements of the source's type
void compress(const array::View& out, const array::View& source, const array::View& mask);

/// target[mask] = values: one after the other in row-major order, or one for all where `values` has no axes.
/// @pre `values` is of the target's type and has count_nonzero(mask) elements or no axes
void expand(const array::View& target, const array::View& mask, const array::View& values);

}  // namespace rooftop::lib
