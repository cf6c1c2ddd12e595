// Array expressions: what whole-array arithmetic is until it is stored. Lengths and element type are settled where it
// is written; elements are emitted on demand, inside the loops that store them, so that no temporary is written.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "rooftop/frontend/arithmetic.h"
#include "rooftop/frontend/broadcasting.h"

namespace rooftop::frontend {

struct ArrayExpression {
  using Element = std::function<Value(Emitter&, const std::vector<ir::Expr>& indices, Broadcast broadcast)>;
  using Store = std::function<void(Emitter&, const Value& target)>;

  /// Memory that elements are made of.
  struct Read {
    Value array;
    bool in_place;  ///< element i is made of the array's element i alone
  };

  std::vector<ir::Expr> lengths;
  Element element;
  std::vector<Read> reads;
  std::vector<ir::Expr> uniform;  ///< all true: Broadcast::None may be said
  Store store;                    ///< set: elements are not made one by one; stores them all in a new array
  bool unset = false;             ///< np.empty: elements may be anything
  bool has_loops = false;         ///< an element is worth storing rather than making it twice
  bool raises = false;
  /// The same with parts that have loops stored in temporaries; empty when there are none to store.
  std::function<Value(Emitter&)> settle;
};

const ArrayExpression& expression_of(const Value& value);

/// A number, when there are no dimensions, or an array expression. Says what `expression.element` makes by emitting one
/// into a scratch block.
Value computed(Emitter& e, ArrayExpression expression);

inline bool is_array_like(const Value& value) { return value.is_array() || value.is(PyKind::Computed); }
/// An expression that is made as a whole.
Value stored_expression(Emitter& e, DType dtype, std::vector<ir::Expr> lengths,
                        std::vector<ArrayExpression::Read> reads, ArrayExpression::Store store);

/// Of an array or an array expression.
int rank_of(const Value& value);
std::vector<ir::Expr> lengths_of(const Value& value);
/// Refuses what is neither a number nor a NumPy array or an expression of such.
void check_operand(Emitter& e, const Value& value);
/// The array as an expression whose elements are its own.
Value as_expression(Emitter& e, const Value& array);

/// A number of the operands' elements, as NumPy computes it for each, after broadcasting. Operands are numbers, arrays
/// and expressions, at least one of them no number.
using Meaning = std::function<Value(Emitter&, const std::vector<Value>& elements)>;
Value elementwise(Emitter& e, const std::vector<Value>& operands, const Meaning& meaning);
/// The same for operands that are known to line up as `shapes` says.
Value elementwise(Emitter& e, const std::vector<Value>& operands, const Broadcasting& shapes, const Meaning& meaning);
/// Numbers have none.
std::vector<Broadcasting::Shape> shapes_of(const std::vector<Value>& operands);

/// The operands of an operator of which one is an array: a Python int beside integers is converted here, once, with the
/// error that it may be too large for them.
std::vector<Value> converted_numbers(Emitter& e, const std::vector<Value>& operands);
/// `a op b` of which one is an array or expression.
Value array_operation(Emitter& e, BinaryOperator op, const Value& a, const Value& b);
/// The expression with its dimensions in reverse order.
Value transposed(Emitter& e, const Value& expression);

}  // namespace rooftop::frontend
