// Statements without loops.
#include <algorithm>

#include "rooftop/frontend/arithmetic.h"
#include "rooftop/frontend/array_assignment.h"
#include "rooftop/frontend/lowering.h"
#include "rooftop/frontend/numbers.h"

namespace rooftop::frontend {

using ir::Expr;

namespace {

/// What to say of a statement or expression that compiled code does not have.
std::pair<std::string, std::string> refusal(const std::string& kind) {
  static const std::map<std::string, std::pair<std::string, std::string>> texts = {
      {"Try",
       {"try statements are not supported in compiled code",
        "test for the condition before, or catch the exception in the caller"}},
      {"TryStar", {"try statements are not supported in compiled code", "catch the exceptions in the caller"}},
      {"With", {"with statements are not supported in compiled code", "enter the context in the caller"}},
      {"AsyncFunctionDef", {"async functions cannot be compiled", "compile the part that computes"}},
      {"AsyncFor", {"async for cannot be compiled", "compile the part that computes"}},
      {"AsyncWith", {"async with cannot be compiled", "compile the part that computes"}},
      {"Await", {"await cannot be compiled", "compile the part that computes"}},
      {"Yield", {"generators cannot be compiled yet: yield", "fill an array, or return the values"}},
      {"YieldFrom", {"generators cannot be compiled yet: yield from", "fill an array, or return the values"}},
      {"Global",
       {"global statements are not supported in compiled code", "return the value and assign it in the caller"}},
      {"Nonlocal",
       {"nonlocal statements are not supported in compiled code", "return the value and assign it in the caller"}},
      {"Import", {"import inside a compiled function is not supported", "import at the top of the module"}},
      {"ImportFrom", {"import inside a compiled function is not supported", "import at the top of the module"}},
      {"ClassDef", {"class definitions are not supported in compiled code", "define the class outside"}},
      {"FunctionDef",
       {"a function defined inside a compiled function is not supported yet", "define it at the top of the module"}},
      {"Lambda",
       {"a lambda inside a compiled function is not supported yet", "define a function at the top of the module"}},
      {"Delete", {"del is not supported in compiled code", "leave the name; it costs nothing"}},
      {"Match", {"match statements are not supported in compiled code yet", "write if and elif"}},
      {"List", {"lists are not supported in compiled code yet", "pass an array and fill it, or use a tuple"}},
      {"Dict", {"dicts are not supported in compiled code yet", "use arrays indexed by integers"}},
      {"Set", {"sets are not supported in compiled code yet", "use a boolean array as a membership table"}},
      {"ListComp", {"list comprehensions are not supported in compiled code yet", "write a loop that fills an array"}},
      {"DictComp", {"dict comprehensions are not supported in compiled code yet", "write a loop that fills an array"}},
      {"SetComp", {"set comprehensions are not supported in compiled code yet", "write a loop that fills an array"}},
      {"GeneratorExp", {"generator expressions are not supported in compiled code yet", "write a loop"}},
      {"JoinedStr", {"f-strings are not supported in compiled code yet", "format the text in the caller"}},
      {"TemplateStr", {"t-strings are not supported in compiled code yet", "format the text in the caller"}},
      {"Starred", {"star-arguments are not supported in compiled code", "write the items out"}},
  };
  const auto found = texts.find(kind);
  if (found != texts.end()) return found->second;
  return {kind + " is not supported in compiled code", "move it to the caller"};
}

}  // namespace

void refuse(Emitter& e, const Node& node) {
  const Emitter::At at(e, node.location());
  const auto [message, hint] = refusal(node.kind_name());
  e.fail(message, hint);
}

void Lowering::statements(const std::vector<NodePtr>& nodes) {
  for (const NodePtr& node : nodes) {
    if (!reachable_) return;
    try {
      statement(*node);
    } catch (const DeadCode&) {
    }
  }
}

void Lowering::statement(const Node& node) {
  const Emitter::At at(e_, node.location());
  const OwnTemporaries own(*this);
  execute(node);
  end_temporaries(floor_);
}

void Lowering::execute(const Node& node) {
  switch (node.kind()) {
    case NodeKind::Expr: {
      const Node& value = *node.child("value");
      if (value.is(NodeKind::Constant)) return;  // a docstring
      expression(value);
      return;
    }
    case NodeKind::Assign: {
      const Node& value = *node.child("value");
      Value assigned = expression(value);
      // Made once for all: the first target may be what it reads.
      const bool several = node.list("targets").size() > 1;
      if (several && assigned.is(PyKind::Computed)) assigned = stored(assigned);
      for (const NodePtr& target : node.list("targets")) assign(*target, assigned);
      return;
    }
    case NodeKind::AnnAssign:
      if (const Node* value = node.child("value")) assign(*node.child("target"), expression(*value));
      return;
    case NodeKind::AugAssign:
      return augmented_assign(node);
    case NodeKind::If:
      return if_statement(node);
    case NodeKind::For:
      return for_statement(node);
    case NodeKind::While:
      return while_statement(node);
    case NodeKind::Return:
      return return_statement(node);
    case NodeKind::Raise:
      return raise_statement(node);
    case NodeKind::Assert:
      return assert_statement(node);
    case NodeKind::Pass:
      return;
    case NodeKind::Break:
    case NodeKind::Continue: {
      Loop& loop = *loops_.back();
      loop_edge(loop);
      if (node.is(NodeKind::Break)) {
        loop.has_break = true;
        if (loop.broke) e_.emit(ir::assign(loop.broke, ir::bool_constant(true), e_.location()));
        e_.emit(ir::break_loop(e_.location()));
      } else {
        e_.emit(ir::continue_loop(e_.location()));
      }
      reachable_ = false;
      return;
    }
    default:
      refuse(e_, node);
  }
}

void Lowering::assign(const Node& target, const Value& value) {
  const Emitter::At at(e_, target.location());
  switch (target.kind()) {
    case NodeKind::Name: {
      if (value.is(PyKind::Entity)) {
        bind(target.text("id"), value);
        return;
      }
      bind(target.text("id"), e_.pin(target.text("id"), stored(value)));
      return;
    }
    case NodeKind::Tuple:
    case NodeKind::List:
      return assign_tuple(target, value);
    case NodeKind::Subscript: {
      // An array expression is made where it is stored, unless finding that place may change what it reads.
      const bool stays = value.is(PyKind::Computed) && !has_effects(target);
      const Value pinned = stays ? value : e_.pin("value", value);
      const Value container = expression(*target.child("value"));
      if (!container.is_array()) e_.fail("item assignment into " + describe(container) + " is not supported");
      const std::vector<SelectionItem> items = index_items(*target.child("slice"), container);
      if (selects(items)) {
        store_selected(e_, container, items, pinned);
      } else {
        store(e_, place(e_, container, plain(items), Access::Write), pinned);
      }
      if (container.type.read_only()) dead();
      return;
    }
    case NodeKind::Attribute:
      e_.fail("assignment to attribute '" + target.text("attr") + "' is not supported in compiled code",
              "return the value and assign it in the caller");
    default:
      refuse(e_, target);
  }
}

Value Lowering::unpacked(const Value& given, std::size_t count) {
  const Value array = stored(given);
  if (array.type.rank() == 0) e_.fail("cannot unpack an array without dimensions");
  const Expr length = ir::length(array.expr, 0), wanted = ir::int_constant(static_cast<std::int64_t>(count));
  e_.check(frontend::compare(ir::Op::le, length, wanted), ExceptionKind::ValueError,
           "too many values to unpack (expected {0})", {wanted});
  e_.check(frontend::compare(ir::Op::ge, length, wanted), ExceptionKind::ValueError,
           "not enough values to unpack (expected {0}, got {1})", {wanted, length});
  std::vector<Value> items;
  for (std::size_t i = 0; i < count; ++i) {
    items.push_back(e_.pin("item", element(e_, array, ir::int_constant(static_cast<std::int64_t>(i)))));
  }
  return tuple_value(std::move(items));
}

void Lowering::assign_tuple(const Node& target, const Value& value) {
  const std::vector<NodePtr>& targets = target.list("elts");
  for (const NodePtr& t : targets) {
    if (t->is(NodeKind::Starred)) refuse(e_, *t);
  }
  if (is_array_like(value)) return assign_tuple(target, unpacked(value, targets.size()));
  if (!value.is(PyKind::Tuple)) {
    e_.fail("cannot unpack " + describe(value) + " into " + std::to_string(targets.size()) + " names",
            "unpack a tuple whose length is known when compiling");
  }
  if (value.items.size() != targets.size()) {
    const bool many = value.items.size() > targets.size();
    e_.fail(many ? "too many values to unpack (expected " + std::to_string(targets.size()) + ")"
                 : "not enough values to unpack (expected " + std::to_string(targets.size()) + ", got " +
                       std::to_string(value.items.size()) + ")");
  }
  // All values are taken before the first target is bound: a[i], a[j] = a[j], a[i].
  Value pinned = value;
  for (Value& item : pinned.items) {
    if (!item.is(PyKind::Entity)) item = e_.pin("t", stored(item));
  }
  for (std::size_t i = 0; i < targets.size(); ++i) assign(*targets[i], pinned.items[i]);
}

void Lowering::augmented_assign(const Node& node) {
  const Node& target = *node.child("target");
  const auto op = binary_operator(node.child("op")->kind_name());
  ROOFTOP_CHECK(op.has_value());
  if (target.is(NodeKind::Name)) {
    const Value current = read(target.text("id"));
    if (current.is_array()) {
      const int binds = binds_;
      update_view(e_, *op, current, expression(*node.child("value")));
      // The array was read first, whatever the right side has bound the name to.
      if (binds_ != binds) bind(target.text("id"), current);
      return;
    }
    const Value change = expression(*node.child("value"));
    assign(target, binary(e_, *op, current, change));
    return;
  }
  if (!target.is(NodeKind::Subscript)) refuse(e_, target);
  const Value container = expression(*target.child("value"));
  if (!container.is_array()) e_.fail("item assignment into " + describe(container) + " is not supported");
  const std::vector<SelectionItem> items = index_items(*target.child("slice"), container);
  if (selects(items)) {
    // Read, changed, stored: of places that are named twice the last one counts, as in NumPy.
    std::vector<SelectionItem> pinned = items;
    for (SelectionItem& item : pinned) {
      if (item.is_array()) item.places = e_.pin("places", item.places);
    }
    const Value selected = select_elements(e_, container, pinned);
    const Value change = expression(*node.child("value"));
    if (selected.is_number()) return store_selected(e_, container, pinned, binary(e_, *op, selected, change));
    const Value current = materialise(e_, selected);
    update_view(e_, *op, current, change);
    return store_selected(e_, container, pinned, current);
  }
  const Place where = place(e_, container, plain(items), Access::Read);
  if (!where.is_element) return update_view(e_, *op, where.view, expression(*node.child("value")));
  // The element is read before the right side is evaluated, which may call a function that changes it.
  const Value current = e_.pin("element", load(e_, where));
  const Value change = expression(*node.child("value"));
  store(e_, where, binary(e_, *op, current, change));
  if (container.type.read_only()) dead();
}

void Lowering::return_statement(const Node& node) {
  const Node* value = node.child("value");
  return_value(value == nullptr ? none_value() : expression(*value));
}

namespace {

// What no caller can be given, by itself or in a tuple.
void check_returned(Emitter& e, const Value& value) {
  if (value.is(PyKind::Entity)) e.fail("a compiled function cannot return " + describe(value));
  for (const Value& item : value.items) check_returned(e, item);
}

}  // namespace

void Lowering::return_value(const Value& returned) {
  check_returned(e_, returned);
  const Value value = stored(returned);
  const bool first = result_.is(PyKind::Never);
  const auto joined = join(result_, value.type);
  if (!joined) {
    const auto name = [](const PyType& type) { return type.is(PyKind::None) ? "None" : to_string(type); };
    e_.fail("the function returns " + name(value.type) + " here and " + name(result_) + " on line " +
                std::to_string(result_at_.line),
            "return one type on all paths");
  }
  result_ = *joined;
  if (first) result_at_ = e_.location();
  // A result type from the last round, when there was one, holds every path; else this round is repeated.
  const PyType& assumed = specialisation_.result.is(PyKind::Never) ? result_ : specialisation_.result;
  const auto target = join(assumed, value.type);
  std::vector<Expr> results;
  if (target) {
    flatten(convert_joined(e_, value, *target), results);
    const std::size_t end = e_.block().size();
    release_all_but(value);
    // Numbers that are read from arrays are read before these go.
    if (e_.block().size() > end) {
      ir::Block releases(e_.block().begin() + static_cast<std::ptrdiff_t>(end), e_.block().end());
      e_.block().resize(end);
      for (Expr& result : results) result = e_.let("result", result);
      for (ir::Stmt& s : releases) e_.emit(std::move(s));
    }
  }
  e_.emit(ir::return_values(std::move(results), e_.location()));
  reachable_ = false;
}

void Lowering::raise_statement(const Node& node) {
  const Node* raised = node.child("exc");
  if (raised == nullptr) e_.fail("a bare raise has no exception to raise here");
  const Node* type = raised->is(NodeKind::Call) ? raised->child("func") : raised;
  std::string message;
  if (raised->is(NodeKind::Call)) {
    const std::vector<NodePtr>& arguments = raised->list("args");
    if (arguments.size() > 1 || !raised->list("keywords").empty()) {
      e_.fail("an exception raised in compiled code takes one message", "raise it with a constant string");
    }
    if (arguments.size() == 1) {
      const Value text = expression(*arguments[0]);
      if (!text.is(PyKind::String)) {
        e_.fail("the message of an exception raised in compiled code must be a constant string, not " + describe(text),
                "put the value into the caller's message");
      }
      message = text.type.text();
    }
  }
  const std::string name = type->is(NodeKind::Name) ? type->text("id") : type->text("attr");
  const auto kind = exception_from_name(name);
  if (!kind) {
    e_.fail("raising " + name + " is not supported in compiled code",
            "raise one of ValueError, IndexError, TypeError, OverflowError, ZeroDivisionError, ArithmeticError, "
            "RuntimeError, KeyError, NotImplementedError, AssertionError");
  }
  e_.raise(*kind, message);
  dead();
}

void Lowering::assert_statement(const Node& node) {
  if (!module_.request().assertions) return;
  const Expr test = condition(*node.child("test"));
  std::string message;
  if (const Node* text = node.child("msg")) {
    const Value value = expression(*text);
    if (!value.is(PyKind::String)) e_.fail("the message of an assert in compiled code must be a constant string");
    message = value.type.text();
  }
  e_.check(test, ExceptionKind::AssertionError, message);
}

void Lowering::if_statement(const Node& node) {
  const Expr test = condition(*node.child("test"));
  if (is_true(test)) return statements(node.list("body"));
  if (is_false(test)) return statements(node.list("orelse"));
  const Environment start = environment_;
  ir::Block then_block, else_block;
  std::vector<Path> paths;
  {
    const Emitter::Redirect into(e_, then_block);
    statements(node.list("body"));
    paths.push_back({environment_, &then_block, reachable_});
  }
  environment_ = start;
  reachable_ = true;
  {
    const Emitter::Redirect into(e_, else_block);
    statements(node.list("orelse"));
    paths.push_back({environment_, &else_block, reachable_});
  }
  const bool then_ends = !paths[0].reachable, else_ends = !paths[1].reachable;
  merge(node, start, paths, e_.block());
  // A branch that does not come back leaves the other one to go on in this block, where its names stay visible.
  if (then_ends && !else_ends) {
    e_.emit(ir::if_then(test, std::move(then_block), {}, node.location()));
    for (ir::Stmt& s : else_block) e_.emit(std::move(s));
  } else if (else_ends && !then_ends) {
    e_.emit(ir::if_then(logical_not(test), std::move(else_block), {}, node.location()));
    for (ir::Stmt& s : then_block) e_.emit(std::move(s));
  } else {
    e_.emit(ir::if_then(test, std::move(then_block), std::move(else_block), node.location()));
  }
}

}  // namespace rooftop::frontend
