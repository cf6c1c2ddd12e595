// Numbers at equal distances.
#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

namespace rooftop::lib {

/// to[i] = start + i * step, rounded twice: as NumPy's arange and linspace compute it.
void fill_sequence(double* to, std::int64_t n, double start, double step);
void fill_sequence(float* to, std::int64_t n, float start, float step);

/// The same of integers, which wrap.
template <std::integral T>
void fill_sequence(T* to, std::int64_t n, T start, T step) {
  using Unsigned = std::make_unsigned_t<T>;
  constexpr int kRound = 8;  // of a length that compilers know: they make vectors of it
  Unsigned offsets[kRound];
  for (int k = 0; k < kRound; ++k) offsets[k] = static_cast<Unsigned>(k * static_cast<std::uint64_t>(step));
  auto value = static_cast<Unsigned>(start);
  std::int64_t i = 0;
  for (; i + kRound <= n; i += kRound) {
    for (int k = 0; k < kRound; ++k) to[i + k] = static_cast<T>(static_cast<Unsigned>(value + offsets[k]));
    value = static_cast<Unsigned>(value + kRound * static_cast<std::uint64_t>(step));
  }
  for (int k = 0; i < n; ++i, ++k) to[i] = static_cast<T>(static_cast<Unsigned>(value + offsets[k]));
}

}  // namespace rooftop::lib
