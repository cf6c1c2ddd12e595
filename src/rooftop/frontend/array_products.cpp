// Shapes and factors of products; the loops over terms.
#include "rooftop/frontend/array_products.h"

#include "rooftop/frontend/array_assignment.h"

#include "rooftop/frontend/arithmetic.h"
#include "rooftop/frontend/numbers.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

using Indices = std::vector<Expr>;

/// Operands of products are read many times: an expression among them is stored before.
Value operand(Emitter& e, const Value& value) {
  check_operand(e, value);
  return value.is(PyKind::Computed) ? materialise(e, value) : value;
}

PyType element_type(const Value& array) { return PyType::numpy(array.type.dtype()); }
PyType product_type(const Value& a, const Value& b) { return promote(element_type(a), element_type(b)); }

Value element_of(const Value& array, const Indices& indices) {
  return number_value(element_type(array), ir::load(array.expr, indices));
}

/// What the sums go over: a dimension of each operand.
struct Product {
  Value a, b;
  int a_dimension, b_dimension;
};

Indices with_term(Indices indices, int dimension, const Expr& term) {
  indices.insert(indices.begin() + dimension, term);
  return indices;
}

/// An expression of such sums. `places` says where the other dimensions of the operands stand, given the result's
/// indices.
Value product(Emitter& e, const Product& p, std::vector<Expr> lengths, std::vector<Expr> uniform,
              const std::function<std::pair<Indices, Indices>(const Indices&, Broadcast)>& places) {
  ArrayExpression result;
  result.lengths = std::move(lengths);
  result.uniform = std::move(uniform);
  result.reads = {{.array = p.a, .in_place = false}, {.array = p.b, .in_place = false}};
  result.element = [p, places](Emitter& to, const Indices& indices, Broadcast broadcast) {
    const auto [a_indices, b_indices] = places(indices, broadcast);
    const Expr terms = ir::length(p.a.expr, p.a_dimension);
    return sum_of_products(to, product_type(p.a, p.b), {terms}, [&](const Indices& term) {
      return std::vector<Value>{element_of(p.a, with_term(a_indices, p.a_dimension, term[0])),
                                element_of(p.b, with_term(b_indices, p.b_dimension, term[0]))};
    });
  };
  return computed(e, std::move(result));
}

void check_core_dimension(Emitter& e, const Value& a, const Value& b, int a_dimension, int b_dimension) {
  const Expr have = ir::length(b.expr, b_dimension), want = ir::length(a.expr, a_dimension);
  e.check(compare(Op::eq, have, want), ExceptionKind::ValueError,
          "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature "
          "(n?,k),(k,m?)->(n?,m?) (size {0} is different from {1})",
          {have, want});
}

void check_aligned(Emitter& e, const Value& a, const Value& b, int a_dimension, int b_dimension) {
  const Expr x = ir::length(a.expr, a_dimension), y = ir::length(b.expr, b_dimension);
  const std::string at_a = std::to_string(a_dimension), at_b = std::to_string(b_dimension);
  ShapeMessage message;
  message << "shapes " << lengths_of(a) << " and " << lengths_of(b) << " not aligned: ";
  message.length(x) << " (dim " + at_a + ") != ";
  message.length(y) << " (dim " + at_b + ")";
  message.check(e, compare(Op::eq, x, y), "shapes not aligned: {0} (dim " + at_a + ") != {1} (dim " + at_b + ")", x, y);
}

/// Sums over one dimension of each, the others following each other: dot and inner.
Value sum_over(Emitter& e, const Value& a, const Value& b, int a_dimension, int b_dimension) {
  check_aligned(e, a, b, a_dimension, b_dimension);
  std::vector<Expr> lengths;
  for (int d = 0; d < rank_of(a); ++d) {
    if (d != a_dimension) lengths.push_back(ir::length(a.expr, d));
  }
  for (int d = 0; d < rank_of(b); ++d) {
    if (d != b_dimension) lengths.push_back(ir::length(b.expr, d));
  }
  const int of_a = rank_of(a) - 1;
  return product(e, {a, b, a_dimension, b_dimension}, std::move(lengths), {},
                 [of_a](const Indices& indices, Broadcast) {
                   return std::pair(Indices(indices.begin(), indices.begin() + of_a),
                                    Indices(indices.begin() + of_a, indices.end()));
                 });
}

bool is_scalar(Emitter& e, const Value& value) {
  check_operand(e, value);
  return value.is_number() || rank_of(value) == 0;
}

Value times(Emitter& e, const Value& a, const Value& b) {
  return elementwise(e, {a, b}, [](Emitter& to, const std::vector<Value>& x) {
    return binary(to, BinaryOperator::Mult, as_numpy(x[0]), x[1]);
  });
}

}  // namespace

Value sum_of_products(Emitter& e, const PyType& type, const std::vector<Expr>& term_counts,
                      const std::function<std::vector<Value>(const std::vector<Expr>& term)>& factors) {
  if (array::is_half(type.dtype())) {
    const Value sum = sum_of_products(e, PyType::numpy(DType::F32), term_counts, factors);
    return number_value(type, cast_number(sum.expr, type.dtype()));
  }
  const bool logical = array::is_bool(type.dtype());
  const auto product_of = [&](const std::vector<Value>& values) {
    Value product = convert_operand(e, values[0], type);
    for (std::size_t i = 1; i < values.size(); ++i) {
      const Value next = convert_operand(e, values[i], type);
      product = logical ? number_value(type, logical_and(product.expr, next.expr))
                        : binary(e, BinaryOperator::Mult, product, next);
    }
    return product;
  };
  if (term_counts.empty()) return product_of(factors({}));
  const ir::Var sum = ir::make_var("sum", type.storage(), /*is_unordered=*/true);
  e.emit(ir::declare(sum, dtype_constant(type.dtype(), 0), e.location()));
  std::vector<ir::Var> loops;
  std::vector<Expr> term;
  for (std::size_t d = 0; d < term_counts.size(); ++d) {
    loops.push_back(ir::make_var("k", ir::kI64));
    term.push_back(ir::variable(loops.back()));
  }
  ir::Block body;
  {
    const Emitter::Redirect into(e, body);
    const Value product = product_of(factors(term));
    const Value total = number_value(type, ir::variable(sum));
    const Value next = logical ? number_value(type, logical_or(total.expr, product.expr))
                               : binary(e, BinaryOperator::Add, total, product);
    e.emit(ir::assign(sum, next.expr, e.location()));
  }
  for (std::size_t d = term_counts.size(); d-- > 0;) {
    body = {ir::for_loop(loops[d], ir::int_constant(0), term_counts[d], 1, std::move(body), ir::LoopKind::Serial,
                         e.location())};
  }
  for (ir::Stmt& s : body) e.emit(std::move(s));
  return number_value(type, ir::variable(sum));
}

Value matrix_product(Emitter& e, const Value& first, const Value& second) {
  const bool first_lacks = is_scalar(e, first);
  if (first_lacks || is_scalar(e, second)) {
    e.fail("matmul: Input operand " + std::string(first_lacks ? "0" : "1") +
               " does not have enough dimensions (has 0, gufunc core with signature (n?,k),(k,m?)->(n?,m?) requires 1)",
           "multiply by a number with *");
  }
  const Value a = operand(e, first), b = operand(e, second);
  const int a_rank = rank_of(a), b_rank = rank_of(b);
  const int a_dimension = a_rank - 1, b_dimension = b_rank == 1 ? 0 : b_rank - 2;
  check_core_dimension(e, a, b, a_dimension, b_dimension);
  const std::size_t a_batch = a_rank > 2 ? static_cast<std::size_t>(a_rank - 2) : 0;
  const std::size_t b_batch = b_rank > 2 ? static_cast<std::size_t>(b_rank - 2) : 0;
  const std::vector<Expr> p = lengths_of(a), q = lengths_of(b);
  const Broadcasting batch(e, {{p.begin(), p.begin() + static_cast<std::ptrdiff_t>(a_batch)},
                               {q.begin(), q.begin() + static_cast<std::ptrdiff_t>(b_batch)}});
  std::vector<Expr> lengths = batch.lengths();
  if (a_rank > 1) lengths.push_back(p[static_cast<std::size_t>(a_rank - 2)]);
  if (b_rank > 1) lengths.push_back(q.back());
  return product(e, {a, b, a_dimension, b_dimension}, std::move(lengths), batch.uniform(),
                 [batch, a_rank, b_rank](const Indices& indices, Broadcast broadcast) {
                   const auto n = static_cast<std::ptrdiff_t>(batch.lengths().size());
                   const Indices outer(indices.begin(), indices.begin() + n);
                   Indices of_a = batch.place(0, outer, broadcast), of_b = batch.place(1, outer, broadcast);
                   auto next = indices.begin() + n;
                   if (a_rank > 1) of_a.push_back(*next++);
                   if (b_rank > 1) of_b.push_back(*next);
                   return std::pair(of_a, of_b);
                 });
}

Value dot_product(Emitter& e, const Value& first, const Value& second) {
  if (is_scalar(e, first) || is_scalar(e, second)) return times(e, first, second);
  const Value a = operand(e, first), b = operand(e, second);
  return sum_over(e, a, b, rank_of(a) - 1, rank_of(b) == 1 ? 0 : rank_of(b) - 2);
}

Value inner_product(Emitter& e, const Value& first, const Value& second) {
  if (is_scalar(e, first) || is_scalar(e, second)) return times(e, first, second);
  const Value a = operand(e, first), b = operand(e, second);
  return sum_over(e, a, b, rank_of(a) - 1, rank_of(b) - 1);
}

Value outer_product(Emitter& e, const Value& first, const Value& second) {
  if (is_scalar(e, first) || is_scalar(e, second) || rank_of(first) != 1 || rank_of(second) != 1) {
    e.fail("outer() of " + describe(first) + " and " + describe(second) + " is not supported in compiled code",
           "pass two vectors");
  }
  return einsum(e, "i,j->ij", {first, second});
}

Value conjugate_product(Emitter& e, const Value& first, const Value& second) {
  if (is_scalar(e, first) || is_scalar(e, second) || rank_of(first) != 1 || rank_of(second) != 1) {
    e.fail("vdot() of " + describe(first) + " and " + describe(second) + " is not supported in compiled code",
           "pass two vectors");
  }
  if (!array::is_complex(first.type.dtype())) return dot_product(e, first, second);
  const auto conjugate = [](Emitter&, const std::vector<Value>& x) {
    return number_value(x[0].type, ir::operation(Op::conj, {x[0].expr}));
  };
  return dot_product(e, elementwise(e, {first}, conjugate), second);
}

}  // namespace rooftop::frontend
