// Every rule holds exactly: both sides are evaluated for edge values of every element type that the rule names.
#include "rooftop/opt/simplify_rules.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <random>
#include <string>

#include "rooftop/ir/evaluate.h"
#include "rooftop/ir/print.h"
#include "rooftop/ir/walk.h"

namespace rooftop::opt {
namespace {

using array::DType;
using ir::Constant;
using ir::Expr;
using ir::Op;
using ir::Type;

/// Builds the left side of a rule with variables for its letters.
class Builder {
 public:
  Builder(std::string_view text, Type type) : text_(text), type_(type) {}

  Expr build() { return node(); }
  const std::map<char, ir::Var>& letters() const { return letters_; }

 private:
  Expr node() {
    while (!text_.empty() && text_[0] == ' ') text_.remove_prefix(1);
    std::size_t n = 0;
    while (n < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[n])) != 0 || text_[n] == '_' ||
                                text_[n] == '.' || text_[n] == '-')) {
      ++n;
    }
    const std::string word(text_.substr(0, n));
    text_.remove_prefix(n);
    if (word == "true" || word == "false") return ir::bool_constant(word == "true");
    if (word.size() == 1 && std::isalpha(static_cast<unsigned char>(word[0])) != 0) {
      ir::Var& var = letters_[word[0]];
      if (!var) var = ir::make_var(word, word == "w" ? ir::kBool : type_);
      return ir::variable(var);
    }
    if (const auto op = ops::op_from_name(word)) return operation(*op);
    if (word.find('.') != std::string::npos) return ir::float_constant(std::stod(word), type_);
    return ir::int_constant(std::stoll(word), type_);
  }

  Expr operation(Op op) {
    std::vector<Expr> args;
    for (int i = 0; i < ops::info(op).arity; ++i) {
      text_.remove_prefix(1);  // ( or ,
      args.push_back(node());
    }
    text_.remove_prefix(1);
    return ir::operation(op, std::move(args));
  }

  std::string_view text_;
  Type type_;
  std::map<char, ir::Var> letters_;
};

bool covers(std::string_view domain, DType d) {
  for (const char c : domain) {
    if ((c == 'b' && array::is_bool(d)) || (c == 'i' && array::is_integer(d)) || (c == 's' && array::is_signed(d)) ||
        (c == 'u' && array::is_unsigned(d)) || (c == 'f' && array::is_float(d) && !array::is_half(d)) ||
        (c == 'c' && array::is_complex(d))) {
      return true;
    }
  }
  return false;
}

const std::vector<double> kReals = {0.0,
                                    -0.0,
                                    1.0,
                                    -1.0,
                                    0.5,
                                    2.0,
                                    -3.25,
                                    1e-310,
                                    -1e30,
                                    1e30,
                                    std::numeric_limits<double>::infinity(),
                                    -std::numeric_limits<double>::infinity(),
                                    std::numeric_limits<double>::quiet_NaN()};

std::vector<Constant> edge_values(DType dtype) {
  std::vector<Constant> values;
  if (array::is_float(dtype)) {
    for (const double r : kReals) values.push_back({.real = r});
  } else if (array::is_complex(dtype)) {
    for (const double r : kReals) values.push_back({.real = r, .imag = -2 * r});
  } else {
    for (const std::int64_t i : {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, std::int64_t{2}, std::int64_t{3},
                                 std::int64_t{-7}, std::int64_t{63}, std::int64_t{127}, std::int64_t{-128},
                                 std::int64_t{INT32_MAX}, std::int64_t{INT32_MIN}, INT64_MAX, INT64_MIN}) {
      values.push_back({.integer = i});
    }
  }
  return values;
}

/// The constant that the expression is for these values of its variables.
Expr evaluate(const Expr& e, const std::map<char, Expr>& values) {
  if (e.is(ir::ExprKind::Variable)) return values.at(e.var()->name[0]);
  return ir::fold(ir::map_args(e, [&](const Expr& a) { return evaluate(a, values); }));
}

bool same_value(const Constant& a, const Constant& b) {
  const auto same = [](double x, double y) {
    return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y) || (std::isnan(x) && std::isnan(y));
  };
  return a.integer == b.integer && same(a.real, b.real) && same(a.imag, b.imag);
}

/// Draws values for the letters; a rule's constants must be constants when the rule is applied.
void check_rule(const Rule& rule, DType dtype, std::mt19937& random) {
  Builder builder(rule.from, Type::scalar(dtype));
  const Expr left = builder.build();
  const auto pick = [&](const Type& type) {
    const auto values = edge_values(type.dtype());
    return ir::constant(type, values[random() % values.size()]);
  };
  int compared = 0;
  for (int trial = 0; trial < 200; ++trial) {
    std::map<char, Expr> values;
    ir::Substitution constants;
    for (const auto& [letter, var] : builder.letters()) {
      values[letter] = pick(var->type);
      if (letter == 'c' || letter == 'd') constants.set(var, values[letter]);
    }
    const Expr from = constants.rewrite(left);
    const Expr to = apply_rule(rule, from);
    ASSERT_TRUE(static_cast<bool>(to)) << rule.from << " does not match " << ir::to_string(from);
    ASSERT_EQ(to.type(), from.type()) << rule.from;
    const Expr a = evaluate(from, values);
    const Expr b = evaluate(to, values);
    if (!a.is_constant()) continue;  // no meaning here: a shift or a division out of range
    ++compared;
    ASSERT_TRUE(b.is_constant()) << rule.from << " -> " << rule.to << ": " << ir::to_string(b);
    ASSERT_TRUE(same_value(a.constant(), b.constant()))
        << rule.from << " -> " << rule.to << " for " << array::name_of(dtype) << ": " << ir::to_string(a) << " became "
        << ir::to_string(b);
  }
  EXPECT_GT(compared, 0) << rule.from << " was never evaluated";
}

TEST(SimplifyRules, EachHoldsExactlyForEveryTypeOfItsDomain) {
  std::mt19937 random(20240611);
  for (const Rule& rule : rules()) {
    int types = 0;
    for (int d = 0; d < array::kDTypeCount; ++d) {
      const auto dtype = static_cast<DType>(d);
      if (!covers(rule.domain, dtype)) continue;
      ++types;
      check_rule(rule, dtype, random);
    }
    EXPECT_GT(types, 0) << rule.from;
  }
}

TEST(SimplifyRules, DoNotApplyOutsideTheirDomain) {
  const Expr x = ir::variable(ir::make_var("x", ir::kF64));
  EXPECT_FALSE(apply_rules(ir::operation(Op::add, {x, ir::float_constant(0.0)}), [](const Expr& e) { return e; }))
      << "-0.0 + 0.0 is 0.0";
  EXPECT_FALSE(apply_rules(ir::operation(Op::sub, {x, x}), [](const Expr& e) { return e; })) << "inf - inf is NaN";
  EXPECT_FALSE(apply_rules(ir::operation(Op::eq, {x, x}), [](const Expr& e) { return e; }))
      << "NaN differs from itself";
  EXPECT_FALSE(apply_rules(ir::operation(Op::mul, {x, ir::float_constant(0.0)}), [](const Expr& e) { return e; }));
}

TEST(SimplifyRules, HoldForVectorsLaneByLane) {
  const Expr x = ir::variable(ir::make_var("x", Type::vector(DType::I64, 4)));
  const Expr sum = ir::operation(Op::add, {x, ir::broadcast(ir::int_constant(0), 4)});
  EXPECT_EQ(apply_rules(sum, [](const Expr& e) { return e; }), x);
}

}  // namespace
}  // namespace rooftop::opt
