// Scratch arrays: small ones of constant size in the function's frame, others from the runtime, freed on every way out.
#include <llvm/IR/Constants.h>
#include <llvm/IR/Intrinsics.h>

#include "rooftop/backend/llvm/function_emitter.h"
#include "rooftop/backend/llvm/symbols.h"
#include "rooftop/base/errors.h"

namespace rooftop::backend::llvm {
namespace {

constexpr std::uint64_t kMaxStackBytes = 16 * 1024;      ///< of one function
constexpr std::uint64_t kMaxRecursiveStackBytes = 1024;  ///< of one that may call itself
const ll::Align kAlignment(64);

}  // namespace

bool FunctionEmitter::fits_on_stack(const ir::Stmt& s, std::uint64_t& bytes) const {
  const bool recursive = module_.signature(source_.name).recursive;
  const std::uint64_t room = (recursive ? kMaxRecursiveStackBytes : kMaxStackBytes) - stack_bytes_;
  bytes = array::size_of(s->var->type.dtype());
  for (const ir::Expr& length : s->exprs) {
    if (!length.is_constant() || length.constant().integer < 0) return false;
    if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(length.constant().integer), &bytes)) return false;
  }
  return bytes <= room;
}

/// The bytes of the array, at least one; too many for a signed 64-bit number raises MemoryError.
ll::Value* FunctionEmitter::allocation_bytes(const ir::Stmt& s, ArrayRef<ll::Value*> lengths) {
  ll::Value* bytes = b_.getInt64(array::size_of(s->var->type.dtype()));
  ll::Value* too_large = b_.getFalse();
  for (ll::Value* n : lengths) {
    ll::Value* product = b_.CreateBinaryIntrinsic(ll::Intrinsic::smul_with_overflow, bytes, n);
    bytes = b_.CreateExtractValue(product, 0);
    too_large = b_.CreateOr(too_large, b_.CreateExtractValue(product, 1));
  }
  ll::BasicBlock* sized = enter_rarely(too_large, "too_large");
  raise(s.location(), {ExceptionKind::MemoryError, "array is too large"}, {});
  go_on_at(sized);
  return b_.CreateBinaryIntrinsic(ll::Intrinsic::umax, bytes, b_.getInt64(1));
}

void FunctionEmitter::emit_allocate(const ir::Stmt& s) {
  SmallVector<ll::Value*, 4> lengths;
  for (const ir::Expr& e : s->exprs) lengths.push_back(value(e));
  Array fresh{.type = s->var->type, .lengths = lengths, .memory = aliases_->new_memory(true)};
  std::uint64_t stack_bytes = 0;
  if (fits_on_stack(s, stack_bytes)) {
    stack_bytes_ += stack_bytes;
    ll::AllocaInst* slot = new_slot(ll::ArrayType::get(b_.getInt8Ty(), stack_bytes), s->var->name);
    slot->setAlignment(kAlignment);
    fresh.data = slot;
  } else {
    ll::Value* bytes = allocation_bytes(s, lengths);
    ll::CallInst* memory = b_.CreateCall(module_.runtime_function(kAlloc), {function_->getArg(0), bytes}, s->var->name);
    memory->addRetAttr(ll::Attribute::getWithAlignment(module_.context(), kAlignment));
    ll::BasicBlock* allocated = enter_rarely(b_.CreateIsNull(memory), "no_memory");
    raise(s.location(), {ExceptionKind::MemoryError, "out of memory"}, {});
    go_on_at(allocated);
    allocations_.push_back({memory, bytes});
    fresh.data = memory;
  }
  aliases_->assume_private(fresh.memory);
  variables_[s->var.get()] = {.array = std::move(fresh)};
}

void FunctionEmitter::free_down_to(std::size_t count) {
  for (std::size_t i = allocations_.size(); i > count; --i) {
    const Allocation& a = allocations_[i - 1];
    b_.CreateCall(module_.runtime_function(kFree), {function_->getArg(0), a.memory, a.bytes});
  }
}

}  // namespace rooftop::backend::llvm
