// What is done to a module before it runs again: the text, every pass, the pipeline, machine code.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "rooftop/ir/stmt.h"
#include "rooftop/opt/machine.h"
#include "trial.h"

namespace rooftop::fuzz {

enum class Kind { Any, Nests, Lanes };

/// One of several machines, so that different schedules come up.
opt::Machine machine_of(Kind kind, std::uint64_t seed);

/// Runs what a check made of a module.
using Run = std::function<std::string(Trial&)>;
using Check = std::function<Run(const ir::Module&)>;

/// By name: text, the name of each pass, pipeline, llvm, pipeline+llvm. Most seeds compile for speed of compiling.
std::map<std::string, Check> checks(Kind kind, std::uint64_t seed);

/// What the check makes of the module; errors of ours come when it runs.
Run prepared(const Check& check, const ir::Module& module);

/// How that runs, errors of ours included.
std::string outcome(const Run& run, Trial& trial);

}  // namespace rooftop::fuzz
