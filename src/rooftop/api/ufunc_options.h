// How a universal function is called, and what is left of the floating-point errors that it met.
#pragma once

#include <optional>

#include "rooftop/api/operand.h"

namespace rooftop {

/// For example `add(a, b, {.out = a})`. What is left out is null.
struct UfuncOptions {
  Array out{};                          ///< where the result is written; it is also what the call returns
  Array second_out{};                   ///< the same for the second result of divmod, modf and frexp
  Array where{};                        ///< bool, broadcast: elements where it is false are left as they are
  std::optional<DType> dtype{};         ///< the type to compute in
  Casting casting = Casting::SameKind;  ///< which conversions to `dtype` and to the outputs are allowed
};

/// Floating-point errors as bits, as NumPy's errstate defines them.
enum FloatErrors : unsigned {
  kDivideByZero = 1,
  kOverflow = 2,
  kInvalid = 8,
};

/// What the calls on this thread have met since the last clear_float_errors. Nothing is thrown or printed for them.
ROOFTOP_API unsigned float_errors();
ROOFTOP_API void clear_float_errors();

}  // namespace rooftop
