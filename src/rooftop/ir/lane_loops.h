// Loops of one function over the lanes of its arguments. Each takes a captureless function by type, so that the loop is
// compiled with it.
#pragma once

#include <cstdint>

#include "rooftop/ir/lane_kernels.h"

namespace rooftop::ir {

template <class T, class R, class F>
LaneKernel unary(F) {
  return [](void* result, const void* const* arguments, int lanes) {
    const T* const a = static_cast<const T*>(arguments[0]);
    for (int i = 0; i < lanes; ++i) static_cast<R*>(result)[i] = static_cast<R>(F()(a[i]));
    return Outcome::Defined;
  };
}

template <class T, class R, class F>
LaneKernel binary(F) {
  return [](void* result, const void* const* arguments, int lanes) {
    const T* const a = static_cast<const T*>(arguments[0]);
    const T* const b = static_cast<const T*>(arguments[1]);
    for (int i = 0; i < lanes; ++i) static_cast<R*>(result)[i] = static_cast<R>(F()(a[i], b[i]));
    return Outcome::Defined;
  };
}

/// With an F(a, b, outcome) that may worsen the outcome.
template <class T, class F>
LaneKernel partial(F) {
  return [](void* result, const void* const* arguments, int lanes) {
    const T* const a = static_cast<const T*>(arguments[0]);
    const T* const b = static_cast<const T*>(arguments[1]);
    Outcome outcome = Outcome::Defined;
    for (int i = 0; i < lanes; ++i) static_cast<T*>(result)[i] = F()(a[i], b[i], outcome);
    return outcome;
  };
}

template <class T, class F>
LaneKernel reduce(F) {
  return [](void* result, const void* const* arguments, int lanes) {
    const T* const a = static_cast<const T*>(arguments[0]);
    T sum = a[0];
    for (int i = 1; i < lanes; ++i) sum = static_cast<T>(F()(sum, a[i]));
    *static_cast<T*>(result) = sum;
    return Outcome::Defined;
  };
}

}  // namespace rooftop::ir
