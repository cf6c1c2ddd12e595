// The table, made of ops::loops and the kernels of this machine.
#include "rooftop/lib/fast_loops.h"

#include <mutex>

#include "rooftop/lib/elementwise.h"

namespace rooftop::lib {

constinit std::array<std::array<FastLoop, array::kDTypeCount>, 256> fast_loops{};

namespace {

using array::DType;
using ops::Ufunc;

FastLoop find(Ufunc ufunc, DType dtype) {
  const int loop = ops::loop_for(ufunc, dtype);
  if (loop < 0) return {};
  const ops::Loop& types = ops::loops(ufunc)[static_cast<std::size_t>(loop)];
  if (types.types[0] != dtype) return {};
  const KernelSet& kernels = kernel(ufunc, loop);
  return {kernels.contiguous,
          kernels.left_scalar,
          kernels.right_scalar,
          types.types[ops::info(ufunc).inputs],
          static_cast<std::int16_t>(loop),
          errors_of_loop(ufunc, types)};
}

void fill() {
  for (int u = 0; u < ops::ufunc_count(); ++u) {
    const auto ufunc = static_cast<Ufunc>(u);
    // Types of their own, exponents that are looked at, and two results are not for a fast path.
    if (ops::info(ufunc).outputs != 1 || ufunc == Ufunc::ldexp) continue;
    for (int d = 0; d < array::kDTypeCount; ++d) {
      if (ufunc == Ufunc::power && array::is_integer(static_cast<DType>(d))) continue;
      fast_loops[static_cast<std::size_t>(u)][static_cast<std::size_t>(d)] = find(ufunc, static_cast<DType>(d));
    }
  }
}

}  // namespace

void prepare_fast_loops() {
  static std::once_flag once;
  std::call_once(once, fill);
}

}  // namespace rooftop::lib
