// Everything that leaves a function before its end: raise, checks, calls that failed, interrupts, too deep recursion.
// What is rare stands in blocks of its own behind branches marked unlikely.
#include <llvm/IR/Intrinsics.h>

#include <cstddef>

#include "rooftop/backend/llvm/function_emitter.h"
#include "rooftop/backend/llvm/symbols.h"
#include "rooftop/backend/site_message.h"
#include "rooftop/base/errors.h"

namespace rooftop::backend::llvm {

ll::Value* FunctionEmitter::context_field(std::size_t offset) {
  return b_.CreateConstInBoundsGEP1_64(b_.getInt8Ty(), function_->getArg(0), offset);
}

void FunctionEmitter::fail(ll::Value* status) {
  ROOFTOP_CHECK(!results_.empty()) << "function " << source_.name << " was taken for one that cannot fail";
  free_down_to(0);
  if (results_.size() == 1) {
    b_.CreateRet(status);
  } else {
    ll::Value* nothing = ll::PoisonValue::get(function_->getReturnType());
    // Zeros, because the caller may read them into registers before it looks at the status.
    for (unsigned i = 1; i < results_.size(); ++i) {
      nothing = b_.CreateInsertValue(nothing, ll::Constant::getNullValue(results_[i]), i);
    }
    b_.CreateRet(b_.CreateInsertValue(nothing, status, 0));
  }
  b_.ClearInsertionPoint();
}

void FunctionEmitter::fail_if(ll::Value* condition, ll::Value* status) {
  ll::BasicBlock* passed = enter_rarely(condition, "failed");
  fail(status);
  go_on_at(passed);
}

void FunctionEmitter::raise(const SourceLocation& at, const ir::RaiseInfo& info, ArrayRef<ir::Expr> arguments) {
  ROOFTOP_CHECK(arguments.size() <= kMaxRaiseArguments);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    ll::Value* place = context_field(offsetof(KernelContext, arguments) + 8 * i);
    aliases_->annotate_own(b_.CreateStore(value(arguments[i]), place));
  }
  const ir::RaiseInfo for_runtime{info.kind, site_message(info.message, {arguments.data(), arguments.size()})};
  ll::Constant* site = module_.site(at, source_, &for_runtime, arguments.size());
  aliases_->annotate_own(b_.CreateStore(site, context_field(offsetof(KernelContext, error))));
  fail(b_.getInt32(kRaised));
}

void FunctionEmitter::emit_raise(const ir::Stmt& s) { raise(s.location(), s->raise, s->raise_arguments); }

void FunctionEmitter::emit_check(const ir::Stmt& s) {
  ll::BasicBlock* checked = enter_rarely(b_.CreateNot(value(s->condition())), "raise");
  memo_.emplace_back();
  raise(s.location(), s->raise, s->raise_arguments);
  memo_.pop_back();
  go_on_at(checked);
}

void FunctionEmitter::propagate(ll::Value* status, const SourceLocation& at) {
  ll::BasicBlock* passed = enter_rarely(b_.CreateICmpNE(status, b_.getInt32(kOk)), "failed");
  b_.CreateCall(module_.runtime_function(kPushFrame), {function_->getArg(0), module_.site(at, source_)});
  fail(status);
  go_on_at(passed);
}

void FunctionEmitter::emit_call(const ir::Stmt& s) {
  const Signature& callee = module_.signature(s->callee);
  const ir::Function* target = module_.source().find(s->callee);
  ROOFTOP_CHECK(target != nullptr && target->parameters.size() == s->exprs.size() &&
                target->results.size() == s->results.size())
      << "call of " << s->callee;
  SmallVector<ll::Value*, 16> arguments{function_->getArg(0)};
  for (const ir::Expr& e : s->exprs) arguments.append(components(e));
  ll::CallInst* call = b_.CreateCall(callee.function, arguments);
  call->setCallingConv(callee.function->getCallingConv());
  SmallVector<ll::Value*, 8> results;
  if (callee.results.size() == 1) {
    results.push_back(call);
  } else {
    for (unsigned i = 0; i < callee.results.size(); ++i) results.push_back(b_.CreateExtractValue(call, i));
  }
  if (callee.can_fail) {
    propagate(results.front(), s.location());
    results.erase(results.begin());
  }
  ArrayRef<ll::Value*> rest = results;
  for (const ir::Var& result : s->results) {
    const std::size_t count = component_types(module_.context(), result->type).size();
    variables_[result.get()] = from_components(result->type, rest.take_front(count), false);
    rest = rest.drop_front(count);
  }
}

void FunctionEmitter::emit_poll(const ir::Stmt& s) {
  ll::LoadInst* clock = b_.CreateLoad(b_.getPtrTy(), context_field(offsetof(KernelContext, epoch)));
  clock->setMetadata(ll::LLVMContext::MD_invariant_load, ll::MDNode::get(module_.context(), {}));
  ll::LoadInst* now = b_.CreateLoad(b_.getInt64Ty(), clock, /*isVolatile=*/true);
  ll::LoadInst* seen = b_.CreateLoad(b_.getInt64Ty(), context_field(offsetof(KernelContext, epoch_seen)));
  for (ll::Instruction* load : {clock, now, seen}) aliases_->annotate_own(load);
  ll::BasicBlock* polled = enter_rarely(b_.CreateICmpNE(now, seen), "poll");
  ll::Value* status = b_.CreateCall(module_.runtime_function(kPoll), {function_->getArg(0)});
  propagate(status, s.location());
  jump(polled);
  go_on_at(polled);
}

void FunctionEmitter::emit_recursion_check() {
  ll::LoadInst* limit = b_.CreateLoad(b_.getPtrTy(), context_field(offsetof(KernelContext, stack_limit)));
  aliases_->annotate_own(limit);
  ll::Value* here = b_.CreateIntrinsic(ll::Intrinsic::addressofreturnaddress, {b_.getPtrTy()}, {});
  ll::BasicBlock* body = enter_rarely(b_.CreateICmpULT(here, limit), "too_deep");
  raise(source_.location, {ExceptionKind::RecursionError, "maximum recursion depth exceeded"}, {});
  go_on_at(body);
}

}  // namespace rooftop::backend::llvm
