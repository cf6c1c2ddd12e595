// Parallel loops: the body becomes a function of a range of iterations, which the runtime spreads over its threads.
//   for parallel i in begin .. end step s { body }   becomes
//   parallel_for(body_function, {begin, captured variables}, 0, iterations, grain)
#include <cstddef>

#include "rooftop/backend/llvm/function_emitter.h"
#include "rooftop/backend/llvm/symbols.h"
#include "rooftop/base/errors.h"
#include "rooftop/ir/walk.h"

namespace rooftop::backend::llvm {
namespace {

/// Iterations that one thread should take at least: a body without a loop is small, and a few thousand of it are worth
/// handing over. The optimiser makes only loops parallel whose whole work pays.
std::int64_t grain_of(const ir::Stmt& loop) {
  constexpr std::int64_t kWorthwhileStatements = 4096;
  std::int64_t statements = 1;
  bool has_loop = false;
  ir::for_each_statement(loop->body, [&](const ir::Stmt& s) {
    ++statements;
    has_loop |= s.is(ir::StmtKind::For) || s.is(ir::StmtKind::While) || s.is(ir::StmtKind::Call);
  });
  return has_loop ? 1 : std::max<std::int64_t>(1, kWorthwhileStatements / statements);
}

}  // namespace

void FunctionEmitter::emit_parallel_for(const ir::Stmt& s) {
  ll::Value* begin = value(s->begin());
  ll::Value* end = value(s->end());
  ll::BasicBlock* start = new_block("parallel");
  ll::BasicBlock* after = new_block("parallel.after");
  branch(s->step > 0 ? b_.CreateICmpSLT(begin, end) : b_.CreateICmpSGT(begin, end), start, after);
  go_on_at(start);
  const Captures captures = capture(s->body, s->var.get(), begin);
  const std::uint64_t stride = s->step > 0 ? static_cast<std::uint64_t>(s->step) : -static_cast<std::uint64_t>(s->step);
  ll::Value* distance = s->step > 0 ? b_.CreateSub(end, begin) : b_.CreateSub(begin, end);
  ll::Value* iterations =
      b_.CreateAdd(b_.CreateUDiv(b_.CreateSub(distance, b_.getInt64(1)), b_.getInt64(stride)), b_.getInt64(1));

  ll::Function* body = new_outlined_function(".parallel", {b_.getInt64Ty(), b_.getInt64Ty()});
  FunctionEmitter(*this, body).emit_iterations(s, captures, *this);
  // One iteration needs no thread but this one.
  ll::BasicBlock* alone = new_block("parallel.alone");
  ll::BasicBlock* shared = new_block("parallel.shared");
  ll::BasicBlock* done = new_block("parallel.done");
  branch(b_.CreateICmpEQ(iterations, b_.getInt64(1)), alone, shared);
  go_on_at(alone);
  ll::Value* own = b_.CreateCall(body, {function_->getArg(0), captures.frame, b_.getInt64(0), b_.getInt64(1)});
  jump(done);
  go_on_at(shared);
  ll::Value* all = b_.CreateCall(module_.runtime_function(kParallelFor),
                                 {function_->getArg(0), body, captures.frame, b_.getInt64(0), iterations,
                                  b_.getInt64(static_cast<std::uint64_t>(grain_of(s)))});
  if (s->else_body.empty()) {
    jump(done);
  } else {
    ll::BasicBlock* caught = new_block("parallel.otherwise");
    branch_rarely(b_.CreateICmpEQ(all, b_.getInt32(kRaised)), caught, done);
    go_on_at(caught);
    aliases_->annotate_own(b_.CreateStore(b_.getInt32(0), context_field(offsetof(KernelContext, frame_count))));
    emit_block(s->else_body);
    if (reachable()) jump(after);
  }
  go_on_at(done);
  ll::PHINode* status = b_.CreatePHI(b_.getInt32Ty(), 2);
  status->addIncoming(own, alone);
  status->addIncoming(all, shared);
  // What an iteration raised carries its place already: the body is no function of the user's.
  fail_if(b_.CreateICmpEQ(status, b_.getInt32(kRaised)), status);
  propagate(status, s.location());
  jump(after);
  go_on_at(after);
}

/// The function of iterations [first, last): the loop itself over its part of the range.
void FunctionEmitter::emit_iterations(const ir::Stmt& s, const Captures& captures, const FunctionEmitter& parent) {
  enter_outlined(captures, parent);
  ll::Value* begin = load_field(captures, function_->getArg(1), 0);
  const auto iteration = [&](unsigned argument) {
    ll::Value* offset = b_.CreateMul(function_->getArg(argument), b_.getInt64(static_cast<std::uint64_t>(s->step)));
    return b_.CreateAdd(begin, offset);
  };
  ll::Value* first = iteration(2);
  emit_counted(s, first, iteration(3));
  return_components({});
}

ll::Value* FunctionEmitter::threads_of_call(ll::Value* most) {
  ll::LoadInst* limit = b_.CreateLoad(b_.getInt32Ty(), context_field(offsetof(KernelContext, threads)));
  aliases_->annotate_own(limit);
  ll::Value* given = b_.CreateZExtOrTrunc(limit, most->getType()->getScalarType());
  if (const auto* vector = ll::dyn_cast<ll::FixedVectorType>(most->getType())) {
    given = b_.CreateVectorSplat(vector->getNumElements(), given);
  }
  // As unsigned numbers less one, of which that of no limit is the largest.
  ll::Value* one = ll::ConstantInt::get(most->getType(), 1);
  ll::Value* least = b_.CreateBinaryIntrinsic(ll::Intrinsic::umin, b_.CreateSub(given, one), b_.CreateSub(most, one));
  return b_.CreateAdd(least, one);
}

}  // namespace rooftop::backend::llvm
