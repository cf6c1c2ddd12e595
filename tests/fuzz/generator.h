// Grows functions statement by statement; the generator of lane loops builds on it. Every access stands behind the
// check, guard or loop that proves it, as the frontend writes them.
#pragma once

#include <string>
#include <vector>

#include "random.h"
#include "random_module.h"
#include "rooftop/ir/expr.h"

namespace rooftop::fuzz {

using ir::Block;
using ir::DType;
using ir::Expr;
using ir::Op;
using ir::Stmt;
using ir::Type;
using ir::Var;

inline Expr binary(Op op, const Expr& a, const Expr& b) { return ir::operation(op, {a, b}); }
/// Halves are computed with as float32.
inline Expr computable(const Expr& e) { return array::is_half(e.dtype()) ? ir::cast(e, ir::DType::F32) : e; }
inline Expr integer(std::int64_t value) { return ir::int_constant(value); }

/// 0 <= i & i < n
inline Expr in_range(const Expr& i, const Expr& n) {
  return binary(Op::bit_and, binary(Op::le, integer(0), i), binary(Op::lt, i, n));
}

class Generator {
 public:
  Generator(std::uint64_t seed, const ModuleOptions& options) : random_(seed), options_(options) {}

  ir::Module module();

 protected:
  /// A subscript that is in bounds wherever it is visible.
  struct SafeIndex {
    const ir::VarNode* array;
    int dimension;
    Expr index;
  };
  /// What is visible; a block works on a copy.
  struct Scope {
    std::vector<Var> values;     ///< immutable scalars
    std::vector<Var> variables;  ///< mutable scalars
    std::vector<Var> arrays;
    std::vector<SafeIndex> safe;
    int loops = 0;
  };

  ir::Function function(const std::string& name, bool entry);
  Block block(Scope scope, int statements, bool may_jump);
  void statement(Scope& scope, Block& out);
  void bind(Scope& scope, Block& out);
  void assign(Scope& scope, Block& out);
  void store(Scope& scope, Block& out);
  void branch(Scope& scope, Block& out);
  void loop(Scope& scope, Block& out);
  void while_loop(Scope& scope, Block& out);
  void nest(Scope& scope, Block& out);
  void check(Scope& scope, Block& out);
  void checked_sum(Scope& scope, Block& out);
  void prove_index(Scope& scope, Block& out);
  void view(Scope& scope, Block& out);
  void allocate(Scope& scope, Block& out);
  void call(Scope& scope, Block& out);
  void vector_step(Scope& scope, Block& out);

  Expr scalar(const Scope& scope, DType dtype, int depth);
  Expr leaf(const Scope& scope, DType dtype);
  Expr constant(DType dtype);
  Expr boolean(const Scope& scope, int depth);
  Expr integer_operation(const Scope& scope, DType dtype, int depth);
  Expr float_operation(const Scope& scope, DType dtype, int depth);
  Expr complex_operation(const Scope& scope, DType dtype, int depth);
  Expr conversion(const Scope& scope, DType dtype, int depth);
  /// The operation, or another in its place where floats must not be multiplied.
  Op allowed(Op op, DType dtype) const {
    return options_.contract && op == Op::mul && array::is_float(dtype) ? Op::max : op;
  }
  /// Subscripts of the array that are safe here; empty when some dimension has none.
  std::vector<Expr> safe_subscripts(const Scope& scope, const Var& array);
  Expr safe_load(const Scope& scope, DType dtype);

  Var fresh(const char* name, Type type) { return ir::make_var(name + std::to_string(names_++), type); }
  SourceLocation here() {
    ++line_;
    return location_in("fuzz.py", line_, 4, line_, 9);
  }
  DType dtype() { return random_.pick(types_); }
  template <class T>
  const T* any(const std::vector<T>& values) {
    return values.empty() ? nullptr : &random_.pick(values);
  }

  inline static const std::vector<DType> kTypes{
      DType::I64, DType::I64, DType::I64, DType::F64, DType::F64,  DType::F64,  DType::F32, DType::I32, DType::U8,
      DType::U64, DType::I16, DType::I8,  DType::U32, DType::Bool, DType::C128, DType::C64, DType::F16, DType::BF16};

  Random random_;
  ModuleOptions options_;
  std::vector<DType> types_ = kTypes;  ///< of values, as often as they are listed
  int names_ = 0;
  std::int32_t line_ = 0;
  int budget_ = 0;
  std::vector<ir::Function> callees_;
  std::vector<Expr> results_;  ///< of the current function
};

}  // namespace rooftop::fuzz
