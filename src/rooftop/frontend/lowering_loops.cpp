// Loops: the names that they carry, the fixed point over their types, for and while with else.
#include <algorithm>

#include "rooftop/frontend/lowering.h"
#include "rooftop/frontend/numbers.h"

namespace rooftop::frontend {

using ir::Expr;

std::vector<std::string> Lowering::carried_names(const Node& node) const {
  std::vector<std::string> names;
  for (const std::string& name : liveness_.bound_in(node)) {
    if (liveness_.live_at_header(node, name) || liveness_.live_after(node, name)) names.push_back(name);
  }
  return names;
}

void Lowering::loop_head(Loop& loop, const Environment& start) {
  forget_passing(loop);
  for (const std::string& name : carried_names(*loop.node)) {
    const auto found = start.find(name);
    const Binding* initial = found == start.end() ? nullptr : &found->second;
    if (!loop.assumed.contains(name)) {
      if (initial != nullptr) loop.assumed[name] = *initial;
      loop.flagged[name] = initial == nullptr || initial->bound;
    } else if (initial != nullptr) {
      // What an earlier attempt has found was found for what the loops around it assumed then.
      grow(loop, name, initial);
    } else {
      loop.flagged[name] = true;
    }
    const auto assumed = loop.assumed.find(name);
    if (assumed == loop.assumed.end()) {
      environment_.erase(name);  // unbound at the head, as far as is known
      continue;
    }
    const Binding& head = assumed->second;
    Slot slot{.name = name, .value = {}, .bound = {}, .conflict = head.conflict, .at = head.at};
    if (slot.conflict) {
      if (initial != nullptr) drop(initial->value);
    } else {
      slot.value = make_slot_value(name, head.value, head.value.type);
      if (initial != nullptr) {
        const Value converted = convert_joined(e_, initial->value, head.value.type);
        declare_slot(slot.value, &converted);
      } else {
        declare_slot(slot.value, nullptr);
      }
    }
    if (loop.flagged[name]) {
      slot.bound = ir::variable(ir::make_var(name + ".bound", ir::kBool));
      const Expr flag = initial == nullptr ? ir::bool_constant(false)
                        : initial->bound   ? initial->bound
                                           : ir::bool_constant(true);
      e_.emit(ir::declare(slot.bound.var(), flag, e_.location()));
    }
    environment_[name] = {.value = slot.value, .bound = slot.bound, .at = slot.at, .conflict = slot.conflict};
    loop.slots.push_back(std::move(slot));
  }
}

bool Lowering::grow(Loop& loop, const std::string& name, const Binding* binding) {
  if (binding == nullptr) return false;  // still unbound, as at the head
  const auto found = loop.assumed.find(name);
  if (found == loop.assumed.end()) {
    loop.assumed[name] = *binding;
    loop.flagged[name] = true;
    return true;
  }
  bool grew = false;
  Binding& assumed = found->second;
  if (binding->bound && !loop.flagged[name]) {
    loop.flagged[name] = true;
    grew = true;
  }
  if (assumed.conflict) return grew;
  std::optional<Conflict> conflict;
  const auto type = join_types(assumed, *binding, conflict);
  if (conflict) {
    assumed.conflict = conflict;
    return true;
  }
  if (*type == assumed.value.type) return grew;
  assumed.value.type = *type;
  assumed.at = binding->at;
  return true;
}

void Lowering::loop_edge(Loop& loop) {
  std::vector<std::pair<const Slot*, const Binding*>> moves;
  for (const std::string& name : carried_names(*loop.node)) {
    const auto found = environment_.find(name);
    const Binding* binding = found == environment_.end() ? nullptr : &found->second;
    loop.grew |= grow(loop, name, binding);
    for (const Slot& slot : loop.slots) {
      if (slot.name == name && binding != nullptr) moves.emplace_back(&slot, binding);
    }
  }
  for (const auto& [slot, binding] : moves) {
    if (slot->conflict) drop(binding->value);
  }
  release_temporaries(loop.temporaries);
  forget_passing(loop);
  if (!loop.grew) assign_slots(moves);
}

void Lowering::forget_passing(const Loop& loop) {
  const std::vector<std::string> carried = carried_names(*loop.node);
  for (const std::string& name : liveness_.bound_in(*loop.node)) {
    if (std::find(carried.begin(), carried.end(), name) != carried.end()) continue;
    const auto found = environment_.find(name);
    if (found == environment_.end()) continue;
    drop(found->second.value);
    environment_.erase(found);
  }
}

void Lowering::loop(const Node& node, const std::function<bool(Loop&)>& emit_loop) {
  const Environment start = environment_;
  LoopMemory& memory = memory_[&node];
  for (;;) {
    ir::Block attempt;
    environment_ = start;
    reachable_ = true;
    Loop current{.node = &node,
                 .slots = {},
                 .assumed = memory.assumed,
                 .flagged = memory.flagged,
                 .grew = false,
                 .has_break = false,
                 .broke = {},
                 .temporaries = temporaries_.size()};
    {
      const Emitter::Redirect into(e_, attempt);
      loop_head(current, start);
      if (!node.list("orelse").empty()) {
        current.broke = ir::make_var("broke", ir::kBool);
        e_.emit(ir::declare(current.broke, ir::bool_constant(false), e_.location()));
      }
      loops_.push_back(&current);
      const Emitter::Outline outline = e_.outline();
      e_.set_outline({});
      const bool exhausts = emit_loop(current);
      e_.set_outline(outline);
      loops_.pop_back();
      memory.assumed = current.assumed;
      memory.flagged = current.flagged;
      if (current.grew) continue;
      loop_end(current, start, exhausts);
    }
    for (ir::Stmt& s : attempt) e_.emit(std::move(s));
    return;
  }
}

void Lowering::loop_end(Loop& loop, const Environment& start, bool exhausts) {
  const Node& node = *loop.node;
  Environment exit = start;
  for (const std::string& name : liveness_.bound_in(node)) exit.erase(name);
  for (const Slot& slot : loop.slots) {
    exit[slot.name] = {.value = slot.value, .bound = slot.bound, .at = slot.at, .conflict = slot.conflict};
  }
  environment_ = exit;
  reachable_ = exhausts || loop.has_break;
  if (node.list("orelse").empty() || !exhausts) return;
  if (!loop.has_break) return statements(node.list("orelse"));
  ir::Block other, exhausted;
  std::vector<Path> paths;
  paths.push_back({exit, &other, true});
  {
    const Emitter::Redirect into(e_, exhausted);
    statements(node.list("orelse"));
    paths.push_back({environment_, &exhausted, reachable_});
  }
  merge(node, exit, paths, e_.block());
  e_.emit(ir::if_then(ir::variable(loop.broke), std::move(other), std::move(exhausted), node.location()));
}

void Lowering::while_statement(const Node& node) {
  loop(node, [&](Loop& loop) {
    ir::Block body;
    Expr test = ir::bool_constant(true);
    bool pure = true;
    {
      const Emitter::Redirect into(e_, body);
      const OwnTemporaries own(*this);
      try {
        test = condition(*node.child("test"));
        if (temporaries_.size() > loop.temporaries) test = e_.let("test", test);
        end_temporaries(loop.temporaries);
        pure = body.empty();
        if (!pure && !is_true(test)) {
          // The test takes statements of its own: it moves into the body, and its end is a break of the ir's loop.
          ir::Block leave;
          {
            const Emitter::Redirect into_leave(e_, leave);
            loop_edge(loop);
            e_.emit(ir::break_loop(e_.location()));
          }
          e_.emit(ir::if_then(logical_not(test), std::move(leave), {}, node.location()));
        }
        if (!is_false(test)) statements(node.list("body"));
        if (is_false(test)) reachable_ = true;
        if (reachable_) loop_edge(loop);
      } catch (const DeadCode&) {
      }
    }
    e_.emit(ir::while_loop(pure ? test : ir::bool_constant(true), std::move(body), node.location()));
    return !is_true(test);
  });
}

void Lowering::for_statement(const Node& node) {
  const Value iterable = stored(expression(*node.child("iter")));
  // The loop holds what it goes through: its name may be bound to something else meanwhile.
  hold(iterable);
  add_temporaries(iterable);
  const Iteration iteration = iterate(e_, iterable);
  const Node& target = *node.child("target");
  const std::string name = target.is(NodeKind::Name) ? target.text("id") : "i";
  loop(node, [&](Loop& loop) {
    const ir::Var variable = ir::make_var(name, ir::kI64);
    ir::Block body;
    {
      const Emitter::Redirect into(e_, body);
      const OwnTemporaries own(*this);
      try {
        assign(target, iteration.element(ir::variable(variable)));
        end_temporaries(loop.temporaries);
        statements(node.list("body"));
        if (reachable_) loop_edge(loop);
      } catch (const DeadCode&) {
      }
    }
    e_.emit(ir::for_loop(variable, iteration.begin, iteration.end, iteration.step, std::move(body),
                         ir::LoopKind::Serial, node.location()));
    return true;
  });
}

}  // namespace rooftop::frontend
