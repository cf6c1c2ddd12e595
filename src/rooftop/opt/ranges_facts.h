// What is known of integers at a point of the program: intervals, linear inequalities and case distinctions of symbols,
// and a prover over them. Facts are taken back in the reverse order in which they came.
#pragma once

#include <vector>

#include "rooftop/opt/linear.h"

namespace rooftop::opt {

class Facts {
 public:
  /// One of the forms that a symbol may equal, and what holds if it does (each form >= 0).
  struct Case {
    Linear value;
    std::vector<Linear> facts;
  };

  /// A new symbol. Symbols count up from 0 and stay for good.
  Symbol add_symbol(Interval range);
  std::size_t symbol_count() const { return intervals_.size(); }

  /// form >= 0 holds from here on.
  void assume_nonnegative(const Linear& form);
  /// form != 0 holds from here on.
  void assume_nonzero(const Linear& form);
  /// The symbol always equals one of the cases.
  void assume_cases(Symbol symbol, std::vector<Case> cases);
  void narrow(Symbol symbol, Interval range);

  /// Whether form >= 0 follows. False means only that no proof was found.
  bool is_nonnegative(const Linear& form);
  bool is_nonzero(const Linear& form);
  bool is_zero(const Linear& form);
  /// Bounds of the form from the symbols' intervals alone; +-2^120 where they are beyond.
  Interval range(const Linear& form) const;

  struct Mark {
    std::size_t forms, nonzero, intervals, cases;
  };
  Mark mark() const { return {forms_.size(), nonzero_.size(), interval_trail_.size(), case_trail_.size()}; }
  void undo(const Mark& mark);

 private:
  struct Search {
    int steps;                                   ///< forms that may still be looked at
    int splits;                                  ///< case distinctions that may still nest
    std::vector<std::pair<Linear, int>> failed;  ///< goals without a proof of that depth, outside of any case
  };
  bool prove(const Linear& goal, int depth, Search& search);
  bool prove_by_forms(const Linear& goal, const Linear::Term& term, int depth, Search& search);
  bool prove_by_bound(const Linear& goal, const Linear::Term& term, int depth, Search& search);
  bool prove_by_cases(const Linear& goal, Symbol symbol, int depth, Search& search);
  bool contradicts(const Case& c, int depth, Search& search);

  std::vector<Interval> intervals_;              ///< by symbol
  std::vector<std::vector<std::int32_t>> uses_;  ///< by symbol: forms_ that mention it
  std::vector<std::vector<Case>> cases_;         ///< by symbol
  std::vector<Linear> forms_;                    ///< each >= 0, of two symbols or more
  std::vector<Linear> nonzero_;
  std::vector<std::pair<Symbol, Interval>> interval_trail_;
  std::vector<Symbol> case_trail_;
};

}  // namespace rooftop::opt
