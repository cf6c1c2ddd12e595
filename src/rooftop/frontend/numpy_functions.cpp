// NumPy's scalar types as conversions and its elementwise functions on numbers: IEEE results, no exceptions.
#include "rooftop/frontend/arithmetic.h"
#include "rooftop/frontend/builtins.h"
#include "rooftop/frontend/numbers.h"
#include "rooftop/frontend/ufuncs.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

template <DType d>
Value convert_to(Emitter& e, const Arguments& a) {
  const std::string name = "np." + std::string(array::name_of(d));
  expect_arguments(e, name, a, 0, 1);
  if (a.positional.empty()) return number_value(PyType::numpy(d), dtype_constant(d, 0));
  const Value& x = a.positional[0];
  if (!x.is_number()) e.fail(name + "() of " + describe(x) + " is not supported");
  const DType from = x.expr.dtype();
  if (array::is_complex(from) && !array::is_complex(d)) e.fail(name + "() of a complex number", "take .real or .imag");
  if (x.is(PyKind::Int)) return convert_operand(e, x, PyType::numpy(d));
  if (x.is(PyKind::Float) && array::is_integer(d)) {
    return convert_operand(e, int_value(float_to_int(e, x.expr)), PyType::numpy(d));
  }
  return number_value(PyType::numpy(d), cast_number(x.expr, d));
}

void expect_real(Emitter& e, const std::string& name, const Value& x) {
  if (x.is_number() && !array::is_complex(x.expr.dtype())) return;
  e.fail(name + "() of " + describe(x) + " is not supported in compiled code", "apply it to real numbers, one by one");
}

/// What NumPy's functions of floats compute with: the smallest float that holds the integers of the type.
DType float_for(DType d) {
  if (array::is_float(d)) return d;
  return array::size_of(d) == 1 ? DType::F16 : array::size_of(d) == 2 ? DType::F32 : DType::F64;
}

template <Op op>
Value unary_function(Emitter& e, const Arguments& a) {
  const std::string name = "np." + std::string(ops::info(op).name);
  expect_arguments(e, name, a, 1, 1);
  const Value& x = a.positional[0];
  expect_real(e, name, x);
  const DType d = float_for(x.expr.dtype());
  const Expr result = ir::operation(op, {computable(cast_number(x.expr, d))});
  return number_value(PyType::numpy(d), cast_number(result, d));
}

template <Op op>
Value binary_function(Emitter& e, const Arguments& a) {
  const std::string name = "np." + std::string(ops::info(op).name);
  expect_arguments(e, name, a, 2, 2);
  const Value &x = a.positional[0], &y = a.positional[1];
  expect_real(e, name, x);
  expect_real(e, name, y);
  const PyType type = PyType::numpy(float_for(promote(x.type, y.type).storage().dtype()));
  const auto operand = [&](const Value& v) { return computable(convert_operand(e, v, type).expr); };
  return number_value(type, cast_number(ir::operation(op, {operand(x), operand(y)}), type.dtype()));
}

/// What NumPy's function of two numbers of the type gives, which is of the same type.
Value ufunc_of_two(Emitter& e, ops::Ufunc ufunc, const Value& x, const Value& y, PyType type) {
  const Expr first = convert_operand(e, x, type).expr, second = convert_operand(e, y, type).expr;
  return number_value(type, ufunc_value(e, ufunc, {first, second}));
}

/// np.fmod: of integers an integer, zero by zero; of bools an int8.
Value numpy_fmod(Emitter& e, const Arguments& a) {
  expect_arguments(e, "np.fmod", a, 2, 2);
  const Value &x = a.positional[0], &y = a.positional[1];
  if (!x.is_number() || !y.is_number()) return binary_function<Op::fmod>(e, a);
  const DType d = promote(x.type, y.type).storage().dtype();
  if (!array::is_integer(d) && !array::is_bool(d)) return binary_function<Op::fmod>(e, a);
  return ufunc_of_two(e, ops::Ufunc::fmod, x, y, PyType::numpy(array::is_bool(d) ? DType::I8 : d));
}

/// np.floor and the like leave integers as they are.
template <Op op>
Value whole(Emitter& e, const Arguments& a) {
  expect_arguments(e, "np." + std::string(ops::info(op).name), a, 1, 1);
  const Value& x = a.positional[0];
  const bool is_whole = x.is_number() && (array::is_integer(x.expr.dtype()) || array::is_bool(x.expr.dtype()));
  return is_whole ? number_value(PyType::numpy(x.expr.dtype()), x.expr) : unary_function<op>(e, a);
}

Value numpy_absolute(Emitter& e, const Arguments& a) {
  expect_arguments(e, "np.abs", a, 1, 1);
  const Value& x = a.positional[0];
  if (!x.is_number()) e.fail("np.abs() of " + describe(x) + " is not supported in compiled code");
  return absolute(e, number_value(PyType::numpy(x.expr.dtype()), x.expr));
}

/// np.add and the like: the operators, on NumPy's numbers.
template <BinaryOperator op>
Value operator_function(Emitter& e, const Arguments& a) {
  const std::string name = "np." + std::string(symbol(op));
  expect_arguments(e, name, a, 2, 2);
  const Value &x = a.positional[0], &y = a.positional[1];
  if (!x.is_number() || !y.is_number()) e.fail(name + " of " + describe(x) + " and " + describe(y));
  // One Python number among them stays weak.
  const bool both_python = !x.is(PyKind::NumPy) && !y.is(PyKind::NumPy);
  return both_python ? binary(e, op, as_numpy(x), as_numpy(y)) : binary(e, op, x, y);
}

Value numpy_negative(Emitter& e, const Arguments& a) {
  expect_arguments(e, "np.negative", a, 1, 1);
  if (!a.positional[0].is_number()) e.fail("np.negative() of " + describe(a.positional[0]));
  return unary(e, UnaryOperator::USub, as_numpy(a.positional[0]));
}

/// np.minimum and np.maximum.
template <ops::Ufunc ufunc>
Value extremum(Emitter& e, const Arguments& a) {
  const std::string name = "np." + std::string(ops::info(ufunc).name);
  expect_arguments(e, name, a, 2, 2);
  const Value &first = a.positional[0], &second = a.positional[1];
  if (!first.is_number() || !second.is_number()) {
    e.fail(name + "() of " + describe(first.is_number() ? second : first) + " is not supported in compiled code");
  }
  const PyType type = PyType::numpy(promote(first.type, second.type).storage().dtype());
  if (array::is_complex(type.dtype())) e.fail(name + "() of complex numbers is not supported");
  return ufunc_of_two(e, ufunc, first, second, type);
}

}  // namespace

const std::map<std::string, BuiltinFunction>& numpy_builtins() {
  static const std::map<std::string, BuiltinFunction> table = {
      {"numpy.bool", convert_to<DType::Bool>},
      {"numpy.int8", convert_to<DType::I8>},
      {"numpy.int16", convert_to<DType::I16>},
      {"numpy.int32", convert_to<DType::I32>},
      {"numpy.int64", convert_to<DType::I64>},
      {"numpy.uint8", convert_to<DType::U8>},
      {"numpy.uint16", convert_to<DType::U16>},
      {"numpy.uint32", convert_to<DType::U32>},
      {"numpy.uint64", convert_to<DType::U64>},
      {"numpy.float16", convert_to<DType::F16>},
      {"numpy.float32", convert_to<DType::F32>},
      {"numpy.float64", convert_to<DType::F64>},
      {"numpy.complex64", convert_to<DType::C64>},
      {"numpy.complex128", convert_to<DType::C128>},
      {"ml_dtypes.bfloat16", convert_to<DType::BF16>},
      {"numpy.sqrt", unary_function<Op::sqrt>},
      {"numpy.exp", unary_function<Op::exp>},
      {"numpy.exp2", unary_function<Op::exp2>},
      {"numpy.expm1", unary_function<Op::expm1>},
      {"numpy.log", unary_function<Op::log>},
      {"numpy.log2", unary_function<Op::log2>},
      {"numpy.log10", unary_function<Op::log10>},
      {"numpy.log1p", unary_function<Op::log1p>},
      {"numpy.sin", unary_function<Op::sin>},
      {"numpy.cos", unary_function<Op::cos>},
      {"numpy.tan", unary_function<Op::tan>},
      {"numpy.arcsin", unary_function<Op::asin>},
      {"numpy.arccos", unary_function<Op::acos>},
      {"numpy.arctan", unary_function<Op::atan>},
      {"numpy.sinh", unary_function<Op::sinh>},
      {"numpy.cosh", unary_function<Op::cosh>},
      {"numpy.tanh", unary_function<Op::tanh>},
      {"numpy.arcsinh", unary_function<Op::asinh>},
      {"numpy.arccosh", unary_function<Op::acosh>},
      {"numpy.arctanh", unary_function<Op::atanh>},
      {"numpy.cbrt", unary_function<Op::cbrt>},
      {"numpy.floor", whole<Op::floor>},
      {"numpy.ceil", whole<Op::ceil>},
      {"numpy.trunc", whole<Op::trunc>},
      {"numpy.rint", unary_function<Op::rint>},
      {"numpy.arctan2", binary_function<Op::atan2>},
      {"numpy.hypot", binary_function<Op::hypot>},
      {"numpy.copysign", binary_function<Op::copysign>},
      {"numpy.fmod", numpy_fmod},
      {"numpy.add", operator_function<BinaryOperator::Add>},
      {"numpy.subtract", operator_function<BinaryOperator::Sub>},
      {"numpy.multiply", operator_function<BinaryOperator::Mult>},
      {"numpy.divide", operator_function<BinaryOperator::Div>},
      {"numpy.floor_divide", operator_function<BinaryOperator::FloorDiv>},
      {"numpy.remainder", operator_function<BinaryOperator::Mod>},
      {"numpy.power", operator_function<BinaryOperator::Pow>},
      {"numpy.negative", numpy_negative},
      {"numpy.absolute", numpy_absolute},
      {"numpy.fabs", unary_function<Op::abs>},
      {"numpy.minimum", extremum<ops::Ufunc::minimum>},
      {"numpy.maximum", extremum<ops::Ufunc::maximum>},
  };
  return table;
}

}  // namespace rooftop::frontend
