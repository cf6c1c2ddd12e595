// Expressions of the loop language: immutable, pure and typed. An Expr is a value handle on a shared node; equal
// handles are the same computation, so an expression may be a graph. Nothing here can raise: checks are statements.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "rooftop/ir/type.h"
#include "rooftop/ops/op.h"

namespace rooftop::ir {

using ops::Op;

/// A variable's identity. Two variables are the same only if they are the same node; names are for people.
struct VarNode {
  std::string name;
  Type type;
  bool is_unordered = false;  ///< what a loop adds or multiplies into it may be put together in any fixed order
};
using Var = std::shared_ptr<const VarNode>;
Var make_var(std::string name, Type type, bool is_unordered = false);

/// A compile-time scalar. Integers and bool live in `integer` (extended to 64 bits by their own signedness, u64 as its
/// bit pattern), floats in `real` (a float32 is stored exactly), complex in both parts.
struct Constant {
  std::int64_t integer = 0;
  double real = 0;
  double imag = 0;
};

/// A named table of constants for `Lookup`. `values` holds the bits of each element in its own width.
struct Table {
  std::string name;
  DType dtype;
  std::vector<std::uint64_t> values;
};

enum class ExprKind : std::uint8_t {
  Constant,   ///< constant()
  Variable,   ///< var()
  Operation,  ///< op() over args(); a row of ops.def
  Load,       ///< array()[indices()], under mask() if it has one (lanes off give 0)
  Length,     ///< array().shape[dimension()], i64
  Stride,     ///< array().strides[dimension()], i64 bytes
  View,       ///< a new array over the same memory: view()
  Disjoint,   ///< bool: the memory ranges of args()[0] and args()[1] do not overlap
  Lookup,     ///< table()[args()[0]]; the index is in range by construction
};

struct ExprNode;

class Expr {
 public:
  Expr() = default;
  explicit Expr(std::shared_ptr<const ExprNode> node) : node_(std::move(node)) {}

  explicit operator bool() const { return node_ != nullptr; }
  const ExprNode* get() const { return node_.get(); }
  /// Same node; `same_expression` in walk.h compares structure.
  bool operator==(const Expr& other) const { return node_ == other.node_; }

  ExprKind kind() const;
  const Type& type() const;
  DType dtype() const { return type().dtype(); }
  int lanes() const { return type().lanes(); }
  std::span<const Expr> args() const;
  const Expr& arg(std::size_t i) const { return args()[i]; }

  const Constant& constant() const;                   ///< Constant
  const Var& var() const;                             ///< Variable
  Op op() const;                                      ///< Operation
  const Expr& array() const;                          ///< Load, Length, Stride, View: an array-typed expression
  std::span<const Expr> indices() const;              ///< Load: one per dimension
  bool has_mask() const;                              ///< Load
  const Expr& mask() const;                           ///< Load
  int dimension() const;                              ///< Length, Stride
  const std::shared_ptr<const Table>& table() const;  ///< Lookup

  bool is(ExprKind k) const { return kind() == k; }
  bool is_constant() const { return is(ExprKind::Constant); }
  bool is_op(Op op_) const { return is(ExprKind::Operation) && op() == op_; }

 private:
  std::shared_ptr<const ExprNode> node_;
};

struct ExprNode {
  ExprKind kind;
  Type type;
  Op op{};
  bool masked = false;
  std::int32_t dimension = 0;
  std::vector<Expr> args;
  Constant constant;
  Var var;
  std::shared_ptr<const Table> table;
  std::vector<int> view_dimensions;  ///< View: base dimension of each result dimension, -1 for a new axis
};

/// A view's parts: element [i0, i1, …] of the result is the base's element at starts[d] + sum over the result
/// dimensions k that come from d of i_k * steps[k]. A base dimension that no result dimension comes from is fixed at
/// its start.
struct ViewParts {
  Expr base;
  std::vector<Expr> starts;   ///< one i64 per base dimension
  std::vector<int> from;      ///< per result dimension: the base dimension, or -1 for a new axis
  std::vector<Expr> lengths;  ///< per result dimension, i64
  std::vector<Expr> steps;    ///< per result dimension, i64, any sign; in elements of the base dimension
};

// Factories: validate and build. Broken arguments are InternalErrors.
Expr constant(Type type, const Constant& value);
Expr int_constant(std::int64_t value,
                  Type type = kI64);                  ///< integers and bool; wraps into the type; broadcasts to vectors
Expr float_constant(double value, Type type = kF64);  ///< floats and complex (imaginary part 0)
Expr bool_constant(bool value);
Expr zero(Type type);  ///< of any scalar type
Expr variable(const Var& var);
Expr operation(Op op, std::vector<Expr> args);  ///< every rule but Target and Widen
Expr cast(const Expr& value, DType target);     ///< returns `value` itself when it has the type
Expr bitcast(const Expr& value, DType target);
Expr broadcast(const Expr& value, int lanes);
Expr ramp(const Expr& base, const Expr& step, int lanes);
Expr load(const Expr& array, std::vector<Expr> indices, Expr mask = {});
Expr length(const Expr& array, int dimension);
Expr stride(const Expr& array, int dimension);
Expr view(const ViewParts& parts, Type type);
ViewParts view_parts(const Expr& view);
Expr disjoint(const Expr& a, const Expr& b);
Expr lookup(std::shared_ptr<const Table> table, const Expr& index);

inline Expr operator+(const Expr& a, const Expr& b) { return operation(Op::add, {a, b}); }
inline Expr operator-(const Expr& a, const Expr& b) { return operation(Op::sub, {a, b}); }
inline Expr operator*(const Expr& a, const Expr& b) { return operation(Op::mul, {a, b}); }
inline Expr operator/(const Expr& a, const Expr& b) { return operation(Op::div, {a, b}); }
inline Expr operator-(const Expr& a) { return operation(Op::neg, {a}); }

/// Constant value tests, false for anything that is not a scalar integer constant.
bool is_int_constant(const Expr& e, std::int64_t value);

}  // namespace rooftop::ir
