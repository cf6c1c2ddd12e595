// Costs from the ir: exact where shapes and scalars decide, named where the contents of memory do. The oracle counts
// while the program really runs.
#include "rooftop/profile/cost_kernel.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rooftop/backend/interp/interpreter.h"
#include "rooftop/ir/parse.h"
#include "rooftop/ir/print.h"
#include "rooftop/ir/verify.h"
#include "rooftop/ir/walk.h"
#include "support/kernel_call.h"

namespace rooftop::profile {
namespace {

using testing::Outcome;
using testing::Slots;

Outcome interpret(const ir::Module& module, const Slots& arguments) {
  const backend::interp::Interpreter interpreter(module);
  return testing::call(
      [&](backend::KernelContext* c, const std::int64_t* a, std::int64_t* r) { return interpreter.run(c, a, r); },
      arguments);
}

struct Costs {
  CostKernel kernel;
  Counts counts;
  std::string text;
  std::string error;
};

Costs costs_of(const std::string& text, const Slots& arguments) {
  const ir::Module module = ir::parse(text);
  ir::verify(module);
  Costs costs{make_cost_kernel(module), {}, {}, {}};
  costs.text = ir::to_string(costs.kernel.module);
  ir::verify(costs.kernel.module);
  const Outcome outcome = interpret(costs.kernel.module, arguments);
  costs.error = outcome.error();
  std::size_t slots = 0;
  for (const ir::Var& parameter : module.entry().parameters) {
    slots += parameter->type.is_array() ? 1 + 2 * static_cast<std::size_t>(parameter->type.rank()) : 1;
  }
  costs.counts = read_counts(costs.kernel, {outcome.results, costs.kernel.result_count()}, {arguments.data(), slots});
  return costs;
}

/// The function with a counter that every statement advances: what it really computes on these arguments.
class Counting : public ir::Rewriter {
 public:
  static double run(const std::string& text, const Slots& arguments) {
    ir::Module module = ir::parse(text);
    Counting counting;
    ir::Function& f = module.functions[0];
    f.body = counting.Rewriter::rewrite(f.body);
    f.body.insert(f.body.begin(), ir::declare(counting.sum_, ir::float_constant(0)));
    f.body.push_back(ir::return_values({ir::variable(counting.sum_)}));
    f.results = {ir::kF64};
    return interpret(module, arguments).real();
  }

 protected:
  void rewrite_statement(const ir::Stmt& s, ir::Block& out) override {
    if (s.is(ir::StmtKind::While)) {  // the condition is evaluated before each round, and once more
      ir::Block body = {count(s)};
      const ir::Block rest = Rewriter::rewrite(s->body);
      body.insert(body.end(), rest.begin(), rest.end());
      out.push_back(count(s));
      out.push_back(ir::with_body(s, body));
      return;
    }
    if (s.is(ir::StmtKind::Return)) return;
    out.push_back(count(s));
    Rewriter::rewrite_statement(s, out);
  }

 private:
  ir::Stmt count(const ir::Stmt& s) const {
    return ir::assign(sum_, ir::variable(sum_) + ir::float_constant(flops_of(s).total()));
  }
  ir::Var sum_ = ir::make_var("sum", ir::kF64);
};

constexpr const char* kMatmul = R"(
func @f "f" (%A: f64[2, C], %B: f64[2, C], %C: f64[2, C]) {
  for %i in 0 .. %A.shape[0] { for %j in 0 .. %B.shape[1] { for %k in 0 .. %A.shape[1] {
    check %k < %B.shape[0] else IndexError "{0}" (%k)
    %C[%i, %j] = %C[%i, %j] + %A[%i, %k] * %B[%k, %j]
  } } }
})";

TEST(Cost, MatmulIsTwoFlopsATermAndEachArrayOnce) {
  const std::vector<double> a(30 * 40), b(40 * 50), c(30 * 50);
  const Costs costs = costs_of(kMatmul, Slots().add(a, 40).add(b, 50).add(c, 50));
  EXPECT_EQ(costs.counts.flops, (Flops{2.0 * 30 * 40 * 50, 0}));
  EXPECT_EQ(costs.counts.bytes(), 8.0 * (30 * 40 + 40 * 50 + 2 * 30 * 50));
  ASSERT_EQ(costs.counts.traffic.size(), 3u);
  for (const Counts::Traffic& t : costs.counts.traffic) EXPECT_FALSE(t.is_estimate);
  EXPECT_TRUE(costs.counts.is_complete());
  EXPECT_EQ(costs.text.find("for "), std::string::npos) << costs.text;  // multiplied out: nothing is run
}

TEST(Cost, LoopsThatDoNotRunCostNothing) {
  const std::vector<double> none, b(40 * 50);
  const Costs costs = costs_of(
      kMatmul, Slots().add_array(none.data(), {0, 40}, {320, 8}).add(b, 50).add_array(none.data(), {0, 50}, {400, 8}));
  EXPECT_EQ(costs.counts.flops.total(), 0);
  EXPECT_EQ(costs.counts.bytes(), 0);
}

TEST(Cost, AnArrayThatIsPassedTwiceIsReadOnce) {
  const std::vector<double> a(16 * 16), c(16 * 16);
  const Costs costs = costs_of(kMatmul, Slots().add(a, 16).add(a, 16).add(c, 16));
  EXPECT_EQ(costs.counts.bytes(), 8.0 * 3 * 16 * 16);
}

TEST(Cost, TriangularLoopsAreCountedExactly) {
  const char* text = R"(
func @f "f" (%A: f64[2, C]) {
  for %k in 0 .. %A.shape[0] { for %i in %k + 1 .. %A.shape[0] {
    %A[%i, %k] = %A[%i, %k] / %A[%k, %k]
    for %j in %k + 1 .. %A.shape[0] { %A[%i, %j] = %A[%i, %j] - %A[%i, %k] * %A[%k, %j] }
  } }
})";
  std::vector<double> a(24 * 24, 1.0);
  const Slots arguments = Slots().add(a, 24);
  const Costs costs = costs_of(text, arguments);
  EXPECT_EQ(costs.counts.flops.total(), Counting::run(text, arguments));
  EXPECT_EQ(costs.counts.traffic[0].read, 8.0 * 24 * 24);
  EXPECT_EQ(costs.counts.traffic[0].written, 8.0 * 23 * 24);
}

TEST(Cost, ParallelogramsAndStepsHaveTheirOwnFootprint) {
  const char* text = R"(
func @f "f" (%A: f64[1, C], %B: f64[1, C]) {
  for %i in 0 .. %A.shape[0] step 4 { %B[%i] = %A[%i] * 2.0 }
  for %i in 9 .. -1 step -1 { %B[%i] = %B[%i] + 1.0 }
})";
  std::vector<double> a(42), b(42);
  const Slots arguments = Slots().add(a).add(b);
  const Costs costs = costs_of(text, arguments);
  EXPECT_EQ(costs.counts.flops.total(), Counting::run(text, arguments));
  EXPECT_EQ(costs.counts.traffic[0].read, 8.0 * 11);  // every fourth of 42
  EXPECT_EQ(costs.counts.traffic[1].read, 8.0 * 10);
  EXPECT_EQ(costs.counts.traffic[1].written, 8.0 * 21);  // 11 + 10 writes, in a box of 41
}

TEST(Cost, TheDiagonalIsNoMatrix) {
  const char* text = R"(
func @f "f" (%A: f64[2, C]) -> (f64) {
  var %s: f64 = 0.0
  for %i in 0 .. %A.shape[0] { %s := %s + %A[%i, %i] }
  return %s
})";
  const std::vector<double> a(20 * 20);
  EXPECT_EQ(costs_of(text, Slots().add(a, 20)).counts.bytes(), 8.0 * 20);
}

TEST(Cost, ViewsBelongToTheirArray) {
  const char* text = R"(
func @f "f" (%A: f64[2, C], %s: f64) {
  for %i in 0 .. %A.shape[0] {
    let %row: f64[1, C] = view<f64[1, C]>(%A[%i, 2], axis(1, %A.shape[1] - 2, 1))
    for %j in 0 .. %row.shape[0] { %row[%j] = %row[%j] * %s }
  }
})";
  std::vector<double> a(10 * 12);
  const Costs costs = costs_of(text, Slots().add(a, 12).add(2.0));
  EXPECT_EQ(costs.counts.flops.total(), 100);
  EXPECT_EQ(costs.counts.bytes(), 2 * 8.0 * 10 * 10);
}

TEST(Cost, LoopsSteeredByScalarsAreRun) {
  const char* text = R"(
func @f "f" (%n: i64, %O: f64[1, C]) {
  for %i in 0 .. %O.shape[0] {
    var %x: f64 = 0.0
    var %k: i64 = 0
    while %k < %n & %x * %x <= 4.0 {
      let %y: f64 = %x * %x + cast<f64>(%i) * 0.1
      %x := %y
      %k := %k + 1
      if %k > 30 { break }
    }
    %O[%i] = %x
  }
})";
  std::vector<double> o(25);
  const Slots arguments = Slots().add(50).add(o);
  const Costs costs = costs_of(text, arguments);
  EXPECT_TRUE(costs.counts.is_complete());
  EXPECT_EQ(costs.counts.bytes(), 8.0 * 25);
  // The cost kernel counts the test of a round that a break ends once more, as the oracle does.
  EXPECT_EQ(costs.counts.flops.total(), Counting::run(text, arguments));
}

TEST(Cost, WhatMemoryDecidesIsNamedNotGuessed) {
  const char* text = R"(
func @f "f" (%P: i64[1, C], %V: f64[1, C], %Y: f64[1, C]) @"m.py":1:0 {
  for %i in 0 .. %Y.shape[0] @2:0 {
    for %k in %P[%i] .. %P[%i + 1] @3:0 { %Y[%i] = %Y[%i] + 2.0 * %V[%k] }
    %Y[%i] = %Y[%i] * 3.0
  }
})";
  const std::vector<std::int64_t> p(11);
  const std::vector<double> v(30), y(10);
  const Costs costs = costs_of(text, Slots().add(p).add(v).add(y));
  EXPECT_EQ(costs.counts.flops.total(), 10);
  EXPECT_EQ(costs.counts.traffic[0].read, 8.0 * 11);
  ASSERT_EQ(costs.counts.uncounted.size(), 1u);
  const Uncounted& loop = costs.kernel.uncounted[costs.counts.uncounted[0]];
  EXPECT_EQ(loop.kind, Uncounted::Kind::Loop);
  EXPECT_EQ(loop.location.line, 3);
  EXPECT_EQ(loop.each, (Flops{2, 0}));
  EXPECT_TRUE(loop.each_is_known);
}

TEST(Cost, UncountedPlacesThatTheCallDidNotMeetDoNotMatter) {
  const char* text = R"(
func @f "f" (%V: f64[1, C], %n: i64) {
  if %n > 5 { while %V[0] > 1.0 { %V[0] = %V[0] - 1.0 } }
})";
  const std::vector<double> v(3);
  EXPECT_TRUE(costs_of(text, Slots().add(v).add(5)).counts.is_complete());
  EXPECT_FALSE(costs_of(text, Slots().add(v).add(6)).counts.is_complete());
}

TEST(Cost, ASearchMayEndEarly) {
  const char* text = R"(
func @f "f" (%V: f64[1, C], %x: f64) -> (i64) {
  for %i in 0 .. %V.shape[0] { if %V[%i] == %x { return %i } }
  return -1
})";
  const std::vector<double> v(3);
  const Costs costs = costs_of(text, Slots().add(v).add(1.0));
  ASSERT_EQ(costs.kernel.uncounted.size(), 1u);
  EXPECT_EQ(costs.kernel.uncounted[0].kind, Uncounted::Kind::EarlyEnd);
}

TEST(Cost, OfBranchesThatMemoryChoosesTheCheaperCounts) {
  const char* text = R"(
func @f "f" (%V: f64[1, C], %O: f64[1, C]) {
  for %i in 0 .. %V.shape[0] {
    if %V[%i] > 0.0 { %O[%i] = %V[%i] * 2.0 + 1.0 } else { %O[%i] = -%V[%i] }
  }
})";
  const std::vector<double> v(10), o(10);
  const Costs costs = costs_of(text, Slots().add(v).add(o));
  EXPECT_EQ(costs.counts.flops.total(), 10);
  ASSERT_EQ(costs.counts.uncounted.size(), 1u);
  EXPECT_EQ(costs.kernel.uncounted[0].each.total(), 1);
  EXPECT_EQ(costs.counts.bytes(), 2 * 8.0 * 10);
  EXPECT_TRUE(costs.counts.traffic[1].is_estimate);
}

TEST(Cost, ScatteredSubscriptsTouchNoMoreThanTheArray) {
  const char* text = R"(
func @f "f" (%I: i64[1, C], %X: f64[1, C]) -> (f64) {
  var %s: f64 = 0.0
  for %i in 0 .. %I.shape[0] { %s := %s + %X[%I[%i]] }
  return %s
})";
  const std::vector<std::int64_t> i(100);
  const std::vector<double> small(7), large(1000);
  const Costs few = costs_of(text, Slots().add(i).add(small));
  EXPECT_EQ(few.counts.bytes(), 8.0 * (100 + 7));
  EXPECT_TRUE(few.counts.traffic[1].is_estimate);
  EXPECT_EQ(costs_of(text, Slots().add(i).add(large)).counts.bytes(), 8.0 * (100 + 100));
}

TEST(Cost, CallsAreWrittenOutAndReturnsEndThem) {
  const char* text = R"(
func @f "f" (%n: i64, %O: f64[1, C]) {
  for %i in 0 .. %n { let (%y: f64) = call @g(%i)  %O[%i] = %y }
}
func @g "g" (%i: i64) -> (f64) {
  if %i < 3 { return 1.0 }
  let %x: f64 = cast<f64>(%i)
  for %k in 0 .. 10 {
    let %y: f64 = %x * cast<f64>(%k)
    if %k > %i { return %y + 1.0 }
  }
  return %x * %x * %x
})";
  std::vector<double> o(20);
  const Costs costs = costs_of(text, Slots().add(20).add(o));
  double flops = 0;
  for (int i = 3; i < 20; ++i) flops += i + 2 <= 10 ? (i + 2) + 1 : 10 + 2;
  EXPECT_EQ(costs.counts.flops.total(), flops);
  EXPECT_TRUE(costs.counts.is_complete());
}

TEST(Cost, FunctionsThatCallThemselvesAreNamed) {
  const char* text = R"(
func @f "f" (%n: i64) -> (i64) {
  if %n < 2 { return %n }
  let (%a: i64) = call @f(%n - 1)
  let (%b: i64) = call @f(%n - 2)
  return %a + %b
})";
  const Costs costs = costs_of(text, Slots().add(10));
  ASSERT_EQ(costs.counts.uncounted.size(), 2u);
  EXPECT_EQ(costs.kernel.uncounted[0].kind, Uncounted::Kind::Call);
}

TEST(Cost, ArraysThatChangePlacesAreBothTouched) {
  const char* text = R"(
func @f "f" (%A: f64[1, C], %B: f64[1, C], %steps: i64) {
  var %u: f64[1, C] = %A
  var %v: f64[1, C] = %B
  for %t in 0 .. %steps {
    for %i in 1 .. %A.shape[0] - 1 { %v[%i] = (%u[%i - 1] + %u[%i + 1]) * 0.5 }
    let %w: f64[1, C] = %u
    %u := %v
    %v := %w
  }
})";
  const std::vector<double> a(50), b(50);
  const Costs costs = costs_of(text, Slots().add(a).add(b).add(4));
  EXPECT_EQ(costs.counts.flops.total(), 4 * 48 * 2);
  EXPECT_EQ(costs.counts.bytes(), 2 * 8.0 * (50 + 48));
}

TEST(Cost, ChecksAndRaisesAreNoWork) {
  const char* text = R"(
func @f "f" (%V: f64[1, C], %x: f64) {
  for %i in 0 .. %V.shape[0] {
    check %x * 2.0 + 1.0 > 0.0 else ValueError "no"
    if %V[%i] * 3.0 < 0.0 { raise ValueError "negative" }
    %V[%i] = %x + 1.0
  }
})";
  const std::vector<double> v(10);
  const Costs costs = costs_of(text, Slots().add(v).add(1.0));
  EXPECT_TRUE(costs.counts.is_complete());
  EXPECT_EQ(costs.counts.flops.total(), 10);
}

TEST(Cost, AKernelThatWouldRunTooLongSaysSo) {
  const char* text = R"(
func @f "f" (%n: i64) {
  var %x: f64 = 0.0
  for %i in 0 .. %n { for %j in 0 .. %i { %x := %x + 1.0 } }
})";
  // One level is run and one multiplied out: this stays below the limit.
  EXPECT_EQ(costs_of(text, Slots().add(2000)).counts.flops.total(), 1999000);
}

TEST(FlopCount, ComplexNumbersCountTheirParts) {
  const char* text = R"(
func @f "f" (%a: c128, %b: c128, %x: f32, %n: i64) -> (c128, f32) {
  return %a * %b + %a, fma(%x, %x, %x) + exp(%x) * cast<f32>(%n + %n)
})";
  const ir::Module module = ir::parse(text);
  const Flops flops = flops_of(module.entry().body[0]);
  EXPECT_EQ(flops.f64, 6 + 2);
  EXPECT_EQ(flops.f32, 2 + 1 + 1 + ops::info(ops::Op::exp).flops);
}

TEST(FlopCount, WhatAStatementUsesTwiceIsComputedOnce) {
  const ir::Var x = ir::make_var("x", ir::kF64);
  const ir::Expr square = ir::variable(x) * ir::variable(x);
  EXPECT_EQ(flops_of(square + square).total(), 2);
}

}  // namespace
}  // namespace rooftop::profile
