// Operators of arrays and numbers: the universal functions of the same meaning. Comparisons give arrays of bool.
#pragma once

#include "rooftop/api/operand.h"
#include "rooftop/api/ufuncs.h"

namespace rooftop {

// One of the two is an array; a number converts to Operand.
#define ROOFTOP_BINARY_OPERATOR(symbol, function)                                                       \
  inline Array operator symbol(const Array& left, const Array& right) { return function(left, right); } \
  template <typename Number>                                                                            \
  requires(!std::same_as<Number, Array> && std::convertible_to<Number, Operand>) Array operator symbol( \
      const Array& left, const Number& right) {                                                         \
    return function(left, right);                                                                       \
  }                                                                                                     \
  template <typename Number>                                                                            \
  requires(!std::same_as<Number, Array> && std::convertible_to<Number, Operand>) Array operator symbol( \
      const Number& left, const Array& right) {                                                         \
    return function(left, right);                                                                       \
  }

ROOFTOP_BINARY_OPERATOR(+, add)
ROOFTOP_BINARY_OPERATOR(-, subtract)
ROOFTOP_BINARY_OPERATOR(*, multiply)
ROOFTOP_BINARY_OPERATOR(/, divide)
ROOFTOP_BINARY_OPERATOR(%, remainder)
ROOFTOP_BINARY_OPERATOR(&, bitwise_and)
ROOFTOP_BINARY_OPERATOR(|, bitwise_or)
ROOFTOP_BINARY_OPERATOR(^, bitwise_xor)
ROOFTOP_BINARY_OPERATOR(<<, left_shift)
ROOFTOP_BINARY_OPERATOR(>>, right_shift)
ROOFTOP_BINARY_OPERATOR(==, equal)
ROOFTOP_BINARY_OPERATOR(!=, not_equal)
ROOFTOP_BINARY_OPERATOR(<, less)
ROOFTOP_BINARY_OPERATOR(<=, less_equal)
ROOFTOP_BINARY_OPERATOR(>, greater)
ROOFTOP_BINARY_OPERATOR(>=, greater_equal)
#undef ROOFTOP_BINARY_OPERATOR

}  // namespace rooftop
