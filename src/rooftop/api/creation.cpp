// New arrays and foreign memory.
#include "rooftop/api/creation.h"

#include <cmath>
#include <limits>
#include <string>

#include "rooftop/api/detail/numbers.h"
#include "rooftop/api/detail/storage.h"
#include "rooftop/array/promotion.h"

namespace rooftop {
namespace {

using array::Extents;

Array make(const Shape& shape, DType dtype, Order order, bool is_zeroed) {
  Extents extents = detail::read_shape(shape.values());
  const std::size_t item = size_of(dtype);
  if (array::checked_bytes(extents.lengths(), item)) {
    order == Order::F ? extents.set_column_major(item) : extents.set_row_major(item);
  }
  return detail::make(detail::inner(dtype), extents, is_zeroed);
}

}  // namespace

Array empty(const Shape& shape, DType dtype, Order order) { return make(shape, dtype, order, false); }
Array zeros(const Shape& shape, DType dtype, Order order) { return make(shape, dtype, order, true); }

Array ones(const Shape& shape, DType dtype, Order order) {
  Array result = make(shape, dtype, order, false);
  result.assign(1);
  return result;
}

Array full(const Shape& shape, const Operand& value) {
  return full(shape, value, detail::outer(detail::default_type(value)));
}
Array full(const Shape& shape, const Operand& value, DType dtype) {
  Array result = make(shape, dtype, Order::C, false);
  result.assign(value);
  return result;
}

Array eye(std::int64_t n, DType dtype) {
  Array result = zeros({n, n}, dtype);
  result.reshape(-1)(slice({}, {}, n + 1)) = 1;
  return result;
}

namespace detail {

Array range(std::int64_t start, std::int64_t stop, std::int64_t step) {
  if (step == 0) throw ValueError("the step of arange cannot be zero");
  // Without a sign: the whole range of the type may lie between start and stop.
  const auto from = static_cast<std::uint64_t>(start);
  const auto by = static_cast<std::uint64_t>(step);
  const bool is_empty = step > 0 ? start >= stop : start <= stop;
  const std::uint64_t distance =
      step > 0 ? static_cast<std::uint64_t>(stop) - from : from - static_cast<std::uint64_t>(stop);
  const std::uint64_t count = is_empty ? 0 : (distance - 1) / (step > 0 ? by : -by) + 1;
  const auto length = static_cast<std::int64_t>(std::min<std::uint64_t>(count, INT64_MAX));
  Array result = empty(length, DType::Int64);
  auto* to = result.data<std::int64_t>();
  for (std::int64_t i = 0; i < length; ++i)
    to[i] = static_cast<std::int64_t>(from + static_cast<std::uint64_t>(i) * by);
  return result;
}

Array range(double start, double stop, double step) {
  if (step == 0) throw ValueError("the step of arange cannot be zero");
  const double count = std::ceil((stop - start) / step);
  if (!(count < 0x1p62)) throw ValueError("arange: the number of elements is too large or not a number");
  Array result = empty(count > 0 ? static_cast<std::int64_t>(count) : 0);
  // As NumPy: the first two elements are computed, the others follow from their difference.
  const double next = start + step;
  const double difference = next - start;
  auto* to = result.data<double>();
  for (std::int64_t i = 0; i < result.size(); ++i) to[i] = start + static_cast<double>(i) * difference;
  return result;
}

}  // namespace detail

Array linspace(double start, double stop, std::int64_t count, bool endpoint) {
  if (count < 0) throw ValueError("the number of elements of linspace cannot be negative: " + std::to_string(count));
  Array result = empty(count);
  auto* to = result.data<double>();
  const std::int64_t intervals = endpoint ? count - 1 : count;
  const double distance = stop - start;
  const double step = distance / static_cast<double>(intervals);
  for (std::int64_t i = 0; i < count; ++i) {
    const auto place = static_cast<double>(i);
    // NumPy's way where the step is too small to be told from zero.
    const double from_start = intervals <= 0 ? place * distance
                              : step == 0    ? place / static_cast<double>(intervals) * distance
                                             : place * step;
    to[i] = from_start + start;
  }
  if (endpoint && count > 1) to[count - 1] = stop;
  return result;
}

Array wrap(void* data, DType dtype, const Shape& shape, std::span<const std::int64_t> strides, bool is_writeable,
           std::shared_ptr<const void> owner) {
  Extents extents = detail::read_shape(shape.values());
  if (!array::checked_bytes(extents.lengths(), size_of(dtype))) {
    throw ValueError("an array of shape " + detail::shape_text(shape.values()) + " is larger than memory can be");
  }
  if (strides.empty()) {
    extents.set_row_major(size_of(dtype));
  } else if (strides.size() == shape.values().size()) {
    std::copy(strides.begin(), strides.end(), extents.strides);
  } else {
    throw ValueError("strides " + detail::shape_text(strides) + " do not go with shape " +
                     detail::shape_text(shape.values()));
  }
  return detail::make_foreign(extents.view(detail::inner(dtype), static_cast<char*>(data)), is_writeable,
                              std::move(owner));
}

}  // namespace rooftop
