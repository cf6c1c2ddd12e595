// The machine model: what the schedules of loops depend on. Every member can be set by hand, for tests and other
// targets.
#pragma once

#include <cstdint>

#include "rooftop/array/dtype.h"

namespace rooftop::opt {

struct Machine {
  int vector_bytes = 32;  ///< of one vector register
  int vector_registers = 16;
  bool has_fma = true;
  bool has_vnni = false;               ///< sums of products of 8- and 16-bit integers, in vectors of vector_bytes
  std::int64_t l1_bytes = 32 * 1024;   ///< data cache of one core
  std::int64_t l2_bytes = 512 * 1024;  ///< of one core
  std::int64_t l3_bytes = 8 * 1024 * 1024;
  int threads = 1;             ///< that a parallel loop may use
  double strip_margin = 0;     ///< times the estimate: rounds that pay for a strip of lanes; 0: any number
  double fork_work = 100'000;  ///< element operations from which handing work to other threads pays

  /// Lanes of one register for elements of the type.
  int lanes(array::DType dtype) const { return vector_bytes / static_cast<int>(array::size_of(dtype)); }

  /// This machine, as measured once in the process; `threads` is the number of processors that it may use.
  static const Machine& host();
};

}  // namespace rooftop::opt
