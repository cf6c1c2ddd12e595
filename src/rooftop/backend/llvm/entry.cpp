// A kernel's entry: unpacks the argument slots of abi.h, calls a function of the module, packs its results.
#include <llvm/IR/Constants.h>

#include "rooftop/backend/llvm/arrays.h"
#include "rooftop/backend/llvm/module_emitter.h"
#include "rooftop/base/errors.h"

namespace rooftop::backend::llvm {
namespace {

/// Reads or writes 8-byte slots one after the other.
class Slots {
 public:
  Slots(Builder& b, ll::Value* first) : b_(b), first_(first) {}

  ll::Value* read(ll::Type* type, bool is_bool = false) {
    if (is_bool) return b_.CreateICmpNE(read(b_.getInt64Ty()), b_.getInt64(0));
    return b_.CreateAlignedLoad(type, next(), ll::Align(8));
  }

  void write(ll::Value* value) { b_.CreateAlignedStore(value, next(), ll::Align(8)); }

  /// An integer fills its slot, sign- or zero-extended; a float32 is its low 4 bytes.
  void write(ll::Value* value, ir::DType dtype) {
    if (value->getType()->isIntegerTy()) value = b_.CreateIntCast(value, b_.getInt64Ty(), array::is_signed(dtype));
    if (value->getType()->isFloatTy()) {
      value = b_.CreateZExt(b_.CreateBitCast(value, b_.getInt32Ty()), b_.getInt64Ty());
    }
    write(value);
  }

  void skip(int count) { index_ += static_cast<std::uint64_t>(count); }

 private:
  ll::Value* next() { return b_.CreateConstInBoundsGEP1_64(b_.getInt64Ty(), first_, index_++); }

  Builder& b_;
  ll::Value* first_;
  std::uint64_t index_ = 0;
};

void read_parameter(Slots& slots, ll::LLVMContext& context, const ir::Type& type, SmallVectorImpl<ll::Value*>& out) {
  const auto components = component_types(context, type);
  for (ll::Type* component : components)
    out.push_back(slots.read(component, array::is_bool(type.dtype()) && type.is_scalar()));
  if (type.is_array()) slots.skip(type.rank() - open_strides(type));
}

void write_result(Slots& slots, Builder& b, const ir::Type& type, ArrayRef<ll::Value*> components) {
  if (!type.is_array()) {
    for (ll::Value* component : components) slots.write(component, array::part_of(type.dtype()));
    return;
  }
  const auto rank = static_cast<std::size_t>(type.rank());
  const auto lengths = components.slice(1, rank);
  const auto strides = components.drop_front(1 + rank);
  const Array result{type, components[0], {lengths.begin(), lengths.end()}, {strides.begin(), strides.end()}, {}};
  slots.write(result.data);
  for (ll::Value* n : result.lengths) slots.write(n);
  for (int d = 0; d < type.rank(); ++d) slots.write(stride_of(b, result, d));
}

/// The values that a call returned: itself, or the members of its struct.
SmallVector<ll::Value*, 8> returned_values(Builder& b, ll::Value* call, std::size_t count) {
  if (count == 1) return {call};
  SmallVector<ll::Value*, 8> values;
  for (unsigned i = 0; i < count; ++i) values.push_back(b.CreateExtractValue(call, i));
  return values;
}

}  // namespace

ll::CallInst* ModuleEmitter::emit_entry(const ir::Function& source, const ll::Twine& symbol) {
  const Signature& callee = signatures_.at(source.name);
  ll::Type* pointer = ll::PointerType::getUnqual(context_);
  ll::Function* entry =
      new_function(symbol, ll::FunctionType::get(ll::Type::getInt32Ty(context_), {pointer, pointer, pointer}, false));
  entry->setLinkage(ll::GlobalValue::ExternalLinkage);
  entry->setCallingConv(ll::CallingConv::C);
  Builder b(ll::BasicBlock::Create(context_, "entry", entry));

  SmallVector<ll::Value*, 16> arguments{entry->getArg(0)};
  Slots in(b, entry->getArg(1));
  for (const ir::Var& p : source.parameters) read_parameter(in, context_, p->type, arguments);
  ll::CallInst* call = b.CreateCall(callee.function, arguments);
  call->setCallingConv(callee.function->getCallingConv());
  const auto values = returned_values(b, call, callee.results.size());
  ArrayRef<ll::Value*> rest = values;
  ll::Value* status = b.getInt32(kOk);
  if (callee.can_fail) {
    status = rest.front();
    rest = rest.drop_front();
    ll::BasicBlock* done = ll::BasicBlock::Create(context_, "done", entry);
    ll::BasicBlock* failed = ll::BasicBlock::Create(context_, "failed", entry);
    b.CreateCondBr(b.CreateICmpEQ(status, b.getInt32(kOk)), done, failed);
    b.SetInsertPoint(failed);
    b.CreateRet(status);
    b.SetInsertPoint(done);
  }
  Slots out(b, entry->getArg(2));
  for (const ir::Type& type : source.results) {
    const std::size_t count = component_types(context_, type).size();
    write_result(out, b, type, rest.take_front(count));
    rest = rest.drop_front(count);
  }
  b.CreateRet(b.getInt32(kOk));
  return call;
}

}  // namespace rooftop::backend::llvm
