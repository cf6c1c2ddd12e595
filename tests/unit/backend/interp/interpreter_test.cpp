// The interpreter: what each statement does, and each promise that it catches a module breaking.
#include "rooftop/backend/interp/interpreter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "rooftop/base/errors.h"
#include "rooftop/ir/parse.h"
#include "support/kernel_call.h"

namespace rooftop::backend::interp {
namespace {

using testing::Outcome;
using testing::Slots;

class Kernel {
 public:
  explicit Kernel(const std::string& text, InterpreterOptions options = {}) : interpreter_(ir::parse(text), options) {}

  Outcome operator()(const Slots& arguments) const {
    return testing::call(
        [&](KernelContext* c, const std::int64_t* a, std::int64_t* r) { return interpreter_.run(c, a, r); }, arguments);
  }
  /// The complaint about a broken promise, empty when there is none.
  std::string complaint(const Slots& arguments) const {
    try {
      (*this)(arguments);
    } catch (const InternalError& error) {
      return error.what();
    }
    return "";
  }

 private:
  Interpreter interpreter_;
};

#define EXPECT_COMPLAINT(text, part) EXPECT_PRED2(contains, text, part)
bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

constexpr const char* kMatmul = R"(
func @matmul (%A: f64[2, C], %B: f64[2, C], %C: f64[2, C]) {
  for parallel %i in 0 .. %A.shape[0] {
    for %j in 0 .. %B.shape[1] {
      var %s: f64 = 0.0
      for %k in 0 .. %A.shape[1] {
        %s := %s + %A[%i, %k] * %B[%k, %j]
      }
      %C[%i, %j] = %s
    }
  }
}
)";

TEST(Interpreter, RunsANest) {
  const std::vector<double> a{1, 2, 3, 4, 5, 6};
  const std::vector<double> b{7, 8, 9, 10, 11, 12};
  std::vector<double> c(4);
  using Order = InterpreterOptions::Order;
  for (const Order order : {Order::Forward, Order::Reversed, Order::Shuffled}) {
    std::fill(c.begin(), c.end(), 0);
    const Outcome outcome = Kernel(kMatmul, {.parallel_order = order})(Slots().add(a, 3).add(b, 2).add(c, 2));
    EXPECT_EQ(outcome.error(), "ok");
    EXPECT_EQ(c, (std::vector<double>{58, 64, 139, 154}));
  }
}

TEST(Interpreter, PassesEveryTypeThroughTheSlots) {
  const Kernel kernel(R"(
func @f (%b: bool, %i: i8, %u: u64, %s: f32, %d: f64, %c: c64, %z: c128) -> (bool, i8, u64, f32, f64, c64, c128) {
  return !%b, %i - 1:i8, %u + 1:u64, %s * 2.0:f32, -%d, conj(%c), %z * c128(0.0, 1.0)
}
)");
  const Outcome r =
      kernel(Slots().add(true).add(-128).add(-1).add(1.5f).add(2.5).add(1.0f).add(2.0f).add(3.0).add(4.0));
  EXPECT_EQ(r.integer(0), 0);
  EXPECT_EQ(r.integer(1), 127);
  EXPECT_EQ(r.integer(2), 0);
  EXPECT_EQ(r.real32(3), 3.0f);
  EXPECT_EQ(r.real(4), -2.5);
  EXPECT_EQ(r.real32(5), 1.0f);
  EXPECT_EQ(r.real32(6), -2.0f);
  EXPECT_EQ(r.real(7), -4.0);
  EXPECT_EQ(r.real(8), 3.0);
}

TEST(Interpreter, LoopsCountAsTheirBoundsSay) {
  const Kernel up(
      "func @f (%a: i64, %b: i64) -> (i64) { var %n: i64 = 0 for %i in %a .. %b step 3 { %n := %n * 10 + %i } return "
      "%n }");
  EXPECT_EQ(up(Slots().add(1).add(8)).integer(), 147);
  EXPECT_EQ(up(Slots().add(1).add(7)).integer(), 14);
  EXPECT_EQ(up(Slots().add(5).add(5)).integer(), 0);
  EXPECT_EQ(up(Slots().add(5).add(1)).integer(), 0);
  const Kernel down(
      "func @f (%a: i64, %b: i64) -> (i64) { var %n: i64 = 0 for %i in %a .. %b step -3 { %n := %n * 10 + %i } return "
      "%n }");
  EXPECT_EQ(down(Slots().add(8).add(1)).integer(), 852);
  EXPECT_EQ(down(Slots().add(1).add(8)).integer(), 0);
  const Kernel ends(
      "func @f (%a: i64, %b: i64) -> (i64) { var %n: i64 = 0 for %i in %a .. %b step 4 { %n := %n + 1 } return %n }");
  EXPECT_EQ(ends(Slots().add(INT64_MAX - 5).add(INT64_MAX)).integer(), 2);
}

TEST(Interpreter, LoopBoundsAreEvaluatedOnce) {
  const Kernel kernel(R"(
func @f () -> (i64) {
  var %n: i64 = 3
  for %i in 0 .. %n { %n := %n + 1 }
  return %n
}
)");
  EXPECT_EQ(kernel({}).integer(), 6);
}

TEST(Interpreter, BreakAndContinueBindToTheInnermostLoop) {
  const Kernel kernel(R"(
func @f () -> (i64) {
  var %n: i64 = 0
  for %i in 0 .. 5 {
    if %i == 1 { continue }
    var %k: i64 = 0
    while true {
      %k := %k + 1
      if %k > %i { break }
      %n := %n + 1
    }
    if %i == 3 { break }
  }
  return %n
}
)");
  EXPECT_EQ(kernel({}).integer(), 5);
}

TEST(Interpreter, ExpressionsReadMemoryWhereTheyAreUsed) {
  const Kernel kernel(R"(
func @f (%A: i64[1]) -> (i64, i64) {
  let %before: i64 = %A[0]
  %A[0] = %A[0] + %A[1]
  return %before, %A[0]
}
)");
  const std::vector<std::int64_t> a{5, 7};
  const Outcome r = kernel(Slots().add(a));
  EXPECT_EQ(r.integer(0), 5);
  EXPECT_EQ(r.integer(1), 12);
}

TEST(Interpreter, OverlappingArgumentsKeepTheOrder) {
  const Kernel shift("func @f (%A: i64[1], %B: i64[1]) { for %i in 0 .. %A.shape[0] { %B[%i] = %A[%i] } }");
  std::vector<std::int64_t> a{1, 2, 3, 4};
  shift(Slots().add_array(a.data(), {3}, {8}).add_array(a.data() + 1, {3}, {8}));
  EXPECT_EQ(a, (std::vector<std::int64_t>{1, 1, 1, 1}));
}

TEST(Interpreter, StridesMayBeNegativeOrZero) {
  const Kernel sum(
      "func @f (%A: f64[1]) -> (f64) { var %s: f64 = 0.0 for %i in 0 .. %A.shape[0] { %s := %s * 10.0 + %A[%i] } "
      "return %s }");
  std::vector<double> a{1, 2, 3};
  EXPECT_EQ(sum(Slots().add_array(a.data() + 2, {3}, {-8})).real(), 321);
  EXPECT_EQ(sum(Slots().add_array(a.data(), {3}, {0})).real(), 111);
}

TEST(Interpreter, VectorsAndMasks) {
  const Kernel kernel(R"(
func @f (%A: f64[1, C], %n: i64) -> (f64) {
  var %s: f64x4 = broadcast<4>(0.0)
  for %i in 0 .. %n step 4 {
    let %index: i64x4 = ramp<4>(%i, 1)
    let %on: boolx4 = %index < broadcast<4>(%n)
    let %x: f64x4 = %A[%index; %on]
    %A[%index; %on] = %x * broadcast<4>(2.0)
    %s := %s + select(%x > broadcast<4>(2.0), %x, broadcast<4>(0.0))
  }
  return reduce_add(%s)
}
)");
  std::vector<double> a{1, 2, 3, 4, 5, 6};
  EXPECT_EQ(kernel(Slots().add(a).add(6)).real(), 18);
  EXPECT_EQ(a, (std::vector<double>{2, 4, 6, 8, 10, 12}));
}

TEST(Interpreter, ScatterLetsTheHighestLaneWin) {
  const Kernel kernel("func @f (%A: i64[1]) { %A[broadcast<4>(1)] = ramp<4>(10, 1) }");
  std::vector<std::int64_t> a{0, 0};
  kernel(Slots().add(a));
  EXPECT_EQ(a[1], 13);
}

TEST(Interpreter, ViewsSelectStepAndAddAxes) {
  const Kernel kernel(R"(
func @f (%A: i64[2], %out: i64[1]) -> (i64, i64) {
  let %row: i64[1] = view<i64[1]>(%A[1, %A.shape[1] - 1], axis(1, %A.shape[1], -1))
  let %wide: i64[2] = view<i64[2]>(%row[0], axis(new, 1, 0), axis(0, 2, 2))
  for %i in 0 .. 2 { %out[%i] = %wide[0, %i] }
  return %row.strides[0], %wide.shape[1]
}
)");
  const std::vector<std::int64_t> a{1, 2, 3, 4, 5, 6};
  const std::vector<std::int64_t> out(2);
  const Outcome r = kernel(Slots().add(a, 3).add(out));
  EXPECT_EQ(r.integer(0), -8);
  EXPECT_EQ(r.integer(1), 2);
  EXPECT_EQ(out, (std::vector<std::int64_t>{6, 4}));
}

TEST(Interpreter, CallsReturnSeveralValuesAndArrays) {
  const Kernel kernel(R"(
func @f (%A: i64[1]) -> (i64) {
  let (%T: i64[1], %n: i64) = call @tail(%A, 1)
  return %T[0] * 10 + %n
}
func @tail (%A: i64[1], %k: i64) -> (i64[1], i64) {
  return view<i64[1]>(%A[%k], axis(0, %A.shape[0] - %k, 1)), %A.shape[0] - %k
}
)");
  const std::vector<std::int64_t> a{4, 5, 6};
  EXPECT_EQ(kernel(Slots().add(a)).integer(), 52);
}

TEST(Interpreter, AllocatedMemoryLivesToTheEndOfItsBlock) {
  const Kernel kernel(R"(
func @f (%n: i64) -> (f64) {
  var %s: f64 = 0.0
  for parallel %k in 0 .. 3 {
    let %T: f64[2, C] = allocate(%n, 2)
    for %i in 0 .. %n { %T[%i, 1] = 1.0 }
  }
  let %T: f64[2, C] = allocate(%n, 2)
  for %i in 0 .. %n { %T[%i, 1] = 2.0 }
  for %i in 0 .. %n { %s := %s + %T[%i, 1] }
  return %s
}
)");
  EXPECT_EQ(kernel(Slots().add(5)).real(), 10);
  EXPECT_EQ(kernel(Slots().add(0)).real(), 0);
  EXPECT_EQ(kernel(Slots().add(INT64_MAX)).error(), "MemoryError at 0: ");
}

TEST(Interpreter, ErrorsCarrySiteArgumentsAndFrames) {
  const Kernel kernel(R"(
func @f "outer" (%A: f64[1], %k: i64) -> (f64) @"a.py":1:0 {
  let (%r: f64) = call @get(%A, %k) @2:11-2:20
  return %r
}
func @get "get" (%A: f64[1], %k: i64) -> (f64) @"b.py":5:0 {
  let %i: i64 = select(%k < 0, %k + %A.shape[0], %k)
  check 0 <= %i & %i < %A.shape[0] else IndexError "index {0} is out of bounds for size {1}, x = {2}" (%k, %A.shape[0], 0.5) @7:16-7:20
  return %A[%i]
}
)");
  const std::vector<double> a{1, 2, 3};
  EXPECT_EQ(kernel(Slots().add(a).add(-1)).real(), 3);
  const Outcome r = kernel(Slots().add(a).add(3));
  ASSERT_EQ(r.error(), "IndexError at 7: index {0} is out of bounds for size {1}, x = {2:f}");
  const Site& site = *r.context.error;
  EXPECT_EQ(site.argument_count, 3);
  EXPECT_EQ(r.context.arguments[0], 3);
  EXPECT_EQ(r.context.arguments[1], 3);
  EXPECT_EQ(site.column, 16);
  EXPECT_EQ(site.end_column, 20);
  EXPECT_STREQ(site.file, "b.py");
  EXPECT_STREQ(site.function, "get");
  ASSERT_EQ(r.context.frame_count, 1);
  EXPECT_EQ(r.context.frames[0]->line, 2);
  EXPECT_STREQ(r.context.frames[0]->file, "a.py");
  EXPECT_STREQ(r.context.frames[0]->function, "outer");
}

TEST(Interpreter, RecursionEndsInAnError) {
  const Kernel kernel(
      "func @f (%n: i64) -> (i64) { if %n == 0 { return 0 } let (%r: i64) = call @f(%n - 1) return %r + 1 }",
      {.recursion_limit = 200});
  EXPECT_EQ(kernel(Slots().add(150)).integer(), 150);
  const Outcome r = kernel(Slots().add(-1));
  EXPECT_EQ(r.error(), "RecursionError at 0: maximum recursion depth exceeded");
  EXPECT_EQ(r.context.frame_count, 200);
}

TEST(Interpreter, PollsWhenTheEpochAdvanced) {
  static int polls;
  polls = 0;
  const InterpreterOptions options{
      .poll = [](KernelContext*) -> std::int32_t { return ++polls < 3 ? kOk : kInterrupted; }};
  const Interpreter interpreter(ir::parse("func @f () { while true { poll } }"), options);
  const std::uint64_t epoch = 1;
  KernelContext context{.epoch = &epoch};
  EXPECT_EQ(interpreter.run(&context, nullptr, nullptr), kInterrupted);
  EXPECT_EQ(polls, 3);
}

TEST(Interpreter, MathFollowsTheFloatModel) {
  const Kernel kernel(
      "module float_model=strict func @f (%x: f64, %y: f32) -> (f64, f32) { return exp(%x), pow(%y, %y) }");
  const Outcome r = kernel(Slots().add(0.7).add(1.3f));
  EXPECT_EQ(r.real(0), std::exp(0.7));
  EXPECT_EQ(r.real32(1), std::pow(1.3f, 1.3f));
}

TEST(Interpreter, MathIsTheSameInEveryLane) {
  for (const std::string name : {"exp", "log", "sin", "tanh", "expm1", "erf"}) {
    const Kernel scalar("func @f (%x: f64) -> (f64) { return " + name + "(%x) }");
    const Kernel vector(R"(
func @f (%A: f64[1, C]) {
  for %i in 0 .. %A.shape[0] step 4 {
    let %at: i64x4 = ramp<4>(%i, 1)
    %A[%at] = )" + name +
                        R"((%A[%at])
  }
})");
    const std::vector<double> x{0.7, -0.3, 1e-300, 700.0, -1e5, std::nan(""), 0.0, -0.0};
    std::vector<double> y = x;
    vector(Slots().add(y));
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double one = scalar(Slots().add(x[i])).real();
      EXPECT_EQ(std::memcmp(&one, &y[i], 8), 0) << name << " " << x[i];
    }
  }
  const Kernel exp("func @f (%x: f64) -> (f64) { return exp(%x) }");
  EXPECT_NEAR(exp(Slots().add(0.7)).real() / std::exp(0.7), 1, 3e-16);
}

TEST(Interpreter, LookupReadsItsTable) {
  const Kernel kernel("table @t: f32 = [0.5, 1.5] func @f (%i: i32) -> (f32) { return lookup(@t, %i) }");
  EXPECT_EQ(kernel(Slots().add(1)).real32(), 1.5f);
  EXPECT_COMPLAINT(kernel.complaint(Slots().add(2)), "lookup of 2 in table t");
}

// -------------------------------------------------------------------------------------------- broken promises

TEST(Interpreter, CatchesAccessesOutOfBounds) {
  const std::vector<double> a{1, 2, 3};
  const Kernel read("func @f (%A: f64[1], %i: i64) -> (f64) { return %A[%i] }");
  EXPECT_COMPLAINT(read.complaint(Slots().add(a).add(3)), "index 3 of dimension 0 is out of bounds, length 3");
  EXPECT_COMPLAINT(read.complaint(Slots().add(a).add(-1)), "index -1 of dimension 0 is out of bounds, length 3");
  const Kernel write("func @f (%A: f64[1]) { %A[ramp<4>(0, 1)] = broadcast<4>(0.0) }");
  EXPECT_COMPLAINT(write.complaint(Slots().add(a)), "index 3 of dimension 0 is out of bounds");
  const Kernel view("func @f (%A: f64[1]) { let %v: f64[1] = view<f64[1]>(%A[1], axis(0, 3, 1)) }");
  EXPECT_COMPLAINT(view.complaint(Slots().add(a)), "a view from 1 to 3 of dimension 0, length 3");
}

TEST(Interpreter, CatchesAssumptionsThatDoNotHold) {
  const Kernel kernel("func @f (%A: f64[1], %B: f64[1]) { assume disjoint(%A, %B) }");
  const std::vector<double> a{1, 2, 3, 4};
  const auto part = [&](int from, std::int64_t n) {
    return Slots().add_array(a.data(), {2}, {8}).add_array(a.data() + from, {n}, {8});
  };
  EXPECT_EQ(kernel.complaint(part(2, 2)), "");
  EXPECT_EQ(kernel.complaint(part(1, 0)), "");
  EXPECT_COMPLAINT(kernel.complaint(part(1, 2)), "an assumption does not hold");
  EXPECT_COMPLAINT(kernel.complaint(Slots().add_array(a.data(), {2}, {8}).add_array(a.data() + 2, {2}, {-8})),
                   "an assumption does not hold");
}

TEST(Interpreter, CatchesArraysOfAnotherLayout) {
  const std::vector<double> a(6);
  const Kernel c("func @f (%A: f64[2, C]) { }");
  EXPECT_EQ(c.complaint(Slots().add_array(a.data(), {2, 3}, {24, 8})), "");
  EXPECT_EQ(c.complaint(Slots().add_array(a.data(), {1, 3}, {999, 8})), "");
  EXPECT_EQ(c.complaint(Slots().add_array(a.data(), {0, 3}, {999, 999})), "");
  EXPECT_COMPLAINT(c.complaint(Slots().add_array(a.data(), {2, 2}, {24, 8})),
                   "does not have the layout of its type f64[2, C]");
  const Kernel inner("func @f (%A: f64[2, inner]) { }");
  EXPECT_EQ(inner.complaint(Slots().add_array(a.data(), {2, 2}, {24, 8})), "");
  EXPECT_COMPLAINT(inner.complaint(Slots().add_array(a.data(), {2, 2}, {8, 16})), "does not have the layout");
}

TEST(Interpreter, CatchesDivisionsThatTheTypeCannotHold) {
  const Kernel kernel("func @f (%a: i64, %b: i64) -> (i64) { return quo(%a, %b) }");
  EXPECT_EQ(kernel(Slots().add(-7).add(2)).integer(), -3);
  EXPECT_COMPLAINT(kernel.complaint(Slots().add(1).add(0)), "integer division");
  EXPECT_COMPLAINT(kernel.complaint(Slots().add(INT64_MIN).add(-1)), "integer division");
  // A lane that is switched off may.
  const Kernel lanes(
      "func @f (%a: i64) -> (i64) { return reduce_add(select(ramp<2>(0, 1) != broadcast<2>(0), "
      "quo(broadcast<2>(%a), ramp<2>(0, 1)), broadcast<2>(0))) }");
  EXPECT_EQ(lanes(Slots().add(7)).integer(), 7);
}

TEST(Interpreter, CatchesParallelLoopsThatDepend) {
  const std::vector<double> a(8);
  const auto loop = [](const std::string& body) {
    return "func @f (%A: f64[1]) { for parallel %i in 0 .. 7 { " + body + " } }";
  };
  EXPECT_EQ(Kernel(loop("%A[%i] = %A[%i] + 1.0")).complaint(Slots().add(a)), "");
  EXPECT_EQ(Kernel(loop("let %x: f64 = %A[7]")).complaint(Slots().add(a)), "");
  EXPECT_COMPLAINT(Kernel(loop("%A[%i + 1] = %A[%i]")).complaint(Slots().add(a)), "race: this reads");
  EXPECT_COMPLAINT(Kernel(loop("%A[%i] = %A[%i + 1]")).complaint(Slots().add(a)), "race: this writes");
  EXPECT_COMPLAINT(Kernel(loop("%A[0] = 1.0")).complaint(Slots().add(a)), "race: this writes");
  EXPECT_COMPLAINT(Kernel(loop("for parallel %k in 0 .. 2 { %A[%k + %i] = 1.0 }")).complaint(Slots().add(a)), "race");
  EXPECT_EQ(Kernel(loop("%A[0] = 1.0"), {.find_races = false}).complaint(Slots().add(a)), "");
}

TEST(Interpreter, StopsAtTheStepLimit) {
  const Kernel kernel("func @f () { while true { } }", {.step_limit = 1000});
  EXPECT_COMPLAINT(kernel.complaint({}), "the step limit is reached");
}

}  // namespace
}  // namespace rooftop::backend::interp
