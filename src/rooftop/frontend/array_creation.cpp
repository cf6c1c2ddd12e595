// Shapes and element types from arguments; an element from its indices.
#include "rooftop/frontend/array_creation.h"

#include <algorithm>
#include <functional>

#include "rooftop/frontend/arithmetic.h"
#include "rooftop/frontend/array_expression.h"
#include "rooftop/frontend/numbers.h"
#include "rooftop/frontend/rounding.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

using Indices = std::vector<Expr>;

/// "float64", or NumPy's short form of a kind and its bytes: "f8".
std::optional<DType> dtype_from_text(const std::string& text) {
  if (const auto d = array::dtype_from_name(text)) return d;
  static const std::map<std::string, DType> letters = {
      {"?", DType::Bool}, {"b1", DType::Bool}, {"i1", DType::I8},     {"i2", DType::I16}, {"i4", DType::I32},
      {"i8", DType::I64}, {"u1", DType::U8},   {"u2", DType::U16},    {"u4", DType::U32}, {"u8", DType::U64},
      {"f2", DType::F16}, {"f4", DType::F32},  {"f8", DType::F64},    {"c8", DType::C64}, {"c16", DType::C128},
      {"d", DType::F64},  {"f", DType::F32},   {"float", DType::F64}, {"int", DType::I64}};
  const auto found = letters.find(text);
  return found == letters.end() ? std::nullopt : std::optional(found->second);
}

/// Arguments by the names of NumPy's signature; what is not there is empty.
class Given {
 public:
  Given(Emitter& e, std::string name, const Arguments& arguments, std::vector<std::string> names, std::size_t required)
      : e_(e), name_(std::move(name)) {
    if (arguments.positional.size() > names.size()) {
      e.fail(name_ + "() takes at most " + std::to_string(names.size()) + " arguments here, " +
             std::to_string(arguments.positional.size()) + " given");
    }
    for (std::size_t i = 0; i < arguments.positional.size(); ++i) values_[names[i]] = arguments.positional[i];
    for (const auto& [key, value] : arguments.keywords) {
      const bool is_default = key == "order" && value.is(PyKind::String) && value.type.text() == "C";
      if (is_default) continue;
      if (std::find(names.begin(), names.end(), key) == names.end()) {
        e.fail(name_ + "(" + key + "=…) is not supported in compiled code");
      }
      if (!values_.emplace(key, value).second) e.fail(name_ + "() got multiple values for argument '" + key + "'");
    }
    for (std::size_t i = 0; i < required; ++i) {
      if (!has(names[i])) e.fail(name_ + "() missing required argument: '" + names[i] + "'");
    }
  }

  /// False for None, too.
  bool has(const std::string& key) const {
    const auto found = values_.find(key);
    return found != values_.end() && !found->second.is(PyKind::None);
  }
  const Value& operator[](const std::string& key) const { return values_.at(key); }
  const std::string& name() const { return name_; }

  std::optional<DType> dtype() const {
    if (!has("dtype")) return std::nullopt;
    const Value& given = values_.at("dtype");
    if (const auto d = named_dtype(given)) return d;
    e_.fail(name_ + "(dtype=…) must be a type of numbers that is known when compiling, not " + describe(given),
            "write np.float64, float, \"int32\" or the like");
  }

 private:
  Emitter& e_;
  std::string name_;
  std::map<std::string, Value> values_;
};

/// Where an element is among all, in row-major order.
Expr flat_index(const Indices& indices, const std::vector<Expr>& lengths) {
  Expr at = indices[0];
  for (std::size_t k = 1; k < indices.size(); ++k) at = add(mul(at, lengths[k]), indices[k]);
  return at;
}

Expr length_of(Emitter& e, const std::string& name, const Value& value) {
  const Expr n = e.let("n", as_index(e, value, name + "(): a dimension"));
  e.check(compare(Op::ge, n, ir::int_constant(0)), ExceptionKind::ValueError, "negative dimensions are not allowed");
  return n;
}

/// An int, or a tuple of them.
std::vector<Expr> shape_of(Emitter& e, const std::string& name, const Value& shape) {
  std::vector<Expr> lengths;
  if (shape.is(PyKind::Tuple)) {
    for (const Value& n : shape.items) lengths.push_back(length_of(e, name, n));
  } else {
    lengths.push_back(length_of(e, name, shape));
  }
  if (lengths.empty()) e.fail(name + "() of no dimensions is not supported in compiled code", "use a number");
  return lengths;
}

Value new_expression(Emitter& e, std::vector<Expr> lengths, std::function<Value(Emitter&, const Indices&)> element,
                     bool unset = false) {
  ArrayExpression result;
  result.lengths = std::move(lengths);
  result.unset = unset;
  result.element = [element](Emitter& to, const Indices& indices, Broadcast) { return element(to, indices); };
  return computed(e, std::move(result));
}

Value filled_with(Emitter& e, std::vector<Expr> lengths, const Value& number, bool unset = false) {
  return new_expression(
      e, std::move(lengths), [number](Emitter&, const Indices&) { return number; }, unset);
}

Value constant_of(DType dtype, int value) { return number_value(PyType::numpy(dtype), dtype_constant(dtype, value)); }

/// The number as an element of the type, as assignment to an array converts it.
Value element_of_type(Emitter& e, const Value& number, DType dtype) {
  const PyType type = PyType::numpy(dtype);
  if (number.is(PyKind::Int)) return e.pin("fill", convert_operand(e, number, type));
  return e.pin("fill", number_value(type, cast_number(number.expr, dtype)));
}

void expect_number(Emitter& e, const Given& given, const std::string& key) {
  if (!given[key].is_number()) e.fail(given.name() + "(): " + key + " must be a number, not " + describe(given[key]));
}

void expect_array(Emitter& e, const Given& given, const std::string& key) {
  check_operand(e, given[key]);
  if (!is_array_like(given[key])) e.fail(given.name() + "() of " + describe(given[key]), "write np.full or the number");
}

enum class Fill : std::uint8_t { Zero, One, None };

template <Fill fill>
Value new_array(Emitter& e, const Arguments& a) {
  const Given given(e, fill == Fill::Zero ? "zeros" : fill == Fill::One ? "ones" : "empty", a, {"shape", "dtype"}, 1);
  const DType dtype = given.dtype().value_or(DType::F64);
  return filled_with(e, shape_of(e, given.name(), given["shape"]), constant_of(dtype, fill == Fill::One ? 1 : 0),
                     fill == Fill::None);
}

template <Fill fill>
Value new_like(Emitter& e, const Arguments& a) {
  const Given given(e,
                    fill == Fill::Zero  ? "zeros_like"
                    : fill == Fill::One ? "ones_like"
                                        : "empty_like",
                    a, {"a", "dtype"}, 1);
  expect_array(e, given, "a");
  const DType dtype = given.dtype().value_or(given["a"].type.dtype());
  return filled_with(e, lengths_of(given["a"]), constant_of(dtype, fill == Fill::One ? 1 : 0), fill == Fill::None);
}

Value full(Emitter& e, const Arguments& a) {
  const Given given(e, "full", a, {"shape", "fill_value", "dtype"}, 2);
  expect_number(e, given, "fill_value");
  const Value& value = given["fill_value"];
  const DType dtype = given.dtype().value_or(value.expr.dtype());
  return filled_with(e, shape_of(e, "full", given["shape"]), element_of_type(e, value, dtype));
}

Value full_like(Emitter& e, const Arguments& a) {
  const Given given(e, "full_like", a, {"a", "fill_value", "dtype"}, 2);
  expect_array(e, given, "a");
  expect_number(e, given, "fill_value");
  const DType dtype = given.dtype().value_or(given["a"].type.dtype());
  return filled_with(e, lengths_of(given["a"]), element_of_type(e, given["fill_value"], dtype));
}

Value converted(Emitter& e, const Value& array, DType dtype) {
  if (array::is_complex(array.type.dtype()) && !array::is_complex(dtype)) {
    e.fail("complex elements cannot become " + std::string(array::name_of(dtype)), "take .real of them");
  }
  return elementwise(e, {array}, [dtype](Emitter&, const std::vector<Value>& x) {
    return number_value(PyType::numpy(dtype), cast_number(x[0].expr, dtype));
  });
}

/// The items of a tuple in row-major order; their shape in `lengths`.
void collect_items(Emitter& e, const std::string& name, const Value& value, std::size_t depth,
                   std::vector<std::size_t>& lengths, std::vector<Value>& numbers) {
  if (value.is(PyKind::Tuple)) {
    if (lengths.size() == depth) lengths.push_back(value.items.size());
    const bool fits = lengths[depth] == value.items.size() && (numbers.empty() || depth < lengths.size());
    if (!fits) e.fail(name + "() of rows of different lengths");
    for (const Value& item : value.items) collect_items(e, name, item, depth + 1, lengths, numbers);
    return;
  }
  if (!value.is_number()) e.fail(name + "() of a list that holds " + describe(value), "use np.stack or a loop");
  if (lengths.size() != depth) e.fail(name + "() of rows of different lengths");
  numbers.push_back(value);
}

Value of_items(Emitter& e, const std::string& name, const Value& tuple, std::optional<DType> dtype) {
  std::vector<std::size_t> shape;
  std::vector<Value> numbers;
  collect_items(e, name, tuple, 0, shape, numbers);
  std::vector<Expr> lengths;
  for (const std::size_t n : shape) lengths.push_back(ir::int_constant(static_cast<std::int64_t>(n)));
  if (numbers.empty()) {
    return filled_with(e, std::move(lengths), constant_of(dtype.value_or(DType::F64), 0));
  }
  PyType type = as_numpy(numbers[0]).type;
  for (const Value& x : numbers) type = promote(type, as_numpy(x).type);
  const DType d = dtype.value_or(type.dtype());
  std::vector<Expr> items;
  for (const Value& x : numbers) items.push_back(e.let("item", element_of_type(e, x, d).expr));
  return new_expression(e, lengths, [items, lengths, d](Emitter&, const Indices& indices) {
    const Expr at = flat_index(indices, lengths);
    Expr chosen = items.back();
    for (std::size_t k = items.size() - 1; k-- > 0;) {
      chosen = select(compare(Op::eq, at, ir::int_constant(static_cast<std::int64_t>(k))), items[k], chosen);
    }
    return number_value(PyType::numpy(d), chosen);
  });
}

/// np.array: always a copy.
Value copied(Emitter& e, const std::string& name, const Value& source, std::optional<DType> dtype) {
  if (source.is(PyKind::Tuple)) return of_items(e, name, source, dtype);
  check_operand(e, source);
  if (!is_array_like(source)) e.fail(name + "() of " + describe(source) + " is not supported in compiled code");
  const Value expression = as_expression(e, source);
  return dtype && *dtype != source.type.dtype() ? converted(e, expression, *dtype) : expression;
}

Value array_function(Emitter& e, const Arguments& a) {
  const Given given(e, "array", a, {"object", "dtype"}, 1);
  return copied(e, given.name(), given["object"], given.dtype());
}

Value copy_function(Emitter& e, const Arguments& a) {
  const Given given(e, "copy", a, {"a"}, 1);
  return copied(e, given.name(), given["a"], std::nullopt);
}

/// np.asarray: an array that fits is itself.
Value asarray(Emitter& e, const Arguments& a) {
  const Given given(e, "asarray", a, {"a", "dtype"}, 1);
  const Value& source = given["a"];
  const bool fits = source.is_array() && given.dtype().value_or(source.type.dtype()) == source.type.dtype();
  return fits && source.type.flavour() == Flavour::NumPy ? source : copied(e, given.name(), source, given.dtype());
}

Expr is_row_major(const Value& array) {
  Expr result = ir::bool_constant(true);
  Expr expected = ir::int_constant(static_cast<std::int64_t>(array::size_of(array.type.dtype())));
  for (int d = array.type.rank(); d-- > 0;) {
    const Expr length = ir::length(array.expr, d);
    const Expr fits =
        logical_or(compare(Op::le, length, ir::int_constant(1)), compare(Op::eq, ir::stride(array.expr, d), expected));
    result = logical_and(result, fits);
    expected = mul(expected, length);
  }
  return result;
}

Value ascontiguousarray(Emitter& e, const Arguments& a) {
  const Given given(e, "ascontiguousarray", a, {"a", "dtype"}, 1);
  const Value& source = given["a"];
  const bool same_type = source.is_array() && given.dtype().value_or(source.type.dtype()) == source.type.dtype();
  if (same_type && source.type.layout() == ir::Layout::C) return source;
  if (same_type && source.type.layout() == ir::Layout::Inner && source.type.rank() == 1) return source;
  if (same_type) {
    // Which elements lie side by side is known when it runs; then the result would be the array itself.
    const PyType row_major = PyType::array(source.type.dtype(), source.type.rank(), ir::Layout::C,
                                           source.type.read_only(), source.type.flavour())
                                 .with_owner(source.type.owned());
    return e.choose()(
        is_row_major(source), [&] { return convert_joined(e, source, row_major); },
        [&] { return copied(e, given.name(), source, std::nullopt); });
  }
  return copied(e, given.name(), source, given.dtype());
}

/// How many steps lead from `start` to before `stop`.
Expr arange_length(Emitter& e, const Value& start, const Value& stop, const Value& step, bool is_integer) {
  if (is_integer) {
    const Arguments bounds{.positional = {start, stop, step}, .keywords = {}};
    return e.let("n", range_length(e, call_builtin(e, "builtins.range", bounds)));
  }
  const Expr a = as_float(e, start), b = as_float(e, stop), s = e.let("step", as_float(e, step));
  const Expr count = e.let("count", ir::operation(Op::ceil, {ir::operation(Op::div, {b - a, s})}));
  e.check(ir::operation(Op::lt, {count, ir::float_constant(9.0e18)}), ExceptionKind::ValueError,
          "arange: cannot compute length");
  return e.let("n", select(ir::operation(Op::gt, {count, ir::float_constant(0)}), ir::cast(count, DType::I64),
                           ir::int_constant(0)));
}

Value arange(Emitter& e, const Arguments& a) {
  Arguments arguments = a;
  // One argument is the end.
  if (arguments.positional.size() == 1 && !arguments.keywords.contains("stop")) {
    arguments.positional.insert(arguments.positional.begin(), int_value(0));
  } else if (arguments.positional.empty()) {
    arguments.keywords.emplace("start", int_value(0));
  }
  const Given given(e, "arange", arguments, {"start", "stop", "step", "dtype"}, 2);
  for (const char* key : {"start", "stop"}) expect_number(e, given, key);
  const Value step = given.has("step") ? given["step"] : int_value(1);
  if (!step.is_number()) e.fail("arange(): step must be a number, not " + describe(step));
  const Value start = e.pin("start", given["start"]), stop = given["stop"];
  const DType natural = promote(promote(as_numpy(start).type, as_numpy(stop).type), as_numpy(step).type).dtype();
  if (array::is_complex(natural)) e.fail("arange() of complex numbers is not supported in compiled code");
  const bool is_integer = array::is_integer(natural) || array::is_bool(natural);
  const Expr zero = dtype_constant(step.expr.dtype(), 0);
  e.check(compare(Op::ne, step.expr, zero), ExceptionKind::ZeroDivisionError,
          is_integer ? "division by zero" : "float division by zero");
  const DType dtype = given.dtype().value_or(array::is_bool(natural) ? DType::I64 : natural);
  if (array::is_bool(dtype)) {
    e.fail("arange(dtype=" + std::string(array::name_of(dtype)) + ") is not supported in compiled code",
           "convert it: np.arange(…).astype(…)");
  }
  const Expr count = arange_length(e, start, stop, step, is_integer);
  const DType inner = is_integer ? DType::I64 : DType::F64;
  const Expr first = e.let("first", cast_number(start.expr, inner));
  // NumPy takes the difference of the first two elements, each of the result's type.
  const Expr width = e.let("step", cast_number(step.expr, inner));
  const auto rounded = [&](const Expr& x) {
    return array::is_complex(dtype) ? x : cast_number(cast_number(x, dtype), inner);
  };
  const Expr as_first = rounded(first), as_second = rounded(first + width);
  const Expr difference = e.let("step", as_second - as_first);
  return new_expression(e, {count}, [=](Emitter&, const Indices& i) {
    return number_value(PyType::numpy(dtype), cast_number(as_first + cast_number(i[0], inner) * difference, dtype));
  });
}

Value linspace(Emitter& e, const Arguments& a) {
  const Given given(e, "linspace", a, {"start", "stop", "num", "endpoint", "retstep", "dtype"}, 2);
  if (given.has("retstep")) e.fail("linspace(retstep=…) is not supported in compiled code");
  for (const char* key : {"start", "stop"}) expect_number(e, given, key);
  // Computed in the floats that hold both ends.
  const PyType weak(PyKind::Float);
  const PyType ends_type = promote(promote(given["start"].type, weak), promote(given["stop"].type, weak));
  const DType own = ends_type.storage().dtype();
  if (array::is_complex(own) || array::is_half(own)) {
    e.fail("linspace() of " + std::string(array::name_of(own)) + " is not supported in compiled code");
  }
  const Expr start = e.let("start", cast_number(given["start"].expr, own));
  const Expr stop = e.let("stop", cast_number(given["stop"].expr, own));
  const Expr count = given.has("num") ? e.let("n", as_index(e, given["num"], "linspace(): num")) : ir::int_constant(50);
  e.check(compare(Op::ge, count, ir::int_constant(0)), ExceptionKind::ValueError,
          "Number of samples, {0}, must be non-negative.", {count});
  const Expr ends = given.has("endpoint") ? truth(e, given["endpoint"]) : ir::bool_constant(true);
  const DType dtype = given.dtype().value_or(own);
  if (array::is_complex(dtype)) e.fail("linspace(dtype=…) of complex numbers is not supported in compiled code");
  const Expr last = e.let("last", sub(count, ir::int_constant(1)));
  const Expr parts = e.let("parts", select(ends, last, count));
  const Expr width = e.let("width", stop - start);
  const Expr step = e.let("step", ir::operation(Op::div, {width, cast_number(parts, own)}));
  const Expr ends_exactly = e.let("ends", logical_and(ends, compare(Op::gt, count, ir::int_constant(1))));
  // A single sample has no step, and one that vanishes is taken of the place instead.
  const Expr no_step = e.let("no_step", compare(Op::le, parts, ir::int_constant(0)));
  const Expr vanishes = e.let("vanishes", compare(Op::eq, step, dtype_constant(own, 0)));
  return new_expression(e, {count}, [=](Emitter&, const Indices& i) {
    const Expr x = cast_number(i[0], own);
    const Expr part = ir::operation(Op::div, {x, cast_number(parts, own)});
    const Expr along = select(no_step, x * width, select(vanishes, part * width, x * step)) + start;
    const Expr at_end = logical_and(ends_exactly, compare(Op::eq, i[0], last));
    const Expr value = select(at_end, stop, along);
    const bool floors = array::is_integer(dtype);
    return number_value(PyType::numpy(dtype), cast_number(floors ? ir::operation(Op::floor, {value}) : value, dtype));
  });
}

Value on_diagonal(Emitter& e, std::vector<Expr> lengths, const Expr& k, DType dtype) {
  return new_expression(e, std::move(lengths), [k, dtype](Emitter&, const Indices& i) {
    const Expr on = compare(Op::eq, i[1], add(i[0], k));
    return number_value(PyType::numpy(dtype), select(on, dtype_constant(dtype, 1), dtype_constant(dtype, 0)));
  });
}

Value eye(Emitter& e, const Arguments& a) {
  const Given given(e, "eye", a, {"N", "M", "k", "dtype"}, 1);
  const Expr rows = length_of(e, "eye", given["N"]);
  const Expr columns = given.has("M") ? length_of(e, "eye", given["M"]) : rows;
  const Expr k = given.has("k") ? e.let("k", as_index(e, given["k"], "eye(): k")) : ir::int_constant(0);
  return on_diagonal(e, {rows, columns}, k, given.dtype().value_or(DType::F64));
}

Value identity(Emitter& e, const Arguments& a) {
  const Given given(e, "identity", a, {"n", "dtype"}, 1);
  const Expr n = length_of(e, "identity", given["n"]);
  return on_diagonal(e, {n, n}, ir::int_constant(0), given.dtype().value_or(DType::F64));
}

/// np.where with all three arguments.
Value where(Emitter& e, const Arguments& a) {
  const Given given(e, "where", a, {"condition", "x", "y"}, 3);
  const std::vector<Value> operands = {given["condition"], given["x"], given["y"]};
  for (const Value& operand : operands) {
    if (!operand.is_number() && !is_array_like(operand)) e.fail("where() of " + describe(operand));
  }
  const auto chosen = [](Emitter& to, const std::vector<Value>& x) {
    const bool both_python = !x[1].is(PyKind::NumPy) && !x[2].is(PyKind::NumPy);
    const PyType type = both_python ? promote(as_numpy(x[1]).type, as_numpy(x[2]).type) : promote(x[1].type, x[2].type);
    const Expr yes = convert_operand(to, x[1], type).expr, no = convert_operand(to, x[2], type).expr;
    return number_value(type, select(truth(to, x[0]), yes, no));
  };
  if (std::none_of(operands.begin(), operands.end(), is_array_like)) return chosen(e, operands);
  return elementwise(e, operands, chosen);
}

/// The elements in row-major order under other lengths.
Value rearranged(Emitter& e, const Value& array, std::vector<Expr> lengths) {
  const Value source = as_expression(e, array);
  ArrayExpression result;
  const std::vector<Expr> from = lengths_of(source);
  result.lengths = lengths;
  result.reads = expression_of(source).reads;
  for (ArrayExpression::Read& read : result.reads) read.in_place = false;
  result.uniform = expression_of(source).uniform;
  result.element = [source, from, lengths](Emitter& to, const Indices& indices, Broadcast broadcast) {
    Expr at = flat_index(indices, lengths);
    at = to.let("at", at);
    Indices places(from.size());
    for (std::size_t d = from.size(); d-- > 1;) {
      places[d] = to.let("i", ir::operation(Op::floormod, {at, from[d]}));
      at = to.let("at", ir::operation(Op::floordiv, {at, from[d]}));
    }
    places[0] = at;
    return expression_of(source).element(to, places, broadcast);
  };
  if (const auto settle = expression_of(source).settle) {
    result.settle = [settle, lengths](Emitter& to) { return rearranged(to, settle(to), lengths); };
  }
  return computed(e, std::move(result));
}

/// The lengths that reshape() asks for, one of them perhaps -1.
std::vector<Expr> lengths_asked_for(Emitter& e, const Value& array, const Arguments& arguments) {
  if (!arguments.keywords.empty()) e.fail("reshape() takes no keyword arguments here");
  std::vector<Value> wanted = arguments.positional;
  if (wanted.size() == 1 && wanted[0].is(PyKind::Tuple)) wanted = wanted[0].items;
  if (wanted.empty()) e.fail("reshape() needs a shape");
  const Expr size = e.let("size", product_of(lengths_of(array)));
  std::vector<Expr> lengths;
  std::optional<std::size_t> open;
  for (const Value& n : wanted) {
    const Expr length = e.let("n", as_index(e, n, "reshape(): a dimension"));
    if (ir::is_int_constant(length, -1)) {
      if (open) e.fail("can only specify one unknown dimension");
      open = lengths.size();
      lengths.push_back(ir::int_constant(1));
      continue;
    }
    e.check(compare(Op::ge, length, ir::int_constant(0)), ExceptionKind::ValueError,
            "reshape(): a dimension that is negative must be the constant -1");
    lengths.push_back(length);
  }
  const std::string refusal = "cannot reshape array of size {0} into that shape";
  if (open) {
    const Expr rest = e.let("rest", product_of(lengths));
    e.check(compare(Op::gt, rest, ir::int_constant(0)), ExceptionKind::ValueError, refusal, {size});
    lengths[*open] = e.let("n", ir::operation(Op::floordiv, {size, rest}));
  }
  e.check(compare(Op::eq, product_of(lengths), size), ExceptionKind::ValueError, refusal, {size});
  return lengths;
}

/// A vector's elements under other lengths, in the memory where they are.
Value folded_view(Emitter& e, const Value& vector, const std::vector<Expr>& lengths) {
  ir::ViewParts parts{
      .base = vector.expr, .starts = {ir::int_constant(0)}, .from = {}, .lengths = lengths, .steps = {}};
  Expr step = ir::int_constant(1);
  for (std::size_t d = lengths.size(); d-- > 0;) {
    parts.from.push_back(0);
    parts.steps.insert(parts.steps.begin(), e.let("step", step));
    step = mul(step, lengths[d]);
  }
  const bool dense = vector.type.layout() != ir::Layout::Strided;
  const PyType type =
      PyType::array(vector.type.dtype(), static_cast<int>(lengths.size()), dense ? ir::Layout::C : ir::Layout::Strided,
                    vector.type.read_only(), vector.type.flavour());
  return view_value(vector, type, e.let("reshaped", ir::view(parts, type.storage())));
}

Value reshaped(Emitter& e, const Value& array, const Arguments& arguments) {
  if (array.is_array() && array.type.rank() != 1) {
    e.fail("reshape() of an array of several dimensions is not supported in compiled code: it would share its memory",
           "reshape it in the caller, or a copy of it: a.flatten().reshape(…)");
  }
  std::vector<Expr> lengths = lengths_asked_for(e, array, arguments);
  return array.is_array() ? folded_view(e, array, lengths) : rearranged(e, array, std::move(lengths));
}

Value reshape_function(Emitter& e, const Arguments& a) {
  const Given given(e, "reshape", a, {"a", "shape"}, 2);
  check_operand(e, given["a"]);
  if (!is_array_like(given["a"])) e.fail("reshape() of " + describe(given["a"]));
  return reshaped(e, given["a"], {.positional = {given["shape"]}, .keywords = {}});
}

Value flattened(Emitter& e, const Value& array) {
  const std::vector<Expr> lengths = lengths_of(array);
  return lengths.size() == 1 ? as_expression(e, array) : rearranged(e, array, {e.let("size", product_of(lengths))});
}

/// np.ravel and its like: a vector is itself.
Value ravelled(Emitter& e, const Value& array) {
  if (array.is_array() && array.type.rank() == 1) return array;
  if (array.is_array()) {
    e.fail("ravel() of an array of several dimensions is not supported in compiled code: it would share its memory",
           "write a.flatten() for a copy");
  }
  return flattened(e, array);
}

Value ravel_function(Emitter& e, const Arguments& a) {
  const Given given(e, "ravel", a, {"a"}, 1);
  check_operand(e, given["a"]);
  if (!is_array_like(given["a"])) e.fail("ravel() of " + describe(given["a"]));
  return ravelled(e, given["a"]);
}

}  // namespace

std::optional<DType> named_dtype(const Value& value) {
  if (value.is(PyKind::String)) return dtype_from_text(value.type.text());
  if (!value.is_entity(Entity::Kind::Builtin)) return std::nullopt;
  const std::string& name = value.entity->name;
  if (name == "builtins.float") return DType::F64;
  if (name == "builtins.int") return DType::I64;
  if (name == "builtins.bool") return DType::Bool;
  if (name == "builtins.complex") return DType::C128;
  const bool is_type = name.starts_with("numpy.") || name.starts_with("ml_dtypes.");
  return is_type ? array::dtype_from_name(name.substr(name.rfind('.') + 1)) : std::nullopt;
}

Value dtype_value(DType dtype) {
  const std::string home = dtype == DType::BF16 ? "ml_dtypes." : "numpy.";
  return entity_value({.kind = Entity::Kind::Builtin,
                       .name = home + std::string(array::name_of(dtype)),
                       .function = {},
                       .scope = {},
                       .parts = {}});
}

bool is_copying_method(const std::string& name) {
  return name == "astype" || name == "copy" || name == "flatten" || name == "reshape" || name == "ravel";
}

Value copying_method(Emitter& e, const std::string& name, const Value& array, const Arguments& arguments) {
  if (name == "astype") {
    const Given given(e, name, arguments, {"dtype"}, 1);
    return copied(e, name, array, given.dtype());
  }
  if (name == "reshape") return reshaped(e, array, arguments);
  expect_arguments(e, name, arguments, 0, 0);
  if (name == "ravel") return ravelled(e, array);
  if (name == "copy") return copied(e, name, array, std::nullopt);
  return flattened(e, array);
}

const std::map<std::string, BuiltinFunction>& creation_functions() {
  static const std::map<std::string, BuiltinFunction> table = {
      {"numpy.zeros", new_array<Fill::Zero>},
      {"numpy.ones", new_array<Fill::One>},
      {"numpy.empty", new_array<Fill::None>},
      {"numpy.zeros_like", new_like<Fill::Zero>},
      {"numpy.ones_like", new_like<Fill::One>},
      {"numpy.empty_like", new_like<Fill::None>},
      {"numpy.full", full},
      {"numpy.full_like", full_like},
      {"numpy.array", array_function},
      {"numpy.copy", copy_function},
      {"numpy.asarray", asarray},
      {"numpy.ascontiguousarray", ascontiguousarray},
      {"numpy.arange", arange},
      {"numpy.linspace", linspace},
      {"numpy.eye", eye},
      {"numpy.identity", identity},
      {"numpy.where", where},
      {"numpy.reshape", reshape_function},
      {"numpy.ravel", ravel_function},
  };
  return table;
}

}  // namespace rooftop::frontend
