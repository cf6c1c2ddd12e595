// The text of the ir: what is printed reads back to the same bits, and what cannot be read says why and where.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "rooftop/base/errors.h"
#include "rooftop/ir/literal.h"
#include "rooftop/ir/parse.h"
#include "rooftop/ir/print.h"
#include "rooftop/ir/verify.h"
#include "rooftop/ir/walk.h"

namespace rooftop::ir {
namespace {

/// The body of a function with parameters that tests can use.
std::string in_function(const std::string& body) {
  return "module float_model=contract\n\n"
         "func @f \"f\" (%A: f64[2], %B: f64[1, C], %x: f64, %y: f64, %i: i64, %j: i64, %b: bool, %c: bool) {\n" +
         body + "}\n";
}

void expect_round_trip(const std::string& text) { EXPECT_EQ(to_string(parse(text), {.locations = true}), text); }

/// The expression's text after parsing and printing.
std::string reprint(const std::string& expression, const std::string& type) {
  const Module m = parse(in_function("  let %t: " + type + " = " + expression + "\n"));
  return to_string(m.entry().body[0]->exprs[0]);
}

Constant read_back(const Constant& value, DType dtype) {
  const Type type = Type::scalar(dtype);
  const Module m = parse(in_function("let %t: " + to_string(type) + " = " + literal(value, dtype)));
  return m.entry().body[0]->exprs[0].constant();
}

TEST(IrText, EveryStatementRoundTrips) {
  expect_round_trip(in_function(R"(  let %n: i64 = %A.shape[0] + %A.strides[1]
  var %s: f64 = 0.0
  %s := %s + %A[%i, %j] * %B[%i]
  %A[%i, %j] = %s
  %A[%i, ramp<4>(%j, 1); broadcast<4>(%b)] = %A[%i, ramp<4>(%j, 1); broadcast<4>(%c)]
  if %b & !%c {
    %s := 1.0
  }
  if %b {
    %s := 1.0
  } else {
    %s := 2.0
  }
  for %k in 0 .. %n {
    continue
  }
  for parallel %k in %n .. 0 step -2 {
    let %T: f64[2, C] = allocate(%n, 64)
    poll
  } otherwise {
    %s := 3.0
  }
  var %u: f64 unordered = 0.0
  while %s < 3.0 {
    break
  }
  check 0 <= %i & %i < %n else IndexError "index {0} is out of bounds" (%i, %n) @"a.py":7:16-7:20
  assume disjoint(%A, %B)
  assume %i >= 0
  let %v: f64[1] = view<f64[1]>(%A[%i, 0], axis(1, %n, -1))
  let %w: f64[2] = view<f64[2]>(%B[%i], axis(new, 1, 0), axis(0, %n, 2))
  view<f64[1]>(%A[%i, 0], axis(1, %n, 1))[%j] = 4.0
  let (%q: i64, %r: i64) = call @g(%n, 3)
  call @"odd name"()
  raise ValueError "quote \" backslash \\ line\n tab\x09 end"
  return
)"));
}

TEST(IrText, FunctionsModulesAndTablesRoundTrip) {
  expect_round_trip(R"(module float_model=strict

table @steps: f32 = [
  1.0, 0.1, inf, -0.0
]

table @steps.1: u64 = [
  0, 18446744073709551615
]

func @f "outer.<locals>.f" (%a: f32[1, inner, readonly], %i: i32) -> (f32, u64) @"/tmp/x y.py":3:0-9:4 {
  let %t: f32 = lookup(@steps, %i) @4:2
  return %t, lookup(@steps.1, %i) @5:4-5:9
}

func @g "g" () {
}
)");
}

TEST(IrText, NamesAreUniqueAmongTheVisible) {
  const Var outer = make_var("i", kI64);
  const Var inner = make_var("i", kI64);
  const Block body{
      for_loop(outer, int_constant(0), int_constant(9), 1, {for_loop(inner, int_constant(0), variable(outer), 1, {})}),
      let(make_var("i", kI64), int_constant(1)), let(make_var("a b", kI64), int_constant(2)),
      let(make_var("x.shape", kI64), int_constant(3)), let(make_var("tile.0", kI64), int_constant(4))};
  EXPECT_EQ(to_string(body),
            "for %i in 0 .. 9 {\n  for %i.1 in 0 .. %i {\n  }\n}\n"
            "let %i: i64 = 1\nlet %a_b: i64 = 2\nlet %x_shape: i64 = 3\nlet %tile.0: i64 = 4\n");
}

TEST(IrText, ParenthesesKeepTheTree) {
  for (const std::string text : {"%x + %y * %x", "(%x + %y) * %x", "%x - (%y - %x)", "%x - %y - %x", "-(%x + %y)",
                                 "-%x * %y", "%x - -(3.0)", "%x - -3.0", "%x / (%y / %x)", "fma(%x, -%y, 1.0) + %x"}) {
    EXPECT_EQ(reprint(text, "f64"), text);
  }
  for (const std::string text :
       {"%i << %j + 1", "(%i << %j) + 1", "%i & %j | ~%i ^ 3", "(%i | %j) & %i", "-(3)", "-3"}) {
    EXPECT_EQ(reprint(text, "i64"), text);
  }
  for (const std::string text :
       {"%i < %j & %b", "(%i < %j) == %b", "%b == (%i < %j)", "!(%b | %c)", "!%b ^ %c", "(%i & %j) == 0"}) {
    EXPECT_EQ(reprint(text, "bool"), text);
  }
  EXPECT_THROW(reprint("%i & %j == 0", "bool"), CompileError);  // %i & (%j == 0)
}

TEST(IrText, EveryOperationReadsBack) {
  for (int i = 0; i < ops::op_count(); ++i) {
    const auto op = static_cast<Op>(i);
    const ops::OpInfo& row = ops::info(op);
    if (row.rule == ops::Rule::Target || row.rule == ops::Rule::Widen) continue;
    for (int d = 0; d < array::kDTypeCount; ++d) {
      const auto dtype = static_cast<DType>(d);
      if (!ops::accepts(op, dtype)) continue;
      const bool narrow = row.rule == ops::Rule::Narrow || row.rule == ops::Rule::Zip || row.rule == ops::Rule::Blocks;
      const Expr x = variable(make_var("x", Type::vector(dtype, narrow ? 4 : 1)));
      std::vector<Expr> args(row.arity, x);
      if (row.rule == ops::Rule::Select) args[0] = bool_constant(true);
      if (row.rule == ops::Rule::Blocks) args[2] = int_constant(2);
      const Expr e = operation(op, args);
      const std::string text = to_string(e);
      const Module m =
          parse("func @f (%x0: " + to_string(Type::scalar(dtype)) + ") { let %x: " + to_string(x.type()) + " = " +
                (narrow ? "broadcast<4>(%x0)" : "%x0") + " let %r: " + to_string(e.type()) + " = " + text + " }");
      const Expr back = m.entry().body[1]->exprs[0];
      EXPECT_EQ(to_string(back), text);
      EXPECT_TRUE(back.is_op(op)) << text;
    }
  }
}

TEST(IrText, ConstantsKeepTheirBits) {
  std::mt19937_64 random(7);
  std::vector<std::uint64_t> patterns{0,
                                      1,
                                      std::uint64_t{1} << 63,
                                      0x7FF0000000000000,
                                      0xFFF0000000000000,
                                      0x7FF8000000000000,
                                      0xFFF8000000000000,
                                      0x7FF8000000000001,
                                      0x000FFFFFFFFFFFFF,
                                      0x7FEFFFFFFFFFFFFF};
  for (int i = 0; i < 20000; ++i) patterns.push_back(random());
  for (const std::uint64_t bits : patterns) {
    const auto real = std::bit_cast<double>(bits);
    EXPECT_EQ(std::bit_cast<std::uint64_t>(read_back({.real = real}, DType::F64).real), bits);
    const auto integer = static_cast<std::int64_t>(bits);
    EXPECT_EQ(read_back({.integer = integer}, DType::I64).integer, integer);
    EXPECT_EQ(read_back({.integer = integer}, DType::U64).integer, integer);
    const float single = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    if (std::isnan(single)) continue;
    const double back = read_back({.real = single}, DType::F32).real;
    EXPECT_EQ(std::bit_cast<std::uint64_t>(back), std::bit_cast<std::uint64_t>(static_cast<double>(single)));
  }
}

TEST(IrText, FloatsPrintShortest) {
  EXPECT_EQ(reprint("0.1", "f64"), "0.1");
  EXPECT_EQ(reprint("100000000000000000000000.0", "f64"), "1e+23");
  EXPECT_EQ(reprint("0x1.8p1", "f64"), "3.0");
  EXPECT_EQ(reprint("1e999", "f64"), "inf");
  EXPECT_EQ(reprint("0.1:f32", "f32"), "0.1:f32");
  EXPECT_EQ(reprint("c128(1.0, -0.0)", "c128"), "c128(1.0, -0.0)");
  EXPECT_EQ(reprint("-128:i8", "i8"), "-128:i8");
}

TEST(IrText, LargeGraphsPrintInLinearSize) {
  Expr e = variable(make_var("x", kI64));
  for (int i = 0; i < 60; ++i) e = e * e + int_constant(i);
  const Var v = make_var("y", kI64);
  Function f{.name = "f", .python_name = "f", .parameters = {make_var("x", kI64)}, .body = {let(v, e)}};
  f.parameters[0] = [&] {
    Var x;
    for_each_node(e, [&](const Expr& n) { x = n.is(ExprKind::Variable) ? n.var() : x; });
    return x;
  }();
  Module m{.functions = {f}};
  const std::string text = to_string(m);
  EXPECT_LT(text.size(), 3000u);
  const Module back = parse(text);
  EXPECT_EQ(to_string(back), text);
  int nodes = 0;
  for_each_node(back.entry().body[0]->exprs[0], [&](const Expr&) { ++nodes; });
  EXPECT_LT(nodes, 250);
}

struct BadText {
  const char* text;
  const char* message;
  int line;
  int column;
};

TEST(IrText, ErrorsNameTheirPlace) {
  for (const BadText& bad : std::initializer_list<BadText>{
           {"func @f () {\n  let %a: i64 = %b\n}", "variable %b is not visible here", 2, 16},
           {"func @f () {\n  let %a: i64 = 1\n  let %a: i64 = 2\n}", "variable %a is visible already", 4, 0},
           {"func @f () {\n  let %a: i64 = 1 < 2 < 3\n}", "comparisons do not chain: use parentheses", 2, 22},
           {"func @f () {\n  let %a: i65 = 1\n}", "expected an element type before 'i65'", 2, 10},
           {"func @f () {\n  jump\n}", "expected a statement before 'jump'", 2, 2},
           {"func @f () {\n  let %a: i64 = power(2)\n}", "there is no operation 'power'", 2, 21},
           {"func @f () {\n  let %a: i8 = 300:i8\n}", "integer out of its type's range", 2, 18},
           {"func @f () {\n  let %a: i64 = 9223372036854775808\n}", "integer out of range", 2, 16},
           {"func @f () {\n  raise Oops \"x\"\n}", "unknown exception 'Oops'", 2, 8},
           {"func @f () {\n  raise ValueError \"x\n}", "string without its closing quote", 2, 21},
           {"func @f () {\n  let %a: i64 = $\n}", "unexpected character '$'", 2, 16},
           {"func @f () {\n  let %a: i64 = #3\n}", "no shared part of this number stands before the statement", 3, 0},
       }) {
    try {
      parse(bad.text);
      ADD_FAILURE() << bad.text;
    } catch (const CompileError& error) {
      EXPECT_STREQ(error.what(), bad.message);
      if (bad.line == 4) continue;  // reported behind the value, at the next token
      EXPECT_EQ(error.location().line, bad.line) << bad.message;
      EXPECT_EQ(error.location().column, bad.column) << bad.message;
    }
  }
}

TEST(IrText, TypesThatDoNotFitAreErrorsOfTheText) {
  EXPECT_THROW(parse("func @f () { let %a: i64 = 1.0 }"), CompileError);
  EXPECT_THROW(parse("func @f () { let %a: f64 = 1.0 + 1 }"), CompileError);
  EXPECT_THROW(parse("func @f (%A: f64[1]) { let %a: f64 = %A[1, 2] }"), CompileError);
}

TEST(Parse, StatementsWithoutALocationMayTakeTheirPlaceInTheText) {
  const char* const text =
      "func @f (%n: i64) {\n  check %n > 0 else ValueError \"no\"\n  raise ValueError \"x\" @\"m.py\":7:1\n}";
  const Block inside = parse(text, "my.ir", Unlocated::InText).functions[0].body;
  EXPECT_EQ(to_string(inside[0].location()), "my.ir:2:3");
  EXPECT_EQ(to_string(inside[1].location()), "m.py:7:2");
  EXPECT_FALSE(parse(text, "my.ir").functions[0].body[0].location());
}

}  // namespace
}  // namespace rooftop::ir
