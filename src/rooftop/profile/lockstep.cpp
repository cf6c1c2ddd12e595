// Threads meet at a barrier before each round; each notes its own start and end.
#include "rooftop/profile/lockstep.h"

#if defined(__linux__)
#include <sched.h>
#endif

#include <algorithm>
#include <barrier>
#include <chrono>
#include <exception>
#include <limits>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "rooftop/base/errors.h"

namespace rooftop::profile {
namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

struct Interval {
  double start = std::numeric_limits<double>::infinity();
  double end = 0;
};

// The CPUs that this process may use; empty where the system does not tell.
std::vector<int> allowed_cpus() {
  std::vector<int> cpus;
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
    }
  }
#endif
  return cpus;
}

// Each thread on a CPU of its own: left alone, the scheduler may keep two on one for longer than the measurement takes.
void stay_on([[maybe_unused]] int cpu) {
#if defined(__linux__)
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  sched_setaffinity(0, sizeof set, &set);  // a hint: where it is refused, the measurement is only less steady
#endif
}

// One slot for each thread and round, so that nobody writes what another reads.
using Timeline = std::vector<std::vector<Interval>>;

double shortest(const Timeline& timeline, int rounds) {
  double best = std::numeric_limits<double>::infinity();
  for (int round = 0; round < rounds; ++round) {
    Interval whole;
    for (const auto& thread : timeline) {
      const Interval& own = thread[static_cast<std::size_t>(round)];
      whole.start = std::min(whole.start, own.start);
      whole.end = std::max(whole.end, own.end);
    }
    best = std::min(best, whole.end - whole.start);
  }
  return best;
}

}  // namespace

double best_round(int threads, int rounds, const std::function<void(int)>& prepare,
                  const std::function<void(int)>& work) {
  Timeline timeline(static_cast<std::size_t>(threads), std::vector<Interval>(static_cast<std::size_t>(rounds)));
  std::vector<std::exception_ptr> errors(static_cast<std::size_t>(threads));
  std::barrier meeting(threads);
  const std::vector<int> cpus = allowed_cpus();
  const auto body = [&](int thread) {
    if (static_cast<std::size_t>(threads) <= cpus.size()) stay_on(cpus[static_cast<std::size_t>(thread)]);
    try {
      prepare(thread);
    } catch (...) {
      errors[static_cast<std::size_t>(thread)] = std::current_exception();
      meeting.arrive_and_drop();
      return;
    }
    for (Interval& round : timeline[static_cast<std::size_t>(thread)]) {
      meeting.arrive_and_wait();
      round.start = now();
      work(thread);
      round.end = now();
    }
  };
  std::vector<std::thread> team;
  std::string refused;
  for (int thread = 0; thread < threads && refused.empty(); ++thread) {
    try {
      team.emplace_back(body, thread);
    } catch (const std::system_error& error) {
      refused = error.what();
    }
  }
  // The threads that were not started leave the barrier, or the started ones would wait for ever.
  for (int missing = static_cast<int>(team.size()); missing < threads; ++missing) meeting.arrive_and_drop();
  for (std::thread& member : team) member.join();
  if (!refused.empty()) throw UserError("cannot start " + std::to_string(threads) + " threads: " + refused);
  for (const auto& error : errors) {
    if (error) std::rethrow_exception(error);
  }
  return shortest(timeline, rounds);
}

}  // namespace rooftop::profile
