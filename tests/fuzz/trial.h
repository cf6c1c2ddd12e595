// Random arguments for a module, and what running it with them came to, as text that two runs can be compared by.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "rooftop/backend/abi.h"
#include "rooftop/ir/stmt.h"

namespace rooftop::fuzz {

using Runner = std::function<std::int32_t(backend::KernelContext*, const std::int64_t*, std::int64_t*)>;

struct TrialOptions {
  /// No infinities, NaNs, subnormals and ends of integer types, and no two arrays in one buffer: products of values are
  /// exact.
  bool exact = false;
  bool large = false;   ///< half of the arrays long enough for several vectors, tiles and blocks
  bool strips = false;  ///< lengths around multiples of the lanes that vectors have
};

/// Arguments for the entry of a module: scalars at the edges of their types, small arrays of every layout that their
/// types allow, some of them overlapping, some empty.
class Trial {
 public:
  Trial(const ir::Function& entry, std::uint64_t seed, const TrialOptions& options = {});

  /// Restores the arrays, runs, and tells: what was raised where, what was returned, what memory holds. NaNs are all
  /// one.
  std::string run(const Runner& runner);
  /// The arguments, for a report.
  std::string arguments() const;

 private:
  struct Buffer {
    ir::DType dtype;
    std::vector<std::byte> initial;
    std::vector<std::byte> bytes;
  };

  void add_scalar(ir::DType dtype, const ir::Constant& value);
  void add_array(const ir::Type& type, class Random& random);
  std::string memory() const;

  std::int64_t random_length(class Random& random) const;

  TrialOptions options_;
  std::vector<ir::Type> results_;
  std::vector<std::int64_t> slots_;
  std::vector<Buffer> buffers_;
  std::string arguments_;
  bool fits_ = false;        ///< all arrays have that length
  std::int64_t length_ = 0;  ///< that arrays have in common
};

constexpr std::int64_t kSteps = 300'000;

/// Runs with the interpreter. Throws InternalError when the module breaks a promise or takes more steps.
std::string interpret(const ir::Module& module, Trial& trial, std::int64_t step_limit = 10 * kSteps);

}  // namespace rooftop::fuzz
