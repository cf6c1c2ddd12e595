// fuzz_ir: random modules through the text, every pass and every backend; all must agree with the interpreter.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <new>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checks.h"
#include "random_lanes.h"
#include "random_module.h"
#include "random_nests.h"
#include "rooftop/base/errors.h"
#include "rooftop/ir/parse.h"
#include "rooftop/ir/print.h"
#include "rooftop/ir/verify.h"
#include "rooftop/opt/pipeline.h"
#include "shrink.h"
#include "trial.h"

namespace rooftop::fuzz {
namespace {

constexpr const char* kUsage =
    R"(usage: fuzz_ir [--kind=any|nests|lanes] [--seed=N] [--count=N] [--jobs=N] [--only=CHECK] [--no-shrink] [--print]

Makes modules (any: of everything; nests: loops over arrays; lanes: loops whose rounds branch and loop) from the seeds N, N+1, … and runs each as it is and after each CHECK; reports the first difference, shrunk. --jobs: in that many processes.
ROOFTOP_FUZZ_SEED and ROOFTOP_FUZZ_COUNT in the environment go before the options.
Checks: text, the name of each pass, pipeline, llvm, pipeline+llvm.
)";

/// What runs now, for the report of a crash.
char current[128] = "nothing";

/// Compiled code that is wrong may write or jump anywhere: say at least which module it was.
extern "C" void report_crash(int signal) {
  const char text[] = "fuzz_ir: crashed in ";
  if (write(STDERR_FILENO, text, sizeof text - 1) < 0 || write(STDERR_FILENO, current, std::strlen(current)) < 0)
    _exit(3);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

struct Options {
  Kind kind = Kind::Any;
  std::uint64_t seed = 1;
  std::uint64_t count = 100;
  std::uint64_t jobs = 1;
  std::string only;
  bool shrink = true;
  bool print = false;
};

/// What the module means; nothing when it runs too long for a test.
std::optional<std::string> expectation(const ir::Module& module, Trial& trial) {
  try {
    return interpret(module, trial, kSteps);  // passes may add some
  } catch (const InternalError& error) {
    if (std::string_view(error.what()).find("step limit") != std::string_view::npos) return std::nullopt;
    throw;
  }
}

TrialOptions trial_options(const Options& options, std::uint64_t seed) {
  switch (options.kind) {
    case Kind::Any:
      return {};
    case Kind::Nests:
      return {.exact = nests_are_exact(seed), .large = true};
    case Kind::Lanes:
      return {.large = true, .strips = true};
  }
  ROOFTOP_UNREACHABLE("a kind of modules");
}

const char* kind_option(Kind kind) {
  return kind == Kind::Nests ? "--kind=nests " : kind == Kind::Lanes ? "--kind=lanes " : "";
}

void report(const Options& options, std::uint64_t seed, const std::string& name, const Check& check,
            const ir::Module& module, std::uint64_t arguments) {
  const opt::Machine machine = machine_of(options.kind, seed);
  const auto differs = [&](const ir::Module& m) {
    Trial trial(m.entry(), arguments, trial_options(options, seed));
    Subject subject(m, machine);
    try {
      const auto expected = expectation(m, trial);
      const Run run = prepared(check, subject);
      return expected && run && outcome(run, trial) != *expected;
    } catch (const InternalError&) {
      return false;  // shrunk to a module that breaks a promise: another story
    }
  };
  const ir::Module small = options.shrink ? shrink(module, differs) : module;
  Trial trial(small.entry(), arguments, trial_options(options, seed));
  Subject subject(small, machine);
  std::ostringstream text;
  text << "seed " << seed << ": " << name << " differs\n"
       << to_string(small, {.locations = true}) << "\narguments:\n"
       << trial.arguments() << "\nexpected:\n"
       << expectation(small, trial).value_or("") << "\nfound:\n"
       << outcome(prepared(check, subject), trial) << "\nagain: fuzz_ir " << kind_option(options.kind)
       << "--seed=" << seed << " --count=1 --only=" << name << "\n";
  std::cout << text.str() << std::flush;  // in one piece: other processes write there too
}

ir::Module module_of(const Options& options, std::uint64_t seed) {
  if (options.kind == Kind::Nests) return ir::parse(random_nests(seed));
  if (options.kind == Kind::Lanes) return random_lanes(seed);
  return random_module(seed, {.statements = 10 + static_cast<int>(seed % 30), .contract = seed % 4 == 0});
}

/// How many modules the passes found something to do in: what nothing is done to tests nothing.
struct Tally {
  static constexpr std::array<const char*, 9> kNames{"guards",     "contract", "jam",       "sweeps", "fuse",
                                                     "distribute", "parallel", "vectorise", "lanes"};

  int modules = 0, runs = 0, raised = 0, failures = 0;
  std::array<int, kNames.size()> found{};

  void count(Subject& subject) {
    ++modules;
    std::set<std::string_view> done;
    try {
      for (const opt::Remark& r : subject.remarks()) {
        if (r.kind != opt::Remark::Kind::Done) continue;
        done.insert(r.pass);
        if (r.text.ends_with("as lanes")) done.insert("lanes");
      }
    } catch (const InternalError&) {
      return;  // the check of the pipeline reports it
    }
    for (std::size_t i = 0; i < kNames.size(); ++i) found[i] += done.contains(kNames[i]) ? 1 : 0;
  }

  void add(const Tally& other) {
    modules += other.modules, runs += other.runs, raised += other.raised, failures += other.failures;
    for (std::size_t i = 0; i < kNames.size(); ++i) found[i] += other.found[i];
  }

  /// Prints percentages; false when one is below what random loops must have.
  bool report(Kind kind) const {
    const int raises = 100 * raised / std::max(runs, 1);
    std::cout << "fuzz_ir: " << raises << "% of the runs raise\n";
    bool enough = raises > 5 && raises < 60;
    using Wanted = std::array<int, kNames.size()>;
    const Wanted wanted =
        kind == Kind::Lanes ? Wanted{0, 0, 0, 0, 0, 0, 0, 0, 50} : Wanted{40, 12, 3, 1, 1, 1, 15, 15, 0};
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      const int share = 100 * found[i] / std::max(modules, 1);
      if (wanted[i] > 0) std::cout << "fuzz_ir: " << kNames[i] << " in " << share << "% of the modules\n";
      enough = enough && share >= wanted[i];
    }
    return enough;
  }
};

/// False when a check failed.
bool run_seed(const Options& options, std::uint64_t seed, Tally& tally) {
  const ir::Module module = module_of(options, seed);
  ir::verify(module);
  Subject subject(module, machine_of(options.kind, seed));
  if (options.kind != Kind::Any) tally.count(subject);
  if (options.print) std::cout << to_string(module, {.locations = true});
  // Each with what is expected of it.
  std::vector<std::pair<std::uint64_t, std::string>> runs;
  for (std::uint64_t arguments = 3 * seed; arguments < 3 * seed + 3; ++arguments) {
    Trial trial(module.entry(), arguments, trial_options(options, seed));
    const auto expected = expectation(module, trial);
    if (!expected) continue;
    ++tally.runs;
    tally.raised += expected->starts_with("raised") ? 1 : 0;
    if (options.print) std::cout << trial.arguments() << *expected;
    runs.emplace_back(arguments, *expected);
  }
  for (const auto& [name, check] : checks(options.kind, seed)) {
    if (!options.only.empty() && options.only != name) continue;
    std::snprintf(current, sizeof current, "%s--seed=%llu --count=1 --only=%s\n", kind_option(options.kind),
                  static_cast<unsigned long long>(seed), name.c_str());
    const Run run = prepared(check, subject);
    if (!run) continue;
    for (const auto& [arguments, expected] : runs) {
      Trial trial(module.entry(), arguments, trial_options(options, seed));
      if (outcome(run, trial) == expected) continue;
      report(options, seed, name, check, module, arguments);
      return false;
    }
  }
  return true;
}

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size())
    throw OptionError("not a number: " + std::string(text));
  return value;
}

Options read_options(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--kind=any") {
      options.kind = Kind::Any;
    } else if (argument == "--kind=nests") {
      options.kind = Kind::Nests;
    } else if (argument == "--kind=lanes") {
      options.kind = Kind::Lanes;
    } else if (argument.starts_with("--seed=")) {
      options.seed = number(argument.substr(7));
    } else if (argument.starts_with("--count=")) {
      options.count = number(argument.substr(8));
    } else if (argument.starts_with("--jobs=")) {
      options.jobs = number(argument.substr(7));
    } else if (argument.starts_with("--only=")) {
      options.only = argument.substr(7);
    } else if (argument == "--no-shrink") {
      options.shrink = false;
    } else if (argument == "--print") {
      options.print = true;
    } else {
      throw OptionError(kUsage);
    }
  }
  if (const char* seed = std::getenv("ROOFTOP_FUZZ_SEED")) options.seed = number(seed);
  if (const char* count_wanted = std::getenv("ROOFTOP_FUZZ_COUNT")) options.count = number(count_wanted);
  return options;
}

/// Every n-th seed from the w-th on.
void work(const Options& options, std::uint64_t w, std::uint64_t n, Tally& tally) {
  for (std::uint64_t at = w; at < options.count && tally.failures < 3; at += n) {
    if (!run_seed(options, options.seed + at, tally)) ++tally.failures;
  }
}

/// Shares the seeds among processes, so that a crash of one is an error like any other.
Tally work_in_processes(const Options& options) {
  const std::size_t bytes = options.jobs * sizeof(Tally);
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw OptionError("no memory for the results of processes");
  std::vector<pid_t> children;
  for (std::uint64_t w = 0; w < options.jobs; ++w) {
    Tally* const tally = new (static_cast<Tally*>(memory) + w) Tally;
    children.push_back(fork());
    if (children.back() != 0) continue;
    work(options, w, options.jobs, *tally);
    std::cout.flush();
    _exit(0);
  }
  Tally all;
  for (std::size_t w = 0; w < children.size(); ++w) {
    int status = 0;
    all.failures += children[w] < 0 || waitpid(children[w], &status, 0) < 0 || status != 0 ? 1 : 0;
    all.add(static_cast<const Tally*>(memory)[w]);
  }
  munmap(memory, bytes);
  return all;
}

int run(int count, char** arguments) {
  const Options options = read_options(count, arguments);
  for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT}) std::signal(signal, report_crash);
  Tally tally;
  if (options.jobs > 1) {
    tally = work_in_processes(options);
  } else {
    work(options, 0, 1, tally);
  }
  constexpr std::uint64_t kEnoughForShares = 40;
  bool good = tally.failures == 0;
  if (good && options.kind != Kind::Any && options.count >= kEnoughForShares && !tally.report(options.kind)) {
    std::cout << "fuzz_ir: the modules are too dull: passes find little to do, or nearly all runs or none raise\n";
    good = false;
  }
  std::cout << (good ? "fuzz_ir: all agree\n" : "fuzz_ir: FAILED\n");
  return good ? 0 : 1;
}

}  // namespace
}  // namespace rooftop::fuzz

int main(int count, char** arguments) {
  try {
    return rooftop::fuzz::run(count, arguments);
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
}
