// Finds the arithmetic with the operands of each overflow test among the users of its first variable operand.
#include "rooftop/backend/llvm/overflow_pairs.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>

namespace rooftop::backend::llvm {
namespace {

namespace ll = ::llvm;

bool same_computation(const ll::WithOverflowInst& test, const ll::BinaryOperator& operation) {
  if (operation.getOpcode() != test.getBinaryOp()) return false;
  const ll::Value* a = operation.getOperand(0);
  const ll::Value* b = operation.getOperand(1);
  return (a == test.getLHS() && b == test.getRHS()) ||
         (operation.isCommutative() && a == test.getRHS() && b == test.getLHS());
}

/// Replaces the operations that `test` dominates, after moving it up to the first one of its own block.
bool join(ll::WithOverflowInst& test, const ll::DominatorTree& dominators) {
  ll::Value* shared = ll::isa<ll::Constant>(test.getLHS()) ? test.getRHS() : test.getLHS();
  ll::SmallVector<ll::BinaryOperator*, 4> operations;
  for (ll::User* user : shared->users()) {
    auto* operation = ll::dyn_cast<ll::BinaryOperator>(user);
    // x + x uses its operand twice, and so comes twice.
    if (operation == nullptr || !same_computation(test, *operation) || ll::is_contained(operations, operation))
      continue;
    if (operation->getParent() == test.getParent() && operation->comesBefore(&test)) test.moveBefore(operation);
    operations.push_back(operation);
  }
  ll::Value* result = nullptr;
  for (ll::BinaryOperator* operation : operations) {
    if (!dominators.dominates(&test, operation)) continue;
    if (result == nullptr) {
      ll::IRBuilder<> builder(test.getNextNode());
      result = builder.CreateExtractValue(&test, 0);
    }
    operation->replaceAllUsesWith(result);
    operation->eraseFromParent();
  }
  return result != nullptr;
}

}  // namespace

ll::PreservedAnalyses OverflowPairs::run(ll::Function& function, ll::FunctionAnalysisManager& analyses) {
  ll::SmallVector<ll::WithOverflowInst*, 16> tests;
  for (ll::Instruction& instruction : ll::instructions(function)) {
    if (auto* test = ll::dyn_cast<ll::WithOverflowInst>(&instruction)) tests.push_back(test);
  }
  if (tests.empty()) return ll::PreservedAnalyses::all();
  const auto& dominators = analyses.getResult<ll::DominatorTreeAnalysis>(function);
  bool changed = false;
  for (ll::WithOverflowInst* test : tests) changed |= join(*test, dominators);
  if (!changed) return ll::PreservedAnalyses::all();
  ll::PreservedAnalyses preserved;
  preserved.preserveSet<ll::CFGAnalyses>();
  return preserved;
}

}  // namespace rooftop::backend::llvm
