// Loops that move elements, compiled for each of their sizes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace rooftop::lib {

/// A constant size makes memcpy one or two instructions.
template <typename Move>
void with_size(std::int64_t bytes, Move move) {
  switch (bytes) {
    case 1:
      return move(std::integral_constant<std::size_t, 1>());
    case 2:
      return move(std::integral_constant<std::size_t, 2>());
    case 4:
      return move(std::integral_constant<std::size_t, 4>());
    case 8:
      return move(std::integral_constant<std::size_t, 8>());
    case 16:
      return move(std::integral_constant<std::size_t, 16>());
    default:
      return move(static_cast<std::size_t>(bytes));
  }
}

}  // namespace rooftop::lib
