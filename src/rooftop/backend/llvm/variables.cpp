// Variables and their components.
#include "rooftop/backend/llvm/function_emitter.h"
#include "rooftop/base/errors.h"

namespace rooftop::backend::llvm {

const FunctionEmitter::Variable& FunctionEmitter::variable(const ir::Var& var) const {
  const auto found = variables_.find(var.get());
  ROOFTOP_CHECK(found != variables_.end()) << "variable " << var->name << " is not bound here";
  return found->second;
}

ll::AllocaInst* FunctionEmitter::new_slot(ll::Type* type, const ll::Twine& name) {
  ll::BasicBlock& entry = function_->getEntryBlock();
  return Builder(&entry, entry.begin()).CreateAlloca(type, nullptr, name);
}

SmallVector<ll::Value*, 8> FunctionEmitter::components(const ir::Expr& e) {
  if (e.type().is_array()) {
    const Array a = array(e);
    SmallVector<ll::Value*, 8> list{a.data};
    list.append(a.lengths.begin(), a.lengths.end());
    list.append(a.strides.begin(), a.strides.end());
    return list;
  }
  const Scalar s = scalar(e);
  SmallVector<ll::Value*, 8> list{s.real};
  if (s.is_complex()) list.push_back(s.imag);
  return list;
}

FunctionEmitter::Variable FunctionEmitter::from_components(const ir::Type& type, ArrayRef<ll::Value*> components,
                                                           bool known_origin) {
  Variable variable;
  if (!type.is_array()) {
    variable.scalar = {components[0], components.size() > 1 ? components[1] : nullptr};
    return variable;
  }
  const auto rank = static_cast<std::size_t>(type.rank());
  const auto lengths = components.slice(1, rank);
  const auto strides = components.drop_front(1 + rank);
  variable.array = {type,
                    components[0],
                    {lengths.begin(), lengths.end()},
                    {strides.begin(), strides.end()},
                    aliases_->new_memory(known_origin)};
  return variable;
}

void FunctionEmitter::bind(const ir::Var& var, const ir::Expr& value) {
  Variable& variable = variables_[var.get()];
  if (!var->type.is_array()) {
    variable = {.scalar = scalar(value), .is_sum = accumulates(value)};
    if (!ll::isa<ll::Constant>(variable.scalar.real) && !variable.scalar.real->hasName()) {
      variable.scalar.real->setName(var->name);
    }
    return;
  }
  Array bound = array(value);
  // What a mutable variable holds now is an array of its own from here on.
  if (bound.memory.identities.empty()) bound.memory = aliases_->new_memory(false);
  variable = {.array = std::move(bound)};
}

void FunctionEmitter::declare(const ir::Var& var, const ir::Expr& value) {
  const auto first = components(value);
  Variable variable;
  for (ll::Value* component : first) {
    variable.slots.push_back(new_slot(component->getType(), var->name));
    b_.CreateStore(component, variable.slots.back());
  }
  variables_[var.get()] = std::move(variable);
}

void FunctionEmitter::assign(const ir::Var& var, const ir::Expr& value) {
  const auto next = components(value);
  const auto& slots = variable(var).slots;
  ROOFTOP_CHECK(slots.size() == next.size()) << var->name << " is not mutable here";
  for (std::size_t i = 0; i < next.size(); ++i) b_.CreateStore(next[i], slots[i]);
}

Scalar FunctionEmitter::read_scalar(const ir::Var& var) {
  const Variable& v = variable(var);
  if (v.slots.empty()) return v.scalar;
  const auto read = [this](ll::AllocaInst* slot) { return b_.CreateLoad(slot->getAllocatedType(), slot); };
  return {read(v.slots[0]), v.slots.size() > 1 ? read(v.slots[1]) : nullptr};
}

Array FunctionEmitter::read_array(const ir::Var& var) {
  const Variable& v = variable(var);
  if (v.slots.empty()) return v.array;
  SmallVector<ll::Value*, 8> components;
  for (ll::AllocaInst* slot : v.slots) components.push_back(b_.CreateLoad(slot->getAllocatedType(), slot));
  Array read = from_components(var->type, components, false).array;
  read.memory = {};
  return read;
}

}  // namespace rooftop::backend::llvm
