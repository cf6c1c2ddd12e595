// Calls: builtins, methods, and Python functions that are compiled along.
#include <algorithm>
#include <limits>

#include "rooftop/frontend/array_creation.h"
#include "rooftop/frontend/array_expression.h"
#include "rooftop/frontend/array_reductions.h"
#include "rooftop/frontend/array_store.h"
#include "rooftop/frontend/lowering.h"
#include "rooftop/frontend/numbers.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

Expr is_integer(const Expr& x) {
  const Expr infinity = ir::float_constant(std::numeric_limits<double>::infinity(), x.type());
  return logical_and(ir::operation(Op::eq, {ir::operation(Op::floor, {x}), x}),
                     ir::operation(Op::lt, {ir::operation(Op::abs, {x}), infinity}));
}

/// enumerate, zip, reversed.
bool iterates(const Value& function) {
  if (!function.is_entity(Entity::Kind::Builtin)) return false;
  const std::string& name = function.entity->name;
  return name == "builtins.enumerate" || name == "builtins.zip" || name == "builtins.reversed";
}

Arguments with_self(const Value& self, Arguments arguments) {
  arguments.positional.insert(arguments.positional.begin(), self);
  return arguments;
}

}  // namespace

std::vector<Value> Lowering::arguments_of(const Value& function, const std::vector<const Node*>& nodes) {
  struct Restored {
    bool& flag;
    const bool before = flag;
    ~Restored() { flag = before; }
  };
  const Restored restored{takes_lists_};
  takes_lists_ = (function.is_entity(Entity::Kind::Builtin) && function.entity->name.starts_with("numpy.")) ||
                 (function.is_entity(Entity::Kind::Function) && function.entity->function->is_library);
  return operands(nodes);
}

std::shared_ptr<const FunctionSource> Lowering::library_function(const std::string& method) const {
  const std::shared_ptr<const NameScope>& library = module_.request().library;
  const auto found = library == nullptr ? std::nullopt : library->resolve(method);
  return found && found->is_entity(Entity::Kind::Function) ? found->entity->function : nullptr;
}

Arguments Lowering::stored(const Arguments& arguments) {
  Arguments result = arguments;
  for (Value& value : result.positional) value = stored(value);
  for (auto& [name, value] : result.keywords) value = stored(value);
  return result;
}

Value Lowering::call(const Node& node) {
  const Value function = expression(*node.child("func"));
  std::vector<const Node*> nodes;
  for (const NodePtr& argument : node.list("args")) {
    if (argument->is(NodeKind::Starred)) refuse(e_, *argument);
    nodes.push_back(argument.get());
  }
  const std::size_t positional = nodes.size();
  for (const NodePtr& keyword : node.list("keywords")) {
    if (keyword->text("arg").empty())
      e_.fail("**-arguments are not supported in compiled code", "write the arguments out");
    nodes.push_back(keyword->child("value"));
  }
  std::vector<Value> values = arguments_of(function, nodes);
  if (function.is_entity(Entity::Kind::Function) || iterates(function)) {
    for (Value& value : values) value = stored(value);
  }
  Arguments arguments;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i < positional) {
      arguments.positional.push_back(std::move(values[i]));
    } else {
      arguments.keywords.emplace(node.list("keywords")[i - positional]->text("arg"), std::move(values[i]));
    }
  }
  if (function.entity) {
    switch (function.entity->kind) {
      case Entity::Kind::Builtin:
        return call_builtin(e_, function.entity->name, arguments);
      case Entity::Kind::Function:
        return call_function(function.entity->function, arguments);
      case Entity::Kind::Method:
        return call_method(*function.entity, arguments);
      default:
        break;
    }
  }
  e_.fail("calling " + describe(function) + " is not supported in compiled code",
          "call a plain Python function, a builtin or a function of math, or move the call to the caller");
}

Value Lowering::call_method(const Entity& method, const Arguments& arguments) {
  const Value& self = method.parts[0];
  if (method.name == "item" && self.is_array()) {
    std::vector<IndexItem> items;
    for (const Value& v : arguments.positional) {
      items.push_back({.kind = IndexItem::Kind::Integer,
                       .index = as_index(e_, v, "an index"),
                       .start = {},
                       .stop = {},
                       .step = {}});
    }
    if (static_cast<int>(items.size()) != self.type.rank()) e_.fail("item() needs one index per dimension here");
    const Value element = load(e_, place(e_, self, items, Access::Read));
    return call_method({.kind = Entity::Kind::Method, .name = "item", .function = {}, .scope = {}, .parts = {element}},
                       {});
  }
  if (method.name == "dot" || (is_array_like(self) && array_reduction(method.name)))
    return call_builtin(e_, "numpy." + method.name, with_self(self, arguments));
  if (is_array_like(self) && is_copying_method(method.name)) return copying_method(e_, method.name, self, arguments);
  if (is_array_like(self)) {
    if (const auto function = library_function(method.name))
      return call_function(function, with_self(stored(self), stored(arguments)));
  }
  if (method.name == "fill") {
    expect_arguments(e_, "fill", arguments, 1, 1);
    store_view(e_, self, arguments.positional[0]);
    return none_value();
  }
  expect_arguments(e_, method.name, arguments, 0, 0);
  const Expr& x = self.expr;
  if (method.name == "conjugate") {
    return array::is_complex(x.dtype()) ? number_value(self.type, ir::operation(Op::conj, {x})) : self;
  }
  if (method.name == "item") {
    if (array::is_float(x.dtype())) return float_value(cast_number(x, DType::F64));
    if (array::is_complex(x.dtype())) return complex_value(cast_number(x, DType::C128));
    if (array::is_bool(x.dtype())) return bool_value(x);
    return int_value(as_index(e_, self, "item()"));
  }
  ROOFTOP_CHECK(method.name == "is_integer") << method.name;
  if (array::is_complex(x.dtype())) e_.fail("is_integer() of a complex number");
  if (x.dtype() == DType::BF16) e_.fail("bfloat16 numbers have no is_integer()", "write float(x).is_integer()");
  return bool_value(array::is_float(x.dtype()) ? is_integer(e_.let("t", computable(x))) : ir::bool_constant(true));
}

std::vector<Value> Lowering::bind_arguments(const FunctionSource& function, const Arguments& arguments) {
  const Node& declared = *function.tree->child("args");
  const std::vector<const Node*> names = parameters(function);
  const std::size_t positional_only = declared.list("posonlyargs").size();
  const std::size_t positional = positional_only + declared.list("args").size();
  const std::string& shown = function.name;
  if (arguments.positional.size() > positional) {
    e_.fail(shown + "() takes " + std::to_string(positional) + " positional arguments but " +
            std::to_string(arguments.positional.size()) + " were given");
  }
  std::vector<Value> bound(names.size());
  std::vector<bool> given(names.size());
  for (std::size_t i = 0; i < arguments.positional.size(); ++i) {
    bound[i] = arguments.positional[i];
    given[i] = true;
  }
  for (const auto& [name, value] : arguments.keywords) {
    std::size_t at = positional_only;
    while (at < names.size() && names[at]->text("arg") != name) ++at;
    if (at == names.size()) e_.fail(shown + "() got an unexpected keyword argument '" + name + "'");
    if (given[at]) e_.fail(shown + "() got multiple values for argument '" + name + "'");
    bound[at] = value;
    given[at] = true;
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (given[i]) continue;
    if (!function.defaults[i]) {
      e_.fail(shown + "() missing 1 required positional argument: '" + names[i]->text("arg") + "'");
    }
    bound[i] = *function.defaults[i];
  }
  return bound;
}

const Specialisation& Lowering::specialised(const std::shared_ptr<const FunctionSource>& function,
                                            const std::vector<Value>& arguments) {
  if (!function->is_library) return module_.specialise(function, arguments);
  try {
    return module_.specialise(function, arguments);
  } catch (const CompileError& error) {
    // Where it stands in our text is of no use to the user.
    e_.fail(error.what(), error.hint());
  }
}

Value Lowering::call_function(const std::shared_ptr<const FunctionSource>& function, const Arguments& arguments) {
  if (function->strict && !e_.strict()) throw NeedsStrict();
  const std::vector<Value> bound = bind_arguments(*function, arguments);
  // A callee needs the owners of its arguments only where it may return one of them.
  std::vector<Value> given;
  for (const Value& v : bound) given.push_back(without_owners(v));
  const bool owned = std::any_of(bound.begin(), bound.end(), has_owners);
  if (owned && has_arrays(specialised(function, given).result)) given = bound;
  const Specialisation& callee = specialised(function, given);
  std::vector<Expr> values;
  for (const Value& v : given) {
    if (!is_fixed(*function, v)) flatten(v, values);
  }
  if (callee.never_returns) {
    e_.emit(ir::call({}, callee.name, std::move(values), e_.location()));
    e_.raise(ExceptionKind::RecursionError, "maximum recursion depth exceeded");
    dead();
  }
  if (callee.result.is(PyKind::Never)) {
    // Its result is not known yet: this path waits for the next round.
    if (&callee == &specialisation_ || !callee.in_progress) incomplete_ = true;
    waits_ = true;
    dead();
  }
  std::vector<ir::Var> results;
  Value result = from_variables(function->name, callee.result, results);
  e_.emit(ir::call(std::move(results), callee.name, std::move(values), e_.location()));
  add_temporaries(result);
  return result;
}

}  // namespace rooftop::frontend
