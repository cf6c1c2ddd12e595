// Statements, functions and tables; expressions are parse_expr.cpp's.
#include "rooftop/ir/parse.h"

#include <bit>

#include "rooftop/base/errors.h"
#include "rooftop/ir/parse_expr.h"

namespace rooftop::ir {
namespace {

class Parser {
 public:
  Parser(std::string_view text, std::string_view file, Unlocated unlocated)
      : exprs_(tokenize(text, file)), cursor_(exprs_.cursor), unlocated_(unlocated) {}

  Module module();

 private:
  void table();
  Function function();
  Block block();
  Stmt statement();
  Stmt statement_here();
  Stmt let();
  Stmt let_several();
  Stmt declared();
  Stmt assign_or_store();
  Stmt prefetched();
  Stmt store_into(const Expr& array);
  Stmt conditional();
  Stmt for_loop();
  Stmt while_loop();
  Stmt returned();
  Stmt raised();
  Stmt checked();
  Stmt called(std::vector<Var> results);
  RaiseInfo raise_info(std::vector<Expr>& arguments);
  Var new_variable();
  SourceLocation location();

  ExprParser exprs_;
  TokenCursor& cursor_;
  const Unlocated unlocated_;
  const std::string* file_ = nullptr;  ///< the current function's source file
  SourceLocation statement_at_;        ///< where the current statement stands, with Unlocated::InText
};

// ---------------------------------------------------------------------------------------------- statements

/// `@7:16`, `@7:16-7:20`, `@"file.py":7:16`.
SourceLocation Parser::location() {
  if (!cursor_.at_sign("@")) return statement_at_;
  cursor_.next();
  SourceLocation at{.file = file_};
  if (cursor_.at(TokenKind::String)) {
    at.file = intern(cursor_.next().text);
    cursor_.expect_sign(":");
  }
  at.line = static_cast<std::int32_t>(cursor_.expect_integer("a line"));
  cursor_.expect_sign(":");
  at.column = static_cast<std::int32_t>(cursor_.expect_integer("a column"));
  if (cursor_.take_sign("-")) {
    at.end_line = static_cast<std::int32_t>(cursor_.expect_integer("a line"));
    cursor_.expect_sign(":");
    at.end_column = static_cast<std::int32_t>(cursor_.expect_integer("a column"));
  }
  if (at.file == nullptr) at.file = intern("<text>");
  return at;
}

/// `%name: type`, not visible yet.
Var Parser::new_variable() {
  std::string name = cursor_.expect(TokenKind::Variable, "a variable");
  cursor_.expect_sign(":");
  return make_var(std::move(name), exprs_.type());
}

Stmt Parser::let() {
  cursor_.expect_word("let");
  if (cursor_.at_sign("(")) return let_several();
  const Var var = new_variable();
  cursor_.expect_sign("=");
  if (cursor_.take_word("allocate")) {
    cursor_.expect_sign("(");
    std::vector<Expr> lengths = exprs_.list(")");
    Stmt s = allocate(var, std::move(lengths), location());
    exprs_.bind(var);
    return s;
  }
  const Expr value = exprs_.expr();
  Stmt s = ir::let(var, value, location());
  exprs_.bind(var);
  return s;
}

Stmt Parser::let_several() {
  cursor_.expect_sign("(");
  std::vector<Var> results;
  do results.push_back(new_variable());
  while (cursor_.take_sign(","));
  cursor_.expect_sign(")");
  cursor_.expect_sign("=");
  if (!cursor_.at_word("create")) return called(std::move(results));
  if (results.size() != 2) cursor_.fail("create makes an array and its owner");
  cursor_.expect_word("create");
  cursor_.expect_sign("(");
  std::vector<Expr> lengths = exprs_.list(")");
  Stmt s = create(results[0], results[1], std::move(lengths), location());
  for (const Var& v : results) exprs_.bind(v);
  return s;
}

Stmt Parser::called(std::vector<Var> results) {
  cursor_.expect_word("call");
  std::string callee = exprs_.symbol();
  cursor_.expect_sign("(");
  std::vector<Expr> arguments = exprs_.list(")");
  Stmt s = call(results, std::move(callee), std::move(arguments), location());
  for (const Var& v : results) exprs_.bind(v);
  return s;
}

Stmt Parser::declared() {
  cursor_.expect_word("var");
  Var var = new_variable();
  if (cursor_.take_word("unordered")) var = make_var(var->name, var->type, true);
  cursor_.expect_sign("=");
  const Expr value = exprs_.expr();
  Stmt s = declare(var, value, location());
  exprs_.bind(var);
  return s;
}

Stmt Parser::assign_or_store() {
  if (cursor_.peek(1).text != ":=") return store_into(exprs_.array());
  const Var var = exprs_.variable();
  cursor_.expect_sign(":=");
  const Expr value = exprs_.expr();
  return assign(var, value, location());
}

Stmt Parser::prefetched() {
  const Expr array = exprs_.array();
  cursor_.expect_sign("[");
  std::vector<Expr> indices;
  while (!cursor_.at_sign("]")) {
    if (!indices.empty()) cursor_.expect_sign(",");
    indices.push_back(exprs_.expr());
  }
  cursor_.expect_sign("]");
  return prefetch(array, std::move(indices), location());
}

Stmt Parser::store_into(const Expr& array) {
  cursor_.expect_sign("[");
  std::vector<Expr> indices;
  while (!cursor_.at_sign("]") && !cursor_.at_sign(";")) {
    if (!indices.empty()) cursor_.expect_sign(",");
    indices.push_back(exprs_.expr());
  }
  Expr mask;
  if (cursor_.take_sign(";")) mask = exprs_.expr();
  cursor_.expect_sign("]");
  cursor_.expect_sign("=");
  const Expr value = exprs_.expr();
  return store(array, std::move(indices), value, mask, location());
}

Stmt Parser::conditional() {
  cursor_.expect_word("if");
  const Expr condition = exprs_.expr();
  const SourceLocation at = location();
  Block then_body = block();
  Block else_body;
  if (cursor_.take_word("else")) else_body = block();
  return if_then(condition, std::move(then_body), std::move(else_body), at);
}

Stmt Parser::for_loop() {
  cursor_.expect_word("for");
  const LoopKind kind = cursor_.take_word("parallel") ? LoopKind::Parallel : LoopKind::Serial;
  const Var var = make_var(cursor_.expect(TokenKind::Variable, "the loop's variable"), kI64);
  cursor_.expect_word("in");
  const Expr begin = exprs_.expr();
  cursor_.expect_sign("..");
  const Expr end = exprs_.expr();
  const std::int64_t step = cursor_.take_word("step") ? cursor_.expect_integer("the step") : 1;
  const SourceLocation at = location();
  const std::size_t outer = exprs_.mark();
  exprs_.bind(var);
  Block body = block();
  exprs_.release(outer);
  Block otherwise;
  if (cursor_.take_word("otherwise")) otherwise = block();
  return ir::for_loop(var, begin, end, step, std::move(body), kind, at, std::move(otherwise));
}

Stmt Parser::while_loop() {
  cursor_.expect_word("while");
  const Expr condition = exprs_.expr();
  const SourceLocation at = location();
  return ir::while_loop(condition, block(), at);
}

Stmt Parser::returned() {
  cursor_.expect_word("return");
  std::vector<Expr> values;
  const bool none = cursor_.peek().starts_line || cursor_.at_sign("}") || cursor_.at_sign("@");
  if (!none) {
    do values.push_back(exprs_.expr());
    while (cursor_.take_sign(","));
  }
  return return_values(std::move(values), location());
}

RaiseInfo Parser::raise_info(std::vector<Expr>& arguments) {
  const auto kind = exception_from_name(cursor_.peek().text);
  if (!cursor_.at(TokenKind::Word) || !kind) cursor_.fail("unknown exception '" + cursor_.peek().text + "'");
  cursor_.next();
  std::string message = cursor_.expect(TokenKind::String, "the message");
  if (cursor_.take_sign("(")) arguments = exprs_.list(")");
  return {*kind, std::move(message)};
}

Stmt Parser::raised() {
  cursor_.expect_word("raise");
  std::vector<Expr> arguments;
  RaiseInfo info = raise_info(arguments);
  return raise(std::move(info), std::move(arguments), location());
}

Stmt Parser::checked() {
  cursor_.expect_word("check");
  const Expr condition = exprs_.expr();
  cursor_.expect_word("else");
  std::vector<Expr> arguments;
  RaiseInfo info = raise_info(arguments);
  return check(condition, std::move(info), std::move(arguments), location());
}

Stmt Parser::statement_here() {
  if (cursor_.at(TokenKind::Variable)) return assign_or_store();
  const std::string word = cursor_.peek().text;
  if (word == "let") return let();
  if (word == "var") return declared();
  if (word == "view") return store_into(exprs_.array());
  if (word == "if") return conditional();
  if (word == "for") return for_loop();
  if (word == "while") return while_loop();
  if (word == "return") return returned();
  if (word == "raise") return raised();
  if (word == "check") return checked();
  if (word == "call") return called({});
  if (cursor_.take_word("assume")) {
    const Expr condition = exprs_.expr();
    return assume(condition, location());
  }
  if (word == "retain" || word == "release") {
    cursor_.expect_word(word);
    const Expr owner = exprs_.expr();
    return word == "retain" ? retain(owner, location()) : release(owner, location());
  }
  if (cursor_.take_word("break")) return break_loop(location());
  if (cursor_.take_word("continue")) return continue_loop(location());
  if (cursor_.take_word("prefetch")) return prefetched();
  if (cursor_.take_word("poll")) return poll(location());
  cursor_.fail("expected a statement before '" + word + "'");
}

Stmt Parser::statement() {
  exprs_.forget_parts();
  while (cursor_.take_sign("#")) {
    const std::int64_t number = cursor_.expect_integer("a shared part's number");
    cursor_.expect_sign("=");
    exprs_.define_part(number, exprs_.expr());
  }
  if (unlocated_ == Unlocated::InText) statement_at_ = cursor_.peek().location;
  return statement_here();
}

Block Parser::block() {
  cursor_.expect_sign("{");
  Block statements;
  const std::size_t outer = exprs_.mark();
  while (!cursor_.at_sign("}")) statements.push_back(statement());
  exprs_.release(outer);
  cursor_.next();
  return statements;
}

// ------------------------------------------------------------------------------------------ module and its parts

void Parser::table() {
  cursor_.expect_word("table");
  const std::string name = exprs_.symbol();
  cursor_.expect_sign(":");
  Table table{name, exprs_.dtype(), {}};
  if (array::is_complex(table.dtype)) cursor_.fail("a table of complex numbers");
  if (array::is_half(table.dtype)) cursor_.fail("a table of floats of two bytes");
  cursor_.expect_sign("=");
  cursor_.expect_sign("[");
  while (!cursor_.at_sign("]")) {
    if (!table.values.empty()) cursor_.expect_sign(",");
    const Constant value = exprs_.bare_number(table.dtype);
    table.values.push_back(table.dtype == DType::F64   ? std::bit_cast<std::uint64_t>(value.real)
                           : table.dtype == DType::F32 ? std::bit_cast<std::uint32_t>(static_cast<float>(value.real))
                                                       : static_cast<std::uint64_t>(value.integer));
  }
  cursor_.next();
  exprs_.add_table(name, std::make_shared<const Table>(std::move(table)));
}

Function Parser::function() {
  cursor_.expect_word("func");
  Function f;
  f.name = exprs_.symbol();
  f.python_name = cursor_.at(TokenKind::String) ? cursor_.next().text : f.name;
  const std::size_t outer = exprs_.mark();
  cursor_.expect_sign("(");
  while (!cursor_.at_sign(")")) {
    if (!f.parameters.empty()) cursor_.expect_sign(",");
    f.parameters.push_back(new_variable());
    exprs_.bind(f.parameters.back());
  }
  cursor_.next();
  if (cursor_.take_sign("->")) {
    cursor_.expect_sign("(");
    do f.results.push_back(exprs_.type());
    while (cursor_.take_sign(","));
    cursor_.expect_sign(")");
  }
  file_ = nullptr;
  statement_at_ = {};
  f.location = location();
  file_ = f.location.file;
  f.body = block();
  exprs_.release(outer);
  return f;
}

Module Parser::module() {
  Module m;
  if (cursor_.take_word("module")) {
    cursor_.expect_word("float_model");
    cursor_.expect_sign("=");
    const std::string model = cursor_.expect(TokenKind::Word, "a float model");
    if (model != "strict" && model != "contract" && model != "fast") cursor_.fail("unknown float model " + model);
    m.float_model = model == "strict"     ? FloatModel::Strict
                    : model == "contract" ? FloatModel::Contract
                                          : FloatModel::Fast;
  }
  try {
    while (!cursor_.at(TokenKind::End)) {
      if (cursor_.at_word("table")) {
        table();
      } else {
        m.functions.push_back(function());
      }
    }
  } catch (const InternalError& error) {
    // A factory refused what the text says: here that is the text's fault.
    cursor_.fail(error.what());
  }
  return m;
}

}  // namespace

Module parse(std::string_view text, std::string_view file_name, Unlocated unlocated) {
  return Parser(text, file_name, unlocated).module();
}

}  // namespace rooftop::ir
