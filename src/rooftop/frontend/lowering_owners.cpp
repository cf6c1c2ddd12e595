// References to the arrays that a function makes. Each name that is bound to such an array, or to a view of it, holds a
// reference to the array's owner; what a statement has made and no name holds yet is a temporary, which the statement
// releases at its end. Where control flow joins, references move with the values.
#include <algorithm>

#include "rooftop/frontend/array_assignment.h"
#include "rooftop/frontend/lowering.h"
#include "rooftop/ir/walk.h"

namespace rooftop::frontend {

using ir::Expr;

namespace {

void collect_owners(const Value& value, std::vector<Expr>& owners) {
  if (value.owner && !ir::is_int_constant(value.owner, 0)) owners.push_back(value.owner);
  for (const Value& item : value.items) collect_owners(item, owners);
  // A method, or what zip and its like go through.
  if (value.entity == nullptr) return;
  for (const Value& part : value.entity->parts) collect_owners(part, owners);
}

std::vector<Expr> owners_of(const Value& value) {
  std::vector<Expr> owners;
  collect_owners(value, owners);
  return owners;
}

/// Takes one of the owners from `from` on away that is the same; false when there is none.
bool take(std::vector<Expr>& owners, const Expr& owner, std::size_t from = 0) {
  const auto same = [&](const Expr& other) { return ir::same_expression(owner, other); };
  const auto found = std::find_if(owners.begin() + static_cast<std::ptrdiff_t>(from), owners.end(), same);
  if (found == owners.end()) return false;
  owners.erase(found);
  return true;
}

}  // namespace

Value without_owners(const Value& value) {
  Value result = value;
  if (value.is_array()) {
    result.type = value.type.with_owner(false);
    result.owner = {};
  }
  if (!value.is(PyKind::Tuple)) return result;
  for (Value& item : result.items) item = without_owners(item);
  return tuple_value(std::move(result.items));
}

bool has_arrays(const PyType& type) {
  return type.is(PyKind::Array) || std::any_of(type.items().begin(), type.items().end(), has_arrays);
}

bool has_owners(const Value& value) { return !owners_of(value).empty(); }

Value Lowering::stored(const Value& value) {
  if (value.is(PyKind::Computed)) {
    const Value array = create_array(e_, value);
    add_temporaries(array);
    return array;
  }
  if (!value.is(PyKind::Tuple)) return value;
  std::vector<Value> items;
  for (const Value& item : value.items) items.push_back(stored(item));
  return tuple_value(std::move(items));
}

void Lowering::hold(const Value& value) {
  for (const Expr& owner : owners_of(value)) {
    if (!take(temporaries_, owner, floor_)) e_.emit(ir::retain(owner, e_.location()));
  }
}

void Lowering::drop(const Value& value) {
  for (const Expr& owner : owners_of(value)) e_.emit(ir::release(owner, e_.location()));
}

void Lowering::add_temporaries(const Value& value) { collect_owners(value, temporaries_); }

void Lowering::release_temporaries(std::size_t from) {
  for (std::size_t i = from; i < temporaries_.size(); ++i) e_.emit(ir::release(temporaries_[i], e_.location()));
}

void Lowering::end_temporaries(std::size_t from) {
  if (reachable_) release_temporaries(from);
  temporaries_.resize(from);
}

void Lowering::release_all_but(const Value& value) {
  std::vector<Expr> held = temporaries_;
  for (const auto& [name, binding] : environment_) collect_owners(binding.value, held);
  for (const Expr& owner : owners_of(value)) {
    if (!take(held, owner)) e_.emit(ir::retain(owner, e_.location()));
  }
  for (const Expr& owner : held) e_.emit(ir::release(owner, e_.location()));
}

void Lowering::forget_on(std::vector<Path>& paths, const std::string& name) {
  for (Path& path : paths) {
    const auto found = path.environment.find(name);
    if (found == path.environment.end()) continue;
    const Emitter::Redirect into(e_, *path.block);
    drop(found->second.value);
  }
}

}  // namespace rooftop::frontend
