// Constructors and descriptions of values.
#include "rooftop/frontend/value.h"

namespace rooftop::frontend {

Value none_value() { return {.type = PyType(PyKind::None), .expr = {}, .items = {}, .entity = {}}; }

Value number_value(PyType type, const ir::Expr& expr) {
  return {.type = std::move(type), .expr = expr, .items = {}, .entity = {}};
}

Value bool_value(const ir::Expr& expr) { return number_value(PyType(PyKind::Bool), expr); }
Value int_value(const ir::Expr& expr) { return number_value(PyType(PyKind::Int), expr); }
Value int_value(std::int64_t value) { return int_value(ir::int_constant(value)); }
Value float_value(const ir::Expr& expr) { return number_value(PyType(PyKind::Float), expr); }
Value complex_value(const ir::Expr& expr) { return number_value(PyType(PyKind::Complex), expr); }
Value array_value(PyType type, const ir::Expr& expr) { return number_value(std::move(type), expr); }
Value view_value(const Value& base, const PyType& type, const ir::Expr& expr) {
  Value view = array_value(type.with_owner(base.type.owned()), expr);
  view.owner = base.owner;
  return view;
}

Value tuple_value(std::vector<Value> items) {
  std::vector<PyType> types;
  types.reserve(items.size());
  for (const Value& item : items) types.push_back(item.type);
  return {.type = PyType::tuple(std::move(types)), .expr = {}, .items = std::move(items), .entity = {}};
}

Value string_value(std::string text) {
  return {.type = PyType::string(std::move(text)), .expr = {}, .items = {}, .entity = {}};
}

Value entity_value(Entity entity) {
  return {.type = PyType(PyKind::Entity),
          .expr = {},
          .items = {},
          .entity = std::make_shared<const Entity>(std::move(entity))};
}

namespace {

std::string describe_entity(const Entity& entity) {
  switch (entity.kind) {
    case Entity::Kind::Builtin:
      return "'" + entity.name + "'";
    case Entity::Kind::Module:
      return "module '" + entity.name + "'";
    case Entity::Kind::Function:
      return "function '" + entity.function->qualified_name + "'";
    case Entity::Kind::Method:
      return "method '" + entity.name + "'";
    case Entity::Kind::Range:
      return "range";
    case Entity::Kind::Enumerate:
      return "enumerate";
    case Entity::Kind::Zip:
      return "zip";
    case Entity::Kind::Reversed:
      return "reversed";
    case Entity::Kind::Ellipsis:
      return "...";
    case Entity::Kind::Unsupported:
      return "object of type '" + entity.name + "'";
  }
  return "object";
}

}  // namespace

std::string describe(const Value& value) {
  switch (value.type.kind()) {
    case PyKind::Entity:
      return describe_entity(*value.entity);
    case PyKind::None:
      return "None";
    case PyKind::String:
      return "str";
    case PyKind::Tuple:
      return "tuple of " + std::to_string(value.type.items().size());
    case PyKind::Array:
      return std::string(array::name_of(value.type.dtype())) + " array of rank " + std::to_string(value.type.rank());
    case PyKind::Computed:
      return std::string(array::name_of(value.type.dtype())) + " array expression of rank " +
             std::to_string(value.type.rank());
    default:
      return to_string(value.type);
  }
}

bool same_entity(const Value& a, const Value& b) {
  if (!a.entity || !b.entity) return a.entity == b.entity;
  if (a.entity == b.entity) return true;
  if (a.entity->kind != b.entity->kind || a.entity->name != b.entity->name) return false;
  switch (a.entity->kind) {
    case Entity::Kind::Builtin:
    case Entity::Kind::Ellipsis:
      return true;
    case Entity::Kind::Function:
      return a.entity->function->identity == b.entity->function->identity;
    case Entity::Kind::Module:
      return a.entity->scope == b.entity->scope;
    default:
      return false;
  }
}

}  // namespace rooftop::frontend
