// Arrays folded along axes.
#pragma once

#include <optional>

#include "rooftop/api/array.h"

namespace rooftop {

/// The axes of a reduction: all of them, one, or several. Negative ones count from the end.
class Axes {
 public:
  Axes() : all_(true), list_({}) {}
  Axes(std::int64_t axis) : list_(axis) {}  // NOLINT: meant to convert
  Axes(std::initializer_list<std::int64_t> axes) : list_(axes) {}
  Axes(const std::vector<std::int64_t>& axes) : list_(axes) {}  // NOLINT

  bool is_all() const { return all_; }
  std::span<const std::int64_t> list() const { return list_.values(); }

 private:
  bool all_ = false;
  Integers list_;
};

/// `keep_dims`: the reduced axes stay, with length one. Without axes given all elements are folded, and the result has
/// no axes. Sums and products of small integers and bools are of 64 bits. Throws IndexError for axes out of bounds,
/// ValueError for those given twice, and where an empty array has no answer.
ROOFTOP_API Array sum(const Array& array, const Axes& axes = {}, bool keep_dims = false);
ROOFTOP_API Array prod(const Array& array, const Axes& axes = {}, bool keep_dims = false);
ROOFTOP_API Array min(const Array& array, const Axes& axes = {}, bool keep_dims = false);
ROOFTOP_API Array max(const Array& array, const Axes& axes = {}, bool keep_dims = false);
ROOFTOP_API Array all(const Array& array, const Axes& axes = {}, bool keep_dims = false);
ROOFTOP_API Array any(const Array& array, const Axes& axes = {}, bool keep_dims = false);
ROOFTOP_API Array mean(const Array& array, const Axes& axes = {}, bool keep_dims = false);
/// The mean of the squared distances from the mean; divided by the number of elements less `ddof`.
ROOFTOP_API Array var(const Array& array, const Axes& axes = {}, bool keep_dims = false, double ddof = 0);
/// The root of `var`: NumPy's std.
ROOFTOP_API Array stddev(const Array& array, const Axes& axes = {}, bool keep_dims = false, double ddof = 0);
/// Elements that are not zero.
ROOFTOP_API Array count_nonzero(const Array& array, const Axes& axes = {}, bool keep_dims = false);

/// The place of the first largest (smallest) element, of the first NaN where there is one: int64, in row-major order or
/// along one axis. Throws TypeError for complex numbers.
ROOFTOP_API Array argmax(const Array& array, std::optional<int> axis = {}, bool keep_dims = false);
ROOFTOP_API Array argmin(const Array& array, std::optional<int> axis = {}, bool keep_dims = false);

}  // namespace rooftop
