// fuzz_ir: random modules through the text, every pass and every backend; all must agree with the interpreter.
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "random_module.h"
#include "random_nests.h"
#include "rooftop/backend/backend.h"
#include "rooftop/base/errors.h"
#include "rooftop/ir/parse.h"
#include "rooftop/ir/print.h"
#include "rooftop/ir/verify.h"
#include "rooftop/opt/machine.h"
#include "rooftop/opt/pipeline.h"
#include "rooftop/runtime/context.h"
#include "rooftop/runtime/symbols.h"
#include "shrink.h"
#include "trial.h"

namespace rooftop::fuzz {
namespace {

constexpr const char* kUsage =
    R"(usage: fuzz_ir [--kind=any|nests] [--seed=N] [--count=N] [--only=CHECK] [--no-shrink] [--print]

Makes modules (any: of everything; nests: loops over arrays) from the seeds N, N+1, … and runs each as it is and after each CHECK; reports the first difference, shrunk.
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

/// What is done to a module before it runs again: an empty text when the result agrees.
using Check = std::function<std::string(const ir::Module&, Trial&)>;

struct Options {
  bool nests = false;
  std::uint64_t seed = 1;
  std::uint64_t count = 100;
  std::string only;
  bool shrink = true;
  bool print = false;
};

/// Several machines, so that different schedules come up.
opt::Machine machine_of(std::uint64_t seed) {
  opt::Machine machine;
  // Short vectors, so that arrays of a few elements have many; there need not be such a machine.
  machine.vector_bytes = seed % 7 < 4 ? 8 : seed % 2 == 0 ? 32 : 64;
  machine.vector_registers = seed % 2 == 0 ? 16 : 32;
  machine.threads = seed % 8 < 3 ? 1 : 2;
  if (seed % 2 == 1) machine.l1_bytes = 512, machine.l2_bytes = 2048, machine.l3_bytes = 8192;
  if (seed % 5 != 0) machine.fork_work = 1;
  return machine;
}

opt::PassHooks verified() {
  opt::PassHooks hooks;
  hooks.verify = true;
  return hooks;
}

std::string compiled(const ir::Module& module, Trial& trial) {
  const auto kernel = backend::compile(module, runtime::runtime_symbols());
  return trial.run([&](backend::KernelContext* context, const std::int64_t* arguments, std::int64_t* results) {
    runtime::enter(*context);
    return kernel->entry()(context, arguments, results);
  });
}

std::map<std::string, Check> checks(std::uint64_t seed) {
  const opt::Machine machine = machine_of(seed);
  std::map<std::string, Check> all;
  all["text"] = [](const ir::Module& m, Trial& trial) {
    const std::string text = to_string(m, {.locations = true});
    const ir::Module back = ir::parse(text);
    if (to_string(back, {.locations = true}) != text) return std::string("the text does not read back");
    return interpret(back, trial);
  };
  for (const opt::Pass& pass : opt::pipeline()) {
    const std::string name(pass.name);
    all[name] = [name, machine](const ir::Module& m, Trial& trial) {
      return interpret(opt::run_passes(m, {&name, 1}, machine, verified()), trial);
    };
  }
  all["pipeline"] = [machine](const ir::Module& m, Trial& trial) {
    return interpret(opt::optimise(m, machine, verified()), trial);
  };
  all["llvm"] = compiled;
  all["pipeline+llvm"] = [machine](const ir::Module& m, Trial& trial) {
    return compiled(opt::optimise(m, machine, verified()), trial);
  };
  return all;
}

/// The outcome of the check, errors of ours included.
std::string outcome(const Check& check, const ir::Module& module, Trial& trial) {
  try {
    return check(module, trial);
  } catch (const std::exception& error) {
    return error.what();
  }
}

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
  if (!options.nests) return {};
  return {.exact = nests_are_exact(seed), .large = true};
}

void report(const Options& options, std::uint64_t seed, const std::string& name, const Check& check,
            const ir::Module& module, std::uint64_t arguments) {
  const auto differs = [&](const ir::Module& m) {
    Trial trial(m.entry(), arguments, trial_options(options, seed));
    try {
      const auto expected = expectation(m, trial);
      return expected && outcome(check, m, trial) != *expected;
    } catch (const InternalError&) {
      return false;  // shrunk to a module that breaks a promise: another story
    }
  };
  const ir::Module small = options.shrink ? shrink(module, differs) : module;
  Trial trial(small.entry(), arguments, trial_options(options, seed));
  std::cout << "seed " << seed << ": " << name << " differs\n"
            << to_string(small, {.locations = true}) << "\narguments:\n"
            << trial.arguments() << "\nexpected:\n"
            << expectation(small, trial).value_or("") << "\nfound:\n"
            << outcome(check, small, trial) << "\nagain: fuzz_ir " << (options.nests ? "--kind=nests " : "")
            << "--seed=" << seed << " --count=1 --only=" << name << "\n";
}

ir::Module module_of(const Options& options, std::uint64_t seed) {
  if (options.nests) return ir::parse(random_nests(seed));
  return random_module(seed, {.statements = 10 + static_cast<int>(seed % 30), .contract = seed % 4 == 0});
}

/// How many modules the passes found something to do in: what nothing is done to tests nothing.
class Shares {
 public:
  void count(const ir::Module& module, std::uint64_t seed) {
    std::vector<opt::Remark> remarks;
    opt::PassHooks hooks;
    hooks.remarks = &remarks;
    opt::optimise(module, machine_of(seed), hooks);
    ++modules_;
    std::set<std::string_view> passes;
    for (const opt::Remark& r : remarks) {
      if (r.kind == opt::Remark::Kind::Done) passes.insert(r.pass);
    }
    for (const std::string_view pass : passes) ++found_[pass];
  }

  void count_run(bool raised) {
    ++runs_;
    raised_ += raised;
  }

  /// Prints percentages; false when one is below what random nests must have.
  bool report() {
    const int raised = 100 * raised_ / std::max(runs_, 1);
    std::cout << "fuzz_ir: " << raised << "% of the runs raise\n";
    bool enough = raised > 5 && raised < 60;
    for (const auto& [pass, percent] :
         {std::pair("guards", 40), {"contract", 15}, {"parallel", 15}, {"vectorise", 12}}) {
      const int share = 100 * found_[pass] / std::max(modules_, 1);
      std::cout << "fuzz_ir: " << pass << " in " << share << "% of the modules\n";
      enough = enough && share >= percent;
    }
    return enough;
  }

 private:
  int modules_ = 0;
  int runs_ = 0;
  int raised_ = 0;
  std::map<std::string_view, int> found_;
};

/// False when a check failed.
bool run_seed(const Options& options, std::uint64_t seed, Shares& shares) {
  const ir::Module module = module_of(options, seed);
  ir::verify(module);
  shares.count(module, seed);
  if (options.print) std::cout << to_string(module, {.locations = true});
  for (std::uint64_t arguments = 3 * seed; arguments < 3 * seed + 3; ++arguments) {
    Trial trial(module.entry(), arguments, trial_options(options, seed));
    const auto expected = expectation(module, trial);
    if (!expected) continue;
    shares.count_run(expected->starts_with("raised"));
    if (options.print) std::cout << trial.arguments() << *expected;
    for (const auto& [name, check] : checks(seed)) {
      if (!options.only.empty() && options.only != name) continue;
      std::snprintf(current, sizeof current, "%s--seed=%llu --count=1 --only=%s\n",
                    options.nests ? "--kind=nests " : "", static_cast<unsigned long long>(seed), name.c_str());
      if (outcome(check, module, trial) == *expected) continue;
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
    if (argument == "--kind=nests" || argument == "--kind=any") {
      options.nests = argument == "--kind=nests";
    } else if (argument.starts_with("--seed=")) {
      options.seed = number(argument.substr(7));
    } else if (argument.starts_with("--count=")) {
      options.count = number(argument.substr(8));
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

int run(int count, char** arguments) {
  const Options options = read_options(count, arguments);
  for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT}) std::signal(signal, report_crash);
  Shares shares;
  int failures = 0;
  for (std::uint64_t seed = options.seed; seed < options.seed + options.count && failures < 3; ++seed) {
    if (!run_seed(options, seed, shares)) ++failures;
  }
  constexpr std::uint64_t kEnoughForShares = 40;
  if (options.nests && options.count >= kEnoughForShares && failures == 0 && !shares.report()) {
    std::cout << "fuzz_ir: the modules are too dull: passes find little to do, or nearly all runs or none raise\n";
    ++failures;
  }
  std::cout << (failures == 0 ? "fuzz_ir: all agree\n" : "fuzz_ir: FAILED\n");
  return failures == 0 ? 0 : 1;
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
