// The prover eliminates the newest symbol of a goal with each fact that bounds it, depth first and within a budget.
#include "rooftop/opt/ranges_facts.h"

#include <algorithm>

namespace rooftop::opt {
namespace {

constexpr int kMaxDepth = 9;
constexpr int kMaxSteps = 100;
constexpr int kMaxSplits = 2;
constexpr Wide kFar = static_cast<Wide>(1) << 120;

/// sum + a * b, or nothing when that is far away.
std::optional<Wide> accumulate(std::optional<Wide> sum, Wide a, Wide b) {
  Wide product = 0;
  Wide result = 0;
  if (!sum || __builtin_mul_overflow(a, b, &product) || __builtin_add_overflow(*sum, product, &result)) return {};
  return result < kFar && result > -kFar ? std::optional(result) : std::nullopt;
}

}  // namespace

Symbol Facts::add_symbol(Interval range) {
  intervals_.push_back(range);
  uses_.emplace_back();
  cases_.emplace_back();
  return static_cast<Symbol>(intervals_.size() - 1);
}

void Facts::narrow(Symbol symbol, Interval range) {
  Interval& known = intervals_[static_cast<std::size_t>(symbol)];
  const Interval both{std::max(known.low, range.low), std::min(known.high, range.high)};
  if (both == known) return;
  interval_trail_.emplace_back(symbol, known);
  known = both;
}

void Facts::assume_nonnegative(const Linear& given) {
  const Linear form = given.reduced();
  if (form.is_constant()) return;
  if (form.terms().size() == 1) {
    const auto& [symbol, coefficient] = form.terms()[0];  // 1 or -1 after reduction
    return coefficient > 0 ? narrow(symbol, {-form.constant(), kFar}) : narrow(symbol, {-kFar, form.constant()});
  }
  const auto index = static_cast<std::int32_t>(forms_.size());
  const auto& others = uses_[static_cast<std::size_t>(form.terms().back().symbol)];
  const bool known = std::any_of(others.begin(), others.end(),
                                 [&](std::int32_t i) { return forms_[static_cast<std::size_t>(i)] == form; });
  if (known) return;
  forms_.push_back(form);
  for (const Linear::Term& term : form.terms()) uses_[static_cast<std::size_t>(term.symbol)].push_back(index);
}

void Facts::assume_nonzero(const Linear& form) {
  nonzero_.push_back(form);
  if (form.terms().size() != 1) return;
  // An end of the interval that is excluded moves inwards.
  const auto& [symbol, coefficient] = form.terms()[0];
  if (coefficient != 1 && coefficient != -1) return;
  const Wide hole = -form.constant() * coefficient;
  const Interval known = intervals_[static_cast<std::size_t>(symbol)];
  if (known.low == hole) narrow(symbol, {hole + 1, kFar});
  if (known.high == hole) narrow(symbol, {-kFar, hole - 1});
}

void Facts::assume_cases(Symbol symbol, std::vector<Case> cases) {
  if (!cases_[static_cast<std::size_t>(symbol)].empty()) return;
  cases_[static_cast<std::size_t>(symbol)] = std::move(cases);
  case_trail_.push_back(symbol);
}

void Facts::undo(const Mark& mark) {
  while (forms_.size() > mark.forms) {
    for (const Linear::Term& term : forms_.back().terms()) uses_[static_cast<std::size_t>(term.symbol)].pop_back();
    forms_.pop_back();
  }
  nonzero_.resize(mark.nonzero);
  while (interval_trail_.size() > mark.intervals) {
    intervals_[static_cast<std::size_t>(interval_trail_.back().first)] = interval_trail_.back().second;
    interval_trail_.pop_back();
  }
  while (case_trail_.size() > mark.cases) {
    cases_[static_cast<std::size_t>(case_trail_.back())].clear();
    case_trail_.pop_back();
  }
}

Interval Facts::range(const Linear& form) const {
  std::optional<Wide> low = form.constant();
  std::optional<Wide> high = form.constant();
  for (const Linear::Term& term : form.terms()) {
    const Interval& s = intervals_[static_cast<std::size_t>(term.symbol)];
    const bool positive = term.coefficient > 0;
    low = accumulate(low, term.coefficient, positive ? s.low : s.high);
    high = accumulate(high, term.coefficient, positive ? s.high : s.low);
  }
  return {low.value_or(-kFar), high.value_or(kFar)};
}

bool Facts::is_nonnegative(const Linear& form) {
  Search search{kMaxSteps, kMaxSplits, {}};
  return prove(form.reduced(), kMaxDepth, search);
}

bool Facts::is_zero(const Linear& form) {
  if (form.is_constant()) return form.constant() == 0;
  const auto negated = form.times(-1);
  return negated && is_nonnegative(form) && is_nonnegative(*negated);
}

bool Facts::is_nonzero(const Linear& form) {
  if (form.is_constant()) return form.constant() != 0;
  const auto negated = form.times(-1);
  for (const Linear& known : nonzero_) {
    if (known == form || (negated && known == *negated)) return true;
  }
  const auto above = form.plus(Linear(-1));
  const auto below = negated ? negated->plus(Linear(-1)) : std::nullopt;
  return (above && is_nonnegative(*above)) || (below && is_nonnegative(*below));
}

bool Facts::prove(const Linear& goal, int depth, Search& search) {
  const Interval bounds = range(goal);
  if (bounds.low >= 0) return true;
  // Below zero whatever the values: only contradictory facts could prove it.
  if (bounds.high < 0 || goal.is_constant() || depth == 0 || --search.steps < 0) return false;
  for (const auto& [failed, failed_depth] : search.failed) {
    if (failed_depth >= depth && failed == goal) return false;
  }
  const Linear::Term newest = goal.terms().back();
  if (prove_by_forms(goal, newest, depth, search) || prove_by_cases(goal, newest.symbol, depth, search) ||
      prove_by_bound(goal, newest, depth, search)) {
    return true;
  }
  if (search.splits == kMaxSplits) search.failed.emplace_back(goal, depth);
  return false;
}

bool Facts::prove_by_forms(const Linear& goal, const Linear::Term& term, int depth, Search& search) {
  const auto [symbol, g] = term;
  const Wide size = g < 0 ? -g : g;
  const auto s = static_cast<std::size_t>(symbol);
  // By index: a case distinction further down appends to the list and takes away again.
  for (std::size_t i = uses_[s].size(); i-- > 0;) {
    const Linear fact = forms_[static_cast<std::size_t>(uses_[s][i])];
    const Wide f = fact.coefficient(symbol);
    if ((f < 0) != (g < 0)) continue;
    // a * goal + (a - 1) >= |g| * fact >= 0 proves goal > -1 for a = |f|, so goal >= 0 among integers.
    const Wide a = f < 0 ? -f : f;
    const auto scaled = goal.times(a);
    const auto slack = scaled ? scaled->plus(Linear(a - 1)) : std::nullopt;
    const auto rest = slack ? slack->plus(fact, -size) : std::nullopt;
    if (rest && prove(rest->reduced(), depth - 1, search)) return true;
    if (search.steps < 0) return false;
  }
  return false;
}

bool Facts::prove_by_bound(const Linear& goal, const Linear::Term& term, int depth, Search& search) {
  const auto [symbol, g] = term;
  const auto s = static_cast<std::size_t>(symbol);
  const Wide bound = g > 0 ? intervals_[s].low : intervals_[s].high;
  if (bound <= -kFar || bound >= kFar) return false;
  const auto rest = goal.substitute(symbol, Linear(bound));
  return rest && prove(rest->reduced(), depth - 1, search);
}

bool Facts::contradicts(const Case& c, int depth, Search& search) {
  for (const Linear& fact : c.facts) {
    const auto negated = fact.times(-1);
    const auto below = negated ? negated->plus(Linear(-1)) : std::nullopt;
    if (below && prove(below->reduced(), depth - 1, search)) return true;
  }
  return false;
}

bool Facts::prove_by_cases(const Linear& goal, Symbol symbol, int depth, Search& search) {
  const std::vector<Case> cases = cases_[static_cast<std::size_t>(symbol)];
  if (cases.empty() || search.splits == 0) return false;
  --search.splits;
  bool proven = true;
  for (const Case& c : cases) {
    const auto rest = goal.substitute(symbol, c.value);
    const Mark before = mark();
    for (const Linear& fact : c.facts) assume_nonnegative(fact);
    const bool holds = rest && prove(rest->reduced(), depth - 1, search);
    undo(before);
    if (!holds && !contradicts(c, depth, search)) {
      proven = false;
      break;
    }
  }
  ++search.splits;
  return proven;
}

}  // namespace rooftop::opt
