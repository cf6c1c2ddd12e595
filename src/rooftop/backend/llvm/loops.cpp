// Loops, each with its condition tested at the bottom and once before:
//   if (begin < end) do { body } while (next != stop)
// so that whatever is hoisted out of the body has a place that runs only when the body does.
#include <llvm/IR/PatternMatch.h>

#include "rooftop/backend/llvm/function_emitter.h"

namespace rooftop::backend::llvm {
namespace {

/// The value of the loop variable after the last iteration: begin + step * iterations, modulo 2^64. Needs begin before
/// end.
ll::Value* stop_value(Builder& b, ll::Value* begin, ll::Value* end, std::int64_t step) {
  if (step == 1 || step == -1) return end;
  // Where whole steps lead to the end, as passes write it: begin + (distance & -step).
  namespace match = ll::PatternMatch;
  if (match::match(end,
                   match::m_c_Add(match::m_Specific(begin),
                                  match::m_And(match::m_Value(), match::m_SpecificInt(ll::APInt(
                                                                     64, static_cast<std::uint64_t>(-step), true))))) &&
      step > 0 && (step & (step - 1)) == 0) {
    return end;
  }
  const std::uint64_t stride = step > 0 ? static_cast<std::uint64_t>(step) : -static_cast<std::uint64_t>(step);
  ll::Value* distance = step > 0 ? b.CreateSub(end, begin) : b.CreateSub(begin, end);
  ll::Value* whole = b.CreateUDiv(b.CreateSub(distance, b.getInt64(1)), b.getInt64(stride));
  ll::Value* iterations = b.CreateAdd(whole, b.getInt64(1));
  return b.CreateAdd(begin, b.CreateMul(iterations, b.getInt64(static_cast<std::uint64_t>(step))));
}

}  // namespace

void FunctionEmitter::emit_loop_body(const ir::Block& body, ll::BasicBlock* next, ll::BasicBlock* exit) {
  loops_.push_back({exit, next, allocations_.size()});
  emit_block(body);
  loops_.pop_back();
  if (reachable()) jump(next);
}

void FunctionEmitter::emit_for(const ir::Stmt& s) {
  ll::Value* begin = value(s->begin());
  emit_counted(s, begin, value(s->end()));
}

void FunctionEmitter::emit_counted(const ir::Stmt& s, ll::Value* begin, ll::Value* end) {
  ll::BasicBlock* start = new_block("for.start");
  ll::BasicBlock* body = new_block("for");
  ll::BasicBlock* next = new_block("for.next");
  ll::BasicBlock* exit = new_block("for.exit");
  ll::BasicBlock* after = new_block("for.after");
  branch(s->step > 0 ? b_.CreateICmpSLT(begin, end) : b_.CreateICmpSGT(begin, end), start, after);
  go_on_at(start);
  ll::Value* stop = stop_value(b_, begin, end, s->step);
  b_.CreateBr(body);
  go_on_at(body);
  ll::PHINode* variable = b_.CreatePHI(b_.getInt64Ty(), 2, s->var->name);
  variable->addIncoming(begin, start);
  variables_[s->var.get()] = {.scalar = {variable}};
  emit_loop_body(s->body, next, exit);
  go_on_if_reached(next);
  if (reachable()) {
    // By one step at a time the variable meets the end without passing it: no wrap.
    const bool exact = s->step == 1 || s->step == -1;
    ll::Value* following = b_.CreateAdd(variable, b_.getInt64(static_cast<std::uint64_t>(s->step)), "", false, exact);
    variable->addIncoming(following, b_.GetInsertBlock());
    branch(b_.CreateICmpNE(following, stop), body, exit);
  }
  go_on_if_reached(exit);
  if (reachable()) jump(after);
  go_on_at(after);
}

void FunctionEmitter::emit_while(const ir::Stmt& s) {
  ll::BasicBlock* start = new_block("while.start");
  ll::BasicBlock* body = new_block("while");
  ll::BasicBlock* next = new_block("while.next");
  ll::BasicBlock* exit = new_block("while.exit");
  ll::BasicBlock* after = new_block("while.after");
  const auto test = [&](ll::BasicBlock* on_true, ll::BasicBlock* on_false) {
    if (ir::is_int_constant(s->condition(), 1)) return jump(on_true);
    branch(value(s->condition()), on_true, on_false);
  };
  test(start, after);
  go_on_at(start);
  jump(body);
  go_on_at(body);
  emit_loop_body(s->body, next, exit);
  go_on_if_reached(next);
  if (reachable()) {
    start_statement();
    test(body, exit);
  }
  go_on_if_reached(exit);
  if (reachable()) jump(after);
  go_on_if_reached(after);
}

}  // namespace rooftop::backend::llvm
