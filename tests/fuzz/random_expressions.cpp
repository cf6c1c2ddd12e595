// Random expressions of a type: edges of the type, what is visible, and every operation where it has one meaning.
#include <limits>

#include "generator.h"

namespace rooftop::fuzz {

Expr Generator::constant(DType dtype) {
  const Type type = Type::scalar(dtype);
  if (array::is_bool(dtype)) return ir::bool_constant(random_.chance(50));
  if (array::is_complex(dtype)) {
    return ir::constant(type, {.real = random_.between(-3, 3) * 0.5, .imag = random_.between(-3, 3) * 0.5});
  }
  if (array::is_float(dtype)) {
    static const std::vector<double> edges{0.0, -0.0, 1.0,  -1.0, 0.5,
                                           3.0, 1e-3, 1e30, -2.5, std::numeric_limits<double>::infinity()};
    return ir::float_constant(random_.pick(edges), type);
  }
  static const std::vector<std::int64_t> edges{0, 1, 2, 3, -1, 7, 100, INT32_MAX, INT64_MAX, INT64_MIN};
  return ir::int_constant(random_.chance(70) ? random_.between(-2, 9) : random_.pick(edges), type);
}

Expr Generator::leaf(const Scope& scope, DType dtype) {
  std::vector<Var> fitting;
  for (const auto* list : {&scope.values, &scope.variables}) {
    for (const Var& v : *list) {
      if (v->type == Type::scalar(dtype)) fitting.push_back(v);
    }
  }
  if (random_.chance(20)) {
    if (const Expr load = safe_load(scope, dtype)) return load;
  }
  if (dtype == DType::I64 && !scope.arrays.empty() && random_.chance(15)) {
    const Var& a = random_.pick(scope.arrays);
    return ir::length(ir::variable(a), random_.below(a->type.rank()));
  }
  return fitting.empty() || random_.chance(12) ? constant(dtype) : ir::variable(random_.pick(fitting));
}

std::vector<Expr> Generator::safe_subscripts(const Scope& scope, const Var& array) {
  std::vector<Expr> subscripts;
  for (int d = 0; d < array->type.rank(); ++d) {
    std::vector<Expr> fitting;
    for (const SafeIndex& s : scope.safe) {
      if (s.array == array.get() && s.dimension == d) fitting.push_back(s.index);
    }
    if (fitting.empty()) return {};
    subscripts.push_back(random_.pick(fitting));
  }
  return subscripts;
}

Expr Generator::safe_load(const Scope& scope, DType dtype) {
  for (int tries = 0; tries < 3; ++tries) {
    const Var* a = any(scope.arrays);
    if (a == nullptr || (*a)->type.dtype() != dtype) continue;
    const auto subscripts = safe_subscripts(scope, *a);
    if (!subscripts.empty()) return ir::load(ir::variable(*a), subscripts);
  }
  return {};
}

Expr Generator::boolean(const Scope& scope, int depth) {
  switch (random_.below(4)) {
    case 0: {
      static const std::vector<Op> logic{Op::bit_and, Op::bit_or, Op::bit_xor, Op::eq, Op::ne, Op::min, Op::max};
      return binary(random_.pick(logic), boolean(scope, depth - 1), leaf(scope, DType::Bool));
    }
    case 1:
      return ir::operation(Op::bit_not, {scalar(scope, DType::Bool, depth - 1)});
    default: {
      static const std::vector<Op> tests{Op::eq, Op::ne, Op::lt, Op::le, Op::gt, Op::ge};
      DType of = dtype();
      if (array::is_half(of)) of = DType::F32;  // nothing is computed with halves
      const Op test = array::is_complex(of) ? Op::ne : random_.pick(tests);
      return binary(test, scalar(scope, of, depth - 1), scalar(scope, of, depth - 1));
    }
  }
}

Expr Generator::integer_operation(const Scope& scope, DType dtype, int depth) {
  const Type type = Type::scalar(dtype);
  const Expr a = scalar(scope, dtype, depth - 1);
  const Expr b = scalar(scope, dtype, depth - 1);
  switch (random_.below(8)) {
    case 0: {
      // A divisor that is never zero, and never -1 where that matters.
      static const std::vector<Op> divisions{Op::floordiv, Op::floormod, Op::quo, Op::rem};
      const Expr bad = binary(Op::bit_or, binary(Op::eq, b, ir::int_constant(0, type)),
                              binary(Op::eq, b, ir::int_constant(-1, type)));
      return binary(random_.pick(divisions), a, ir::operation(Op::select, {bad, ir::int_constant(3, type), b}));
    }
    case 1: {
      const Expr count = binary(Op::bit_and, b, ir::int_constant(array::bits_of(dtype) - 1, type));
      return binary(random_.chance(50) ? Op::shl : Op::shr, a, count);
    }
    case 2:
      return ir::operation(random_.pick(std::vector<Op>{Op::neg, Op::abs, Op::bit_not}), {a});
    default: {
      static const std::vector<Op> arithmetic{Op::add,     Op::add,    Op::sub,     Op::mul, Op::min,
                                              Op::bit_and, Op::bit_or, Op::bit_xor, Op::max, Op::mul_high};
      return binary(random_.pick(arithmetic), a, b);
    }
  }
}

Expr Generator::float_operation(const Scope& scope, DType dtype, int depth) {
  const Expr a = scalar(scope, dtype, depth - 1);
  const Expr b = scalar(scope, dtype, depth - 1);
  switch (random_.below(8)) {
    case 0:
      return ir::operation(Op::fma, {a, b, leaf(scope, dtype)});
    case 1: {
      static const std::vector<Op> unary{Op::neg, Op::abs, Op::floor, Op::ceil, Op::trunc, Op::rint, Op::sqrt};
      return ir::operation(random_.pick(unary), {a});
    }
    case 2:
      if (options_.mathematics) {
        static const std::vector<Op> functions{Op::exp, Op::log, Op::sin, Op::tanh, Op::atan};
        return ir::operation(random_.pick(functions), {a});
      }
      [[fallthrough]];
    default: {
      static const std::vector<Op> arithmetic{Op::add, Op::add, Op::sub, Op::mul,     Op::mul,
                                              Op::div, Op::min, Op::max, Op::copysign};
      const Op op = allowed(random_.pick(arithmetic), dtype);
      if (op != Op::copysign) return binary(op, a, b);
      // The sign of a NaN is nobody's promise.
      return binary(op, a, ir::operation(Op::select, {binary(Op::eq, b, b), b, constant(dtype)}));
    }
  }
}

Expr Generator::complex_operation(const Scope& scope, DType dtype, int depth) {
  const DType part = array::part_of(dtype);
  if (random_.chance(20)) return binary(Op::complex, scalar(scope, part, depth - 1), leaf(scope, part));
  const Expr a = scalar(scope, dtype, depth - 1);
  if (random_.chance(20)) return ir::operation(random_.chance(50) ? Op::neg : Op::conj, {a});
  static const std::vector<Op> arithmetic{Op::add, Op::sub, Op::mul, Op::div};
  static const std::vector<Op> sums{Op::add, Op::sub};
  return binary(random_.pick(options_.contract ? sums : arithmetic), a, scalar(scope, dtype, depth - 1));
}

Expr Generator::conversion(const Scope& scope, DType dtype, int depth) {
  DType from = this->dtype();
  Expr value = scalar(scope, from, depth - 1);
  if (array::is_half(from) && !array::is_float(dtype)) value = ir::cast(value, from = DType::F32);
  if (array::is_complex(from) && !array::is_complex(dtype) && !array::is_bool(dtype)) {
    const Expr part = ir::operation(random_.chance(50) ? Op::real : Op::imag, {value});
    return part.dtype() == dtype ? part : leaf(scope, dtype);
  }
  if (!array::is_float(from) || !array::is_integer(dtype)) return ir::cast(value, dtype);
  // Only what is in range has one meaning; NaN fails the first comparison.
  const Type type = Type::scalar(from);
  const Expr inside = binary(Op::bit_and, binary(Op::ge, value, ir::float_constant(0, type)),
                             binary(Op::lt, value, ir::float_constant(100, type)));
  return ir::cast(ir::operation(Op::select, {inside, value, ir::float_constant(1, type)}), dtype);
}

Expr Generator::scalar(const Scope& scope, DType dtype, int depth) {
  if (depth <= 0 || random_.chance(20)) return leaf(scope, dtype);
  if (random_.chance(10)) return conversion(scope, dtype, depth);
  if (random_.chance(10)) {
    const Op choice = random_.chance(80) ? Op::select : Op::select_rare;
    return ir::operation(choice, {boolean(scope, depth - 1), scalar(scope, dtype, depth - 1), leaf(scope, dtype)});
  }
  if (array::is_bool(dtype)) return boolean(scope, depth);
  if (array::is_half(dtype)) return ir::cast(float_operation(scope, DType::F32, depth), dtype);
  if (array::is_complex(dtype)) return complex_operation(scope, dtype, depth);
  return array::is_float(dtype) ? float_operation(scope, dtype, depth) : integer_operation(scope, dtype, depth);
}

}  // namespace rooftop::fuzz
