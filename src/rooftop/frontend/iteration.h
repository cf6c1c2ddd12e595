// What a for loop runs over: a number of elements and how to get each.
#pragma once

#include <functional>

#include "rooftop/frontend/emitter.h"

namespace rooftop::frontend {

/// A loop over [begin, end) by a constant step whose variable `element` turns into the value of the round.
struct Iteration {
  ir::Expr begin, end;
  std::int64_t step = 1;
  ir::Expr count;                                    ///< number of rounds
  std::function<Value(const ir::Expr&)> element;     ///< from the loop's variable
  std::function<Value(const ir::Expr&)> element_at;  ///< from the round's number, 0 … count - 1
};

/// Refuses what cannot be iterated.
Iteration iterate(Emitter& e, const Value& iterable);

}  // namespace rooftop::frontend
