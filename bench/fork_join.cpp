// Latency of the runtime's parallel loops, beside OpenMP's: bench/parallel.py builds and runs this, and reads its
// lines. Compiled without OpenMP the peer is left out.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "rooftop/runtime/context.h"
#include "rooftop/runtime/futex.h"
#include "rooftop/runtime/num_threads.h"
#include "rooftop/runtime/parallel_for.h"

namespace {

using rooftop::backend::KernelContext;
using Clock = std::chrono::steady_clock;
using Nanoseconds = std::chrono::duration<double, std::nano>;

constexpr int kThreads = 2;

double since(Clock::time_point start) { return Nanoseconds(Clock::now() - start).count(); }

void busy_for(double nanoseconds) {
  const auto start = Clock::now();
  while (since(start) < nanoseconds) rooftop::runtime::cpu_relax();
}

template <class Round>
std::int32_t chunk(KernelContext*, void* round, std::int64_t first, std::int64_t last) {
  for (std::int64_t i = first; i < last; ++i) (*static_cast<Round*>(round))(i);
  return rooftop::backend::kOk;
}

struct Rooftop {
  static constexpr const char* kName = "rooftop";
  template <class Round>
  static void run(std::int64_t rounds, Round round) {
    KernelContext context;
    rooftop::runtime::enter(context);
    rooftop::runtime::parallel_for(&context, chunk<Round>, &round, 0, rounds, 1);
  }
};

#if defined(_OPENMP)
struct OpenMp {
  static constexpr const char* kName = "openmp";
  template <class Round>
  static void run(std::int64_t rounds, Round round) {
#pragma omp parallel for num_threads(kThreads) schedule(dynamic)
    for (std::int64_t i = 0; i < rounds; ++i) round(i);
  }
};
#endif

// Each of two rounds waits until the other has begun on the other thread: a fork and a join that took place. Gives up
// after a while, as when the system does not run the helper, and says so.
template <class Engine>
bool meet() {
  std::atomic<int> begun{0};
  std::atomic<bool> met{true};
  Engine::run(kThreads, [&](std::int64_t) {
    begun.fetch_add(1);
    const auto start = Clock::now();
    while (begun.load() < kThreads && met) {
      rooftop::runtime::cpu_relax();
      if (since(start) > 2e6) met = false;
    }
  });
  return met;
}

template <class Engine>
bool nothing() {
  Engine::run(kThreads, [](std::int64_t) {});
  return true;
}

void report(const std::string& what, const char* engine, std::vector<double> samples, int failed) {
  std::sort(samples.begin(), samples.end());
  const auto at = [&](double share) {
    return samples.empty() ? 0.0 : samples[static_cast<std::size_t>(share * static_cast<double>(samples.size() - 1))];
  };
  std::printf("{\"what\": \"%s\", \"engine\": \"%s\", \"median\": %.1f, \"p90\": %.1f, \"failed\": %.3f}\n",
              what.c_str(), engine, at(0.5), at(0.9), failed / (failed + static_cast<double>(samples.size())));
}

template <class Act, class Pause>
void measure(const std::string& what, const char* engine, int samples, const Act& act, const Pause& pause) {
  std::vector<double> found;
  int failed = 0;
  for (int i = 0; i < samples + 20; ++i) {
    pause();
    const auto start = Clock::now();
    const bool good = act();
    const double took = since(start);
    if (i < 20) continue;  // threads start
    good ? found.push_back(took) : void(++failed);
  }
  report(what, engine, found, failed);
}

template <class Engine>
void latency(int samples) {
  const auto none = [] {};
  const auto work = [] { busy_for(1e6); };
  const int few = std::max(samples / 10, 20);
  measure("nothing to do, back to back", Engine::kName, samples, nothing<Engine>, none);
  measure("nothing to do, after 1 ms of serial work", Engine::kName, few, nothing<Engine>, work);
  measure("both threads meet, back to back", Engine::kName, samples, meet<Engine>, none);
  measure("both threads meet, after 20 us of serial work", Engine::kName, samples, meet<Engine>, [] { busy_for(2e4); });
}

// A loop of so many rounds in all, each of which takes so long: by itself, and shared.
template <class Engine>
void shares(int samples) {
  constexpr int kRounds = 8;
  for (const double total : {2e3, 5e3, 1e4, 2e4, 5e4, 1e5}) {
    const auto work = [&] {
      Engine::run(kRounds, [&](std::int64_t) { busy_for(total / kRounds); });
      return true;
    };
    const std::string size = std::to_string(static_cast<int>(total / 1e3)) + " us of work";
    measure(size + ", back to back", Engine::kName, samples / 10, work, [] {});
    measure(size + ", after 1 ms of serial work", Engine::kName, std::max(samples / 20, 20), work,
            [] { busy_for(1e6); });
  }
}

// Loops inside of loops: the inner ones have nobody to share with.
template <class Engine>
void nested(int samples) {
  const auto flat = [] {
    Engine::run(8, [](std::int64_t) {
      for (int k = 0; k < 8; ++k) busy_for(1e3);
    });
    return true;
  };
  const auto nest = [] {
    Engine::run(8, [](std::int64_t) { Engine::run(8, [](std::int64_t) { busy_for(1e3); }); });
    return true;
  };
  measure("64 rounds of 1 us, as 8 of 8 in one loop", Engine::kName, samples / 10, flat, [] {});
  measure("64 rounds of 1 us, as 8 loops in a loop of 8", Engine::kName, samples / 10, nest, [] {});
}

template <class Engine>
void all(int samples) {
  latency<Engine>(samples);
  shares<Engine>(samples);
  nested<Engine>(samples);
}

}  // namespace

int main(int count, char** arguments) {
  const int samples = count > 1 ? std::atoi(arguments[1]) : 5000;
  rooftop::runtime::set_num_threads(kThreads);
  all<Rooftop>(samples);
#if defined(_OPENMP)
  all<OpenMp>(samples);
#endif
  return 0;
}
