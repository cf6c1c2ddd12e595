// A ufunc over whole arrays: converts operands block by block where their types are not the loop's, calls the
// precompiled kernels on rows, on all cores where that pays, and says which floating-point errors happened.
#pragma once

#include <cstdint>
#include <span>

#include "rooftop/array/view.h"
#include "rooftop/ops/ufunc.h"

namespace rooftop::lib {

/// Bits of what `elementwise` returns.
enum FloatError : unsigned {
  kDivideByZero = 1,
  kOverflow = 2,
  kUnderflow = 4,
  kInvalid = 8,
};

/// One call. All operands have the same lengths (strides of zero where inputs are broadcast). Outputs may be an input's
/// memory, element for element, and overlap none otherwise.
struct ElementwiseCall {
  ops::Ufunc ufunc;
  int loop;  ///< index in ops::loops(ufunc)
  std::span<const array::View> inputs;
  std::span<const array::View> outputs;
  const array::View* where = nullptr;  ///< bool: only these elements are written
  /// What to tell of underflow: the processor's flag says so of rounding too, so that is asked for only when needed.
  bool reports_underflow = false;
};

/// Returns the errors as NumPy defines them for the function.
unsigned elementwise(const ElementwiseCall& call);

/// The processor's floating-point flags since they were cleared. Inline: on the way of every small operation.
inline unsigned hardware_errors() {
#if defined(__x86_64__)
  const unsigned status = __builtin_ia32_stmxcsr();
  return ((status & 0x04) != 0 ? kDivideByZero : 0U) | ((status & 0x08) != 0 ? kOverflow : 0U) |
         ((status & 0x10) != 0 ? kUnderflow : 0U) | ((status & 0x01) != 0 ? kInvalid : 0U);
#else
#error "floating-point flags of this processor are not known"
#endif
}
inline void clear_hardware_errors() {
#if defined(__x86_64__)
  const unsigned status = __builtin_ia32_stmxcsr();
  // Only divide, overflow, underflow and invalid: writing the register costs ten times what reading it does.
  if ((status & 0x1d) != 0) __builtin_ia32_ldmxcsr(status & ~0x1dU);
#endif
}

/// Where the errors of one loop of a function are to be seen: integers have fewer than floats, complex roots none.
ops::FloatErrors errors_of_loop(ops::Ufunc ufunc, const ops::Loop& loop);

/// Errors of rows that a kernel has computed while the processor flagged something: see ops::FloatErrors.
/// `inputs` and `outputs` have the loop's types and n elements.
unsigned errors_of_rows(ops::Ufunc ufunc, const ops::Loop& loop, char* const* addresses, const std::int64_t* strides,
                        std::int64_t n);

}  // namespace rooftop::lib
