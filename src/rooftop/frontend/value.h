// What an expression of the user's program is while it is being compiled: a number or array with its ir expression, a
// tuple of values, or an entity that exists only at compile time (a module, a function, a range, …).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "rooftop/frontend/syntax.h"
#include "rooftop/frontend/types.h"
#include "rooftop/ir/expr.h"

namespace rooftop::frontend {

class NameScope;
struct ArrayExpression;
struct Entity;
struct Value;

/// A Python function whose source can be compiled.
struct FunctionSource {
  std::string name;                            ///< unqualified
  std::string qualified_name;                  ///< for messages and tracebacks
  std::string signature_name;                  ///< name as the caller sees it in TypeErrors, usually `name`
  std::shared_ptr<const Node> tree;            ///< FunctionDef or Lambda
  std::shared_ptr<const NameScope> scope;      ///< globals, closure and builtins
  std::vector<std::optional<Value>> defaults;  ///< per parameter, positional then keyword-only; nothing where required
  const void* identity = nullptr;              ///< equal for the same function object
  bool strict = false;                         ///< jitted with fp_model="strict"
  bool is_library = false;                     ///< of rooftop._compiled: constants stay known inside
};

/// Something that a name or attribute of the user's program stands for and that has no run-time value.
struct Entity {
  enum class Kind : std::uint8_t {
    Builtin,    ///< a function or type that the compiler knows, by canonical name: "abs", "math.sqrt", "numpy.float32"
    Module,     ///< attributes are resolved in `scope`
    Function,   ///< compiled along when called
    Method,     ///< attribute `name` of parts[0], called
    Range,      ///< parts: start, stop, step
    Enumerate,  ///< parts: iterable, start
    Zip,        ///< parts: iterables
    Reversed,   ///< parts: sequence
    Ellipsis,
    Unsupported,  ///< any other object; `name` is its type's name
  };
  Kind kind;
  std::string name;
  std::shared_ptr<const FunctionSource> function;
  std::shared_ptr<const NameScope> scope;
  std::vector<Value> parts;
};
using EntityPtr = std::shared_ptr<const Entity>;

struct Value {
  PyType type;
  ir::Expr expr;                                      ///< numbers and arrays
  std::vector<Value> items;                           ///< tuples
  EntityPtr entity;                                   ///< entities
  std::shared_ptr<const ArrayExpression> computed{};  ///< array expressions, whose elements are made when stored
  ir::Expr owner{};                                   ///< arrays of an owned type: whose references are counted

  bool is(PyKind kind) const { return type.is(kind); }
  bool is_entity(Entity::Kind kind) const { return entity != nullptr && entity->kind == kind; }
  bool is_number() const { return type.is_number(); }
  bool is_array() const { return type.is(PyKind::Array); }
  bool is_constant() const { return expr && expr.is_constant(); }
};

Value none_value();
Value bool_value(const ir::Expr& expr);
Value int_value(const ir::Expr& expr);
Value int_value(std::int64_t value);
Value float_value(const ir::Expr& expr);
Value complex_value(const ir::Expr& expr);
Value number_value(PyType type, const ir::Expr& expr);
Value array_value(PyType type, const ir::Expr& expr);
/// An array over the memory of `base`, which lives as long as that.
Value view_value(const Value& base, const PyType& type, const ir::Expr& expr);
Value tuple_value(std::vector<Value> items);
Value string_value(std::string text);
Value entity_value(Entity entity);

/// What the user would call it in a message: "float", "np.int64 array of rank 2", "module", "function".
std::string describe(const Value& value);

/// Names outside the function: closure cells, globals, builtins; and attributes of modules.
class NameScope {
 public:
  virtual ~NameScope() = default;
  /// What the name stands for now, or nothing when it is not defined. Records the dependency, so that the compiled code
  /// is discarded when the name is bound to another object.
  virtual std::optional<Value> resolve(const std::string& name) const = 0;
};

/// The same value as far as a compile-time object has one: used where control flow joins and for specialisation keys.
bool same_entity(const Value& a, const Value& b);

}  // namespace rooftop::frontend
