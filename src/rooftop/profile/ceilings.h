// The limits of this machine, measured: multiply-adds a second per precision and thread count, and bytes a
// second from and to memory. What the ladder, the doctor and the roofline compare everything with.
#pragma once

#include <cstddef>
#include <string_view>

namespace rooftop::profile {

enum class Precision { Float32, Float64 };

/// The most multiply-adds that this machine was seen to do, at two operations each.
struct FmaCeiling {
  double flops_per_second = 0;
  std::string_view instructions;  ///< the vector instructions that reached it, "AVX-512" say
};

/// Memory traffic with data far larger than the caches. Bytes count as the program sees them.
struct BandwidthCeiling {
  double read_bytes_per_second = 0;
  double stream_bytes_per_second = 0;  ///< a[i] = b[i] + s*c[i], stores past the caches where the CPU can
};

/// Times independent multiply-adds in registers on `threads` threads at once, with each vector width of this CPU,
/// and returns the best. Takes about a third of a second on an idle machine.
/// @throws UserError when `threads` is not in 1 … kMaxThreads or the system refuses to start them
FmaCeiling measure_fma(Precision precision, int threads);

/// Times reads and streaming stores on `threads` threads at once, each over memory of its own.
/// @throws UserError as measure_fma, and when there is no memory for it
BandwidthCeiling measure_bandwidth(int threads);

/// Times reads of the same `bytes` again and again, on `threads` threads at once that share them out: from whichever
/// cache holds them. Bytes a second.
/// @throws UserError as measure_bandwidth
double measure_cache(std::size_t bytes, int threads);

inline constexpr int kMaxThreads = 4096;

}  // namespace rooftop::profile
