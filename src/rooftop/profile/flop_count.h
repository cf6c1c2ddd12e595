// Floating-point operations of expressions and statements, from the table of operations: no counters, no clocks.
#pragma once

#include "rooftop/ir/stmt.h"

namespace rooftop::profile {

/// Operations on float64 and on float32 numbers; those of complex numbers are counted as operations on their parts.
/// A fused multiply-add is two. Integers, comparisons and conversions count nothing.
struct Flops {
  double f64 = 0;
  double f32 = 0;

  double total() const { return f64 + f32; }
  Flops& operator+=(const Flops& other) {
    f64 += other.f64;
    f32 += other.f32;
    return *this;
  }
  bool operator==(const Flops&) const = default;
};

/// Of one evaluation. What the expression uses several times is computed once.
Flops flops_of(const ir::Expr& e);

/// Of what the statement itself holds, without nested blocks. A check counts nothing: it is no work that the user
/// wrote.
Flops flops_of(const ir::Stmt& s);

}  // namespace rooftop::profile
