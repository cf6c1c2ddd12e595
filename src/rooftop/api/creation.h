// Arrays from nothing, from values, and from memory that somebody else owns.
#pragma once

#include <algorithm>
#include <complex>
#include <initializer_list>
#include <memory>
#include <span>
#include <vector>

#include "rooftop/api/array.h"
#include "rooftop/api/operand.h"

namespace rooftop {

/// An array of these lengths whose elements have any value. Throws ValueError for lengths that are negative or too
/// large together, std::bad_alloc.
ROOFTOP_API Array empty(const Shape& shape, DType dtype = DType::Float64, Order order = Order::C);
ROOFTOP_API Array zeros(const Shape& shape, DType dtype = DType::Float64, Order order = Order::C);
ROOFTOP_API Array ones(const Shape& shape, DType dtype = DType::Float64, Order order = Order::C);
/// All elements equal to `value`, of its type (int64, float64, complex128 for C++ numbers), or of the one given.
ROOFTOP_API Array full(const Shape& shape, const Operand& value);
ROOFTOP_API Array full(const Shape& shape, const Operand& value, DType dtype);
/// The unit matrix.
ROOFTOP_API Array eye(std::int64_t n, DType dtype = DType::Float64);

namespace detail {
ROOFTOP_API Array range(std::int64_t start, std::int64_t stop, std::int64_t step);
ROOFTOP_API Array range(double start, double stop, double step);
}  // namespace detail

/// start, start + step, … before stop. Of int64 where all three are integers, else of float64. Throws ValueError for a
/// step of zero.
template <typename Start, typename Stop, typename Step = int>
requires(std::is_arithmetic_v<Start>&& std::is_arithmetic_v<Stop>&& std::is_arithmetic_v<Step>) Array
    arange(Start start, Stop stop, Step step = 1) {
  constexpr bool kIsWhole = std::integral<Start> && std::integral<Stop> && std::integral<Step>;
  using Number = std::conditional_t<kIsWhole, std::int64_t, double>;
  return detail::range(static_cast<Number>(start), static_cast<Number>(stop), static_cast<Number>(step));
}
template <typename Stop>
requires std::is_arithmetic_v<Stop> Array arange(Stop stop) { return arange(0, stop); }

/// `count` float64 numbers from start to stop, both ends included (unless `endpoint` is false).
ROOFTOP_API Array linspace(double start, double stop, std::int64_t count = 50, bool endpoint = true);

/// A copy of the values in a vector of their type.
template <Element T>
Array from(std::span<const T> values) {
  Array result = empty(static_cast<std::int64_t>(values.size()), dtype_of<T>);
  std::copy(values.begin(), values.end(), result.data<T>());
  return result;
}
template <Element T>
Array from(std::initializer_list<T> values) {
  return from(std::span<const T>(values.begin(), values.size()));
}
template <Element T>
Array from(const std::vector<T>& values) {
  if constexpr (std::same_as<T, bool>) {  // packed: there is no span of it
    Array result = empty(static_cast<std::int64_t>(values.size()), DType::Bool);
    std::copy(values.begin(), values.end(), result.data<bool>());
    return result;
  } else {
    return from(std::span<const T>(values));
  }
}
/// Rows of one length. Throws ShapeError where they differ.
template <Element T>
Array from(std::initializer_list<std::initializer_list<T>> rows) {
  const std::size_t columns = rows.size() == 0 ? 0 : rows.begin()->size();
  Array result = empty({static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(columns)}, dtype_of<T>);
  T* to = result.data<T>();
  for (const std::initializer_list<T>& row : rows) {
    if (row.size() != columns) throw ShapeError("rows of different lengths cannot be an array");
    to = std::copy(row.begin(), row.end(), to);
  }
  return result;
}
/// A number as an array without axes, of its own type: not weak.
template <Element T>
Array scalar(T value) {
  Array result = empty({}, dtype_of<T>);
  *result.data<T>() = value;
  return result;
}

/// An array on memory that is there already; nothing is copied. `owner` lives as long as the last array on the memory:
/// a shared_ptr to it, one with a deleter of any kind, or nothing where the caller keeps it alive. Strides are in
/// bytes; without them the order is row-major. Memory of const elements makes a read-only array. Throws ValueError
/// where lengths and strides do not go together.
ROOFTOP_API Array wrap(void* data, DType dtype, const Shape& shape, std::span<const std::int64_t> strides,
                       bool is_writeable, std::shared_ptr<const void> owner);
template <typename T>
requires Element<std::remove_const_t<T>> Array wrap(T* data, const Shape& shape,
                                                    std::shared_ptr<const void> owner = nullptr,
                                                    std::span<const std::int64_t> strides = {}) {
  using Plain = std::remove_const_t<T>;
  return wrap(const_cast<Plain*>(data), dtype_of<Plain>, shape, strides, !std::is_const_v<T>, std::move(owner));
}
/// Takes the vector over.
template <Element T>
requires(!std::same_as<T, bool>) Array wrap(std::vector<T>&& values) {
  auto owner = std::make_shared<std::vector<T>>(std::move(values));
  return wrap(owner->data(), static_cast<std::int64_t>(owner->size()), owner);
}

}  // namespace rooftop
