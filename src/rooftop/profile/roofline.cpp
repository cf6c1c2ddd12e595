// Compute and memory work side by side: the slower one is the limit.
#include "rooftop/profile/roofline.h"

#include <algorithm>

#include "rooftop/opt/machine.h"

namespace rooftop::profile {
namespace {

double seconds_at(double amount, double rate) { return rate > 0 ? amount / rate : 0; }

/// Reads and writes have speeds of their own: three streams of the triad are two reads and a write.
double memory_seconds(double read, double written, const Ceilings& ceilings) {
  if (ceilings.read_bytes <= 0 || ceilings.stream_bytes <= 0) return 0;
  const double a_write = std::max(3 / ceilings.stream_bytes - 2 / ceilings.read_bytes, 1 / ceilings.read_bytes);
  return read / ceilings.read_bytes + written * a_write;
}

}  // namespace

double cache_bytes(int threads) {
  const opt::Machine& machine = opt::Machine::host();
  // A large last cache is several, and shared with whoever else computes there.
  constexpr std::int64_t kMostLastCache = std::int64_t{32} << 20;
  return static_cast<double>(std::max(machine.l2_bytes * threads, std::min(machine.l3_bytes, kMostLastCache)));
}

double touched_bytes(const Counts& counts) {
  double sum = 0;
  for (const Counts::Traffic& t : counts.traffic) sum += std::max(t.read, t.written);
  return sum;
}

Roofline roofline(const Counts& counts, const Ceilings& ceilings) {
  const double compute =
      seconds_at(counts.flops.f64, ceilings.f64_flops) + seconds_at(counts.flops.f32, ceilings.f32_flops);
  double read = 0, written = 0;
  for (const Counts::Traffic& t : counts.traffic) {
    read += t.read;
    written += t.written;
  }
  const bool cached = touched_bytes(counts) <= cache_bytes(ceilings.threads);
  const double memory =
      cached ? seconds_at(read + written, ceilings.cached_bytes) : memory_seconds(read, written, ceilings);
  if (compute <= 0 && memory <= 0) return {};
  if (compute >= memory) return {Roofline::Limit::Compute, compute};
  return {cached ? Roofline::Limit::Cache : Roofline::Limit::Memory, memory};
}

}  // namespace rooftop::profile
