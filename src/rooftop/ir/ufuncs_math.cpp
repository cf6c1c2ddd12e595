// Mathematical functions: rows of ops.def under NumPy's names, and what is composed of them.
#include <numbers>

#include "rooftop/ir/ufuncs_complex.h"
#include "rooftop/ir/ufuncs_terms.h"

namespace rooftop::ir::ufuncs {
namespace {

bool is_complex(const Call& c) { return array::is_complex(c.dtype()); }

Expr complex_log2(const Call& c, const Expr& z) { return complex_times(complex_log(c, z), std::numbers::log2e); }
Expr complex_log10(const Call& c, const Expr& z) { return complex_times(complex_log(c, z), std::numbers::log10e); }

/// By a factor rounded in the type.
Expr times(const Expr& x, double factor) { return x * real_num(x, factor); }

}  // namespace

Values exp(const Call& c) { return {is_complex(c) ? complex_exp(c, c.a()) : op(Op::exp, c.a())}; }
Values exp2(const Call& c) {
  return {is_complex(c) ? complex_exp(c, complex_times(c.a(), std::numbers::ln2)) : op(Op::exp2, c.a())};
}
Values expm1(const Call& c) { return {is_complex(c) ? in_double(c, c.a(), complex_expm1) : op(Op::expm1, c.a())}; }
Values log(const Call& c) { return {is_complex(c) ? in_double(c, c.a(), complex_log) : op(Op::log, c.a())}; }
Values log2(const Call& c) { return {is_complex(c) ? in_double(c, c.a(), complex_log2) : op(Op::log2, c.a())}; }
Values log10(const Call& c) { return {is_complex(c) ? in_double(c, c.a(), complex_log10) : op(Op::log10, c.a())}; }
Values log1p(const Call& c) { return {is_complex(c) ? in_double(c, c.a(), complex_log1p) : op(Op::log1p, c.a())}; }
Values sin(const Call& c) { return {is_complex(c) ? complex_sin(c, c.a()) : op(Op::sin, c.a())}; }
Values cos(const Call& c) { return {is_complex(c) ? complex_cos(c, c.a()) : op(Op::cos, c.a())}; }
Values tan(const Call& c) { return {is_complex(c) ? in_double(c, c.a(), complex_tan) : op(Op::tan, c.a())}; }
Values arcsin(const Call& c) { return {is_complex(c) ? in_double(c, c.a(), complex_arcsin) : op(Op::asin, c.a())}; }
Values arccos(const Call& c) { return {is_complex(c) ? in_double(c, c.a(), complex_arccos) : op(Op::acos, c.a())}; }
Values arctan(const Call& c) { return {is_complex(c) ? in_double(c, c.a(), complex_arctan) : op(Op::atan, c.a())}; }
Values arctan2(const Call& c) { return {op(Op::atan2, c.a(), c.b())}; }
Values sinh(const Call& c) { return {is_complex(c) ? complex_sinh(c, c.a()) : op(Op::sinh, c.a())}; }
Values cosh(const Call& c) { return {is_complex(c) ? complex_cosh(c, c.a()) : op(Op::cosh, c.a())}; }
Values tanh(const Call& c) { return {is_complex(c) ? in_double(c, c.a(), complex_tanh) : op(Op::tanh, c.a())}; }
Values arcsinh(const Call& c) { return {is_complex(c) ? in_double(c, c.a(), complex_arcsinh) : op(Op::asinh, c.a())}; }
Values arccosh(const Call& c) { return {is_complex(c) ? in_double(c, c.a(), complex_arccosh) : op(Op::acosh, c.a())}; }
Values arctanh(const Call& c) { return {is_complex(c) ? in_double(c, c.a(), complex_arctanh) : op(Op::atanh, c.a())}; }
Values cbrt(const Call& c) { return {op(Op::cbrt, c.a())}; }
Values hypot(const Call& c) { return {op(Op::hypot, c.a(), c.b())}; }

Values degrees(const Call& c) { return {times(c.a(), 180 / std::numbers::pi)}; }
Values rad2deg(const Call& c) { return degrees(c); }
Values radians(const Call& c) { return {times(c.a(), std::numbers::pi / 180)}; }
Values deg2rad(const Call& c) { return radians(c); }

}  // namespace rooftop::ir::ufuncs
