// The optimiser's entry: the readable list of passes and the one runner that skips, prints, times and verifies them.
// The list is in pipeline.cpp; docs/add-a-pass.md tells how to join it.
#pragma once

#include <iosfwd>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

/// One step of the pipeline. A name may come more than once: skipping or printing it means each time.
struct Pass {
  std::string_view name;
  PassFunction run;
};

/// The passes in the order in which they run.
std::span<const Pass> pipeline();

/// What the runner does around the passes. Names that no pass has are an OptionError when the hooks are used.
struct PassHooks {
  std::set<std::string> skip;          ///< passes left out
  std::set<std::string> print_before;  ///< passes whose input is printed; "all" for each
  std::set<std::string> print_after;   ///< passes whose output is printed; "all" for each
  bool time = false;                   ///< prints the milliseconds that each pass took
  bool verify = false;                 ///< runs ir::verify on the input and after each pass
  /// Leaves out every check, and the tests in front of nests that stand for them: a wrong subscript then destroys
  /// memory. It exists to measure what checks cost (bench/checks.py), and each use is told on the log.
  bool without_checks = false;
  std::ostream* log = nullptr;  ///< where prints go; null means standard error
  std::vector<Remark>* remarks = nullptr;

  /// From ROOFTOP_SKIP=a,b, ROOFTOP_PRINT=after:PASS,before:PASS,after:all, ROOFTOP_TIME=passes, ROOFTOP_VERIFY=1 and
  /// ROOFTOP_MEASURE_WITHOUT_CHECKS=1.
  /// Builds with ROOFTOP_ASSERTIONS verify always. Text that means nothing is an OptionError.
  static PassHooks from_environment();
};

/// Runs the whole pipeline.
ir::Module optimise(const ir::Module& module, const Machine& machine, const PassHooks& hooks);

/// Runs the passes named, in the order given: what `rooftop-opt --passes=a,b` and tests do.
ir::Module run_passes(const ir::Module& module, std::span<const std::string> names, const Machine& machine,
                      const PassHooks& hooks);

}  // namespace rooftop::opt
