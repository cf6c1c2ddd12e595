// The function as a whole: parameters, names, the end of the body.
#include "rooftop/frontend/lowering.h"

namespace rooftop::frontend {

using ir::Expr;

namespace {

std::string replace_name(std::string message, const std::string& name) {
  if (const auto at = message.find("NAME"); at != std::string::npos) message.replace(at, 4, name);
  return message;
}

}  // namespace

std::vector<const Node*> parameters(const FunctionSource& function) {
  const Node& arguments = *function.tree->child("args");
  std::vector<const Node*> all;
  for (const char* field : {"posonlyargs", "args", "kwonlyargs"}) {
    for (const NodePtr& p : arguments.list(field)) all.push_back(p.get());
  }
  return all;
}

void flatten(const Value& value, std::vector<Expr>& out) {
  if (value.expr) out.push_back(value.expr);
  if (value.owner) out.push_back(value.owner);
  for (const Value& item : value.items) flatten(item, out);
}

bool is_fixed(const FunctionSource& function, const Value& value) {
  return function.is_library && value.is_constant() && (value.is(PyKind::Int) || value.is(PyKind::Bool));
}

Value from_variables(const std::string& name, const PyType& type, std::vector<ir::Var>& out) {
  if (type.is_number() || type.is(PyKind::Array)) {
    out.push_back(ir::make_var(name, type.storage()));
    Value value = number_value(type, ir::variable(out.back()));
    if (type.owned()) {
      out.push_back(ir::make_var(name + ".owner", ir::kI64));
      value.owner = ir::variable(out.back());
    }
    return value;
  }
  if (type.is(PyKind::Tuple)) {
    std::vector<Value> items;
    for (const PyType& item : type.items()) items.push_back(from_variables(name, item, out));
    return tuple_value(std::move(items));
  }
  return {.type = type, .expr = {}, .items = {}, .entity = {}};
}

Lowering::Lowering(ModuleBuilder& module, Specialisation& specialisation)
    : module_(module),
      specialisation_(specialisation),
      source_(*specialisation.source),
      tree_(*specialisation.source->tree),
      liveness_(*specialisation.source->tree),
      e_(body_, module.request().messages, module.request().float_model) {
  e_.set_outline([this](std::vector<ir::Var> parameters, ir::Block body) {
    return module_.add_part(specialisation_, std::move(parameters), std::move(body), e_.location());
  });
  e_.set_choose([this](const Expr& test, const std::function<Value()>& then, const std::function<Value()>& otherwise) {
    return choose(test, then, otherwise);
  });
}

ir::Function Lowering::run(const std::vector<Value>& arguments) {
  const Emitter::At at(e_, tree_.location());
  if (!tree_.is(NodeKind::FunctionDef) && !tree_.is(NodeKind::Lambda)) refuse(e_, tree_);
  const Node& declared = *tree_.child("args");
  if (declared.child("vararg") != nullptr || declared.child("kwarg") != nullptr) {
    e_.fail("function '" + source_.qualified_name + "' takes *args or **kwargs", "name every parameter");
  }
  ir::Function function{.name = specialisation_.name,
                        .python_name = source_.qualified_name,
                        .parameters = {},
                        .results = {},
                        .body = {},
                        .location = tree_.location()};
  const std::vector<const Node*> names = parameters(source_);
  ROOFTOP_CHECK(names.size() == arguments.size()) << source_.qualified_name;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i]->text("arg");
    Value value = arguments[i];
    if (!value.entity && !is_fixed(source_, value)) value = from_variables(name, value.type, function.parameters);
    environment_[name] = {.value = value, .bound = {}, .at = names[i]->location(), .conflict = {}};
  }
  // Names let go of what they hold; what the caller has given stays the caller's.
  for (const auto& [name, binding] : environment_) hold(binding.value);
  if (tree_.is(NodeKind::Lambda)) {
    try {
      return_value(expression(*tree_.child("body")));
    } catch (const DeadCode&) {
    }
  } else {
    statements(tree_.list("body"));
    if (reachable_) return_value(none_value());
  }
  std::vector<ir::Var> results;
  from_variables("result", result_.is(PyKind::Never) ? PyType(PyKind::None) : result_, results);
  for (const ir::Var& v : results) function.results.push_back(v->type);
  function.body = std::move(body_);
  return function;
}

void Lowering::bind(const std::string& name, const Value& value) {
  ++binds_;
  hold(value);
  // The rest of the statement may still use what the name held.
  if (const auto old = environment_.find(name); old != environment_.end()) add_temporaries(old->second.value);
  environment_[name] = {.value = value, .bound = {}, .at = e_.location(), .conflict = {}};
}

Value Lowering::read(const std::string& name) {
  if (!liveness_.is_local(name)) {
    const auto value = source_.scope->resolve(name);
    if (!value)
      e_.fail("name '" + name + "' is not defined", "define it before the first call, or pass it as an argument");
    if (value->is_entity(Entity::Kind::Unsupported)) {
      e_.fail("'" + name + "' is an object of type '" + value->entity->name + "', which compiled code cannot use",
              "pass it as an argument");
    }
    return *value;
  }
  const auto unbound = [&] { return replace_name(e_.message("unbound_local"), name); };
  const auto found = environment_.find(name);
  if (found == environment_.end()) {
    e_.raise(ExceptionKind::UnboundLocalError, unbound());
    dead();
  }
  const Binding& binding = found->second;
  if (binding.conflict) {
    const Conflict& c = *binding.conflict;
    e_.fail("'" + name + "' is " + to_string(c.first) + " (line " + std::to_string(c.first_at.line) +
                ") on one path and " + to_string(c.second) + " (line " + std::to_string(c.second_at.line) +
                ") on another",
            "use one type on all paths, or two names");
  }
  if (binding.bound) e_.check(binding.bound, ExceptionKind::UnboundLocalError, unbound());
  return binding.value;
}

std::optional<PyType> Lowering::join_types(const Binding& a, const Binding& b,
                                           std::optional<Conflict>& conflict) const {
  if (a.conflict || b.conflict) {
    conflict = a.conflict ? a.conflict : b.conflict;
    return std::nullopt;
  }
  const bool entities = a.value.is(PyKind::Entity) || b.value.is(PyKind::Entity);
  std::optional<PyType> type;
  if (!entities) type = join(a.value.type, b.value.type);
  if (entities && same_entity(a.value, b.value)) type = a.value.type;
  if (!type) conflict = Conflict{a.value.type, b.value.type, a.at, b.at};
  return type;
}

}  // namespace rooftop::frontend
