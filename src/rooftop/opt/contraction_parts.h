// Small expressions and blocks that the parts of a contraction's schedule are written with.
#pragma once

#include <utility>

#include "rooftop/ir/stmt.h"
#include "rooftop/opt/affine.h"
#include "rooftop/opt/contraction_limits.h"
#include "rooftop/opt/let_in.h"
#include "rooftop/opt/machine.h"
#include "rooftop/opt/widen.h"

namespace rooftop::opt {

inline ir::Expr integer(std::int64_t value) { return ir::int_constant(value); }
inline ir::Expr smaller(const ir::Expr& a, const ir::Expr& b) { return ir::operation(ir::Op::min, {a, b}); }
inline ir::Expr larger(const ir::Expr& a, const ir::Expr& b) { return ir::operation(ir::Op::max, {a, b}); }
inline ir::Expr less(const ir::Expr& a, const ir::Expr& b) { return ir::operation(ir::Op::lt, {a, b}); }
inline ir::Expr equal(const ir::Expr& a, const ir::Expr& b) { return ir::operation(ir::Op::eq, {a, b}); }
inline ir::Expr both(const ir::Expr& a, const ir::Expr& b) {
  return !a ? b : !b ? a : ir::operation(ir::Op::bit_and, {a, b});
}
inline ir::Expr either(const ir::Expr& a, const ir::Expr& b) {
  return !a ? b : !b ? a : ir::operation(ir::Op::bit_or, {a, b});
}
inline ir::Expr negated(const ir::Expr& a) { return ir::operation(ir::Op::bit_not, {a}); }
inline ir::Expr choose(const ir::Expr& c, const ir::Expr& a, const ir::Expr& b) {
  return ir::operation(ir::Op::select, {c, a, b});
}
/// Rounds of the loop.
inline ir::Expr count(const ContractionLoop& l) { return minus(l.end, l.begin); }
/// Whether first, first + 1, … are below the end.
inline ir::Expr lanes_below(const ir::Expr& first, const ir::Expr& end, int lanes) {
  return less(ir::ramp(first, integer(1), lanes), ir::broadcast(end, lanes));
}

/// Into how many parts threads may share what they compute, where the result is the same for any number of parts.
inline ir::Expr threads_of_call(const Machine& machine) {
  return ir::operation(ir::Op::threads, {integer(machine.threads)});
}

/// Elements of a cache line.
inline std::int64_t line_elements(array::DType d) { return 64 / static_cast<std::int64_t>(array::size_of(d)); }

/// Whether the load takes the next element of memory in the variable's next round.
inline bool runs_along(const ir::Expr& load, const ir::Var& var) {
  return access_of(load.array(), load.indices(), var) == Access::Contiguous;
}

inline void append(ir::Block& block, ir::Block more) {
  for (ir::Stmt& s : more) block.push_back(std::move(s));
}

}  // namespace rooftop::opt
