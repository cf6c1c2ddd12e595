// Sorting the elements of a vector, wholly or in part. Order is NumPy's: NaN last, complex numbers by their real parts
// and then by their imaginary ones.
#pragma once

#include <cstdint>
#include <span>

#include "rooftop/array/dtype.h"
#include "rooftop/array/view.h"

namespace rooftop::lib {

/// Sorts n elements that lie one after the other. Equal ones (0.0 and -0.0, NaN) stay in their order.
void sort_vector(array::DType dtype, char* data, std::int64_t n);

/// Puts the elements that belong at `places` in ascending order there, none larger before and none smaller behind each.
/// @pre places ascend and lie in [0, n)
void partition_vector(array::DType dtype, char* data, std::int64_t n, std::span<const std::int64_t> places);

/// The same for each row of a view, whose elements lie one after the other along its last axis. @pre view.rank > 0
void sort_rows(const array::View& view);
void partition_rows(const array::View& view, std::span<const std::int64_t> places);

/// The order of complex numbers: those without NaN, with it as the imaginary part, as the real part, as both.
template <typename T>
struct ComplexOrder {
  struct Number {
    T real, imag;
  };
  static int nan_parts(const Number& x) { return (x.real != x.real ? 2 : 0) + (x.imag != x.imag ? 1 : 0); }
  bool operator()(const Number& a, const Number& b) const {
    const int in_a = nan_parts(a), in_b = nan_parts(b);
    if (in_a != in_b) return in_a < in_b;
    if (a.real < b.real) return true;
    return !(b.real < a.real) && a.imag < b.imag;
  }
};

}  // namespace rooftop::lib
