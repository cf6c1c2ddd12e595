// What a loop keeps true of the variables that it assigns: candidates, and their test against the loop's own
// iterations.
#pragma once

#include <map>
#include <vector>

#include "rooftop/opt/ranges_values.h"

namespace rooftop::opt {

/// A loop while its body is walked. At the head of each iteration a variable that the loop assigns has the value
/// `head`.
struct LoopState {
  struct Candidate {
    Linear form;  ///< over head values and what is fixed during the loop; >= 0 at the head of each iteration
    bool uses_index = false;  ///< mentions the variable of a For
    Symbol counter = -1;      ///< it holds as long as this head value moves slowly: no loop runs long enough
    bool holds = true;        ///< kept by every way back to the head seen so far
    bool holds_after = true;  ///< holds at every break too
  };
  std::map<const ir::VarNode*, Symbol> head;
  std::vector<Candidate> candidates;
  Symbol index = -1;  ///< of a For, at the head
  std::int64_t step = 0;
  bool breaks = false;
};

/// Gives each variable a new value at the loop's head. `before` holds the values with which the loop is entered.
LoopState enter_loop(Values& values, const ir::VarSet& assigned);

/// Fills in the candidates that hold on entry. `begin` is the first value of a For's variable.
void propose(Values& values, LoopState& loop, const Values::State& before, const std::optional<Linear>& begin);

/// Adds those that a While's condition suggests: one step beyond each inequality. `condition` is over head values.
void propose_from_condition(Values& values, LoopState& loop, const Values::State& before, Symbol condition);

/// Called where control goes back to the head: drops the candidates that the current values do not keep.
void close_iteration(Values& values, LoopState& loop);
/// Called at a break.
void leave_by_break(Values& values, LoopState& loop);

/// Assumes the candidates at the head.
void assume_candidates(Values& values, const LoopState& loop);

/// Sets the values after the loop and assumes what is known of them.
void exit_loop(Values& values, const LoopState& loop, const std::optional<Linear>& begin,
               const std::optional<Linear>& end);

}  // namespace rooftop::opt
