// The host's vector unit and caches.
#include "rooftop/opt/machine.h"

#include <sched.h>
#include <unistd.h>

namespace rooftop::opt {
namespace {

std::int64_t cache_bytes(int name, std::int64_t missing) {
  const long size = sysconf(name);
  return size > 0 ? size : missing;
}

Machine measure() {
  Machine machine;
  // Lanes wait for their masks, and scalar code does several things at once: more than the estimate says.
  machine.strip_margin = 3;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") != 0) {
    machine.vector_bytes = 64;
    machine.vector_registers = 32;
  } else if (__builtin_cpu_supports("avx") == 0) {
    machine.vector_bytes = 16;
  }
  machine.has_fma = __builtin_cpu_supports("fma") != 0;
  const bool for_64 = __builtin_cpu_supports("avx512vnni") != 0;
  machine.has_vnni =
      machine.vector_bytes == 64 ? for_64 : machine.vector_bytes == 32 && __builtin_cpu_supports("avxvnni") != 0;
#endif
  machine.l1_bytes = cache_bytes(_SC_LEVEL1_DCACHE_SIZE, machine.l1_bytes);
  machine.l2_bytes = cache_bytes(_SC_LEVEL2_CACHE_SIZE, machine.l2_bytes);
  machine.l3_bytes = cache_bytes(_SC_LEVEL3_CACHE_SIZE, machine.l3_bytes);
  cpu_set_t processors;
  CPU_ZERO(&processors);
  if (sched_getaffinity(0, sizeof processors, &processors) == 0) machine.threads = CPU_COUNT(&processors);
  return machine;
}

}  // namespace

const Machine& Machine::host() {
  static const Machine machine = measure();
  return machine;
}

}  // namespace rooftop::opt
