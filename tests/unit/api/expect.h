// What tests of arrays say: elements as a list, and the text of what is thrown.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rooftop/api/rooftop.h"

namespace rooftop {

/// All elements in row-major order, converted.
template <typename T>
std::vector<T> values(const Array& array) {
  const Array dense = array.astype<T>().contiguous();
  const std::span<const T> all = dense.span<const T>();
  return {all.begin(), all.end()};
}

inline std::vector<std::int64_t> lengths(const Array& array) { return {array.shape().begin(), array.shape().end()}; }

/// The message of the Exception that `action` throws.
template <typename Exception, typename Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const Exception& error) {
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

using Ints = std::vector<std::int64_t>;
using Doubles = std::vector<double>;

}  // namespace rooftop
