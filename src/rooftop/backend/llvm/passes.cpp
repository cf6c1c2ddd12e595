// The list of passes and the analyses that they ask for.
#include "rooftop/backend/llvm/passes.h"

#include <llvm/Analysis/AliasAnalysis.h>
#include <llvm/Analysis/AssumptionCache.h>
#include <llvm/Analysis/BasicAliasAnalysis.h>
#include <llvm/Analysis/BlockFrequencyInfo.h>
#include <llvm/Analysis/BranchProbabilityInfo.h>
#include <llvm/Analysis/LoopAnalysisManager.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/MemorySSA.h>
#include <llvm/Analysis/OptimizationRemarkEmitter.h>
#include <llvm/Analysis/PostDominators.h>
#include <llvm/Analysis/ProfileSummaryInfo.h>
#include <llvm/Analysis/ScalarEvolution.h>
#include <llvm/Analysis/ScopedNoAliasAA.h>
#include <llvm/Analysis/TargetLibraryInfo.h>
#include <llvm/Analysis/TargetTransformInfo.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/PassInstrumentation.h>
#include <llvm/IR/PassManager.h>
#include <llvm/Transforms/InstCombine/InstCombine.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/LICM.h>
#include <llvm/Transforms/Scalar/LoopPassManager.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>
#include <llvm/Transforms/Utils/Mem2Reg.h>

#include "rooftop/backend/llvm/guard.h"
#include "rooftop/backend/llvm/overflow_pairs.h"

namespace rooftop::backend::llvm {
namespace {

namespace ll = ::llvm;

/// The analysis managers, registered by hand and tied to each other.
class Analyses {
  // Declared before the functions' manager, hence destroyed after it: its proxies clear the loops' results.
  ll::LoopAnalysisManager loops_;

 public:
  explicit Analyses(ll::TargetMachine& machine, const ll::Module& module);

  ll::FunctionAnalysisManager functions;

 private:
  void add_function_analyses(ll::TargetMachine& machine, const ll::Module& module);

  ll::ModuleAnalysisManager modules_;
};

Analyses::Analyses(ll::TargetMachine& machine, const ll::Module& module) {
  modules_.registerPass([] { return ll::PassInstrumentationAnalysis(); });
  modules_.registerPass([] { return ll::ProfileSummaryAnalysis(); });
  modules_.registerPass([this] { return ll::FunctionAnalysisManagerModuleProxy(functions); });
  loops_.registerPass([] { return ll::PassInstrumentationAnalysis(); });
  loops_.registerPass([this] { return ll::FunctionAnalysisManagerLoopProxy(functions); });
  add_function_analyses(machine, module);
}

void Analyses::add_function_analyses(ll::TargetMachine& machine, const ll::Module& module) {
  functions.registerPass([] { return ll::PassInstrumentationAnalysis(); });
  functions.registerPass([this] { return ll::ModuleAnalysisManagerFunctionProxy(modules_); });
  functions.registerPass([this] { return ll::LoopAnalysisManagerFunctionProxy(loops_); });
  functions.registerPass([] {
    ll::AAManager aliases;
    aliases.registerFunctionAnalysis<ll::BasicAA>();
    aliases.registerFunctionAnalysis<ll::ScopedNoAliasAA>();
    return aliases;
  });
  functions.registerPass([] { return ll::BasicAA(); });
  functions.registerPass([] { return ll::ScopedNoAliasAA(); });
  functions.registerPass([] { return ll::AssumptionAnalysis(); });
  functions.registerPass([] { return ll::BlockFrequencyAnalysis(); });
  functions.registerPass([] { return ll::BranchProbabilityAnalysis(); });
  functions.registerPass([] { return ll::DominatorTreeAnalysis(); });
  functions.registerPass([] { return ll::PostDominatorTreeAnalysis(); });
  functions.registerPass([] { return ll::LoopAnalysis(); });
  functions.registerPass([] { return ll::MemorySSAAnalysis(); });
  functions.registerPass([] { return ll::OptimizationRemarkEmitterAnalysis(); });
  functions.registerPass([] { return ll::ScalarEvolutionAnalysis(); });
  functions.registerPass([&machine] { return machine.getTargetIRAnalysis(); });
  functions.registerPass([&module] {
    // A call of exp is a call of exp: LLVM's own ideas of library functions would change bits.
    ll::TargetLibraryInfoImpl library(ll::Triple(module.getTargetTriple()));
    library.disableAllFunctions();
    return ll::TargetLibraryAnalysis(std::move(library));
  });
}

}  // namespace

void optimise(ll::Module& module, ll::TargetMachine& machine, CodeLevel level) {
  const Held<Analyses> analyses(machine, module);
  const Held<ll::FunctionPassManager> held_passes;
  ll::FunctionPassManager& passes = *held_passes;
  passes.addPass(ll::PromotePass());
  passes.addPass(ll::EarlyCSEPass(/*UseMemorySSA=*/level == CodeLevel::Full));
  passes.addPass(OverflowPairs());
  if (level == CodeLevel::Full) {
    passes.addPass(ll::InstCombinePass());
    passes.addPass(ll::SimplifyCFGPass());
    passes.addPass(ll::createFunctionToLoopPassAdaptor(ll::LICMPass(ll::LICMOptions()), /*UseMemorySSA=*/true));
    passes.addPass(ll::InstCombinePass());
  }
  for (ll::Function& function : module) {
    if (!function.isDeclaration()) passes.run(function, analyses->functions);
  }
}

}  // namespace rooftop::backend::llvm
