// The words in which the meanings of universal functions are written: short names for operations, constants of a type's
// like, and the call that a meaning is asked for. For ufuncs*.cpp alone.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "rooftop/ir/literal.h"
#include "rooftop/ir/ufuncs.h"

namespace rooftop::ir::ufuncs {

using Values = std::vector<Expr>;

/// One use of a function. Halves have become float32 where the row does not take them as they are.
struct Call {
  std::span<const Expr> in;
  const ops::Loop& loop;
  Block& before;

  const Expr& a() const { return in[0]; }
  const Expr& b() const { return in[1]; }
  DType dtype() const { return in[0].dtype(); }
  Expr let(const Expr& value) const {
    if (value.is_constant() || value.is(ExprKind::Variable)) return value;
    const Var var = make_var("t", value.type());
    before.push_back(ir::let(var, value));
    return variable(var);
  }
};

// Every row of ops.def has its function, defined in one of ufuncs*.cpp.
#define ROOFTOP_UFUNC(name, inputs, outputs, domain, signature, identity, errors, flops, traits) \
  Values name(const Call& call);
#include "rooftop/ops/ops.def"

inline Expr op(Op o, const Expr& a) { return operation(o, {a}); }
inline Expr op(Op o, const Expr& a, const Expr& b) { return operation(o, {a, b}); }
inline Expr lt(const Expr& a, const Expr& b) { return op(Op::lt, a, b); }
inline Expr le(const Expr& a, const Expr& b) { return op(Op::le, a, b); }
inline Expr gt(const Expr& a, const Expr& b) { return op(Op::gt, a, b); }
inline Expr ge(const Expr& a, const Expr& b) { return op(Op::ge, a, b); }
inline Expr eq(const Expr& a, const Expr& b) { return op(Op::eq, a, b); }
inline Expr ne(const Expr& a, const Expr& b) { return op(Op::ne, a, b); }
inline Expr both(const Expr& a, const Expr& b) { return op(Op::bit_and, a, b); }
inline Expr either(const Expr& a, const Expr& b) { return op(Op::bit_or, a, b); }
inline Expr not_(const Expr& a) { return op(Op::bit_not, a); }
inline Expr choose(const Expr& c, const Expr& a, const Expr& b) { return operation(Op::select, {c, a, b}); }
inline Expr shl(const Expr& a, const Expr& b) { return op(Op::shl, a, b); }
inline Expr shr(const Expr& a, const Expr& b) { return op(Op::shr, a, b); }

/// The number in the type of `like`.
inline Expr num(const Expr& like, std::int64_t value) {
  return array::is_float(like.dtype()) || array::is_complex(like.dtype())
             ? float_constant(static_cast<double>(value), like.type())
             : int_constant(value, like.type());
}
inline Expr real_num(const Expr& like, double value) { return float_constant(value, like.type()); }
inline Expr zero_of(const Expr& like) { return num(like, 0); }
inline Expr truth_constant(const Expr& like, bool value) {
  return int_constant(value, Type::vector(DType::Bool, like.lanes()));
}
inline Expr infinity(const Expr& like) { return real_num(like, std::numeric_limits<double>::infinity()); }
inline Expr nan_of(const Expr& like) { return real_num(like, std::numeric_limits<double>::quiet_NaN()); }

inline Expr magnitude(const Expr& x) { return op(Op::abs, x); }
inline Expr is_nan(const Expr& x) { return ne(x, x); }
inline Expr is_finite(const Expr& x) { return lt(magnitude(x), infinity(x)); }
inline Expr is_infinite(const Expr& x) { return eq(magnitude(x), infinity(x)); }

inline Expr real(const Expr& z) { return op(Op::real, z); }
inline Expr imag(const Expr& z) { return op(Op::imag, z); }
inline Expr complex(const Expr& re, const Expr& im) { return op(Op::complex, re, im); }

/// The unsigned integer of the float's width, and the signed one.
inline DType bits_type(DType d, bool with_sign = false) {
  switch (array::size_of(d)) {
    case 1:
      return with_sign ? DType::I8 : DType::U8;
    case 2:
      return with_sign ? DType::I16 : DType::U16;
    case 4:
      return with_sign ? DType::I32 : DType::U32;
    default:
      return with_sign ? DType::I64 : DType::U64;
  }
}
inline Expr bits(const Expr& x, bool with_sign = false) { return bitcast(x, bits_type(x.dtype(), with_sign)); }

/// Bits of a float's significand that are stored, and its exponent's bias.
inline int fraction_bits(DType d) { return d == DType::F64 ? 52 : d == DType::F32 ? 23 : d == DType::F16 ? 10 : 7; }
inline int bias(DType d) { return d == DType::F64 ? 1023 : d == DType::F16 ? 15 : 127; }

/// A half as float32, which holds it exactly; others as they are.
inline Expr computable(const Expr& x) { return array::is_half(x.dtype()) ? cast(x, DType::F32) : x; }

/// Whether NumPy takes the number for true.
inline Expr truth(const Expr& x) {
  if (array::is_bool(x.dtype())) return x;
  if (array::is_complex(x.dtype())) return either(ne(real(x), zero_of(real(x))), ne(imag(x), zero_of(imag(x))));
  if (!array::is_half(x.dtype())) return ne(x, zero_of(x));
  const Expr b = bits(x);
  return ne(shl(b, num(b, 1)), zero_of(b));
}

}  // namespace rooftop::ir::ufuncs
