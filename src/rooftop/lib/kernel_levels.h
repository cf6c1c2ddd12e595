// The kernels of each CPU level, whatever this machine runs by default: for tests, and for kernels.cpp.
#pragma once

#include <array>
#include <vector>

#include "rooftop/lib/kernels.h"

namespace rooftop::lib {

inline constexpr std::array kLevels = {"x86-64-v2", "x86-64-v3", "x86-64-v4"};

/// How many of them this machine can run, from the lowest on; at least one.
int levels_of_machine();

/// All kernels of one level, as addresses.
class LevelKernels {
 public:
  /// @pre 0 <= level < kLevels.size()
  explicit LevelKernels(int level);

  const KernelSet& kernel(ops::Ufunc ufunc, int loop) const& {
    return loops_[first_[static_cast<std::size_t>(ufunc)] + static_cast<std::size_t>(loop)];
  }
  const KernelSet& kernel(ops::Ufunc ufunc, int loop) const&& = delete;  // it would outlive what it refers to
  /// By index in ops::reductions().
  const ReductionSet& reduction(std::size_t index) const& { return reductions_[index]; }

  const ReductionSet& reduction(std::size_t index) const&& = delete;

 private:
  std::vector<std::size_t> first_;  ///< of each function, in loops_
  std::vector<KernelSet> loops_;
  std::vector<ReductionSet> reductions_;
};

}  // namespace rooftop::lib
