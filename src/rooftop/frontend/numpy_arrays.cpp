// NumPy's functions of whole arrays: products natively, and every elementwise function over its operands' elements.
#include <algorithm>

#include "rooftop/frontend/arithmetic.h"
#include "rooftop/frontend/array_products.h"
#include "rooftop/frontend/array_reductions.h"
#include "rooftop/frontend/array_store.h"
#include "rooftop/frontend/builtins.h"
#include "rooftop/frontend/numbers.h"

namespace rooftop::frontend {

namespace {

/// Takes `out` from the arguments.
std::optional<Value> take_out(Emitter& e, const std::string& name, Arguments& arguments) {
  const auto found = arguments.keywords.find("out");
  if (found == arguments.keywords.end()) return std::nullopt;
  const Value out = found->second;
  arguments.keywords.erase(found);
  if (out.is(PyKind::None)) return std::nullopt;
  if (!out.is_array()) e.fail(name + "(out=…) must be an array, not " + describe(out));
  return out;
}

/// The result, or `out` after the result was stored there.
Value into(Emitter& e, const std::string& name, const std::optional<Value>& out, const Value& result) {
  if (!out) return result;
  if (rank_of(*out) != rank_of(result)) {
    e.fail(name + "(out=…): the result has " + std::to_string(rank_of(result)) + " dimensions, out has " +
           std::to_string(rank_of(*out)));
  }
  if (result.type.dtype() != out->type.dtype()) {
    e.fail(name + "(out=…): the result is of " + std::string(array::name_of(result.type.dtype())) + ", out of " +
           std::string(array::name_of(out->type.dtype())));
  }
  const std::vector<ir::Expr> have = lengths_of(result), want = lengths_of(*out);
  for (std::size_t d = 0; d < have.size(); ++d) {
    e.check(compare(ir::Op::eq, have[d], want[d]), ExceptionKind::ValueError,
            name + ": output has length {0} in dimension {1}, the result {2}",
            {want[d], ir::int_constant(static_cast<std::int64_t>(d)), have[d]});
  }
  store_view(e, *out, result);
  return *out;
}

using Product = Value (*)(Emitter& e, const Value& a, const Value& b);

template <Product product>
Value product_function(Emitter& e, const std::string& name, Arguments arguments) {
  const auto out = take_out(e, name, arguments);
  expect_arguments(e, name, arguments, 2, 2);
  return into(e, name, out, product(e, arguments.positional[0], arguments.positional[1]));
}

Value dot(Emitter& e, const Arguments& a) { return product_function<dot_product>(e, "dot", a); }
Value matmul(Emitter& e, const Arguments& a) { return product_function<matrix_product>(e, "matmul", a); }
Value inner(Emitter& e, const Arguments& a) { return product_function<inner_product>(e, "inner", a); }
Value outer(Emitter& e, const Arguments& a) { return product_function<outer_product>(e, "outer", a); }
Value vdot(Emitter& e, const Arguments& a) { return product_function<conjugate_product>(e, "vdot", a); }

Value einsum_function(Emitter& e, const Arguments& given) {
  Arguments arguments = given;
  const auto out = take_out(e, "einsum", arguments);
  if (!arguments.keywords.empty()) {
    e.fail("einsum(" + arguments.keywords.begin()->first + "=…) is not supported in compiled code");
  }
  if (arguments.positional.size() < 2 || !arguments.positional[0].is(PyKind::String)) {
    e.fail("einsum() takes its subscripts as a constant string, then the operands", "write 'ij,jk->ik' or the like");
  }
  const std::vector<Value> operands(arguments.positional.begin() + 1, arguments.positional.end());
  return into(e, "einsum", out, einsum(e, arguments.positional[0].type.text(), operands));
}

/// The expression or number with dimensions of length 1 where others were folded.
Value with_folded_dimensions(Emitter& e, const Value& result, int rank, std::optional<int> axis) {
  ArrayExpression kept;
  if (result.is_number()) {
    const Value number = e.pin("result", result);
    kept.lengths.assign(static_cast<std::size_t>(rank), ir::int_constant(1));
    kept.element = [number](Emitter&, const std::vector<ir::Expr>&, Broadcast) { return number; };
    return computed(e, std::move(kept));
  }
  const Value source = as_expression(e, result);
  const auto at = static_cast<std::ptrdiff_t>(*axis < 0 ? *axis + rank : *axis);
  kept = expression_of(source);
  kept.lengths.insert(kept.lengths.begin() + at, ir::int_constant(1));
  kept.settle = {};
  kept.element = [source, at](Emitter& to, std::vector<ir::Expr> indices, Broadcast broadcast) {
    indices.erase(indices.begin() + at);
    return expression_of(source).element(to, indices, broadcast);
  };
  return computed(e, std::move(kept));
}

/// keepdims=True or False, known when compiling.
bool take_keepdims(Emitter& e, const std::string& name, Arguments& arguments) {
  const auto found = arguments.keywords.find("keepdims");
  if (found == arguments.keywords.end()) return false;
  const Value given = found->second;
  arguments.keywords.erase(found);
  if (!given.is(PyKind::Bool) || !given.is_constant()) e.fail(name + "(keepdims=…) must be True or False");
  return is_true(given.expr);
}

/// np.ndim, np.shape and np.size of arrays and numbers.
Value ndim(Emitter& e, const Arguments& a) {
  expect_arguments(e, "ndim", a, 1, 1);
  const Value& x = a.positional[0];
  if (!x.is_number() && !is_array_like(x)) e.fail("ndim() of " + describe(x) + " is not supported in compiled code");
  return int_value(x.is_number() ? 0 : rank_of(x));
}

Value shape(Emitter& e, const Arguments& a) {
  const Value rank = ndim(e, a);
  std::vector<Value> items;
  if (!ir::is_int_constant(rank.expr, 0)) {
    for (const ir::Expr& n : lengths_of(a.positional[0])) items.push_back(int_value(n));
  }
  return tuple_value(std::move(items));
}

Value size(Emitter& e, const Arguments& a) {
  ir::Expr product = ir::int_constant(1);
  for (const Value& n : shape(e, a).items) product = mul(product, n.expr);
  return int_value(product);
}

/// a.sum(axis=None) and its like.
template <ArrayReduction how>
Value reduction(Emitter& e, const std::string& name, Arguments arguments) {
  const auto out = take_out(e, name, arguments);
  if (const auto found = arguments.keywords.find("axis"); found != arguments.keywords.end()) {
    if (arguments.positional.size() > 1) e.fail(name + "() got multiple values for argument 'axis'");
    arguments.positional.push_back(found->second);
    arguments.keywords.erase(found);
  }
  const bool keeps = take_keepdims(e, name, arguments);
  expect_arguments(e, name, arguments, 1, 2);
  std::optional<int> axis;
  if (arguments.positional.size() > 1 && !arguments.positional[1].is(PyKind::None)) {
    const Value& given = arguments.positional[1];
    if (!given.is(PyKind::Int) || !given.is_constant())
      e.fail(name + "(axis=…) must be a constant integer in compiled code, not " + describe(given));
    axis = static_cast<int>(std::clamp<std::int64_t>(given.expr.constant().integer, -1000, 1000));
  }
  Value result = reduced(e, how, arguments.positional[0], axis);
  if (keeps) result = with_folded_dimensions(e, result, rank_of(arguments.positional[0]), axis);
  if (out && result.is_number()) e.fail(name + "(out=…) of a number is not supported in compiled code");
  return into(e, name, out, result);
}

Value sum(Emitter& e, const Arguments& a) { return reduction<ArrayReduction::Sum>(e, "sum", a); }
Value prod(Emitter& e, const Arguments& a) { return reduction<ArrayReduction::Prod>(e, "prod", a); }
Value mean(Emitter& e, const Arguments& a) { return reduction<ArrayReduction::Mean>(e, "mean", a); }
Value min(Emitter& e, const Arguments& a) { return reduction<ArrayReduction::Min>(e, "min", a); }
Value max(Emitter& e, const Arguments& a) { return reduction<ArrayReduction::Max>(e, "max", a); }
Value any(Emitter& e, const Arguments& a) { return reduction<ArrayReduction::Any>(e, "any", a); }
Value all(Emitter& e, const Arguments& a) { return reduction<ArrayReduction::All>(e, "all", a); }

}  // namespace

const std::map<std::string, BuiltinFunction>& array_functions() {
  static const std::map<std::string, BuiltinFunction> table = {
      {"numpy.dot", dot},     {"numpy.matmul", matmul}, {"numpy.inner", inner},
      {"numpy.outer", outer}, {"numpy.vdot", vdot},     {"numpy.einsum", einsum_function},
      {"numpy.sum", sum},     {"numpy.prod", prod},     {"numpy.mean", mean},
      {"numpy.min", min},     {"numpy.max", max},       {"numpy.amin", min},
      {"numpy.amax", max},    {"numpy.any", any},       {"numpy.all", all},
      {"numpy.ndim", ndim},   {"numpy.shape", shape},   {"numpy.size", size},
  };
  return table;
}

Value map_elements(Emitter& e, BuiltinFunction function, const std::string& name, const Arguments& given) {
  Arguments arguments = given;
  const auto out = take_out(e, name, arguments);
  if (!arguments.keywords.empty()) {
    e.fail(name + "(" + arguments.keywords.begin()->first + "=…) is not supported in compiled code");
  }
  const Value result =
      elementwise(e, arguments.positional, [function](Emitter& to, const std::vector<Value>& elements) {
        return function(to, {.positional = elements, .keywords = {}});
      });
  return into(e, name, out, result);
}

}  // namespace rooftop::frontend
