// Slots: the mutable variables that carry live names over the places where control flow joins.
#include <algorithm>

#include "rooftop/frontend/lowering.h"
#include "rooftop/frontend/numbers.h"
#include "rooftop/ir/walk.h"

namespace rooftop::frontend {

using ir::Expr;

namespace {

/// A value of the type to declare a slot with where the name is not bound yet.
Expr blank(Emitter& e, const ir::Type& type) {
  if (type.is_scalar()) return dtype_constant(type.dtype(), 0);
  // No array at hand to stand for "none": an empty one.
  const ir::Type empty_type = ir::Type::array(type.dtype(), type.rank(), ir::Layout::C);
  const ir::Var empty = ir::make_var("empty", empty_type);
  e.emit(
      ir::allocate(empty, std::vector<Expr>(static_cast<std::size_t>(type.rank()), ir::int_constant(0)), e.location()));
  if (empty_type == type) return ir::variable(empty);
  ir::ViewParts parts{.base = ir::variable(empty), .starts = {}, .from = {}, .lengths = {}, .steps = {}};
  for (int d = 0; d < type.rank(); ++d) {
    parts.starts.push_back(ir::int_constant(0));
    parts.from.push_back(d);
    parts.lengths.push_back(ir::int_constant(0));
    parts.steps.push_back(ir::int_constant(1));
  }
  return ir::view(parts, type);
}

bool same_value(const Value& a, const Value& b) {
  if (a.type != b.type) return false;
  if (a.entity || b.entity) return same_entity(a, b);
  const auto differ = [](const Expr& x, const Expr& y) { return x && !(x == y || ir::same_expression(x, y)); };
  if (differ(a.expr, b.expr) || differ(a.owner, b.owner)) return false;
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!same_value(a.items[i], b.items[i])) return false;
  }
  return true;
}

}  // namespace

Value Lowering::make_slot_value(const std::string& name, const Value& model, const PyType& type) const {
  if (type.is(PyKind::Entity)) return model;
  std::vector<ir::Var> variables;
  return from_variables(name, type, variables);
}

void Lowering::declare_slot(Value& slot, const Value* initial) {
  if (slot.expr) {
    const Expr value = initial != nullptr ? initial->expr : blank(e_, slot.expr.type());
    e_.emit(ir::declare(slot.expr.var(), value, e_.location()));
  }
  if (slot.owner) {
    e_.emit(ir::declare(slot.owner.var(), initial != nullptr ? initial->owner : ir::int_constant(0), e_.location()));
  }
  for (std::size_t i = 0; i < slot.items.size(); ++i) {
    declare_slot(slot.items[i], initial != nullptr ? &initial->items[i] : nullptr);
  }
}

void Lowering::assign_slots(const std::vector<std::pair<const Slot*, const Binding*>>& moves) {
  struct Move {
    ir::Var target;
    Expr value;
  };
  std::vector<Move> assignments;
  ir::VarSet targets;
  const auto add_moves = [&](const Value& slot, const Value& value) {
    std::vector<Expr> to, from;
    flatten(slot, to);
    flatten(value, from);
    ROOFTOP_CHECK(to.size() == from.size());
    for (std::size_t i = 0; i < to.size(); ++i) {
      if (from[i].is(ir::ExprKind::Variable) && from[i].var() == to[i].var()) continue;
      assignments.push_back({to[i].var(), from[i]});
      targets.insert(to[i].var().get());
    }
  };
  for (const auto& [slot, binding] : moves) {
    if (slot->conflict || (slot->value.type.is(PyKind::Entity))) continue;
    if (binding != nullptr) {
      // A binding with a conflict is marked at the slot; its value has no common type to be stored in.
      if (binding->conflict) continue;
      add_moves(slot->value, convert_joined(e_, binding->value, slot->value.type));
    }
    if (slot->bound) {
      const Expr flag = binding == nullptr ? ir::bool_constant(false)
                        : binding->bound   ? binding->bound
                                           : ir::bool_constant(true);
      add_moves(bool_value(slot->bound), bool_value(flag));
    }
  }
  // The moves happen at once: a value that reads another slot being written is bound first.
  for (Move& move : assignments) {
    bool reads_target = false;
    ir::for_each_node(move.value, [&](const Expr& n) {
      reads_target |= n.is(ir::ExprKind::Variable) && n.var() != move.target && targets.contains(n.var().get());
    });
    if (!reads_target) continue;
    const ir::Var copy = ir::make_var(move.target->name, move.value.type());
    e_.emit(ir::let(copy, move.value, e_.location()));
    move.value = ir::variable(copy);
  }
  for (const Move& move : assignments) e_.emit(ir::assign(move.target, move.value, e_.location()));
}

void Lowering::merge(const Node& node, const Environment& start, std::vector<Path>& paths, ir::Block& before) {
  std::erase_if(paths, [](const Path& p) { return !p.reachable; });
  if (paths.empty()) {
    reachable_ = false;
    return;
  }
  reachable_ = true;
  if (paths.size() == 1) {
    environment_ = std::move(paths[0].environment);
    return;
  }
  Environment joined = start;
  std::vector<Slot> slots;
  const auto lookup = [](const Environment& env, const std::string& name) {
    const auto found = env.find(name);
    return found == env.end() ? nullptr : &found->second;
  };
  for (const std::string& name : liveness_.bound_in(node)) {
    joined.erase(name);
    if (!liveness_.live_after(node, name)) {
      forget_on(paths, name);
      continue;
    }
    const Binding* model = nullptr;
    std::optional<PyType> type;
    Slot slot{.name = name, .value = {}, .bound = {}, .conflict = {}, .at = e_.location()};
    bool maybe_unbound = false, all_same = true;
    Binding accumulated;
    for (const Path& path : paths) {
      const Binding* binding = lookup(path.environment, name);
      if (binding == nullptr) {
        maybe_unbound = true;
        continue;
      }
      maybe_unbound |= static_cast<bool>(binding->bound);
      if (model == nullptr) {
        model = binding;
        accumulated = *binding;
        type = binding->value.type;
        slot.conflict = binding->conflict;
        continue;
      }
      all_same &= !binding->conflict && same_value(model->value, binding->value);
      if (slot.conflict) continue;
      type = join_types(accumulated, *binding, slot.conflict);
      if (type) accumulated.value.type = *type;
    }
    if (model == nullptr) continue;
    slot.at = model->at;
    if (!slot.conflict && all_same && !maybe_unbound) {
      joined[name] = *model;
      continue;
    }
    if (slot.conflict) {
      forget_on(paths, name);
    } else {
      slot.value = make_slot_value(name, model->value, *type);
    }
    if (maybe_unbound) slot.bound = ir::variable(ir::make_var(name + ".bound", ir::kBool));
    slots.push_back(std::move(slot));
  }
  {
    const Emitter::Redirect into(e_, before);
    for (Slot& slot : slots) {
      const Binding* initial = lookup(start, slot.name);
      const bool usable = initial != nullptr && !initial->conflict && !slot.conflict &&
                          (initial->value.type == slot.value.type || initial->value.is_number());
      if (usable) {
        const Value converted = convert_joined(e_, initial->value, slot.value.type);
        declare_slot(slot.value, &converted);
      } else {
        declare_slot(slot.value, nullptr);
      }
      if (slot.bound) {
        const Expr flag = initial == nullptr ? ir::bool_constant(false)
                          : initial->bound   ? initial->bound
                                             : ir::bool_constant(true);
        e_.emit(ir::declare(slot.bound.var(), flag, e_.location()));
      }
    }
  }
  for (const Path& path : paths) {
    const Emitter::Redirect into(e_, *path.block);
    std::vector<std::pair<const Slot*, const Binding*>> moves;
    for (const Slot& slot : slots) {
      const Binding* binding = lookup(path.environment, slot.name);
      // A path that left the name alone finds its value in the slot already.
      const Binding* initial = lookup(start, slot.name);
      const bool untouched = binding != nullptr && initial != nullptr && !binding->conflict && !initial->conflict &&
                             same_value(binding->value, initial->value) && initial->value.is_number() &&
                             binding->bound == initial->bound;
      if (!untouched && !(binding == nullptr && initial == nullptr)) moves.emplace_back(&slot, binding);
    }
    assign_slots(moves);
  }
  for (Slot& slot : slots) {
    joined[slot.name] = {.value = slot.value, .bound = slot.bound, .at = slot.at, .conflict = slot.conflict};
  }
  environment_ = std::move(joined);
}

}  // namespace rooftop::frontend
