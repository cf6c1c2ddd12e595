// The verifier: one text per rule.
#include "rooftop/ir/verify.h"

#include <gtest/gtest.h>

#include "rooftop/base/errors.h"
#include "rooftop/ir/parse.h"

namespace rooftop::ir {
namespace {

std::string complaint(const Module& m) {
  try {
    verify(m);
  } catch (const InternalError& error) {
    return error.what();
  }
  return "";
}

void expect_complaint(const Module& m, const std::string& rule) {
  const std::string what = complaint(m);
  EXPECT_NE(what.find(rule), std::string::npos) << "complaint: " << what;
}

void expect_complaint(const std::string& text, const std::string& rule) { expect_complaint(parse(text), rule); }

Module with_body(Block body) { return {.functions = {{.name = "f", .python_name = "f", .body = std::move(body)}}}; }

TEST(Verify, AcceptsWhatTheRulesAllow) {
  EXPECT_EQ(complaint(parse(R"(
func @f (%A: f64[1], %n: i64) -> (i64) {
  var %s: i64 = 0
  for parallel %i in 0 .. %n {
    var %t: f64 = 0.0
    for %k in 0 .. 3 {
      %t := %t + 1.0
      if %t > 2.0 { break }
    }
    if %i > 3 { continue }
    let (%q: f64) = call @quiet(%t)
    %A[%i] = %q
  }
  for parallel %i in 0 .. %n { check %i < 3 else ValueError "x" } otherwise { raise ValueError "y" }
  while true {
    %s := %s + 1
    if %s > 10 { return %s }
  }
}
func @quiet (%x: f64) -> (f64) { return %x * 2.0 }
)")),
            "");
}

TEST(Verify, OneVariableMayBeBoundInTwoScopesButNotTwiceInOne) {
  const Var v = make_var("v", kI64);
  const Stmt bind = let(v, int_constant(1));
  EXPECT_EQ(complaint(with_body({if_then(bool_constant(true), {bind}, {bind})})), "");
  expect_complaint(with_body({bind, bind}), "variable v is bound again while it is visible");
  expect_complaint(with_body({bind, if_then(bool_constant(true), {bind})}), "bound again");
}

TEST(Verify, UseNeedsABindingBefore) {
  const Var v = make_var("v", kI64);
  const Stmt use = let(make_var("w", kI64), variable(v));
  expect_complaint(with_body({use}), "variable v is not visible here");
  expect_complaint(with_body({use, let(v, int_constant(1))}), "variable v is not visible here");
  expect_complaint(with_body({if_then(bool_constant(true), {let(v, int_constant(1))}), use}), "not visible");
  expect_complaint(with_body({for_loop(v, int_constant(0), variable(v), 1, {})}), "not visible");
  expect_complaint(with_body({declare(v, variable(v))}), "not visible");
}

TEST(Verify, OnlyDeclaredVariablesAreAssigned) {
  const Var v = make_var("v", kI64);
  expect_complaint(with_body({let(v, int_constant(1)), assign(v, int_constant(2))}), "was not declared with var");
  expect_complaint(with_body({for_loop(v, int_constant(0), int_constant(2), 1, {assign(v, int_constant(2))})}),
                   "was not declared with var");
  expect_complaint(with_body({assign(v, int_constant(2))}), "not visible");
}

TEST(Verify, ParallelLoopsKeepTheirIterationsApart) {
  const auto in_loop = [](const std::string& body) {
    return "func @f (%A: f64[1]) -> (i64) { var %s: i64 = 0 for parallel %i in 0 .. 9 { " + body + " } return %s } " +
           "func @raises () { raise ValueError \"x\" } func @calls () { call @raises() } " +
           "func @recurses () { call @recurses() }";
  };
  EXPECT_EQ(complaint(parse(in_loop("%A[%i] = 0.0"))), "");
  expect_complaint(in_loop("%s := %i"), "variable s is declared around the parallel loop that assigns it");
  expect_complaint(in_loop("return 1"), "return in a parallel loop");
  expect_complaint(in_loop("break"), "break of a parallel loop");
  expect_complaint(in_loop("check %i < 3 else ValueError \"x\""), "raise or check in a parallel loop");
  expect_complaint(in_loop("for %k in 0 .. 2 { raise ValueError \"x\" }"), "raise or check in a parallel loop");
  expect_complaint(in_loop("for %k in 0 .. 2 { break } otherwise { %A[0] = 1.0 }"),
                   "otherwise after a loop that is not parallel");
  expect_complaint(in_loop("for parallel %k in 0 .. 2 { raise ValueError \"x\" } otherwise { %A[0] = 1.0 }"),
                   "raise or check in a parallel loop");
  expect_complaint(in_loop("call @calls()"), "a call in a parallel loop can raise");
  expect_complaint(in_loop("call @recurses()"), "a call in a parallel loop can raise");
}

TEST(Verify, JumpsNeedTheirLoop) {
  expect_complaint("func @f () { break }", "break or continue outside of a loop");
  expect_complaint("func @f () { if true { continue } }", "break or continue outside of a loop");
}

TEST(Verify, ResultsAreTheFunctions) {
  expect_complaint("func @f () -> (i64) { return 1.0 }", "result 0 has type f64, the function's is i64");
  expect_complaint("func @f () -> (i64) { return }", "return of another number of results");
  expect_complaint("func @f (%b: bool) -> (i64) { if %b { return 1 } }", "a function with results can reach its end");
  expect_complaint("func @f () -> (i64) { while true { break } }", "a function with results can reach its end");
  EXPECT_EQ(complaint(parse("func @f (%b: bool) -> (i64) { if %b { return 1 } else { raise ValueError \"x\" } }")), "");
}

TEST(Verify, CallsFitTheirCallee) {
  const std::string g = " func @g (%x: f64[1, C]) -> (i64) { return 1 }";
  expect_complaint("func @f () { call @h() }", "call of an unknown function");
  expect_complaint("func @f () { call @g() }" + g, "call with another number of arguments");
  expect_complaint("func @f (%A: f64[1]) { let (%r: i64) = call @g(%A) }" + g,
                   "argument 0 has type f64[1], the parameter's is f64[1, C]");
  expect_complaint("func @f (%A: f64[1, C]) { call @g(%A) }" + g, "call binds another number of results");
  expect_complaint("func @f (%A: f64[1, C]) { let (%r: f64) = call @g(%A) }" + g, "call result 0 has another type");
}

TEST(Verify, ModulesNameTheirFunctionsOnce) {
  expect_complaint("func @f () { } func @f () { }", "two functions named f");
  expect_complaint(Module{}, "a module without functions");
}

TEST(Verify, MessagesNameArgumentsThatExist) {
  expect_complaint("func @f () { raise ValueError \"{0} {1}\" (3) }",
                   "the message names an argument that is not there");
}

TEST(Verify, SaysWhere) { expect_complaint("func @f () { let %a: i64 = 1 break }", "in function f, at\nbreak"); }

TEST(Verify, NeverEndsFollowsJumps) {
  const auto body = [](const std::string& text) { return parse("func @f (%b: bool) { " + text + " }").entry().body; };
  EXPECT_TRUE(never_ends(body("return")));
  EXPECT_TRUE(never_ends(body("while true { if %b { return } }")));
  EXPECT_TRUE(never_ends(body("while true { while %b { break } }")));
  EXPECT_FALSE(never_ends(body("while true { if %b { break } }")));
  EXPECT_FALSE(never_ends(body("if %b { return }")));
  EXPECT_FALSE(never_ends(body("")));
}

}  // namespace
}  // namespace rooftop::ir
