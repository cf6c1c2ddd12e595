// Expressions by precedence climbing over the table of operators.h; types; literals.
#include "rooftop/ir/parse_expr.h"

#include <bit>
#include <charconv>
#include <cstdlib>
#include <limits>

#include "rooftop/base/errors.h"
#include "rooftop/ir/operators.h"

namespace rooftop::ir {

void ExprParser::bind(const Var& var) {
  if (!visible_.emplace(var->name, var).second) cursor.fail("variable %" + var->name + " is visible already");
  bound_.push_back(var->name);
}

void ExprParser::release(std::size_t mark) {
  while (bound_.size() > mark) {
    visible_.erase(bound_.back());
    bound_.pop_back();
  }
}

void ExprParser::add_table(const std::string& name, std::shared_ptr<const Table> table) {
  if (!tables_.emplace(name, std::move(table)).second) cursor.fail("table @" + name + " is defined already");
}

Var ExprParser::variable() {
  const auto found = visible_.find(cursor.peek().text);
  if (cursor.at(TokenKind::Variable) && found == visible_.end()) {
    cursor.fail("variable %" + cursor.peek().text + " is not visible here");
  }
  cursor.expect(TokenKind::Variable, "a variable");
  return found->second;
}

std::string ExprParser::symbol() {
  if (cursor.take_sign("@")) return cursor.expect(TokenKind::String, "a name in quotes");
  return cursor.expect(TokenKind::Symbol, "a name that starts with @");
}

// ------------------------------------------------------------------------------------------------ types

DType ExprParser::dtype() {
  const auto found = array::dtype_from_short_name(cursor.peek().text);
  if (!cursor.at(TokenKind::Word) || !found)
    cursor.fail("expected an element type before '" + cursor.peek().text + "'");
  cursor.next();
  return *found;
}

Type ExprParser::type() {
  const std::string word = cursor.at(TokenKind::Word) ? cursor.peek().text : "";
  const std::size_t x = word.find('x');
  if (x != std::string::npos) {
    int lanes = 0;
    const char* const end = word.data() + word.size();
    const auto element = array::dtype_from_short_name(word.substr(0, x));
    const auto [stop, error] = std::from_chars(word.data() + x + 1, end, lanes);
    if (!element || error != std::errc() || stop != end || lanes < 2 || lanes > 0xFFFF) cursor.fail("unknown type");
    cursor.next();
    return Type::vector(*element, lanes);
  }
  const DType element = dtype();
  if (!cursor.take_sign("[")) return Type::scalar(element);
  const std::int64_t rank = cursor.expect_integer("the rank");
  if (rank < 0 || rank > 255) cursor.fail("rank out of range");
  Layout layout = Layout::Strided;
  bool read_only = false;
  while (cursor.take_sign(",")) {
    if (cursor.take_word("C")) {
      layout = Layout::C;
    } else if (cursor.take_word("inner")) {
      layout = Layout::Inner;
    } else {
      cursor.expect_word("readonly");
      read_only = true;
    }
  }
  cursor.expect_sign("]");
  return Type::array(element, static_cast<int>(rank), layout, read_only);
}

// --------------------------------------------------------------------------------------------- literals

bool ExprParser::at_number() const {
  return cursor.at(TokenKind::Integer) || cursor.at(TokenKind::Float) || cursor.at_word("inf") || cursor.at_word("nan");
}

namespace {

/// Digits as a value of type Float: read at its own width, because rounding twice may differ from rounding once.
template <typename Float>
std::optional<double> read_digits(const std::string& text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  Float value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + (hex ? 2 : 0), end, value,
                                             hex ? std::chars_format::hex : std::chars_format::general);
  // A literal beyond the range reads as what rounding makes of it, as in C and Python.
  if (error == std::errc::result_out_of_range) return static_cast<Float>(std::strtold(text.c_str(), nullptr));
  if (stop != end || error != std::errc()) return std::nullopt;
  return value;
}

}  // namespace

/// Without sign.
double ExprParser::real_value(bool single) {
  if (cursor.take_word("inf")) return std::numeric_limits<double>::infinity();
  if (cursor.take_word("nan")) {
    if (!cursor.take_sign("(")) return std::numeric_limits<double>::quiet_NaN();
    const std::string text = cursor.expect(TokenKind::Integer, "the bits of a NaN");
    std::uint64_t bits = 0;
    const char* const end = text.data() + text.size();
    const bool hex = text.starts_with("0x");
    if (!hex || std::from_chars(text.data() + 2, end, bits, 16).ptr != end) cursor.fail("a NaN's bits are 0x…");
    cursor.expect_sign(")");
    return std::bit_cast<double>(bits);
  }
  const std::string text = cursor.next().text;
  const auto value = single ? read_digits<float>(text) : read_digits<double>(text);
  if (!value) cursor.fail("malformed number");
  return *value;
}

Constant ExprParser::bare_number(DType dtype) {
  if (array::is_float(dtype)) {
    const bool negative = cursor.take_sign("-");
    if (!at_number()) cursor.fail("expected a number before '" + cursor.peek().text + "'");
    const double value = real_value(dtype != DType::F64);
    return {.real = negative ? -value : value};
  }
  if (cursor.take_word("true")) return {.integer = 1};
  if (cursor.take_word("false")) return {.integer = 0};
  if (dtype == DType::U64 && cursor.at(TokenKind::Integer)) {
    std::uint64_t value = 0;
    const std::string text = cursor.next().text;
    const bool hex = text.starts_with("0x") || text.starts_with("0X");
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + (hex ? 2 : 0), end, value, hex ? 16 : 10);
    if (stop != end || error != std::errc()) cursor.fail("integer out of range");
    return {.integer = static_cast<std::int64_t>(value)};
  }
  const std::int64_t value = cursor.expect_integer("a number");
  if (int_constant(value, Type::scalar(dtype)).constant().integer != value)
    cursor.fail("integer out of its type's range");
  return {.integer = value};
}

Expr ExprParser::number() {
  // The suffix decides how the digits are read, so look behind them first.
  std::size_t ahead = cursor.at_sign("-") ? 1 : 0;
  const bool integer = cursor.peek(ahead).kind == TokenKind::Integer;
  const bool payload = cursor.peek(ahead).text == "nan" && cursor.peek(ahead + 1).text == "(";
  ahead += payload ? 4 : 1;
  DType dtype = integer ? DType::I64 : DType::F64;
  const bool suffix = cursor.peek(ahead).text == ":" && cursor.peek(ahead + 1).kind == TokenKind::Word;
  if (suffix) {
    const auto found = array::dtype_from_short_name(cursor.peek(ahead + 1).text);
    if (!found || array::is_complex(*found)) cursor.fail("unknown suffix of a number");
    dtype = *found;
  }
  if (!integer && !array::is_float(dtype)) cursor.fail("a float literal with an integer's suffix");
  const Constant value = bare_number(dtype);
  if (suffix) {
    cursor.expect_sign(":");
    cursor.next();
  }
  return constant(Type::scalar(dtype), value);
}

Expr ExprParser::complex(DType dtype) {
  cursor.expect_sign("(");
  const double real = bare_number(array::part_of(dtype)).real;
  cursor.expect_sign(",");
  const double imag = bare_number(array::part_of(dtype)).real;
  cursor.expect_sign(")");
  return constant(Type::scalar(dtype), {.real = real, .imag = imag});
}

// ------------------------------------------------------------------------------------------ expressions

std::vector<Expr> ExprParser::list(std::string_view close) {
  std::vector<Expr> exprs;
  if (cursor.take_sign(close)) return exprs;
  do exprs.push_back(expr());
  while (cursor.take_sign(","));
  cursor.expect_sign(close);
  return exprs;
}

Expr ExprParser::infix(int precedence) {
  Expr left = unary();
  while (cursor.at(TokenKind::Sign)) {
    const auto sign = infix_of(cursor.peek().text);
    if (!sign || sign->precedence < precedence) break;
    cursor.next();
    Expr right = infix(sign->precedence + 1);
    left = operation(sign->op, {std::move(left), std::move(right)});
    if (sign->precedence != kComparison || !cursor.at(TokenKind::Sign)) continue;
    const auto after = infix_of(cursor.peek().text);
    if (after && after->precedence == kComparison) cursor.fail("comparisons do not chain: use parentheses");
  }
  return left;
}

Expr ExprParser::unary() {
  if (cursor.at_sign("-")) {
    const Token& after = cursor.peek(1);
    const bool literal = after.kind == TokenKind::Integer || after.kind == TokenKind::Float ||
                         (after.kind == TokenKind::Word && after.text == "inf");
    if (literal) return number();
    cursor.next();
    return operation(Op::neg, {unary()});
  }
  if (cursor.take_sign("~") || cursor.take_sign("!")) return operation(Op::bit_not, {unary()});
  return primary();
}

Expr ExprParser::primary() {
  if (at_number()) return number();
  if (cursor.take_sign("(")) {
    Expr e = expr();
    cursor.expect_sign(")");
    return e;
  }
  if (cursor.take_sign("#")) {
    const auto found = parts_.find(cursor.expect_integer("a shared part's number"));
    if (found == parts_.end()) cursor.fail("no shared part of this number stands before the statement");
    return found->second;
  }
  if (cursor.at(TokenKind::Variable)) return postfix(ir::variable(variable()));
  if (cursor.at_word("view")) return postfix(view());
  if (cursor.at(TokenKind::Word)) return named(cursor.next().text);
  cursor.fail("expected an expression before '" + cursor.peek().text + "'");
}

Expr ExprParser::array() {
  Expr e = cursor.at_word("view") ? view() : ir::variable(variable());
  if (!e.type().is_array()) cursor.fail("expected an array before '" + cursor.peek().text + "'");
  return e;
}

Expr ExprParser::postfix(Expr array) {
  if (!array.type().is_array()) return array;
  if (cursor.take_sign("[")) return subscripts(array);
  if (!cursor.take_sign(".")) return array;
  const bool shape = cursor.at_word("shape");
  if (!shape && !cursor.at_word("strides"))
    cursor.fail("expected shape or strides before '" + cursor.peek().text + "'");
  cursor.next();
  cursor.expect_sign("[");
  const auto dimension = static_cast<int>(cursor.expect_integer("a dimension"));
  cursor.expect_sign("]");
  return shape ? length(array, dimension) : stride(array, dimension);
}

/// A load's subscripts and mask; the bracket is open.
Expr ExprParser::subscripts(const Expr& array) {
  std::vector<Expr> indices;
  while (!cursor.at_sign("]") && !cursor.at_sign(";")) {
    if (!indices.empty()) cursor.expect_sign(",");
    indices.push_back(expr());
  }
  Expr mask;
  if (cursor.take_sign(";")) mask = expr();
  cursor.expect_sign("]");
  return load(array, std::move(indices), mask);
}

Expr ExprParser::view() {
  cursor.expect_word("view");
  cursor.expect_sign("<");
  const Type result = type();
  cursor.expect_sign(">");
  cursor.expect_sign("(");
  ViewParts parts;
  parts.base = array();
  cursor.expect_sign("[");
  parts.starts = list("]");
  while (cursor.take_sign(",")) {
    cursor.expect_word("axis");
    cursor.expect_sign("(");
    parts.from.push_back(cursor.take_word("new") ? -1 : static_cast<int>(cursor.expect_integer("a dimension or new")));
    cursor.expect_sign(",");
    parts.lengths.push_back(expr());
    cursor.expect_sign(",");
    parts.steps.push_back(expr());
    cursor.expect_sign(")");
  }
  cursor.expect_sign(")");
  return ir::view(parts, result);
}

Expr ExprParser::lookup() {
  cursor.expect_sign("(");
  const std::string name = symbol();
  const auto found = tables_.find(name);
  if (found == tables_.end()) cursor.fail("no table @" + name + " stands before this");
  cursor.expect_sign(",");
  const Expr index = expr();
  cursor.expect_sign(")");
  return ir::lookup(found->second, index);
}

/// `broadcast<8>(x)` and `ramp<8>(base, step)`.
Expr ExprParser::widen(Op op) {
  cursor.expect_sign("<");
  const auto lanes = static_cast<int>(cursor.expect_integer("the lanes"));
  cursor.expect_sign(">");
  cursor.expect_sign("(");
  const std::vector<Expr> args = list(")");
  if (args.size() != ops::info(op).arity) cursor.fail("another number of arguments");
  return op == Op::ramp ? ramp(args[0], args[1], lanes) : broadcast(args[0], lanes);
}

Expr ExprParser::named(const std::string& name) {
  if (name == "true" || name == "false") return bool_constant(name == "true");
  if (name == "c64" || name == "c128") return complex(*array::dtype_from_short_name(name));
  if (name == "lookup") return lookup();
  if (name == "disjoint") {
    cursor.expect_sign("(");
    const Expr a = array();
    cursor.expect_sign(",");
    const Expr b = array();
    cursor.expect_sign(")");
    return disjoint(a, b);
  }
  const auto op = ops::op_from_name(name);
  if (!op) cursor.fail("there is no operation '" + name + "'");
  if (ops::info(*op).rule == ops::Rule::Widen) return widen(*op);
  if (ops::info(*op).rule == ops::Rule::Target) {
    cursor.expect_sign("<");
    const DType target = dtype();
    cursor.expect_sign(">");
    cursor.expect_sign("(");
    const std::vector<Expr> args = list(")");
    if (args.size() != 1) cursor.fail("another number of arguments");
    return *op == Op::cast ? cast(args[0], target) : bitcast(args[0], target);
  }
  cursor.expect_sign("(");
  return operation(*op, list(")"));
}

}  // namespace rooftop::ir
