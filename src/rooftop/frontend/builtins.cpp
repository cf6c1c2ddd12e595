// Python's own builtins.
#include "rooftop/frontend/builtins.h"

#include <algorithm>
#include <limits>

#include "rooftop/frontend/arithmetic.h"
#include "rooftop/frontend/array_creation.h"
#include "rooftop/frontend/array_expression.h"
#include "rooftop/frontend/numbers.h"
#include "rooftop/frontend/powers.h"
#include "rooftop/frontend/rounding.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

/// "abs" of "builtins.abs", "np.add" of "numpy.add"; other modules keep their prefix.
std::string shown_name(const std::string& name) {
  constexpr std::string_view builtins = "builtins.", numpy = "numpy.";
  if (name.starts_with(numpy)) return "np." + name.substr(numpy.size());
  return name.starts_with(builtins) ? name.substr(builtins.size()) : name;
}

/// min or max: the first of the smallest (largest) arguments, as Python keeps it.
Value extremum(Emitter& e, const Arguments& arguments, const std::string& name, Comparison better, Op op) {
  if (!arguments.keywords.empty()) e.fail(name + "() with keyword arguments is not supported");
  std::vector<Value> items = arguments.positional;
  if (items.size() == 1 && items[0].is(PyKind::Tuple)) items = items[0].items;
  if (items.empty()) e.fail(name + "() needs at least one value");
  if (items.size() == 1) {
    e.fail(name + "() of " + describe(items[0]) + " is not supported", "write a loop, or pass the values one by one");
  }
  Value best = items[0];
  for (std::size_t i = 1; i < items.size(); ++i) {
    const Value next = items[i];
    if (!best.is_number() || !next.is_number()) e.fail(name + "() of " + describe(next) + " is not supported");
    const DType d = best.expr.dtype();
    if (best.type == next.type && !array::is_complex(d) && !array::is_half(d)) {
      best = number_value(best.type, ir::operation(op, {e.let("t", best.expr), e.let("t", next.expr)}));
      continue;
    }
    const Value a = e.pin("t", best), b = e.pin("t", next);
    const Expr takes = compare_numbers(e, better, b, a).expr;
    const PyType type = *join(a.type, b.type);
    best = number_value(type, select(takes, convert_joined(e, b, type).expr, convert_joined(e, a, type).expr));
  }
  return best;
}

Value builtin_min(Emitter& e, const Arguments& a) { return extremum(e, a, "min", Comparison::Lt, Op::min); }
Value builtin_max(Emitter& e, const Arguments& a) { return extremum(e, a, "max", Comparison::Gt, Op::max); }

Value builtin_abs(Emitter& e, const Arguments& a) {
  expect_arguments(e, "abs", a, 1, 1);
  return absolute(e, a.positional[0]);
}

Value builtin_len(Emitter& e, const Arguments& a) {
  expect_arguments(e, "len", a, 1, 1);
  const Value& x = a.positional[0];
  if (x.is(PyKind::Tuple)) return int_value(static_cast<std::int64_t>(x.items.size()));
  if (x.is(PyKind::String)) e.fail("len() of a str is not supported yet");
  if (x.is_entity(Entity::Kind::Range)) return int_value(range_length(e, x));
  if (x.is(PyKind::Computed)) return int_value(lengths_of(x)[0]);
  if (!x.is_array()) e.fail("object of type '" + describe(x) + "' has no len()");
  if (x.type.rank() == 0) e.fail("len() of unsized object: the array has no dimensions");
  return int_value(ir::length(x.expr, 0));
}

Value builtin_int(Emitter& e, const Arguments& a) {
  expect_arguments(e, "int", a, 0, 1);
  if (a.positional.empty()) return int_value(0);
  const Value& x = a.positional[0];
  if (!x.is_number() || array::is_complex(x.expr.dtype())) {
    e.fail("int() argument must be a real number, not " + describe(x));
  }
  if (array::is_float(x.expr.dtype())) return int_value(float_to_int(e, cast_number(x.expr, DType::F64)));
  if (array::is_bool(x.expr.dtype())) return int_value(cast_number(x.expr, DType::I64));
  return int_value(as_index(e, x, "int() argument"));
}

Value builtin_float(Emitter& e, const Arguments& a) {
  expect_arguments(e, "float", a, 0, 1);
  if (a.positional.empty()) return float_value(ir::float_constant(0));
  const Value& x = a.positional[0];
  if (x.is(PyKind::String)) {
    // float("inf") and the like are constants.
    std::size_t used = 0;
    try {
      const double value = std::stod(x.type.text(), &used);
      if (used == x.type.text().size()) return float_value(ir::float_constant(value));
    } catch (const std::exception&) {
    }
    e.fail("could not convert string to float: '" + x.type.text() + "'");
  }
  return float_value(as_float(e, x));
}

Value builtin_bool(Emitter& e, const Arguments& a) {
  expect_arguments(e, "bool", a, 0, 1);
  return bool_value(a.positional.empty() ? ir::bool_constant(false) : truth(e, a.positional[0]));
}

Value builtin_complex(Emitter& e, const Arguments& a) {
  expect_arguments(e, "complex", a, 0, 2);
  const Value zero = float_value(ir::float_constant(0));
  const Value x = a.positional.empty() ? zero : a.positional[0];
  if (!x.is_number()) e.fail("complex() argument must be a number, not " + describe(x));
  if (a.positional.size() < 2) return complex_value(cast_number(x.expr, DType::C128));
  const Value& y = a.positional[1];
  if (!y.is_number() || array::is_complex(x.expr.dtype()) || array::is_complex(y.expr.dtype())) {
    e.fail("complex() of two arguments takes real numbers", "add x and 1j * y");
  }
  return complex_value(ir::operation(Op::complex, {cast_number(x.expr, DType::F64), cast_number(y.expr, DType::F64)}));
}

Value builtin_divmod(Emitter& e, const Arguments& a) {
  expect_arguments(e, "divmod", a, 2, 2);
  return divide_modulo(e, a.positional[0], a.positional[1]);
}

Value builtin_pow(Emitter& e, const Arguments& a) {
  expect_arguments(e, "pow", a, 2, 3);
  if (a.positional.size() == 2) return binary(e, BinaryOperator::Pow, a.positional[0], a.positional[1]);
  std::vector<Expr> ints;
  for (const Value& x : a.positional) ints.push_back(e.let("t", as_index(e, x, "pow() with a modulus: the argument")));
  return int_power_modulo(e, ints[0], ints[1], ints[2]);
}

Value builtin_round(Emitter& e, const Arguments& a) {
  expect_arguments(e, "round", a, 1, 2);
  if (a.positional.size() == 1 || a.positional[1].is(PyKind::None)) return round_to_integer(e, a.positional[0]);
  return round_to_digits(e, a.positional[0], a.positional[1]);
}

Value builtin_range(Emitter& e, const Arguments& a) {
  expect_arguments(e, "range", a, 1, 3);
  std::vector<Value> bounds;
  for (const Value& x : a.positional) bounds.push_back(int_value(e.let("t", as_index(e, x, "range() argument"))));
  const Value zero = int_value(0), one = int_value(1);
  const Value start = bounds.size() == 1 ? zero : bounds[0];
  const Value stop = bounds.size() == 1 ? bounds[0] : bounds[1];
  const Value step = bounds.size() == 3 ? bounds[2] : one;
  if (step.is_constant() && ir::is_int_constant(step.expr, 0)) {
    e.raise(ExceptionKind::ValueError, e.message("range_step_zero"));
  } else {
    e.check(compare(Op::ne, step.expr, ir::int_constant(0)), ExceptionKind::ValueError, e.message("range_step_zero"));
  }
  return entity_value(
      {.kind = Entity::Kind::Range, .name = "range", .function = {}, .scope = {}, .parts = {start, stop, step}});
}

Value builtin_enumerate(Emitter& e, const Arguments& a) {
  Value start = int_value(0);
  std::vector<Value> parts = a.positional;
  if (const auto found = a.keywords.find("start"); found != a.keywords.end()) parts.push_back(found->second);
  if (parts.empty() || parts.size() > 2) e.fail("enumerate() takes an iterable and a start");
  if (parts.size() == 2) start = int_value(e.let("t", as_index(e, parts[1], "enumerate() start")));
  return entity_value(
      {.kind = Entity::Kind::Enumerate, .name = "enumerate", .function = {}, .scope = {}, .parts = {parts[0], start}});
}

Value builtin_zip(Emitter& e, const Arguments& a) {
  if (!a.keywords.empty()) e.fail("zip(strict=…) is not supported", "check the lengths before the loop");
  return entity_value({.kind = Entity::Kind::Zip, .name = "zip", .function = {}, .scope = {}, .parts = a.positional});
}

Value builtin_reversed(Emitter& e, const Arguments& a) {
  expect_arguments(e, "reversed", a, 1, 1);
  return entity_value(
      {.kind = Entity::Kind::Reversed, .name = "reversed", .function = {}, .scope = {}, .parts = a.positional});
}

/// In functions of ours that are written in Python: what a compiled program cannot have.
Value refuse(Emitter& e, const Arguments& a) {
  const bool has_text = a.positional.size() == 1 && a.positional[0].is(PyKind::String);
  e.fail(has_text ? a.positional[0].type.text() : "not supported in compiled code");
}

const std::map<std::string, BuiltinFunction>* table_of(const std::string& name) {
  if (name.starts_with("builtins.") || name.starts_with("rooftop.")) return &python_builtins();
  if (name.starts_with("math.")) return &math_builtins();
  if (name.starts_with("numpy.") || name.starts_with("ml_dtypes.")) return &numpy_builtins();
  return nullptr;
}

}  // namespace

void expect_arguments(Emitter& e, const std::string& name, const Arguments& arguments, std::size_t least,
                      std::size_t most) {
  if (!arguments.keywords.empty()) e.fail(name + "() takes no keyword arguments here");
  const std::size_t given = arguments.positional.size();
  if (given >= least && given <= most) return;
  const std::string expected =
      least == most ? std::to_string(least) : std::to_string(least) + " to " + std::to_string(most);
  e.fail(name + "() takes " + expected + " arguments, " + std::to_string(given) + " given");
}

Expr float_to_int(Emitter& e, const Expr& value) {
  const Expr x = e.let("t", value);
  e.check(ir::operation(Op::eq, {x, x}), ExceptionKind::ValueError, e.message("int_of_nan"));
  const Expr infinity = ir::float_constant(std::numeric_limits<double>::infinity());
  e.check(ir::operation(Op::ne, {ir::operation(Op::abs, {x}), infinity}), ExceptionKind::OverflowError,
          e.message("int_of_infinity"));
  e.check(logical_and(ir::operation(Op::ge, {x, ir::float_constant(-9223372036854775808.0)}),
                      ir::operation(Op::lt, {x, ir::float_constant(9223372036854775808.0)})),
          ExceptionKind::OverflowError, "int({0:f}) does not fit in a 64-bit integer", {x});
  return ir::cast(x, DType::I64);
}

const std::map<std::string, BuiltinFunction>& python_builtins() {
  static const std::map<std::string, BuiltinFunction> table = {
      {"builtins.abs", builtin_abs},
      {"builtins.min", builtin_min},
      {"builtins.max", builtin_max},
      {"builtins.len", builtin_len},
      {"builtins.int", builtin_int},
      {"builtins.float", builtin_float},
      {"builtins.bool", builtin_bool},
      {"builtins.complex", builtin_complex},
      {"builtins.divmod", builtin_divmod},
      {"builtins.pow", builtin_pow},
      {"builtins.round", builtin_round},
      {"builtins.range", builtin_range},
      {"builtins.enumerate", builtin_enumerate},
      {"builtins.zip", builtin_zip},
      {"builtins.reversed", builtin_reversed},
      {"rooftop.refuse", refuse},
  };
  return table;
}

bool is_known_builtin(const std::string& name) {
  const auto* table = table_of(name);
  return (table != nullptr && table->contains(name)) || array_functions().contains(name) ||
         creation_functions().contains(name);
}

Value call_builtin(Emitter& e, const std::string& name, const Arguments& arguments) {
  if (const auto found = array_functions().find(name); found != array_functions().end()) {
    return found->second(e, arguments);
  }
  if (const auto found = creation_functions().find(name); found != creation_functions().end()) {
    return found->second(e, arguments);
  }
  const auto* table = table_of(name);
  if (table != nullptr) {
    if (const auto found = table->find(name); found != table->end()) {
      const bool of_elements = name.starts_with("numpy.") || name == "builtins.abs";
      const auto& given = arguments.positional;
      if (of_elements && std::any_of(given.begin(), given.end(), is_array_like)) {
        return map_elements(e, found->second, shown_name(name), arguments);
      }
      return found->second(e, arguments);
    }
  }
  e.fail("the function '" + shown_name(name) + "' is not supported in compiled code",
         "call it outside, or write it as a plain Python function of numbers and arrays");
}

}  // namespace rooftop::frontend
