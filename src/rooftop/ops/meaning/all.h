// Which operation has which meaning: the registry that expansion, folding and tests walk.
// A function named here is a row of ROOFTOP_MATH in ops.def; its template is `name<F>(x)` or `name<F>(x, y)`.
#pragma once

#include <optional>
#include <span>

#include "rooftop/ops/meaning/error_function.h"
#include "rooftop/ops/meaning/exponential.h"
#include "rooftop/ops/meaning/hyperbolic.h"
#include "rooftop/ops/meaning/inverse_trigonometric.h"
#include "rooftop/ops/meaning/logarithm.h"
#include "rooftop/ops/meaning/power.h"
#include "rooftop/ops/meaning/remainder.h"
#include "rooftop/ops/meaning/root.h"
#include "rooftop/ops/meaning/tanh.h"
#include "rooftop/ops/meaning/trigonometric.h"
#include "rooftop/ops/op.h"

/// X(name) for every operation of one argument that has a meaning, in float64 and float32.
#define ROOFTOP_MEANINGS_OF_ONE(X) \
  X(exp)                           \
  X(exp2)                          \
  X(expm1)                         \
  X(log)                           \
  X(log2)                          \
  X(log10)                         \
  X(log1p)                         \
  X(sin)                           \
  X(cos)                           \
  X(tan)                           \
  X(asin)                          \
  X(acos)                          \
  X(atan)                          \
  X(sinh)                          \
  X(cosh)                          \
  X(tanh)                          \
  X(asinh)                         \
  X(acosh)                         \
  X(atanh)                         \
  X(cbrt)                          \
  X(erf)                           \
  X(erfc)

/// X(name) for every operation of two arguments that has a meaning.
#define ROOFTOP_MEANINGS_OF_TWO(X) X(pow) X(atan2) X(hypot) X(fmod)

namespace rooftop::ops::meaning {

/// Whether `op` has a meaning here; the others of ROOFTOP_MATH are calls of the C library.
inline bool has_meaning(Op op) {
#define ROOFTOP_HAS(name) \
  if (op == Op::name) return true;
  ROOFTOP_MEANINGS_OF_ONE(ROOFTOP_HAS)
  ROOFTOP_MEANINGS_OF_TWO(ROOFTOP_HAS)
#undef ROOFTOP_HAS
  return false;
}

/// The meaning of `op` in the format F (Float64 or Float32) applied to its arguments, of type T with floats of that
/// format; nothing if it has none or the number of arguments is wrong.
template <class F, class T>
std::optional<T> apply_meaning(Op op, std::span<const T> arguments) {
  if (arguments.size() == 1) {
#define ROOFTOP_APPLY(name) \
  if (op == Op::name) return name<F>(arguments[0]);
    ROOFTOP_MEANINGS_OF_ONE(ROOFTOP_APPLY)
#undef ROOFTOP_APPLY
  }
  if (arguments.size() == 2) {
#define ROOFTOP_APPLY(name) \
  if (op == Op::name) return name<F>(arguments[0], arguments[1]);
    ROOFTOP_MEANINGS_OF_TWO(ROOFTOP_APPLY)
#undef ROOFTOP_APPLY
  }
  return std::nullopt;
}

}  // namespace rooftop::ops::meaning
