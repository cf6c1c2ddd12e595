// The roofline: how long a call must take at least, going by its operations, its bytes and the machine's ceilings.
#pragma once

#include <string>

#include "rooftop/profile/cost_kernel.h"

namespace rooftop::profile {

/// What the machine was measured to do with `threads` threads. Zero: not measured.
struct Ceilings {
  int threads = 1;
  double f64_flops = 0, f32_flops = 0;      ///< a second
  double read_bytes = 0, stream_bytes = 0;  ///< a second, from and to memory; as BandwidthCeiling
  double cached_bytes = 0;                  ///< a second, read again and again from as many bytes as the call touches
};

struct Roofline {
  enum class Limit : std::uint8_t { None, Compute, Memory, Cache };
  Limit limit = Limit::None;
  double seconds = 0;  ///< the least time
};

/// Bytes that fit into this machine's caches: memory's speed does not limit what touches no more.
double cache_bytes(int threads);

/// Distinct bytes that the call touched.
double touched_bytes(const Counts& counts);

Roofline roofline(const Counts& counts, const Ceilings& ceilings);

}  // namespace rooftop::profile
