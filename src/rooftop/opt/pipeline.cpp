// The list of passes, and the runner around them.
#include "rooftop/opt/pipeline.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <optional>

#include "rooftop/base/errors.h"
#include "rooftop/ir/print.h"
#include "rooftop/ir/verify.h"
#include "rooftop/opt/contract.h"
#include "rooftop/opt/distribute.h"
#include "rooftop/opt/fuse.h"
#include "rooftop/opt/guards.h"
#include "rooftop/opt/interchange.h"
#include "rooftop/opt/jam.h"
#include "rooftop/opt/motion.h"
#include "rooftop/opt/owners.h"
#include "rooftop/opt/parallel.h"
#include "rooftop/opt/partial_results.h"
#include "rooftop/opt/polls.h"
#include "rooftop/opt/ranges.h"
#include "rooftop/opt/reductions.h"
#include "rooftop/opt/simplify.h"
#include "rooftop/opt/split.h"
#include "rooftop/opt/sweeps.h"
#include "rooftop/opt/unroll.h"
#include "rooftop/opt/unswitch.h"
#include "rooftop/opt/vectorise.h"
#include "rooftop/opt/views.h"

namespace rooftop::opt {
namespace {

constexpr Pass kPipeline[] = {
    {"simplify", simplify},                // constants, identities, copies, dead code
    {"owners", owners},                    // arrays that do not outlive their block are scratch
    {"views", views},                      // elements of slices and rows are elements of the array
    {"ranges", ranges},                    // checks that always hold disappear
    {"simplify", simplify},                // what that decided
    {"guards", guards},                    // nests with checks left: one test in front, then a copy without checks
    {"simplify", simplify},                // subscripts that need no wrapping
    {"unswitch", unswitch},                // choices that are the same in each round of a loop are made before it
    {"fuse", fuse},                        // neighbouring loops over the same rounds become one
    {"distribute", distribute},            // statements that make each other wait run in loops of their own
    {"interchange", interchange},          // the loop along memory innermost
    {"contract", contract},                // matrix products and their like: blocks, panels, registers, threads
    {"sweeps", sweeps},                    // time steps over arrays tile by tile
    {"split", split},                      // a round that is in the way of all others runs by itself
    {"jam", jam},                          // chains of several rounds of a loop side by side
    {"motion", motion},                    // invariants leave loops, accumulators become variables
    {"partial_results", partial_results},  // long sums, minima and their like: a part for each thread
    {"parallel", parallel},                // other independent loops on all threads
    {"reductions", reductions},            // sums, minima and their like in lanes, in an order that is fixed
    {"vectorise", vectorise},              // innermost independent loops as vectors
    {"unroll", unroll},                    // small loops that are left, four rounds at a time
    {"simplify", simplify},                // what the schedules made constant
    {"polls", polls},                      // long loops can be interrupted
};

std::string pass_names() {
  std::vector<std::string_view> names;
  for (const Pass& pass : kPipeline) {
    if (std::find(names.begin(), names.end(), pass.name) == names.end()) names.push_back(pass.name);
  }
  std::string text;
  for (const std::string_view name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

const Pass& find_pass(const std::string& name) {
  for (const Pass& pass : kPipeline) {
    if (pass.name == name) return pass;
  }
  throw OptionError("there is no pass '" + name + "'; the passes are: " + pass_names());
}

void expect_known(const std::set<std::string>& names, bool all_allowed) {
  for (const std::string& name : names) {
    if (!all_allowed || name != "all") find_pass(name);
  }
}

bool wants(const std::set<std::string>& names, std::string_view pass) {
  return names.contains("all") || names.contains(std::string(pass));
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

/// Runs passes one by one over a module.
class Runner {
 public:
  Runner(const Machine& machine, const PassHooks& hooks)
      : hooks_(hooks),
        log_(hooks.log == nullptr ? std::cerr : *hooks.log),
        context_{&machine, hooks.remarks, hooks.without_checks} {
    expect_known(hooks.skip, false);
    expect_known(hooks.print_before, true);
    expect_known(hooks.print_after, true);
  }

  void begin(const ir::Module& module) const {
    if (hooks_.verify) verify(module, "the optimiser's input");
    if (hooks_.without_checks) {
      log_ << "rooftop: compiled without checks, for measurements only: a wrong subscript destroys memory\n";
    }
  }

  ir::Module run(const Pass& pass, const ir::Module& module) const {
    if (hooks_.skip.contains(std::string(pass.name))) return module;
    print(hooks_.print_before, "before", pass, module);
    const auto start = std::chrono::steady_clock::now();
    ir::Module result = pass.run(module, context_);
    const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
    if (hooks_.time) {
      log_ << "rooftop: " << std::left << std::setw(12) << pass.name << std::right << std::fixed << std::setprecision(3)
           << std::setw(9) << spent.count() << " ms\n";
    }
    print(hooks_.print_after, "after", pass, result);
    if (hooks_.verify) verify(result, "pass " + std::string(pass.name));
    return result;
  }

 private:
  void print(const std::set<std::string>& names, std::string_view when, const Pass& pass,
             const ir::Module& module) const {
    if (wants(names, pass.name)) log_ << "# " << when << " " << pass.name << "\n" << ir::to_string(module);
  }

  static void verify(const ir::Module& module, const std::string& origin) {
    try {
      ir::verify(module);
    } catch (const InternalError& error) {
      throw InternalError(error.file(), error.line(), "after " + origin + ": " + error.what());
    }
  }

  const PassHooks& hooks_;
  std::ostream& log_;
  PassContext context_;
};

}  // namespace

std::span<const Pass> pipeline() { return kPipeline; }

PassHooks PassHooks::from_environment() {
  PassHooks hooks;
  for (std::string& name : split(environment("ROOFTOP_SKIP"))) hooks.skip.insert(std::move(name));
  for (const std::string& item : split(environment("ROOFTOP_PRINT"))) {
    const std::size_t colon = item.find(':');
    const std::string when = item.substr(0, colon);
    if (colon == std::string::npos || (when != "before" && when != "after")) {
      throw OptionError("ROOFTOP_PRINT takes before:PASS or after:PASS, not '" + item + "'; the passes are: all, " +
                        pass_names());
    }
    (when == "before" ? hooks.print_before : hooks.print_after).insert(item.substr(colon + 1));
  }
  for (const std::string& item : split(environment("ROOFTOP_TIME"))) hooks.time |= item == "passes";
  hooks.verify = environment("ROOFTOP_VERIFY") == "1";
  hooks.without_checks = environment("ROOFTOP_MEASURE_WITHOUT_CHECKS") == "1";
#if ROOFTOP_ASSERTIONS
  hooks.verify = true;
#endif
  return hooks;
}

ir::Module optimise(const ir::Module& module, const Machine& machine, const PassHooks& hooks) {
  const Runner runner(machine, hooks);
  runner.begin(module);
  ir::Module result = module;
  for (const Pass& pass : kPipeline) result = runner.run(pass, result);
  return result;
}

ir::Module run_passes(const ir::Module& module, std::span<const std::string> names, const Machine& machine,
                      const PassHooks& hooks) {
  const Runner runner(machine, hooks);
  runner.begin(module);
  ir::Module result = module;
  for (const std::string& name : names) result = runner.run(find_pass(name), result);
  return result;
}

}  // namespace rooftop::opt
