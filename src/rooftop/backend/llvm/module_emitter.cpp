// Declarations, shared constants and the order of emission.
#include "rooftop/backend/llvm/module_emitter.h"

#include <llvm/IR/Constants.h>
#include <llvm/IR/MDBuilder.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include <cstddef>

#include "rooftop/backend/llvm/call_graph.h"
#include "rooftop/backend/llvm/function_emitter.h"
#include "rooftop/backend/llvm/symbols.h"
#include "rooftop/base/errors.h"

namespace rooftop::backend::llvm {
namespace {

static_assert(offsetof(Site, message) == 24 && offsetof(Site, function) == 40 && sizeof(Site) == 48);

/// Only the context and memory that LLVM does not see: arrays keep their values across the call.
ll::MemoryEffects own_memory() { return ll::MemoryEffects::inaccessibleOrArgMemOnly(); }

void add_context_attributes(ll::Function& function) {
  ll::Argument* context = function.getArg(0);
  context->addAttr(ll::Attribute::NonNull);
  context->addAttr(ll::Attribute::NoAlias);
  context->addAttr(ll::Attribute::NoUndef);
  context->addAttr(ll::Attribute::getWithDereferenceableBytes(function.getContext(), sizeof(KernelContext)));
}

ll::Constant* private_constant(ll::Module& module, ll::Constant* value, const ll::Twine& name) {
  auto* global = new ll::GlobalVariable(module, value->getType(), true, ll::GlobalValue::PrivateLinkage, value, name);
  global->setUnnamedAddr(ll::GlobalValue::UnnamedAddr::Global);
  return global;
}

}  // namespace

ModuleEmitter::ModuleEmitter(const ir::Module& source, ll::LLVMContext& context, const ll::TargetMachine& machine)
    : source_(source),
      context_(context),
      features_(features_of(machine)),
      module_(std::make_unique<ll::Module>("rooftop", context)) {
  module_->setDataLayout(machine.createDataLayout());
  module_->setTargetTriple(machine.getTargetTriple().str());
  ll::Type* i32 = ll::Type::getInt32Ty(context);
  ll::Type* pointer = ll::PointerType::getUnqual(context);
  site_type_ = ll::StructType::create(context, {i32, i32, i32, i32, i32, i32, pointer, pointer, pointer}, "site");
  unlikely_ = ll::MDBuilder(context).createBranchWeights(1, 1U << 20);
}

void ModuleEmitter::emit_functions() {
  const auto facts = call_facts(source_);
  for (const ir::Function& f : source_.functions) declare(f, facts.at(f.name).can_fail, facts.at(f.name).recursive);
  for (const ir::Function& f : source_.functions) FunctionEmitter(*this, f).emit();
}

std::unique_ptr<ll::Module> ModuleEmitter::emit() {
  emit_functions();
  emit_entry(source_.entry(), kEntrySymbol);
  return std::move(module_);
}

std::unique_ptr<ll::Module> ModuleEmitter::emit(std::span<const Export> exports) {
  emit_functions();
  for (const Export& e : exports) {
    const ir::Function* source = source_.find(e.function);
    ROOFTOP_CHECK(source != nullptr) << e.function;
    ll::CallInst* call = emit_entry(*source, e.symbol);
    ll::Function* entry = call->getFunction();
    ll::Function* callee = call->getCalledFunction();
    entry->setVisibility(ll::GlobalValue::HiddenVisibility);
    // Whoever calls may have no context.
    entry->removeParamAttr(0, ll::Attribute::NonNull);
    entry->removeParamAttr(0, ll::Attribute::Dereferenceable);
    ll::InlineFunctionInfo info;
    ROOFTOP_CHECK(ll::InlineFunction(*call, info).isSuccess()) << e.function;
    if (callee->use_empty()) callee->eraseFromParent();
  }
  return std::move(module_);
}

void ModuleEmitter::declare(const ir::Function& function, bool can_fail, bool recursive) {
  Signature signature{.can_fail = can_fail, .recursive = recursive};
  if (can_fail) signature.results.push_back(ll::Type::getInt32Ty(context_));
  for (const ir::Type& type : function.results) signature.results.append(component_types(context_, type));
  SmallVector<ll::Type*, 16> parameters{ll::PointerType::getUnqual(context_)};
  for (const ir::Var& p : function.parameters) parameters.append(component_types(context_, p->type));
  ll::Type* result = signature.results.empty()       ? ll::Type::getVoidTy(context_)
                     : signature.results.size() == 1 ? signature.results[0]
                                                     : ll::StructType::get(context_, signature.results);
  signature.function = new_function("py." + function.name, ll::FunctionType::get(result, parameters, false));
  for (ll::Argument& argument : signature.function->args()) argument.addAttr(ll::Attribute::NoUndef);
  signatures_[function.name] = std::move(signature);
}

ll::Function* ModuleEmitter::new_function(const ll::Twine& name, ll::FunctionType* type) {
  ll::Function* function = ll::Function::Create(type, ll::GlobalValue::InternalLinkage, name, *module_);
  function->setCallingConv(ll::CallingConv::Fast);
  function->addFnAttr(ll::Attribute::NoUnwind);
  function->addFnAttr("no-trapping-math", "true");
  // Vectors of 512 bits stay in one register where the CPU has them: how wide to go is our own optimiser's choice.
  function->addFnAttr("min-legal-vector-width", "512");
  function->addFnAttr("prefer-vector-width", "512");
  add_context_attributes(*function);
  return function;
}

ll::FastMathFlags ModuleEmitter::float_flags() const {
  ll::FastMathFlags flags;
  switch (source_.float_model) {
    case ir::FloatModel::Strict:
      break;
    // Sums are reassociated by the pass `reductions` alone, in one order for all machines.
    case ir::FloatModel::Fast:
    case ir::FloatModel::Contract:
      flags.setAllowContract(true);
      break;
  }
  return flags;
}

ll::Constant* ModuleEmitter::text(std::string_view content) {
  ll::Constant*& global = texts_[ll::StringRef(content)];
  if (global == nullptr) {
    global = private_constant(*module_, ll::ConstantDataArray::getString(context_, ll::StringRef(content)), "text");
  }
  return global;
}

ll::Constant* ModuleEmitter::site(const SourceLocation& at, const ir::Function& function, const ir::RaiseInfo* info,
                                  std::size_t argument_count) {
  const auto number = [this](std::int64_t value) -> ll::Constant* {
    return ll::ConstantInt::getSigned(ll::Type::getInt32Ty(context_), value);
  };
  // A statement without a place stands for its function.
  const SourceLocation& place = at ? at : function.location;
  ll::Constant* no_message = ll::ConstantPointerNull::get(ll::PointerType::getUnqual(context_));
  return private_constant(
      *module_,
      ll::ConstantStruct::get(site_type_, {number(info != nullptr ? static_cast<std::int32_t>(info->kind) : 0),
                                           number(place.line), number(place.column), number(place.end_line),
                                           number(place.end_column), number(static_cast<std::int64_t>(argument_count)),
                                           info != nullptr ? text(info->message) : no_message, text(place.file_name()),
                                           text(function.python_name)}),
      "site");
}

ll::Constant* ModuleEmitter::table(const std::shared_ptr<const ir::Table>& table) {
  ll::Constant*& global = tables_[table];
  if (global != nullptr) return global;
  ll::Type* element = memory_type(context_, table->dtype);
  std::vector<ll::Constant*> values;
  for (const std::uint64_t bits : table->values) {
    const ll::APInt value = ll::APInt(64, bits).trunc(element->getPrimitiveSizeInBits().getFixedValue());
    values.push_back(element->isFloatingPointTy()
                         ? ll::ConstantFP::get(element, ll::APFloat(element->getFltSemantics(), value))
                         : ll::cast<ll::Constant>(ll::ConstantInt::get(element, value)));
  }
  global = private_constant(*module_, ll::ConstantArray::get(ll::ArrayType::get(element, values.size()), values),
                            table->name);
  return global;
}

ll::FunctionCallee ModuleEmitter::runtime_function(std::string_view name) {
  if (ll::Function* known = module_->getFunction(ll::StringRef(name))) return known;
  ll::Type* none = ll::Type::getVoidTy(context_);
  ll::Type* i32 = ll::Type::getInt32Ty(context_);
  ll::Type* i64 = ll::Type::getInt64Ty(context_);
  ll::Type* pointer = ll::PointerType::getUnqual(context_);
  ll::FunctionType* type = nullptr;
  if (name == kPoll) type = ll::FunctionType::get(i32, {pointer}, false);
  if (name == kPushFrame) type = ll::FunctionType::get(none, {pointer, pointer}, false);
  if (name == kParallelFor) type = ll::FunctionType::get(i32, {pointer, pointer, pointer, i64, i64, i64}, false);
  if (name == kAlloc) type = ll::FunctionType::get(pointer, {pointer, i64}, false);
  if (name == kFree) type = ll::FunctionType::get(none, {pointer, pointer, i64}, false);
  if (name == kCreate) type = ll::FunctionType::get(pointer, {pointer, i64}, false);
  if (name == kRelease) type = ll::FunctionType::get(none, {pointer, pointer}, false);
  ROOFTOP_CHECK(type != nullptr) << name;
  auto* function = ll::Function::Create(type, ll::GlobalValue::ExternalLinkage, ll::StringRef(name), *module_);
  function->addFnAttr(ll::Attribute::NoUnwind);
  // A released array's elements are reached through none of the arguments.
  if (name != kParallelFor && name != kRelease) function->setMemoryEffects(own_memory());
  if (name == kPoll || name == kPushFrame) function->addFnAttr(ll::Attribute::Cold);
  if (name == kAlloc) function->addRetAttr(ll::Attribute::NoAlias);
  if (name == kFree) function->addParamAttr(1, ll::Attribute::NoCapture);
  return function;
}

ll::FunctionCallee ModuleEmitter::math_function(const std::string& name, ll::Type* type, std::size_t arity) {
  if (ll::Function* known = module_->getFunction(name)) return known;
  const SmallVector<ll::Type*, 2> parameters(arity, type);
  auto* function = ll::Function::Create(ll::FunctionType::get(type, parameters, false),
                                        ll::GlobalValue::ExternalLinkage, name, *module_);
  function->addFnAttr(ll::Attribute::NoUnwind);
  function->addFnAttr(ll::Attribute::WillReturn);
  function->setDoesNotAccessMemory();  // nobody reads the C library's errno
  return function;
}

}  // namespace rooftop::backend::llvm
