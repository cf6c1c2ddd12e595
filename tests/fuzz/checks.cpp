// A module is changed and compiled once, and runs with several arguments.
#include "checks.h"

#include <memory>
#include <utility>

#include "rooftop/backend/backend.h"
#include "rooftop/base/errors.h"
#include "rooftop/ir/parse.h"
#include "rooftop/ir/print.h"
#include "rooftop/opt/pipeline.h"
#include "rooftop/runtime/context.h"
#include "rooftop/runtime/symbols.h"

namespace rooftop::fuzz {
namespace {

opt::PassHooks verified() {
  opt::PassHooks hooks;
  hooks.verify = true;
  return hooks;
}

Run interpreted(ir::Module module) {
  return [module = std::move(module)](Trial& trial) { return interpret(module, trial); };
}

Run compiled(const ir::Module& module, backend::CodeLevel level) {
  const std::shared_ptr<const backend::Kernel> kernel =
      backend::compile(module, runtime::runtime_symbols(), {.level = level});
  return [kernel](Trial& trial) {
    return trial.run([&](backend::KernelContext* context, const std::int64_t* arguments, std::int64_t* results) {
      runtime::enter(*context);
      return kernel->entry()(context, arguments, results);
    });
  };
}

}  // namespace

opt::Machine machine_of(Kind kind, std::uint64_t seed) {
  opt::Machine machine;
  // Short vectors, so that arrays of a few elements have many; there need not be such a machine.
  machine.vector_bytes = seed % 7 < 4 ? 8 : seed % 2 == 0 ? 32 : 64;
  if (kind == Kind::Lanes) machine.vector_bytes = seed % 7 == 0 ? 16 : seed % 2 == 0 ? 32 : 64;
  machine.strip_margin = seed % 3 == 0 ? 0.5 : 0;
  machine.vector_registers = seed % 2 == 0 ? 16 : 32;
  machine.has_vnni = seed % 4 < 2;
  machine.threads = seed % 8 < 3 ? 1 : 2;
  if (seed % 2 == 1) machine.l1_bytes = 512, machine.l2_bytes = 2048, machine.l3_bytes = 8192;
  if (seed % 5 != 0) machine.fork_work = 1;
  return machine;
}

std::map<std::string, Check> checks(Kind kind, std::uint64_t seed) {
  const opt::Machine machine = machine_of(kind, seed);
  const auto level = seed % 3 == 0 ? backend::CodeLevel::Full : backend::CodeLevel::Quick;
  std::map<std::string, Check> all;
  all["text"] = [](const ir::Module& m) {
    const std::string text = to_string(m, {.locations = true});
    const ir::Module back = ir::parse(text);
    ROOFTOP_CHECK(to_string(back, {.locations = true}) == text) << "the text does not read back";
    return interpreted(back);
  };
  for (const opt::Pass& pass : opt::pipeline()) {
    const std::string name(pass.name);
    all[name] = [name, machine](const ir::Module& m) {
      return interpreted(opt::run_passes(m, {&name, 1}, machine, verified()));
    };
  }
  all["pipeline"] = [machine](const ir::Module& m) { return interpreted(opt::optimise(m, machine, verified())); };
  all["llvm"] = [level](const ir::Module& m) { return compiled(m, level); };
  all["pipeline+llvm"] = [machine, level](const ir::Module& m) {
    return compiled(opt::optimise(m, machine, verified()), level);
  };
  return all;
}

Run prepared(const Check& check, const ir::Module& module) {
  try {
    return check(module);
  } catch (const std::exception& error) {
    return [text = std::string(error.what())](Trial&) { return text; };
  }
}

std::string outcome(const Run& run, Trial& trial) {
  try {
    return run(trial);
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace rooftop::fuzz
