// Candidates are linear forms over the values at the loop's head; an iteration keeps one if it holds of the next
// values.
#include "rooftop/opt/ranges_loops.h"

namespace rooftop::opt {
namespace {

using Replacements = std::map<Symbol, Linear>;

/// A counter that starts within the first bound and moves by at most so much an iteration stays within the second for
/// 2^59 iterations: years, at ten a nanosecond.
constexpr Wide kCounterStart = Wide{1} << 61, kCounterEnd = Wide{1} << 62, kCounterStep = 4;

/// All symbols at once.
std::optional<Linear> replace(const Linear& form, const Replacements& by) {
  std::optional<Linear> result(Linear(form.constant()));
  for (const Linear::Term& term : form.terms()) {
    const auto found = by.find(term.symbol);
    result = result->plus(found == by.end() ? Linear::of(term.symbol) : found->second, term.coefficient);
    if (!result) return std::nullopt;
  }
  return result;
}

Replacements current_values(Values& values, const LoopState& loop) {
  Replacements now;
  for (const auto& [var, head] : loop.head) {
    if (const auto form = values.form(values.state().at(var))) now[head] = *form;
  }
  return now;
}

/// Entry values of the variables that have a form.
Replacements entry_values(Values& values, const LoopState& loop, const Values::State& before) {
  Replacements first;
  for (const auto& [var, head] : loop.head) {
    if (const auto form = values.form(before.at(var))) first[head] = *form;
  }
  return first;
}

bool holds(Values& values, const Linear& form, const Replacements& by) {
  const auto now = replace(form, by);
  return now && values.facts().is_nonnegative(*now);
}

void add(LoopState& loop, const std::optional<Linear>& form, bool uses_index = false) {
  if (form) loop.candidates.push_back({.form = *form, .uses_index = uses_index});
}

void propose_counter(Values& values, LoopState& loop, Symbol head, const Linear& start) {
  const Interval range = values.facts().range(start);
  if (range.low < -kCounterStart || range.high > kCounterStart) return;
  for (const Wide sign : {1, -1}) {
    loop.candidates.push_back({.form = *Linear(kCounterEnd).plus(Linear::of(head), sign), .counter = head});
  }
}

/// Whether the counter of a candidate has moved slowly in the iteration that leads to `next`.
bool moves_slowly(Values& values, const LoopState::Candidate& c, const Replacements& next) {
  const auto now = next.find(c.counter);
  if (now == next.end()) return false;
  const auto growth = now->second.minus(Linear::of(c.counter));
  const auto room = growth ? Linear(kCounterStep).plus(*growth, c.form.coefficient(c.counter)) : std::nullopt;
  return room && values.facts().is_nonnegative(*room);
}

}  // namespace

LoopState enter_loop(Values& values, const ir::VarSet& assigned) {
  LoopState loop;
  Values::State state = values.state();
  for (auto& [var, value] : state) {
    if (!assigned.contains(var)) continue;
    value = values.fresh(var->type);
    loop.head[var] = value;
  }
  values.set_state(std::move(state));
  return loop;
}

void propose(Values& values, LoopState& loop, const Values::State& before, const std::optional<Linear>& begin) {
  const Replacements first = entry_values(values, loop, before);
  for (auto at = first.begin(); at != first.end(); ++at) {
    const auto& [head, start] = *at;
    const Linear now = Linear::of(head);
    propose_counter(values, loop, head, start);
    const auto growth = now.minus(start);
    if (!growth) continue;
    add(loop, growth);             // never falls below its first value
    add(loop, growth->times(-1));  // never rises above it
    if (!(start == Linear(0)) && values.facts().is_nonnegative(start)) add(loop, now);
    if (start == Linear(0)) add(loop, now.plus(Linear(1)));  // a search that may answer -1
    if (begin && loop.step == 1) {
      // Moves by at most one an iteration.
      const auto iterations = Linear::of(loop.index).minus(*begin);
      if (iterations) add(loop, iterations->minus(*growth), true);
      if (iterations) add(loop, iterations->plus(*growth), true);
    }
    for (auto other = std::next(at); other != first.end(); ++other) {
      // Two variables that move together, or stay ordered.
      const auto apart = Linear::of(other->first).minus(now);
      const auto apart_first = other->second.minus(start);
      if (!apart || !apart_first) continue;
      if (const auto change = apart->minus(*apart_first)) {
        add(loop, *change);
        add(loop, change->times(-1));
      }
    }
  }
}

void propose_from_condition(Values& values, LoopState& loop, const Values::State& before, Symbol condition) {
  const Replacements first = entry_values(values, loop, before);
  for (const Linear& form : values.inequalities(condition, true)) {
    bool moves = false;
    for (const auto& [var, head] : loop.head) moves |= form.coefficient(head) != 0;
    const auto beyond = form.plus(Linear(1));
    if (moves && beyond && holds(values, *beyond, first)) add(loop, *beyond);
  }
}

void close_iteration(Values& values, LoopState& loop) {
  Replacements next = current_values(values, loop);
  if (loop.index >= 0) next[loop.index] = *Linear::of(loop.index).plus(Linear(loop.step));
  for (LoopState::Candidate& c : loop.candidates) {
    c.holds = c.holds && (holds(values, c.form, next) || moves_slowly(values, c, next));
  }
}

void leave_by_break(Values& values, LoopState& loop) {
  loop.breaks = true;
  const Replacements now = current_values(values, loop);
  for (LoopState::Candidate& c : loop.candidates) {
    c.holds_after = c.holds_after && !c.uses_index && holds(values, c.form, now);
  }
}

void assume_candidates(Values& values, const LoopState& loop) {
  for (const LoopState::Candidate& c : loop.candidates) values.facts().assume_nonnegative(c.form);
}

void exit_loop(Values& values, const LoopState& loop, const std::optional<Linear>& begin,
               const std::optional<Linear>& end) {
  Replacements after;
  Values::State state = values.state();
  for (const auto& [var, head] : loop.head) {
    // Without a break the values are those of the head's last visit, and may keep its numbers.
    const Symbol value = loop.breaks ? values.fresh(var->type) : head;
    state[var] = value;
    after[head] = Linear::of(value);
  }
  values.set_state(std::move(state));
  const bool index_known = loop.index >= 0 && !loop.breaks && loop.step == 1 && begin && end;
  if (index_known) {
    const Symbol last = values.fresh(ir::kI64);
    const auto ahead = end->minus(*begin);
    const auto behind = begin->minus(*end);
    if (!ahead || !behind) return;
    values.facts().assume_nonnegative(*Linear::of(last).minus(*begin));
    values.facts().assume_cases(last, {{*end, {*ahead}}, {*begin, {*behind}}});
    after[loop.index] = Linear::of(last);
  }
  for (const LoopState::Candidate& c : loop.candidates) {
    if (!c.holds_after || (c.uses_index && !index_known)) continue;
    if (const auto form = replace(c.form, after)) values.facts().assume_nonnegative(*form);
  }
}

}  // namespace rooftop::opt
