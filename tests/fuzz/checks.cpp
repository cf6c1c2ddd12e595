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

const std::string& Subject::text() {
  if (!text_) text_ = to_string(module_, {.locations = true});
  return *text_;
}

const ir::Module& Subject::optimised() {
  if (optimised_) return *optimised_;
  remarks_.clear();
  opt::PassHooks hooks = verified();
  hooks.remarks = &remarks_;
  optimised_ = opt::optimise(module_, machine_, hooks);
  return *optimised_;
}

const std::vector<opt::Remark>& Subject::remarks() {
  optimised();
  return remarks_;
}

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
  all["text"] = [](Subject& s) {
    const ir::Module back = ir::parse(s.text());
    ROOFTOP_CHECK(to_string(back, {.locations = true}) == s.text()) << "the text does not read back";
    return interpreted(back);
  };
  for (const opt::Pass& pass : opt::pipeline()) {
    const std::string name(pass.name);
    all[name] = [name, machine](Subject& s) {
      ir::Module changed = opt::run_passes(s.module(), {&name, 1}, machine, verified());
      return to_string(changed, {.locations = true}) == s.text() ? Run() : interpreted(std::move(changed));
    };
  }
  all["pipeline"] = [](Subject& s) { return interpreted(s.optimised()); };
  all["llvm"] = [level](Subject& s) { return compiled(s.module(), level); };
  all["pipeline+llvm"] = [level](Subject& s) { return compiled(s.optimised(), level); };
  return all;
}

Run prepared(const Check& check, Subject& subject) {
  try {
    return check(subject);
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
