// The power operator: exact for integers, with Python's errors for floats, without them for NumPy scalars.
#pragma once

#include "rooftop/frontend/emitter.h"

namespace rooftop::frontend {

/// Python's int ** int: an int for an exponent that is not negative, a float for a negative constant. A negative
/// exponent that is only known at run time raises ValueError, because the result's type would depend on its value.
Value int_power(Emitter& e, const ir::Expr& base, const ir::Expr& exponent);

/// pow(base, exponent, modulus) of Python ints.
Value int_power_modulo(Emitter& e, const ir::Expr& base, const ir::Expr& exponent, const ir::Expr& modulus);

/// Python's float ** float, f64.
ir::Expr float_power(Emitter& e, const ir::Expr& base, const ir::Expr& exponent);

/// NumPy's power of two numbers of one type, not complex.
ir::Expr numpy_power(Emitter& e, const ir::Expr& base, const ir::Expr& exponent);

/// x ** y without any check; a square is one multiplication unless results must be bit-equal to the C library's.
ir::Expr plain_power(Emitter& e, const ir::Expr& base, const ir::Expr& exponent);

}  // namespace rooftop::frontend
