// The parser's lower half: types and expressions, with the variables that are visible at the cursor.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "rooftop/ir/expr.h"
#include "rooftop/ir/lexer.h"

namespace rooftop::ir {

class ExprParser {
 public:
  explicit ExprParser(std::vector<Token> tokens) : cursor(std::move(tokens)) {}

  TokenCursor cursor;

  Type type();
  DType dtype();
  Expr expr() { return infix(0); }
  /// Comma-separated, possibly none, up to and including `close`.
  std::vector<Expr> list(std::string_view close);
  /// An array-typed expression: a variable or a view, without subscripts behind it.
  Expr array();
  /// A number with its sign and suffix; the type that it has without a suffix is i64 or f64.
  Expr number();
  /// The value of a number without a suffix, as a table or `c128(…)` writes it.
  Constant bare_number(DType dtype);
  std::string symbol();

  // Variables.
  void bind(const Var& var);
  std::size_t mark() const { return bound_.size(); }
  void release(std::size_t mark);

  // Shared parts of the statement being parsed, and the module's tables.
  void define_part(std::int64_t number, Expr e) { parts_[number] = std::move(e); }
  void forget_parts() { parts_.clear(); }
  void add_table(const std::string& name, std::shared_ptr<const Table> table);

  Var variable();

 private:
  Expr infix(int precedence);
  Expr unary();
  Expr primary();
  Expr postfix(Expr array);
  Expr subscripts(const Expr& array);
  Expr named(const std::string& name);
  Expr complex(DType dtype);
  Expr view();
  Expr lookup();
  Expr widen(Op op);
  double real_value(bool single);
  bool at_number() const;

  std::unordered_map<std::string, Var> visible_;
  std::vector<std::string> bound_;
  std::unordered_map<std::int64_t, Expr> parts_;
  std::unordered_map<std::string, std::shared_ptr<const Table>> tables_;
};

}  // namespace rooftop::ir
