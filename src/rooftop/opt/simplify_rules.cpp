// The list of rules, and the matcher that reads it. Patterns are parsed once, on first use.
#include "rooftop/opt/simplify_rules.h"

#include <array>
#include <bit>
#include <cctype>
#include <charconv>
#include <map>
#include <string>
#include <vector>

#include "rooftop/base/errors.h"
#include "rooftop/ir/walk.h"

namespace rooftop::opt {
namespace {

using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Type;

constexpr Rule kRules[] = {
    {"i", "add(x, 0)", "x"},
    {"i", "add(add(x, c), d)", "add(x, add(c, d))"},
    {"i", "add(add(x, c), y)", "add(add(x, y), c)"},
    {"i", "add(x, add(y, c))", "add(add(x, y), c)"},
    {"if", "add(x, neg(y))", "sub(x, y)"},
    {"if", "add(neg(y), x)", "sub(x, y)"},
    {"i", "add(sub(x, y), y)", "x"},
    {"i", "add(y, sub(x, y))", "x"},
    {"f", "add(x, -0.0)", "x"},

    {"i", "sub(x, c)", "add(x, neg(c))"},
    {"i", "sub(x, x)", "0"},
    {"i", "sub(0, x)", "neg(x)"},
    {"if", "sub(x, neg(y))", "add(x, y)"},
    {"i", "sub(add(x, y), y)", "x"},
    {"i", "sub(add(x, y), x)", "y"},
    {"i", "sub(x, add(x, y))", "neg(y)"},
    {"i", "sub(x, add(y, x))", "neg(y)"},
    {"i", "sub(add(x, c), y)", "add(sub(x, y), c)"},
    {"f", "sub(x, 0.0)", "x"},

    {"i", "mul(x, 0)", "0"},
    {"i", "mul(x, 1)", "x"},
    {"s", "mul(x, -1)", "neg(x)"},
    {"i", "mul(mul(x, c), d)", "mul(x, mul(c, d))"},
    {"if", "mul(neg(x), neg(y))", "mul(x, y)"},
    {"f", "mul(x, 1.0)", "x"},

    {"f", "div(x, 1.0)", "x"},
    {"f", "div(neg(x), neg(y))", "div(x, y)"},

    {"i", "quo(x, 1)", "x"},
    {"i", "rem(x, 1)", "0"},
    {"i", "floordiv(x, 1)", "x"},
    {"s", "floordiv(x, -1)", "neg(x)"},
    {"i", "floormod(x, 1)", "0"},
    {"s", "floormod(x, -1)", "0"},

    {"if", "neg(neg(x))", "x"},
    {"i", "neg(sub(x, y))", "sub(y, x)"},
    {"if", "abs(abs(x))", "abs(x)"},
    {"sf", "abs(neg(x))", "abs(x)"},
    {"bif", "min(x, x)", "x"},
    {"bif", "max(x, x)", "x"},
    {"bi", "min(min(x, y), y)", "min(x, y)"},
    {"bi", "max(max(x, y), y)", "max(x, y)"},
    {"bi", "min(min(x, c), d)", "min(x, min(c, d))"},
    {"bi", "max(max(x, c), d)", "max(x, max(c, d))"},

    {"f", "floor(floor(x))", "floor(x)"},
    {"f", "ceil(ceil(x))", "ceil(x)"},
    {"f", "trunc(trunc(x))", "trunc(x)"},
    {"f", "rint(rint(x))", "rint(x)"},
    {"f", "copysign(abs(x), y)", "copysign(x, y)"},
    {"f", "copysign(neg(x), y)", "copysign(x, y)"},
    {"f", "copysign(x, abs(y))", "abs(x)"},

    {"i", "add_overflows(x, 0)", "false"},
    {"i", "sub_overflows(x, 0)", "false"},
    {"i", "sub_overflows(x, x)", "false"},
    {"i", "mul_overflows(x, 0)", "false"},
    {"i", "mul_overflows(x, 1)", "false"},

    {"bi", "bit_and(x, x)", "x"},
    {"bi", "bit_and(x, bit_and(x, y))", "bit_and(x, y)"},
    {"bi", "bit_and(bit_and(x, y), y)", "bit_and(x, y)"},
    {"bi", "bit_and(bit_and(x, y), x)", "bit_and(x, y)"},
    {"bi", "bit_and(bit_and(x, c), d)", "bit_and(x, bit_and(c, d))"},
    {"bi", "bit_and(x, bit_or(x, y))", "x"},
    {"i", "bit_and(x, 0)", "0"},
    {"s", "bit_and(x, -1)", "x"},
    {"b", "bit_and(x, true)", "x"},
    {"b", "bit_and(x, false)", "false"},
    {"b", "bit_and(x, bit_not(x))", "false"},
    {"b", "bit_and(bit_not(x), x)", "false"},
    {"bi", "bit_or(x, x)", "x"},
    {"bi", "bit_or(x, bit_or(x, y))", "bit_or(x, y)"},
    {"bi", "bit_or(bit_or(x, y), y)", "bit_or(x, y)"},
    {"bi", "bit_or(bit_or(x, y), x)", "bit_or(x, y)"},
    {"bi", "bit_or(x, bit_and(x, y))", "x"},
    {"i", "bit_or(x, 0)", "x"},
    {"b", "bit_or(x, true)", "true"},
    {"b", "bit_or(x, false)", "x"},
    {"b", "bit_or(x, bit_not(x))", "true"},
    {"b", "bit_or(bit_not(x), x)", "true"},
    {"i", "bit_xor(x, x)", "0"},
    {"b", "bit_xor(x, x)", "false"},
    {"i", "bit_xor(x, 0)", "x"},
    {"s", "bit_xor(x, -1)", "bit_not(x)"},
    {"b", "bit_xor(x, true)", "bit_not(x)"},
    {"b", "bit_xor(x, false)", "x"},
    {"i", "bit_xor(bit_xor(x, y), y)", "x"},
    {"bi", "bit_not(bit_not(x))", "x"},
    {"bifc", "bit_not(eq(x, y))", "ne(x, y)"},
    {"bifc", "bit_not(ne(x, y))", "eq(x, y)"},
    {"bi", "bit_not(lt(x, y))", "ge(x, y)"},
    {"bi", "bit_not(le(x, y))", "gt(x, y)"},
    {"bi", "bit_not(gt(x, y))", "le(x, y)"},
    {"bi", "bit_not(ge(x, y))", "lt(x, y)"},
    {"i", "shl(x, 0)", "x"},
    {"i", "shr(x, 0)", "x"},

    {"bi", "eq(x, x)", "true"},
    {"b", "eq(x, true)", "x"},
    {"b", "eq(x, false)", "bit_not(x)"},
    {"i", "eq(add(x, c), d)", "eq(x, sub(d, c))"},
    {"i", "eq(add(x, y), x)", "eq(y, 0)"},
    {"i", "eq(sub(x, y), 0)", "eq(x, y)"},
    {"i", "eq(neg(x), c)", "eq(x, neg(c))"},
    {"bifc", "eq(c, x)", "eq(x, c)"},
    {"bi", "ne(x, x)", "false"},
    {"b", "ne(x, true)", "bit_not(x)"},
    {"b", "ne(x, false)", "x"},
    {"i", "ne(add(x, c), d)", "ne(x, sub(d, c))"},
    {"i", "ne(sub(x, y), 0)", "ne(x, y)"},
    {"bifc", "ne(c, x)", "ne(x, c)"},
    {"bif", "lt(x, x)", "false"},
    {"u", "lt(x, 0)", "false"},
    {"bif", "lt(c, x)", "gt(x, c)"},
    {"bi", "le(x, x)", "true"},
    {"bif", "le(c, x)", "ge(x, c)"},
    {"bif", "gt(x, x)", "false"},
    {"bif", "gt(c, x)", "lt(x, c)"},
    {"bi", "ge(x, x)", "true"},
    {"u", "ge(x, 0)", "true"},
    {"bif", "ge(c, x)", "le(x, c)"},

    {"bifc", "select(w, x, x)", "x"},
    {"bifc", "select(true, x, y)", "x"},
    {"bifc", "select(false, x, y)", "y"},
    {"bifc", "select(bit_not(w), x, y)", "select(w, y, x)"},
    {"bifc", "select(w, select(w, x, y), z)", "select(w, x, z)"},
    {"bifc", "select(w, x, select(w, y, z))", "select(w, x, z)"},
    {"b", "select(x, true, false)", "x"},
    {"b", "select(x, false, true)", "bit_not(x)"},
    {"b", "select(x, true, y)", "bit_or(x, y)"},
    {"b", "select(x, y, false)", "bit_and(x, y)"},
    {"b", "select(x, false, y)", "bit_and(bit_not(x), y)"},
    {"b", "select(x, y, true)", "bit_or(bit_not(x), y)"},
    {"b", "likely(true)", "true"},
    {"b", "likely(false)", "false"},
    {"bifc", "select_rare(w, x, x)", "x"},
    {"bifc", "select_rare(true, x, y)", "x"},
    {"bifc", "select_rare(false, x, y)", "y"},

    {"f", "real(complex(x, y))", "x"},
    {"f", "imag(complex(x, y))", "y"},
    {"c", "complex(real(x), imag(x))", "x"},
    {"c", "conj(conj(x))", "x"},
    {"c", "real(conj(x))", "real(x)"},
};

/// One node of a parsed pattern.
struct Pattern {
  enum class Kind : std::uint8_t { Any, Constant, Integer, Real, Bool, Operation };
  Kind kind = Kind::Any;
  int slot = 0;              ///< Any, Constant
  std::int64_t integer = 0;  ///< Integer, Bool
  double real = 0;           ///< Real
  Op op{};                   ///< Operation
  std::vector<Pattern> args;

  bool is_literal() const { return kind == Kind::Integer || kind == Kind::Real || kind == Kind::Bool; }
};

constexpr std::string_view kLetters = "xyzwcd";
constexpr std::size_t kSlots = kLetters.size();

class PatternParser {
 public:
  explicit PatternParser(std::string_view text) : text_(text) {}

  Pattern parse() {
    Pattern p = parse_node();
    ROOFTOP_CHECK(text_.empty()) << "left over in a rule: " << text_;
    return p;
  }

 private:
  Pattern parse_node() {
    const std::string_view word = take_word();
    if (word.size() == 1 && kLetters.find(word[0]) != std::string_view::npos) {
      const bool constant = word[0] == 'c' || word[0] == 'd';
      return {.kind = constant ? Pattern::Kind::Constant : Pattern::Kind::Any,
              .slot = static_cast<int>(kLetters.find(word[0]))};
    }
    if (word == "true" || word == "false") return {.kind = Pattern::Kind::Bool, .integer = word == "true"};
    if (const auto op = ops::op_from_name(word)) return parse_operation(*op);
    return parse_number(word);
  }

  Pattern parse_operation(Op op) {
    Pattern p{.kind = Pattern::Kind::Operation, .op = op};
    expect('(');
    for (int i = 0; i < ops::info(op).arity; ++i) {
      if (i > 0) expect(',');
      p.args.push_back(parse_node());
    }
    expect(')');
    return p;
  }

  static Pattern parse_number(std::string_view word) {
    if (word.find('.') != std::string_view::npos) {
      return {.kind = Pattern::Kind::Real, .real = std::stod(std::string(word))};
    }
    Pattern p{.kind = Pattern::Kind::Integer};
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), p.integer);
    ROOFTOP_CHECK(error == std::errc() && end == word.data() + word.size()) << "in a rule: " << word;
    return p;
  }

  std::string_view take_word() {
    skip_spaces();
    std::size_t n = 0;
    while (n < text_.size() && (std::isalnum(text_[n]) != 0 || text_[n] == '_' || text_[n] == '.' || text_[n] == '-')) {
      ++n;
    }
    const std::string_view word = text_.substr(0, n);
    text_.remove_prefix(n);
    return word;
  }

  void expect(char c) {
    skip_spaces();
    ROOFTOP_CHECK(!text_.empty() && text_[0] == c) << "expected " << c << " in a rule before " << text_;
    text_.remove_prefix(1);
  }

  void skip_spaces() {
    while (!text_.empty() && text_[0] == ' ') text_.remove_prefix(1);
  }

  std::string_view text_;
};

struct ParsedRule {
  Rule rule;
  Pattern from;
  Pattern to;
};

ParsedRule parse(const Rule& rule) {
  ParsedRule parsed{rule, PatternParser(rule.from).parse(), PatternParser(rule.to).parse()};
  ROOFTOP_CHECK(parsed.from.kind == Pattern::Kind::Operation) << rule.from;
  return parsed;
}

const std::vector<ParsedRule>& rules_of(Op op) {
  static const auto by_op = [] {
    std::vector<std::vector<ParsedRule>> table(static_cast<std::size_t>(ops::op_count()));
    for (const Rule& rule : kRules) {
      ParsedRule parsed = parse(rule);
      const auto root = static_cast<std::size_t>(parsed.from.op);
      table[root].push_back(std::move(parsed));
    }
    return table;
  }();
  return by_op[static_cast<std::size_t>(op)];
}

/// The scalar constant in each lane of `e`; empty when it is none.
Expr lane_constant(const Expr& e) {
  if (e.is_constant()) return e;
  if (e.is_op(Op::broadcast) && e.arg(0).is_constant()) return e.arg(0);
  return {};
}

bool in_domain(std::string_view domain, ir::DType dtype) {
  for (const char letter : domain) {
    switch (letter) {
      case 'b':
        if (array::is_bool(dtype)) return true;
        break;
      case 'i':
        if (array::is_integer(dtype)) return true;
        break;
      case 's':
        if (array::is_signed(dtype)) return true;
        break;
      case 'u':
        if (array::is_unsigned(dtype)) return true;
        break;
      case 'f':
        if (array::is_float(dtype) && !array::is_half(dtype)) return true;
        break;
      case 'c':
        if (array::is_complex(dtype)) return true;
        break;
      default:
        ROOFTOP_UNREACHABLE("unknown domain letter in a rule");
    }
  }
  return false;
}

using Bindings = std::array<Expr, kSlots>;

bool matches_literal(const Pattern& p, const Expr& e) {
  const Expr constant = lane_constant(e);
  if (!constant) return false;
  const ir::DType dtype = e.dtype();
  switch (p.kind) {
    case Pattern::Kind::Integer:
      return array::is_integer(dtype) && constant.constant().integer == p.integer;
    case Pattern::Kind::Bool:
      return array::is_bool(dtype) && constant.constant().integer == p.integer;
    case Pattern::Kind::Real:
      return array::is_float(dtype) &&
             std::bit_cast<std::uint64_t>(constant.constant().real) == std::bit_cast<std::uint64_t>(p.real);
    case Pattern::Kind::Any:
    case Pattern::Kind::Constant:
    case Pattern::Kind::Operation:
      break;
  }
  return false;
}

bool matches(const Pattern& p, const Expr& e, Bindings& bound) {
  switch (p.kind) {
    case Pattern::Kind::Any:
    case Pattern::Kind::Constant: {
      if (p.kind == Pattern::Kind::Constant && !lane_constant(e)) return false;
      Expr& slot = bound[static_cast<std::size_t>(p.slot)];
      if (slot) return ir::same_expression(slot, e);
      slot = e;
      return true;
    }
    case Pattern::Kind::Integer:
    case Pattern::Kind::Real:
    case Pattern::Kind::Bool:
      return matches_literal(p, e);
    case Pattern::Kind::Operation: {
      if (!e.is_op(p.op)) return false;
      for (std::size_t i = 0; i < p.args.size(); ++i) {
        if (!matches(p.args[i], e.arg(i), bound)) return false;
      }
      return true;
    }
  }
  return false;
}

Expr build_literal(const Pattern& p, const Type& type) {
  if (p.kind == Pattern::Kind::Real) return ir::float_constant(p.real, type);
  return ir::int_constant(p.integer, p.kind == Pattern::Kind::Bool ? ir::kBool.with_lanes(type.lanes()) : type);
}

/// `type` is what a literal at this place must have.
Expr build(const Pattern& p, const Bindings& bound, const Type& type, const Finish& finish) {
  if (p.is_literal()) return build_literal(p, type);
  if (p.kind != Pattern::Kind::Operation) return bound[static_cast<std::size_t>(p.slot)];
  std::vector<Expr> args(p.args.size());
  Type operand = type;
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (p.args[i].is_literal()) continue;
    args[i] = build(p.args[i], bound, type, finish);
    operand = args[i].type();
  }
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (!args[i]) args[i] = build_literal(p.args[i], operand);
  }
  return finish(ir::operation(p.op, std::move(args)));
}

Expr apply(const ParsedRule& parsed, const Expr& e, const Finish& finish) {
  Bindings bound;
  if (!matches(parsed.from, e, bound)) return {};
  const Expr& x = bound[0];
  if (!in_domain(parsed.rule.domain, (x ? x : e).dtype())) return {};
  return build(parsed.to, bound, e.type(), finish);
}

}  // namespace

std::span<const Rule> rules() { return kRules; }

Expr apply_rules(const Expr& e, const Finish& finish) {
  for (const ParsedRule& parsed : rules_of(e.op())) {
    if (Expr result = apply(parsed, e, finish)) return result;
  }
  return {};
}

Expr apply_rule(const Rule& rule, const Expr& e) {
  return apply(parse(rule), e, [](const Expr& built) { return built; });
}

}  // namespace rooftop::opt
