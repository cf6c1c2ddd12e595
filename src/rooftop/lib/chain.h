// A function of two inputs applied over and over to its own result.
#pragma once

#include <cstdint>

#include "rooftop/array/dtype.h"
#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/kernels.h"

namespace rooftop::lib {

struct Strided {
  const char* data;
  std::int64_t stride;
};

/// A loop of a binary function whose operands have one type.
class Chain {
 public:
  Chain(ops::Ufunc ufunc, int loop);

  array::DType dtype() const { return types_.types[0]; }
  /// Whether the processor's flags tell of errors, for an ErrorWatch to read; what they do not tell of, the calls below
  /// return.
  bool watches() const {
    return sees_ != ops::FloatErrors::None && ops::info(ufunc_).errors == ops::FloatErrors::Hardware;
  }

  /// out[i] = left[i] op right[i]; the output may be an input.
  unsigned apply(Strided left, Strided right, Strided out, std::int64_t n) const;
  /// out[0] = start op in[0], out[i] = out[i - 1] op in[i]. `start` may be the element before the output, or the output
  /// where its stride is 0.
  unsigned accumulate(const char* start, const char* in, std::int64_t in_stride, char* out, std::int64_t out_stride,
                      std::int64_t n) const;
  /// out = in[0] op in[1] …, or out op in[0] … if it goes on. `converts`: the input is of another type, or not aligned.
  void fold(Strided in, array::DType type, bool converts, std::int64_t n, char* out, bool goes_on) const;
  /// target[place] = target[place] op in[i] for each of the places in turn.
  unsigned scatter(char* target, std::int64_t target_stride, const std::int64_t* places, Strided in,
                   std::int64_t n) const;
  /// Whether the calls look for errors in operands and results.
  bool searches() const { return sees_ != ops::FloatErrors::None && sees_ != ops::FloatErrors::Hardware; }

 private:
  const ops::Ufunc ufunc_;
  const ops::Loop& types_;
  const KernelSet& kernels_;
  const ops::FloatErrors sees_;
  const std::int64_t item_;
};

/// The processor's flags of what is done while it lives.
class ErrorWatch {
 public:
  explicit ErrorWatch(const Chain& chain) : watches_(chain.watches()) {
    if (watches_) clear_hardware_errors();
  }
  /// All but underflow, which no chain reports.
  unsigned errors() const { return watches_ ? hardware_errors() & ~static_cast<unsigned>(kUnderflow) : 0; }

 private:
  const bool watches_;
};

}  // namespace rooftop::lib
