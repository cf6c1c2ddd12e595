// How many threads a parallel loop may use: what the user asked for, else what this process may really run on.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>

namespace rooftop::runtime {

namespace detail {
inline std::atomic<int> thread_limit{0};  // 0: not decided yet
int decide_thread_limit();
}  // namespace detail

/// The limit in force: set_num_threads, else ROOFTOP_NUM_THREADS, else available_cpus(). The environment is read once,
/// at the first call; a value that is no whole number from 1 to kMaxThreads is warned about and ignored. Every call of
/// compiled code asks, hence inline.
inline int num_threads() {
  const int threads = detail::thread_limit.load(std::memory_order_relaxed);
  return threads != 0 ? threads : detail::decide_thread_limit();
}

/// Sets the limit for loops that start from now on. Throws OptionError unless 1 <= threads <= kMaxThreads.
void set_num_threads(long long threads);

/// The processors that this process may use: the smaller of its affinity mask and of its control groups' quota.
int available_cpus();

/// The whole number that `text` holds, or nothing unless it lies in [1, kMaxThreads].
std::optional<int> parse_thread_count(std::string_view text);

/// Processors' worth of time that control groups (version 1 and 2) grant, rounded up; nothing when unlimited. `root` is
/// put before every path that is read, so that a test can show another machine's files.
std::optional<int> cgroup_cpus(const std::string& root = "");

}  // namespace rooftop::runtime
