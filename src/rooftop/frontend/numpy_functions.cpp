// NumPy's scalar types as conversions and its elementwise functions on numbers: IEEE results, no exceptions.
#include <algorithm>

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

/// The loop of the operands' promoted type, from the one meaning of the row.
Value ufunc_of(Emitter& e, ops::Ufunc ufunc, const std::vector<Value>& operands) {
  const std::string name = "np." + std::string(ops::info(ufunc).name);
  std::vector<Value> numbers;
  for (const Value& x : operands) {
    if (!x.is_number()) e.fail(name + "() of " + describe(x) + " is not supported in compiled code");
    numbers.push_back(x);
  }
  const bool all_python =
      std::none_of(numbers.begin(), numbers.end(), [](const Value& x) { return x.is(PyKind::NumPy); });
  if (all_python) std::transform(numbers.begin(), numbers.end(), numbers.begin(), as_numpy);
  PyType common = numbers[0].type;
  for (const Value& x : numbers) common = promote(common, x.type);
  const DType promoted = common.storage().dtype();
  const int at = ops::loop_for(ufunc, promoted);
  if (at < 0) e.fail(name + "() is not defined for " + std::string(array::name_of(promoted)));
  const ops::Loop loop = ops::loops(ufunc)[static_cast<std::size_t>(at)];
  // What does not take halves as they are computes in float32.
  const bool widens = array::is_half(loop.types[0]) && !ops::info(ufunc).takes_halves();
  const DType own = widens ? DType::F32 : loop.types[0];
  std::vector<Expr> inputs;
  for (const Value& x : numbers) inputs.push_back(cast_number(convert_operand(e, x, common).expr, own));
  const Expr result =
      inputs.size() == 1 ? ufunc_value(e, ufunc, {inputs[0]}) : ufunc_value(e, ufunc, {inputs[0], inputs[1]});
  const DType out = loop.types[inputs.size()];
  return number_value(PyType::numpy(out), cast_number(result, out));
}

/// As the C library computes it under fp_model="strict"; of complex numbers the universal function's meaning.
template <Op op, ops::Ufunc ufunc>
Value unary_function(Emitter& e, const Arguments& a) {
  const std::string name = "np." + std::string(ops::info(ufunc).name);
  expect_arguments(e, name, a, 1, 1);
  const Value& x = a.positional[0];
  if (x.is_number() && array::is_complex(x.expr.dtype())) return ufunc_of(e, ufunc, a.positional);
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

/// np.fmod: of integers an integer, zero by zero; of bools an int8.
Value numpy_fmod(Emitter& e, const Arguments& a) {
  expect_arguments(e, "np.fmod", a, 2, 2);
  const Value &x = a.positional[0], &y = a.positional[1];
  if (!x.is_number() || !y.is_number()) return binary_function<Op::fmod>(e, a);
  const DType d = promote(x.type, y.type).storage().dtype();
  if (!array::is_integer(d) && !array::is_bool(d)) return binary_function<Op::fmod>(e, a);
  return ufunc_of(e, ops::Ufunc::fmod, a.positional);
}

/// np.floor and the like leave integers as they are.
template <Op op, ops::Ufunc ufunc>
Value whole(Emitter& e, const Arguments& a) {
  expect_arguments(e, "np." + std::string(ops::info(ufunc).name), a, 1, 1);
  const Value& x = a.positional[0];
  const bool is_whole = x.is_number() && (array::is_integer(x.expr.dtype()) || array::is_bool(x.expr.dtype()));
  return is_whole ? number_value(PyType::numpy(x.expr.dtype()), x.expr) : unary_function<op, ufunc>(e, a);
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

template <ops::Ufunc ufunc>
Value ufunc_function(Emitter& e, const Arguments& a) {
  const std::size_t count = ops::info(ufunc).inputs;
  expect_arguments(e, "np." + std::string(ops::info(ufunc).name), a, count, count);
  return ufunc_of(e, ufunc, a.positional);
}

/// Every universal function of one or two numbers and one result.
std::map<std::string, BuiltinFunction> all_ufuncs() {
  std::map<std::string, BuiltinFunction> table;
#define ROOFTOP_UFUNC(name, inputs, outputs, domain, signature, identity, errors, flops, traits) \
  if ((outputs) == 1 && ops::Signature::signature != ops::Signature::Ldexp) {                    \
    table["numpy." #name] = ufunc_function<ops::Ufunc::name>;                                    \
  }
#include "rooftop/ops/ops.def"
  return table;
}

/// Those that are written as the operators and Python's functions are, and NumPy's types.
const std::map<std::string, BuiltinFunction>& own_functions() {
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
      {"numpy.sqrt", unary_function<Op::sqrt, ops::Ufunc::sqrt>},
      {"numpy.exp", unary_function<Op::exp, ops::Ufunc::exp>},
      {"numpy.exp2", unary_function<Op::exp2, ops::Ufunc::exp2>},
      {"numpy.expm1", unary_function<Op::expm1, ops::Ufunc::expm1>},
      {"numpy.log", unary_function<Op::log, ops::Ufunc::log>},
      {"numpy.log2", unary_function<Op::log2, ops::Ufunc::log2>},
      {"numpy.log10", unary_function<Op::log10, ops::Ufunc::log10>},
      {"numpy.log1p", unary_function<Op::log1p, ops::Ufunc::log1p>},
      {"numpy.sin", unary_function<Op::sin, ops::Ufunc::sin>},
      {"numpy.cos", unary_function<Op::cos, ops::Ufunc::cos>},
      {"numpy.tan", unary_function<Op::tan, ops::Ufunc::tan>},
      {"numpy.arcsin", unary_function<Op::asin, ops::Ufunc::arcsin>},
      {"numpy.arccos", unary_function<Op::acos, ops::Ufunc::arccos>},
      {"numpy.arctan", unary_function<Op::atan, ops::Ufunc::arctan>},
      {"numpy.sinh", unary_function<Op::sinh, ops::Ufunc::sinh>},
      {"numpy.cosh", unary_function<Op::cosh, ops::Ufunc::cosh>},
      {"numpy.tanh", unary_function<Op::tanh, ops::Ufunc::tanh>},
      {"numpy.arcsinh", unary_function<Op::asinh, ops::Ufunc::arcsinh>},
      {"numpy.arccosh", unary_function<Op::acosh, ops::Ufunc::arccosh>},
      {"numpy.arctanh", unary_function<Op::atanh, ops::Ufunc::arctanh>},
      {"numpy.cbrt", unary_function<Op::cbrt, ops::Ufunc::cbrt>},
      {"numpy.floor", whole<Op::floor, ops::Ufunc::floor>},
      {"numpy.ceil", whole<Op::ceil, ops::Ufunc::ceil>},
      {"numpy.trunc", whole<Op::trunc, ops::Ufunc::trunc>},
      {"numpy.rint", unary_function<Op::rint, ops::Ufunc::rint>},
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
      {"numpy.fabs", unary_function<Op::abs, ops::Ufunc::fabs>},
  };
  return table;
}

}  // namespace

const std::map<std::string, BuiltinFunction>& numpy_builtins() {
  static const std::map<std::string, BuiltinFunction> table = [] {
    std::map<std::string, BuiltinFunction> all = own_functions();
    all.merge(all_ufuncs());
    return all;
  }();
  return table;
}

}  // namespace rooftop::frontend
