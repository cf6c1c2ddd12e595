// The primitive rows of ops.def as LLVM instructions. Each function covers scalars and vectors alike; a row's domain
// has been checked when the expression was built.
#pragma once

#include <llvm/ADT/ArrayRef.h>

#include "rooftop/backend/llvm/features.h"
#include "rooftop/backend/llvm/values.h"
#include "rooftop/ir/expr.h"
#include "rooftop/ops/op.h"

namespace rooftop::backend::llvm {

/// One use of a row: its types are those of the ir, its arguments already emitted.
struct Operation {
  ops::Op op;
  ir::Type result;
  ir::Type operand;  ///< of the first argument; of the second for the selects
  ArrayRef<Scalar> args;
  Features features = {};
};

/// Any primitive row.
Scalar operate(Builder& b, const Operation& o);

/// Rows on real numbers (arithmetic.cpp), on complex numbers (complex_numbers.cpp), conversions (conversions.cpp),
/// integer division and wide products (integer_division.cpp), and between lanes and scalars (lanes.cpp).
ll::Value* operate_real(Builder& b, const Operation& o);
Scalar operate_complex(Builder& b, const Operation& o);
Scalar convert(Builder& b, const Operation& o);
ll::Value* floor_divide(Builder& b, ll::Value* x, ll::Value* y, bool is_signed);
ll::Value* floor_modulo(Builder& b, ll::Value* x, ll::Value* y, bool is_signed);
ll::Value* truncate_divide(Builder& b, ll::Value* x, ll::Value* y, bool is_signed);
ll::Value* truncate_modulo(Builder& b, ll::Value* x, ll::Value* y, bool is_signed);
ll::Value* multiply_high(Builder& b, ll::Value* x, ll::Value* y, bool is_signed);
Scalar operate_lanes(Builder& b, const Operation& o);

/// dot2 and dot4 (dot_products.cpp).
ll::Value* dot_product(Builder& b, const Operation& o);

/// table[index] in every lane without memory (table_lookup.cpp); null where no instruction does that.
ll::Value* permuted_lookup(Builder& b, const ir::Table& table, ll::Value* index, bool is_signed,
                           const Features& features);

/// A half's bits as a float32, and a float32 or float64 as a half's bits (halves.cpp).
ll::Value* float_from_half(Builder& b, ll::Value* bits, ir::DType half, const Features& features);
ll::Value* half_from_float(Builder& b, ll::Value* value, ir::DType half, const Features& features);

/// The ramp form (values.h) of an i64 vector computed by the row from arguments that have one.
void track_ramp(Builder& b, const Operation& o, Scalar& result);

/// <0, 1, 2, …> times `step`, in the vector type.
ll::Constant* lane_steps(ll::Type* vector, std::int64_t step);

/// b < a ? b : a, and b > a ? b : a: what x86's minimum and maximum instructions do.
ll::Value* minimum(Builder& b, ll::Value* x, ll::Value* y, ir::DType dtype);
ll::Value* maximum(Builder& b, ll::Value* x, ll::Value* y, ir::DType dtype);

}  // namespace rooftop::backend::llvm
