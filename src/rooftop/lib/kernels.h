// Precompiled kernels of NumPy's universal functions: what small arrays call straight away, without a compiler.
// Made while rooftop is built (tools/generate_kernels*.cpp) from the meanings in ir/ufuncs.h, for three levels of CPU.
#pragma once

#include <string_view>

#include "rooftop/backend/abi.h"
#include "rooftop/ops/ufunc.h"

namespace rooftop::lib {

/// Slots: for each operand, inputs first, {data pointer, length, stride in bytes}. All lengths are equal, 0 included.
/// Results and context are not looked at: the context may be null. Always kOk: a kernel does not raise, poll, allocate
/// or start threads. An output may be the memory of an input, if data and stride are the same; other overlap is not
/// allowed. One more slot, {address of a byte, 1, 1}, is asked for by the loops of ops::tells_finite(): they set the
/// byte to whether some result may not be finite. Others leave it alone; callers that look at it begin with 1.
using KernelEntry = backend::Entry;

/// Calls a kernel of an elementwise loop on rows of n elements. False if all results are surely finite.
inline bool call_kernel(KernelEntry entry, int operands, char* const* addresses, const std::int64_t* strides,
                        std::int64_t n) {
  std::int64_t slots[3 * (ops::kMaxOperands + 1)];
  for (int k = 0; k < operands; ++k) {
    auto address = reinterpret_cast<std::int64_t>(addresses[k]);
    asm("" : "+r"(address));  // not in a vector: its load would wait for addresses that were just stored one by one
    slots[3 * k] = address;
    slots[3 * k + 1] = n;
    slots[3 * k + 2] = strides[k];
  }
  bool is_unsure = true;
  slots[3 * operands] = reinterpret_cast<std::int64_t>(&is_unsure);
  slots[3 * operands + 1] = slots[3 * operands + 2] = 1;
  entry(nullptr, slots, nullptr);
  return is_unsure;
}

struct KernelSet {
  KernelEntry contiguous;    ///< every operand contiguous; strides are not looked at
  KernelEntry left_scalar;   ///< of the first operand one element is read, the others are contiguous; null unless there
                             ///< are two inputs
  KernelEntry right_scalar;  ///< the same for the second operand
  KernelEntry strided;       ///< any strides, zero and negative ones too; elements aligned to the size of their parts

  // Of chained loops (ops::is_chained), else null; any strides.
  /// Slots {start, 1, 0}, {input data, n, stride}, {output data, n, stride}: out[0] = start op in[0], and every other
  /// element is the one before it op its input's. The output may be the input, or all of it one element.
  KernelEntry accumulate;
  /// Slots {target data, length, stride}, {int64 places, n, stride}, {input data, n, stride}: target[place] =
  /// target[place] op input, one place after the other. Places are not checked; the target overlaps nothing else.
  KernelEntry scatter;
};

/// The kernels for `ops::loops(ufunc)[loop]`, for this machine.
const KernelSet& kernel(ops::Ufunc ufunc, int loop);

/// Folds: slots {input data, n, stride}, {output data, 1, 0}; out[0] = in[0] op in[1] … op in[n - 1] for n >= 1, put
/// together in an order that depends on n alone.
struct ReductionSet {
  KernelEntry contiguous;
  KernelEntry strided;
};

/// Calls a fold: one value of n elements.
inline void call_fold(KernelEntry fold, const void* in, std::int64_t n, std::int64_t stride, void* out) {
  const std::int64_t slots[] = {reinterpret_cast<std::int64_t>(in),  n, stride,
                                reinterpret_cast<std::int64_t>(out), 1, 0};
  fold(nullptr, slots, nullptr);
}

/// Null if there is none; see ops::reductions().
const ReductionSet* reduction(ops::Ufunc ufunc, array::DType input, array::DType output);

/// "x86-64-v2", "x86-64-v3" or "x86-64-v4": the highest level that this machine has, or a lower one that the
/// environment variable ROOFTOP_CPU names. Decided once. Every level computes the same bits.
const char* cpu_level();

/// What was made once for each level: the one for cpu_level().
template <typename T>
const T& of_level(const T& v2, const T& v3, const T& v4) {
  const std::string_view level = cpu_level();
  if (level == "x86-64-v4") return v4;
  return level == "x86-64-v3" ? v3 : v2;
}

}  // namespace rooftop::lib
