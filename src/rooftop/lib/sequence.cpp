// Indices are counted as floats in several registers: exact up to 2**53, beyond which no array goes.
#include "rooftop/lib/sequence.h"

#include <algorithm>
#include <cstring>

#include "rooftop/lib/parallel.h"

namespace rooftop::lib {
namespace {

/// Numbers from which all threads take part, and those of a piece.
constexpr std::int64_t kParallel = 1 << 17, kPiece = 1 << 15;

struct Sequence {
  double* to;
  double start, step;

  void fill(std::int64_t begin, std::int64_t end) const {
    using Register [[gnu::vector_size(16)]] = double;
    constexpr int kRegisters = 4, kRound = 2 * kRegisters;
    Register index[kRegisters];
    for (int r = 0; r < kRegisters; ++r) {
      const auto first = static_cast<double>(begin + 2 * r);
      index[r] = Register{first, first + 1};
    }
    std::int64_t i = begin;
    for (; i + kRound <= end; i += kRound) {
      for (int r = 0; r < kRegisters; ++r) {
        const Register values = index[r] * step + start;
        std::memcpy(to + i + 2 * r, &values, sizeof values);
        index[r] += double{kRound};
      }
    }
    for (; i < end; ++i) to[i] = static_cast<double>(i) * step + start;
  }
};

}  // namespace

void fill_sequence(double* to, std::int64_t n, double start, double step) {
  const Sequence sequence{to, start, step};
  if (n < kParallel) return sequence.fill(0, n);
  for_ranges((n + kPiece - 1) / kPiece, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t piece = begin; piece < end; ++piece) {
      sequence.fill(piece * kPiece, std::min(n, (piece + 1) * kPiece));
    }
  });
}

void fill_sequence(float* to, std::int64_t n, float start, float step) {
  constexpr std::int64_t kRound = 8;  // of a length that compilers know: they make vectors of it
  std::int64_t i = 0;
  for (; i + kRound <= std::min<std::int64_t>(n, INT32_MAX); i += kRound) {
    const auto first = static_cast<std::int32_t>(i);
    for (std::int32_t k = 0; k < kRound; ++k) to[i + k] = start + static_cast<float>(first + k) * step;
  }
  for (; i < n; ++i) to[i] = start + static_cast<float>(i) * step;
}

}  // namespace rooftop::lib
