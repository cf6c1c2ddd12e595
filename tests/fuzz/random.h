// A small generator of random numbers that gives the same sequence everywhere.
#pragma once

#include <cstdint>
#include <vector>

namespace rooftop::fuzz {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {
    // Neighbouring seeds must not walk through one sequence, a step apart.
    state_ = bits() ^ (seed << 32);
  }

  std::uint64_t bits() {
    state_ += 0x9E3779B97F4A7C15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  /// In [0, n).
  int below(int n) { return static_cast<int>(bits() % static_cast<std::uint64_t>(n)); }
  /// In [low, high].
  int between(int low, int high) { return low + below(high - low + 1); }
  bool chance(int percent) { return below(100) < percent; }
  template <class T>
  const T& pick(const std::vector<T>& values) {
    return values[static_cast<std::size_t>(below(static_cast<int>(values.size())))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace rooftop::fuzz
