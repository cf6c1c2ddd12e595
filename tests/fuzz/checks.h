// What is done to a module before it runs again: the text, every pass, the pipeline, machine code.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rooftop/ir/stmt.h"
#include "rooftop/opt/machine.h"
#include "rooftop/opt/pass.h"
#include "trial.h"

namespace rooftop::fuzz {

enum class Kind { Any, Nests, Lanes };

/// One of several machines, so that different schedules come up.
opt::Machine machine_of(Kind kind, std::uint64_t seed);

/// A module to check, with what several checks make of it, made once. The module must outlive it.
class Subject {
 public:
  Subject(const ir::Module& module, const opt::Machine& machine) : module_(module), machine_(machine) {}

  const ir::Module& module() const { return module_; }
  const std::string& text();
  /// After the whole pipeline, verified after each pass: throws InternalError.
  const ir::Module& optimised();
  /// What the passes said of it.
  const std::vector<opt::Remark>& remarks();

 private:
  const ir::Module& module_;
  const opt::Machine machine_;
  std::optional<std::string> text_;
  std::optional<ir::Module> optimised_;
  std::vector<opt::Remark> remarks_;
};

/// Runs what a check made of a module; empty where that is the module itself.
using Run = std::function<std::string(Trial&)>;
using Check = std::function<Run(Subject&)>;

/// By name: text, the name of each pass, pipeline, llvm, pipeline+llvm. Most seeds compile for speed of compiling.
std::map<std::string, Check> checks(Kind kind, std::uint64_t seed);

/// What the check makes of the module; errors of ours come when it runs.
Run prepared(const Check& check, Subject& subject);

/// How that runs, errors of ours included.
std::string outcome(const Run& run, Trial& trial);

}  // namespace rooftop::fuzz
