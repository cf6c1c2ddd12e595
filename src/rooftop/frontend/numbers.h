// Conversions between number types as Python and NumPy define them: truth, the weak promotion of Python scalars,
// and what happens where two types of one variable meet.
#pragma once

#include "rooftop/frontend/emitter.h"

namespace rooftop::frontend {

/// A constant of the dtype: exact for small integers, real for floats and complex.
ir::Expr dtype_constant(DType dtype, int value);

/// The number's expression converted to another storage type without any check: cast of the stored value.
ir::Expr cast_number(const ir::Expr& value, DType target);

/// The number as what is computed with: float32 for halves. Results go back by cast_number.
ir::Expr computable(const ir::Expr& value);

/// The value as an operand of `target`'s type (NEP 50): a Python int must fit a NumPy integer type, else OverflowError.
Value convert_operand(Emitter& e, const Value& value, const PyType& target);

/// A number as NumPy's functions take it: Python's are NumPy scalars of their storage type.
inline Value as_numpy(const Value& number) { return number_value(PyType::numpy(number.expr.dtype()), number.expr); }

/// The value as `target`, to which its type joins: also arrays (weaker layouts), tuples and the rest unchanged.
Value convert_joined(Emitter& e, const Value& value, const PyType& target);

/// bool(value), without side effects except a refusal where Python would raise for every value of the type.
ir::Expr truth(Emitter& e, const Value& value);

/// float(x) of a bool, int or float-like number, as an argument of math functions; refuses complex with CPython's
/// TypeError text.
ir::Expr as_float(Emitter& e, const Value& value);

/// The value as an i64: bool, int and NumPy integers; uint64 beyond the range raises OverflowError. Refuses the rest,
/// naming `what`.
ir::Expr as_index(Emitter& e, const Value& value, const std::string& what);

}  // namespace rooftop::frontend
