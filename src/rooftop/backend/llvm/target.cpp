// Choosing the CPU, making TargetMachines and running LLVM's code generator.
#include "rooftop/backend/llvm/target.h"

#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/TargetParser/SubtargetFeature.h>

#include <algorithm>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "rooftop/backend/llvm/features.h"
#include "rooftop/backend/llvm/guard.h"
#include "rooftop/base/errors.h"

namespace rooftop::backend::llvm {
namespace {

namespace ll = ::llvm;

struct Pool {
  std::mutex mutex;
  std::unordered_map<std::string, std::vector<std::unique_ptr<ll::TargetMachine>>> idle;
};

/// Never destroyed: kernels may be compiled while the process ends.
Pool& pool() {
  static Pool& the_pool = *new Pool;
  return the_pool;
}

/// A switch of LLVM's that has no other way in. Some heed only what was given on a command line, so this counts as
/// that.
void set_flag(const char* name, bool value) {
  auto* const flag = ll::cl::getRegisteredOptions().lookup(name);
  ROOFTOP_CHECK(flag != nullptr && !flag->addOccurrence(1, name, value ? "true" : "false")) << name;
}

const ll::Target& x86() {
  static const ll::Target& target = []() -> const ll::Target& {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    // The ir's loops are counted and their addresses in shape already: reshaping them costs a fifth of the code
    // generator's time and chains the rows' addresses of unrolled kernels one after the other.
    set_flag("disable-lsr", true);
    // Processors of these days reorder across more instructions than these passes see; and loads moved to the front of
    // a round make accumulators spill.
    set_flag("post-RA-scheduler", false);
    set_flag("enable-misched", false);
    // Looks for integers to keep in mask registers: finds next to none, in time that grows with the square of a
    // function.
    set_flag("disable-x86-domain-reassignment", true);
    std::string error;
    const ll::Target* found = ll::TargetRegistry::lookupTarget(ll::sys::getProcessTriple(), error);
    if (found == nullptr) throw LlvmError(error);
    return *found;
  }();
  return target;
}

const std::string& host_features() {
  static const std::string features = [] {
    ll::SubtargetFeatures list;
    for (const auto& feature : ll::sys::getHostCPUFeatures()) list.AddFeature(feature.first(), feature.second);
    return list.getString();
  }();
  return features;
}

/// LLVM ignores what it does not know, with a line on stderr: refuse it instead.
void check_names(const std::string& cpu, const std::string& features) {
  const std::unique_ptr<ll::MCSubtargetInfo> info(x86().createMCSubtargetInfo(ll::sys::getProcessTriple(), "", ""));
  if (!cpu.empty() && !info->isCPUStringValid(cpu)) throw OptionError("unknown CPU '" + cpu + "'");
  const auto known = info->getAllProcessorFeatures();
  const ll::SubtargetFeatures asked(features);
  for (const std::string& feature : asked.getFeatures()) {
    const auto same = [&](const ll::SubtargetFeatureKV& row) { return feature.substr(1) == row.Key; };
    if (std::none_of(known.begin(), known.end(), same)) throw OptionError("unknown CPU feature '" + feature + "'");
  }
}

std::unique_ptr<ll::TargetMachine> make_machine(const CompileOptions& options) {
  if (!options.cpu.empty() || !options.features.empty()) check_names(options.cpu, options.features);
  std::string cpu = options.cpu;
  std::string features = options.features;
  if (cpu.empty()) {
    cpu = ll::sys::getHostCPUName().str();
    features = features.empty() ? host_features() : host_features() + "," + features;
  }
  ll::TargetOptions target_options;
  // Position independent, so that functions of the process far away are reached through the linker's stubs.
  std::unique_ptr<ll::TargetMachine> machine(x86().createTargetMachine(
      ll::sys::getProcessTriple(), cpu, features, target_options, ll::Reloc::PIC_, ll::CodeModel::Small,
      options.level == CodeLevel::Quick ? ll::CodeGenOptLevel::None : ll::CodeGenOptLevel::Less, /*JIT=*/true));
  ROOFTOP_CHECK(machine != nullptr);
  return machine;
}

void generate(ll::TargetMachine& machine, ll::Module& module, ll::raw_pwrite_stream& out, ll::CodeGenFileType type) {
  const Held<ll::legacy::PassManager> passes;
  const bool failed = machine.addPassesToEmitFile(*passes, out, nullptr, type, /*DisableVerify=*/true);
  ROOFTOP_CHECK(!failed);
  passes->run(module);
}

}  // namespace

Features features_of(const ll::TargetMachine& machine) {
  const ll::MCSubtargetInfo& info = *machine.getMCSubtargetInfo();
  const auto has = [&](const char* name) { return info.checkFeatures(name); };
  return {.f16c = has("+f16c"),
          .avx2 = has("+avx2"),
          .avx512bw = has("+avx512bw"),
          .vnni_256 = has("+avxvnni") || (has("+avx512vnni") && has("+avx512vl")),
          .avx512_vnni = has("+avx512vnni")};
}

Machine::Machine(const CompileOptions& options)
    : key_(options.cpu + ";" + options.features + (options.level == CodeLevel::Quick ? ";quick" : ";full")) {
  {
    const std::lock_guard lock(pool().mutex);
    auto& idle = pool().idle[key_];
    if (!idle.empty()) {
      machine_ = std::move(idle.back());
      idle.pop_back();
      return;
    }
  }
  machine_ = make_machine(options);
}

Machine::~Machine() {
  if (std::uncaught_exceptions() > exceptions_) {
    abandon(machine_.release());  // it may be in any state
    return;
  }
  const std::lock_guard lock(pool().mutex);
  pool().idle[key_].push_back(std::move(machine_));
}

Bytes generate_object(ll::TargetMachine& machine, ll::Module& module) {
  Bytes bytes;
  ll::raw_svector_ostream stream(bytes);
  generate(machine, module, stream, ll::CodeGenFileType::ObjectFile);
  return bytes;
}

std::string generate_assembly(ll::TargetMachine& machine, ll::Module& module) {
  Bytes bytes;
  ll::raw_svector_ostream stream(bytes);
  generate(machine, module, stream, ll::CodeGenFileType::AssemblyFile);
  return {bytes.begin(), bytes.end()};
}

}  // namespace rooftop::backend::llvm
