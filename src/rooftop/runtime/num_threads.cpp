// The thread limit: environment, affinity, and the setting.
#include "rooftop/runtime/num_threads.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <vector>

#include "rooftop/base/errors.h"
#include "rooftop/base/log.h"
#include "rooftop/runtime/pool.h"

namespace rooftop::runtime {
namespace {

int affinity_cpus() {
  // The mask may be larger than cpu_set_t on machines with more than 1024 processors.
  for (int cpus = 1024; cpus <= 1 << 20; cpus *= 4) {
    std::vector<cpu_set_t> mask(CPU_ALLOC_SIZE(cpus) / sizeof(cpu_set_t));
    std::size_t bytes = mask.size() * sizeof(cpu_set_t);
    if (sched_getaffinity(0, bytes, mask.data()) == 0) return std::max(1, CPU_COUNT_S(bytes, mask.data()));
    if (errno != EINVAL) break;
  }
  return std::max(1, static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)));
}

int default_threads() {
  int available = std::min(available_cpus(), kMaxThreads);
  const char* wanted = std::getenv("ROOFTOP_NUM_THREADS");
  if (wanted == nullptr || *wanted == '\0') return available;
  if (std::optional<int> threads = parse_thread_count(wanted)) return *threads;
  warn("ROOFTOP_NUM_THREADS='" + std::string(wanted) + "' is not a whole number from 1 to " +
       std::to_string(kMaxThreads) + "; using " + std::to_string(available));
  return available;
}

}  // namespace

std::optional<int> parse_thread_count(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  int threads = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), threads);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (threads < 1 || threads > kMaxThreads) return std::nullopt;
  return threads;
}

int available_cpus() {
  int cpus = affinity_cpus();
  if (std::optional<int> quota = cgroup_cpus()) cpus = std::min(cpus, *quota);
  return cpus;
}

int detail::decide_thread_limit() {
  int undecided = 0;
  thread_limit.compare_exchange_strong(undecided, default_threads());
  return thread_limit.load(std::memory_order_relaxed);
}

void set_num_threads(long long threads) {
  if (threads < 1 || threads > kMaxThreads) {
    throw OptionError("the number of threads must be from 1 to " + std::to_string(kMaxThreads) + ", not " +
                      std::to_string(threads));
  }
  detail::thread_limit.store(static_cast<int>(threads), std::memory_order_relaxed);
}

}  // namespace rooftop::runtime
