// Ranges with a constant step keep their own bounds, so that the loop's variable is the user's; everything else counts
// rounds.
#include "rooftop/frontend/iteration.h"

#include "rooftop/frontend/indexing.h"
#include "rooftop/frontend/numbers.h"
#include "rooftop/frontend/rounding.h"

namespace rooftop::frontend {

using ir::Expr;

namespace {

Iteration counted(const Expr& count, std::function<Value(const Expr&)> element_at) {
  return {.begin = ir::int_constant(0),
          .end = count,
          .step = 1,
          .count = count,
          .element = element_at,
          .element_at = element_at};
}

Iteration over_range(Emitter& e, const Value& range) {
  const Expr start = range.entity->parts[0].expr, step = range.entity->parts[2].expr;
  const Expr count = range_length(e, range);
  Iteration result = counted(count, [=](const Expr& i) { return int_value(add(start, mul(i, step))); });
  if (step.is_constant()) {
    result.begin = start;
    result.end = range.entity->parts[1].expr;
    result.step = step.constant().integer;
    result.element = [](const Expr& i) { return int_value(i); };
  }
  return result;
}

Iteration over_tuple(Emitter& e, const Value& tuple) {
  if (tuple.items.empty()) return counted(ir::int_constant(0), [](const Expr&) { return int_value(0); });
  PyType type = tuple.items[0].type;
  for (const Value& item : tuple.items) {
    const auto joined = join(type, item.type);
    if (!joined || !joined->is_number()) {
      e.fail("a loop over a tuple needs items of one number type, not " + to_string(tuple.type),
             "write the rounds out, or loop over an array");
    }
    type = *joined;
  }
  std::vector<Expr> items;
  for (const Value& item : tuple.items) items.push_back(e.let("item", convert_joined(e, item, type).expr));
  return counted(ir::int_constant(static_cast<std::int64_t>(items.size())), [=](const Expr& i) {
    Expr chosen = items.back();
    for (std::size_t k = items.size() - 1; k-- > 0;) {
      chosen = select(compare(ir::Op::eq, i, ir::int_constant(static_cast<std::int64_t>(k))), items[k], chosen);
    }
    return number_value(type, chosen);
  });
}

Iteration over_enumerate(Emitter& e, const Entity& entity) {
  const Iteration inner = iterate(e, entity.parts[0]);
  const Expr start = entity.parts[1].expr;
  return counted(inner.count, [=, &e](const Expr& i) {
    return tuple_value({int_value(e.checked_add(start, i)), inner.element_at(i)});
  });
}

Iteration over_zip(Emitter& e, const Entity& entity) {
  std::vector<Iteration> parts;
  for (const Value& part : entity.parts) parts.push_back(iterate(e, part));
  Expr count = parts.empty() ? ir::int_constant(0) : parts[0].count;
  for (std::size_t i = 1; i < parts.size(); ++i) count = minimum(count, parts[i].count);
  return counted(e.let("n", count), [=](const Expr& i) {
    std::vector<Value> items;
    for (const Iteration& part : parts) items.push_back(part.element_at(i));
    return tuple_value(std::move(items));
  });
}

Iteration over_reversed(Emitter& e, const Value& sequence) {
  const Iteration inner = iterate(e, sequence);
  const Expr last = e.let("last", sub(inner.count, ir::int_constant(1)));
  return counted(inner.count, [=](const Expr& i) { return inner.element_at(sub(last, i)); });
}

}  // namespace

Iteration iterate(Emitter& e, const Value& iterable) {
  if (iterable.is_array()) {
    if (iterable.type.rank() == 0) e.fail("iteration over an array of rank 0");
    return counted(ir::length(iterable.expr, 0), [iterable, &e](const Expr& i) { return element(e, iterable, i); });
  }
  if (iterable.is(PyKind::Tuple)) return over_tuple(e, iterable);
  if (iterable.entity) {
    switch (iterable.entity->kind) {
      case Entity::Kind::Range:
        return over_range(e, iterable);
      case Entity::Kind::Enumerate:
        return over_enumerate(e, *iterable.entity);
      case Entity::Kind::Zip:
        return over_zip(e, *iterable.entity);
      case Entity::Kind::Reversed:
        return over_reversed(e, iterable.entity->parts[0]);
      default:
        break;
    }
  }
  e.fail("a for loop over " + describe(iterable) + " is not supported",
         "loop over range(…), an array, a tuple, enumerate(…), zip(…) or reversed(…)");
}

}  // namespace rooftop::frontend
