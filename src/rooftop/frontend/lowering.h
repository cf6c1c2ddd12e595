// Lowers one Python function for one list of argument types: inference and ir in a single walk.
//
// Local names are bound to values, not to storage: an assignment binds the name anew. Only where control flow joins
// (after an if, around a loop) do names that are still live get a mutable ir variable, their slot. A loop is lowered
// again when the types at its end do not agree with those assumed at its head. The members are split over
// lowering_*.cpp by concept.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rooftop/frontend/array_selection.h"
#include "rooftop/frontend/builtins.h"
#include "rooftop/frontend/indexing.h"
#include "rooftop/frontend/iteration.h"
#include "rooftop/frontend/liveness.h"
#include "rooftop/frontend/module_builder.h"

namespace rooftop::frontend {

class Lowering {
 public:
  Lowering(ModuleBuilder& module, Specialisation& specialisation);

  /// Lowers the whole function. Afterwards `result()` is the type that its returns join to.
  ir::Function run(const std::vector<Value>& arguments);
  const PyType& result() const { return result_; }
  /// Whether some path ended at a recursive call because this function's own result was not known yet. Paths that wait
  /// for another function in progress do not count: that function will be lowered again, and this one with it.
  bool incomplete() const { return incomplete_; }
  /// Some path ended at a call whose result is not known yet.
  bool waits() const { return waits_; }

 private:
  // --- names ---
  struct Conflict {
    PyType first, second;
    SourceLocation first_at, second_at;
  };
  struct Binding {
    Value value;
    ir::Expr bound;                    ///< whether the name is bound; empty: it is
    SourceLocation at;                 ///< where it was bound, for messages
    std::optional<Conflict> conflict;  ///< no value type holds what the paths bound: an error when read
  };
  using Environment = std::map<std::string, Binding>;

  void bind(const std::string& name, const Value& value);
  Value read(const std::string& name);
  /// Joins two bindings' types into `type`; false (and a conflict in `into`) when impossible.
  std::optional<PyType> join_types(const Binding& a, const Binding& b, std::optional<Conflict>& conflict) const;

  // --- slots: mutable variables where control flow joins (lowering_joins.cpp) ---
  struct Slot {
    std::string name;
    Value value;     ///< reads the variables
    ir::Expr bound;  ///< reads the flag; empty: always bound
    std::optional<Conflict> conflict;
    SourceLocation at;
  };
  struct Path {
    Environment environment;
    ir::Block* block;
    bool reachable;
  };
  Value make_slot_value(const std::string& name, const Value& model, const PyType& type) const;
  void declare_slot(Value& slot, const Value* initial);
  void assign_slots(const std::vector<std::pair<const Slot*, const Binding*>>& moves);
  /// Joins the paths that `node` left: names bound in it and live after it get slots, declared in `before`.
  void merge(const Node& node, const Environment& start, std::vector<Path>& paths, ir::Block& before);

  struct Loop;
  // --- references to arrays that the function makes (lowering_owners.cpp) ---
  /// The value with every array expression in it stored in a new array, a temporary of the statement.
  Value stored(const Value& value);
  Arguments stored(const Arguments& arguments);
  /// A name or result takes the value: one reference more, or the own one of a temporary above `floor_`.
  void hold(const Value& value);
  /// A name or result lets go of the value.
  void drop(const Value& value);
  void add_temporaries(const Value& value);
  /// Code that runs at other times than what is around it has temporaries of its own.
  class OwnTemporaries {
   public:
    explicit OwnTemporaries(Lowering& lowering)
        : lowering_(lowering), floor_(std::exchange(lowering.floor_, lowering.temporaries_.size())) {}
    ~OwnTemporaries() {
      lowering_.temporaries_.resize(std::min(lowering_.floor_, lowering_.temporaries_.size()));
      lowering_.floor_ = floor_;
    }
    OwnTemporaries(const OwnTemporaries&) = delete;
    OwnTemporaries& operator=(const OwnTemporaries&) = delete;

   private:
    Lowering& lowering_;
    std::size_t floor_;
  };
  /// Releases the temporaries from `from` on, which stay known: other paths release them, too.
  void release_temporaries(std::size_t from);
  /// The same at the end of their statement.
  void end_temporaries(std::size_t from);
  /// What every name holds, and every temporary, but for what `value` takes with it out of the function.
  void release_all_but(const Value& value);
  /// A name that the paths bind is of no use after them.
  void forget_on(std::vector<Path>& paths, const std::string& name);
  /// Drops names that the loop binds and no round finds as the last one left them.
  void forget_passing(const Loop& loop);

  // --- statements (lowering_statements.cpp) ---
  void statements(const std::vector<NodePtr>& nodes);
  void statement(const Node& node);
  void execute(const Node& node);
  void assign(const Node& target, const Value& value);
  void assign_tuple(const Node& target, const Value& value);
  /// The items along the first dimension, of which there must be so many.
  Value unpacked(const Value& array, std::size_t count);
  void augmented_assign(const Node& node);
  void return_statement(const Node& node);
  void return_value(const Value& value);
  void raise_statement(const Node& node);
  void assert_statement(const Node& node);
  void if_statement(const Node& node);

  // --- loops (lowering_loops.cpp) ---
  struct Loop {
    const Node* node;
    std::vector<Slot> slots;
    std::map<std::string, Binding> assumed;  ///< at the head: each name's type (in its value) so far
    std::map<std::string, bool> flagged;     ///< may be unbound
    bool grew = false;                       ///< an edge brought a type that the head does not hold
    bool has_break = false;
    ir::Var broke;                ///< set by break when there is an else
    std::size_t temporaries = 0;  ///< of the statements around it
  };
  void while_statement(const Node& node);
  void for_statement(const Node& node);
  /// Lowers the loop again until the types at its edges agree with those at its head. `emit_loop` lowers one attempt
  /// and returns whether the loop can end without a break.
  void loop(const Node& node, const std::function<bool(Loop&)>& emit_loop);
  std::vector<std::string> carried_names(const Node& node) const;
  void loop_head(Loop& loop, const Environment& start);
  /// Brings the names' values of the current path into the slots: at the body's end, at continue and at break.
  void loop_edge(Loop& loop);
  bool grow(Loop& loop, const std::string& name, const Binding* binding);
  void loop_end(Loop& loop, const Environment& start, bool exhausts);

  // --- expressions (lowering_expressions.cpp, lowering_logic.cpp, lowering_access.cpp, lowering_calls.cpp) ---
  Value expression(const Node& node);
  std::vector<Value> operands(const std::vector<const Node*>& nodes);
  Value constant(const Node& node);
  /// A tuple's items, or those of a list that a function reads and does not keep.
  Value items_of(const Node& display);
  Value binary_operation(const Node& node);
  Value unary_operation(const Node& node);
  Value bool_operation(const Node& node);
  Value comparison_chain(const Node& node);
  Value compare(const std::string& op, const Value& a, const Value& b);
  Value conditional(const Node& node);
  /// The truth of the node's value; pure parts stay one expression.
  ir::Expr condition(const Node& node);
  ir::Expr both(bool is_and, const ir::Expr& first, const std::function<ir::Expr()>& second);
  /// Lowers `then` and `otherwise` in branches of an if on `test` and joins their values.
  /// Refuses names that were bound since where the code may be skipped.
  void refuse_binds(int before);
  Value choose(const ir::Expr& test, const std::function<Value()>& then, const std::function<Value()>& otherwise);
  Value attribute(const Node& node);
  Value array_attribute(const Value& array, const std::string& name);
  Value number_attribute(const Value& number, const std::string& name);
  Value expression_attribute(const Value& expression, const std::string& name);
  Value subscript(const Node& node);
  std::vector<SelectionItem> index_items(const Node& slice, const Value& array);
  Value tuple_item(const Value& tuple, const Node& slice);
  Value tuple_slice(const Value& tuple, const Node& slice);
  Value call(const Node& node);
  std::vector<Value> arguments_of(const Value& function, const std::vector<const Node*>& nodes);
  Value call_function(const std::shared_ptr<const FunctionSource>& function, const Arguments& arguments);
  const Specialisation& specialised(const std::shared_ptr<const FunctionSource>& function,
                                    const std::vector<Value>& arguments);
  /// What a method of arrays does, where it is written in Python.
  std::shared_ptr<const FunctionSource> library_function(const std::string& method) const;
  Value call_method(const Entity& method, const Arguments& arguments);
  std::vector<Value> bind_arguments(const FunctionSource& function, const Arguments& arguments);

  /// Ends the current path: what follows cannot be reached.
  struct DeadCode {};
  [[noreturn]] void dead() {
    reachable_ = false;
    throw DeadCode();
  }

  ModuleBuilder& module_;
  Specialisation& specialisation_;
  const FunctionSource& source_;
  const Node& tree_;
  Liveness liveness_;
  ir::Block body_;
  Emitter e_;
  Environment environment_;
  bool reachable_ = true;
  bool incomplete_ = false;
  bool waits_ = false;
  bool takes_lists_ = false;  ///< in the arguments of a function of NumPy
  PyType result_{PyKind::Never};
  SourceLocation result_at_;
  std::vector<Loop*> loops_;
  std::vector<ir::Expr> temporaries_;  ///< owners of arrays that no name holds yet
  std::size_t floor_ = 0;              ///< temporaries below are of code around this one, which may run another time
  int binds_ = 0;                      ///< assignments to names so far
  /// What was found for each loop's head, so that lowering it again starts from there.
  struct LoopMemory {
    std::map<std::string, Binding> assumed;
    std::map<std::string, bool> flagged;
  };
  std::map<const Node*, LoopMemory> memory_;
};

/// Refuses a statement or expression that compiled code does not have, saying what to write instead.
[[noreturn]] void refuse(Emitter& e, const Node& node);

/// Whether an array is among the items of a subscript; else what these are.
bool selects(const std::vector<SelectionItem>& items);
std::vector<IndexItem> plain(const std::vector<SelectionItem>& items);

/// Whether evaluating the node may run code that changes arrays or names.
bool has_effects(const Node& node);

/// Whether the value is known inside of the function, and so no parameter.
bool is_fixed(const FunctionSource& function, const Value& value);

/// The value as a caller lends it: arrays without their owners.
Value without_owners(const Value& value);
bool has_owners(const Value& value);
bool has_arrays(const PyType& type);

/// The expressions that a value is stored as, tuples flattened.
void flatten(const Value& value, std::vector<ir::Expr>& out);
/// A value of the type made of parameters or results named after `name`.
Value from_variables(const std::string& name, const PyType& type, std::vector<ir::Var>& out);

}  // namespace rooftop::frontend
