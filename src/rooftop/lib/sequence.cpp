// Indices are counted as floats in several registers: exact up to 2**53, beyond which no array goes.
#include "rooftop/lib/sequence.h"

#include <algorithm>
#include <cstring>

#include "rooftop/runtime/context.h"
#include "rooftop/runtime/parallel_for.h"

namespace rooftop::lib {
namespace {

/// Numbers from which all threads take part, and those of a piece.
constexpr std::int64_t kParallel = 1 << 17, kPiece = 1 << 15;

struct Sequence {
  double* to;
  std::int64_t n;
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

std::int32_t fill_pieces(backend::KernelContext*, void* captures, std::int64_t begin, std::int64_t end) {
  const auto& sequence = *static_cast<const Sequence*>(captures);
  for (std::int64_t piece = begin; piece < end; ++piece) {
    sequence.fill(piece * kPiece, std::min(sequence.n, (piece + 1) * kPiece));
  }
  return backend::kOk;
}

}  // namespace

void fill_sequence(double* to, std::int64_t n, double start, double step) {
  Sequence sequence{to, n, start, step};
  if (n < kParallel) return sequence.fill(0, n);
  backend::KernelContext context;
  runtime::enter(context);
  runtime::parallel_for(&context, fill_pieces, &sequence, 0, (n + kPiece - 1) / kPiece, 1);
}

}  // namespace rooftop::lib
