// The cost kernel of a function: a function of the same arguments that counts what the first one does, without doing
// it. Loops whose rounds are alike are multiplied out, others are run with what steers them alone, and what depends on
// the contents of memory is not counted but named.
//
//   for %i in 0 .. %n { for %k in 0 .. %m {                 let %rounds = f64(%n)   let %rounds.1 = %rounds * f64(%m)
//     %Y[%i] = %Y[%i] + %A[%i, %k] * %X[%k] } }      →      %flops := %flops + %rounds.1 * 2.0   …   return %flops, …
#pragma once

#include <string>
#include <vector>

#include "rooftop/ir/stmt.h"
#include "rooftop/profile/flop_count.h"

namespace rooftop::profile {

/// Something whose cost the contents of memory decide.
struct Uncounted {
  enum class Kind : std::uint8_t { Loop, EarlyEnd, Branch, Call };
  Kind kind;
  SourceLocation location;
  Flops each;  ///< Loop, EarlyEnd: of one round · Branch: what its branches differ by
  bool each_is_known = false;
};

/// Reads or writes of one argument's elements.
struct CostAccess {
  std::size_t parameter;  ///< of the function
  bool is_write;
};

struct CostKernel {
  /// The entry takes the function's own arguments, in its own slots, and reads no memory. Its results, all f64, are
  /// what `read_counts` reads.
  ir::Module module;
  std::vector<CostAccess> accesses;
  std::vector<Uncounted> uncounted;

  std::size_t result_count() const { return 3 + 2 * accesses.size() + uncounted.size(); }
};

CostKernel make_cost_kernel(const ir::Module& module);

/// What one call cost.
struct Counts {
  struct Traffic {
    std::size_t parameter;
    double read = 0, written = 0;  ///< bytes, each element once
    bool is_estimate = false;      ///< some subscripts come from memory: as if each were another element
  };
  Flops flops;
  std::vector<Traffic> traffic;
  std::vector<std::size_t> uncounted;  ///< those of the kernel's list that the call met
  bool ended_early = false;            ///< the kernel itself would have run for too long

  double bytes() const;
  bool is_complete() const { return uncounted.empty() && !ended_early; }
};

/// From the kernel's results and the arguments that it was called with: an array passed twice is one array.
Counts read_counts(const CostKernel& kernel, std::span<const std::int64_t> results,
                   std::span<const std::int64_t> arguments);

}  // namespace rooftop::profile
