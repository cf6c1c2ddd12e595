// New arrays. Scratch: small ones of constant size in the function's frame, others from the runtime, freed on every
// way out. Owned ones, whose references the program counts, always from the runtime.
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

/// The bytes of an array of the type, at least one; too many for a signed 64-bit number raises MemoryError.
ll::Value* FunctionEmitter::allocation_bytes(const ir::Stmt& s, ir::DType dtype, ArrayRef<ll::Value*> lengths) {
  ll::Value* bytes = b_.getInt64(array::size_of(dtype));
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

/// What the runtime's function of so many bytes returns; null raises MemoryError.
ll::CallInst* FunctionEmitter::new_memory(const ir::Stmt& s, std::string_view function, ll::Value* bytes) {
  ll::CallInst* memory = b_.CreateCall(module_.runtime_function(function), {function_->getArg(0), bytes}, "memory");
  ll::BasicBlock* allocated = enter_rarely(b_.CreateIsNull(memory), "no_memory");
  raise(s.location(), {ExceptionKind::MemoryError, "out of memory"}, {});
  go_on_at(allocated);
  return memory;
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
    ll::Value* bytes = allocation_bytes(s, s->var->type.dtype(), lengths);
    ll::CallInst* memory = new_memory(s, kAlloc, bytes);
    memory->addRetAttr(ll::Attribute::getWithAlignment(module_.context(), kAlignment));
    allocations_.push_back({memory, bytes});
    fresh.data = memory;
  }
  aliases_->assume_private(fresh.memory);
  variables_[s->var.get()] = {.array = std::move(fresh)};
}

void FunctionEmitter::emit_create(const ir::Stmt& s) {
  const ir::Var &var = s->results[0], &owner = s->results[1];
  SmallVector<ll::Value*, 4> lengths;
  for (const ir::Expr& e : s->exprs) lengths.push_back(value(e));
  Array fresh{.type = var->type, .lengths = lengths};
  ll::CallInst* owned = new_memory(s, kCreate, allocation_bytes(s, var->type.dtype(), lengths));
  ll::LoadInst* data = b_.CreateLoad(b_.getPtrTy(), owned_field(owned, offsetof(OwnedArray, data)), var->name);
  aliases_->annotate_own(data);
  fresh.data = data;
  variables_[var.get()] = {.array = std::move(fresh)};
  variables_[owner.get()] = {.scalar = {.real = b_.CreatePtrToInt(owned, b_.getInt64Ty())}};
}

ll::Value* FunctionEmitter::owned_field(ll::Value* owned, std::size_t offset) {
  return b_.CreateConstInBoundsGEP1_64(b_.getInt8Ty(), owned, offset);
}

void FunctionEmitter::emit_retain(const ir::Stmt& s) {
  ll::Value* owner = value(s->exprs[0]);
  ll::BasicBlock* counted = new_block("retain");
  ll::BasicBlock* next = new_block("retained");
  branch(b_.CreateIsNotNull(owner), counted, next);
  go_on_at(counted);
  ll::Value* count = owned_field(b_.CreateIntToPtr(owner, b_.getPtrTy()), offsetof(OwnedArray, references));
  ll::LoadInst* before = b_.CreateLoad(b_.getInt64Ty(), count);
  aliases_->annotate_own(before);
  aliases_->annotate_own(b_.CreateStore(b_.CreateAdd(before, b_.getInt64(1)), count));
  jump(next);
  go_on_at(next);
}

void FunctionEmitter::emit_release(const ir::Stmt& s) {
  ll::Value* owner = value(s->exprs[0]);
  ll::BasicBlock* released = new_block("release");
  ll::BasicBlock* next = new_block("released");
  branch(b_.CreateIsNotNull(owner), released, next);
  go_on_at(released);
  b_.CreateCall(module_.runtime_function(kRelease), {function_->getArg(0), b_.CreateIntToPtr(owner, b_.getPtrTy())});
  jump(next);
  go_on_at(next);
}

void FunctionEmitter::free_down_to(std::size_t count) {
  for (std::size_t i = allocations_.size(); i > count; --i) {
    const Allocation& a = allocations_[i - 1];
    b_.CreateCall(module_.runtime_function(kFree), {function_->getArg(0), a.memory, a.bytes});
  }
}

}  // namespace rooftop::backend::llvm
