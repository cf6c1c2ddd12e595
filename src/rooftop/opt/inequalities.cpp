// Equalities are solved for a symbol, what is left is eliminated by Fourier and Motzkin's method. Over integers each
// row is tightened: 2x - 1 >= 0 is x - 1 >= 0. Rows that would leave the arithmetic are dropped, which can only lose
// a proof.
#include "rooftop/opt/inequalities.h"

#include <algorithm>
#include <map>

namespace rooftop::opt {
namespace {

/// Systems of dependence tests are small; the method is not meant for others.
constexpr std::size_t kMostRows = 160;

class Elimination {
 public:
  Elimination(std::vector<Linear> rows, std::vector<Linear> equalities)
      : rows_(std::move(rows)), equalities_(std::move(equalities)) {}

  bool finds_contradiction() {
    while (!equalities_.empty()) {
      if (solve_equality()) return true;
    }
    while (true) {
      if (tidy()) return true;
      if (rows_.empty() || rows_.size() > kMostRows) return false;
      eliminate(cheapest_symbol());
    }
  }

 private:
  /// Takes the last equality away; true if it has no solution.
  bool solve_equality() {
    const Linear form = equalities_.back();
    equalities_.pop_back();
    if (form.is_constant()) return form.constant() != 0;
    for (const Linear::Term& term : form.terms()) {
      if (term.coefficient != 1 && term.coefficient != -1) continue;
      // symbol == -(rest) / coefficient
      const auto value = Linear::of(term.symbol).plus(form, -term.coefficient);
      if (value && substitute(term.symbol, *value)) return false;
      break;
    }
    const Linear reduced = form.reduced();
    const Wide divisor = form.terms()[0].coefficient / reduced.terms()[0].coefficient;
    if (form.constant() % divisor != 0) return true;
    rows_.push_back(form);
    if (const auto negative = form.times(-1)) rows_.push_back(*negative);
    return false;
  }

  bool substitute(Symbol symbol, const Linear& value) {
    std::vector<Linear> rows = rows_, equalities = equalities_;
    for (std::vector<Linear>* forms : {&rows, &equalities}) {
      for (Linear& form : *forms) {
        const auto replaced = form.substitute(symbol, value);
        if (!replaced) return false;
        form = *replaced;
      }
    }
    rows_ = std::move(rows);
    equalities_ = std::move(equalities);
    return true;
  }

  /// One row for each combination of symbols, the tightest; true if a row cannot hold.
  bool tidy() {
    using Key = std::vector<std::pair<Symbol, Wide>>;
    std::map<Key, Linear> tightest;
    for (const Linear& row : rows_) {
      const Linear form = row.reduced();
      if (form.is_constant()) {
        if (form.constant() < 0) return true;
        continue;
      }
      Key key;
      for (const Linear::Term& t : form.terms()) key.emplace_back(t.symbol, t.coefficient);
      const auto [at, is_new] = tightest.emplace(std::move(key), form);
      if (!is_new && form.constant() < at->second.constant()) at->second = form;
    }
    rows_.clear();
    for (auto& [key, form] : tightest) rows_.push_back(form);
    return false;
  }

  Symbol cheapest_symbol() const {
    std::map<Symbol, std::pair<std::size_t, std::size_t>> signs;
    for (const Linear& row : rows_) {
      for (const Linear::Term& t : row.terms()) ++(t.coefficient > 0 ? signs[t.symbol].first : signs[t.symbol].second);
    }
    const auto cost = [](const auto& entry) { return entry.second.first * entry.second.second; };
    return std::min_element(signs.begin(), signs.end(), [&](const auto& a, const auto& b) { return cost(a) < cost(b); })
        ->first;
  }

  void eliminate(Symbol symbol) {
    std::vector<Linear> lower, upper, rest;
    for (const Linear& row : rows_) {
      const Wide c = row.coefficient(symbol);
      (c == 0 ? rest : c > 0 ? lower : upper).push_back(row);
    }
    for (const Linear& low : lower) {
      for (const Linear& high : upper) {
        const auto scaled = low.times(-high.coefficient(symbol));
        const auto sum = scaled ? scaled->plus(high, low.coefficient(symbol)) : std::nullopt;
        if (sum) rest.push_back(*sum);
      }
    }
    rows_ = std::move(rest);
  }

  std::vector<Linear> rows_;
  std::vector<Linear> equalities_;
};

}  // namespace

bool Inequalities::have_no_solution() const { return Elimination(rows_, equalities_).finds_contradiction(); }

}  // namespace rooftop::opt
