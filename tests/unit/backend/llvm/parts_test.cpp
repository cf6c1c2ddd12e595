// Large modules, whose code several threads generate in parts that are linked to each other.
#include <gtest/gtest.h>

#include <string>

#include "compiled.h"
#include "rooftop/base/errors.h"

namespace rooftop::backend {
namespace {

using testing::Compiled;
using testing::Slots;
using testing::TestRuntime;

/// A function that nobody can shorten: so many steps, each of a few instructions, with a constant of its own.
std::string long_function(const std::string& name, int steps, int seed) {
  std::string text = "func @" + name + " \"" + name + "\" (%x: i64) -> (i64) {\n  var %y: i64 = %x\n";
  for (int i = 0; i < steps; ++i) {
    const std::string number = std::to_string(i * 7 + seed);
    text += "  %y := (%y ^ " + number + ") * 3 + %x\n";
  }
  return text + "  check %y != 77 else ValueError \"{0} is refused\" (%x) @3:4\n  return %y\n}\n";
}

std::int64_t value(int steps, int seed, std::int64_t x) {
  auto y = static_cast<std::uint64_t>(x);
  for (int i = 0; i < steps; ++i)
    y = (y ^ static_cast<std::uint64_t>(i * 7 + seed)) * 3 + static_cast<std::uint64_t>(x);
  return static_cast<std::int64_t>(y);
}

constexpr int kSteps = 1500;

std::string three_functions() {
  return "func @f (%x: i64) -> (i64) {\n"
         "  let (%a: i64) = call @g(%x)\n  let (%b: i64) = call @h(%x)\n  let (%c: i64) = call @k(%x)\n"
         "  return %a + 3 * %b + 5 * %c\n}\n" +
         long_function("g", kSteps, 1) + long_function("h", kSteps, 2) + long_function("k", kSteps, 3);
}

std::int64_t wrapped(std::int64_t a, std::int64_t b, std::int64_t c) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + 3 * static_cast<std::uint64_t>(b) +
                                   5 * static_cast<std::uint64_t>(c));
}

TEST(Parts, FunctionsOfSeveralPartsCallEachOther) {
  TestRuntime::most_tasks = 0;
  const Compiled compiled(three_functions());
  EXPECT_EQ(TestRuntime::most_tasks, 3);
  for (const std::int64_t x : {0L, 1L, -5L, 123456789L}) {
    EXPECT_EQ(compiled(Slots().add(x)).integer(),
              wrapped(value(kSteps, 1, x), value(kSteps, 2, x), value(kSteps, 3, x)));
  }
}

TEST(Parts, SmallModulesAreWhole) {
  TestRuntime::most_tasks = 0;
  const Compiled compiled(long_function("g", 20, 1) + long_function("h", 20, 2));
  EXPECT_EQ(compiled(Slots().add(4)).integer(), value(20, 1, 4));
  EXPECT_EQ(TestRuntime::most_tasks, 0);
}

TEST(Parts, ErrorsOfAnotherPartKeepTheirPlaces) {
  // x is its own value after no step: the check of @h fails.
  const Compiled compiled(
      "func @f (%x: i64) -> (i64) {\n  let (%a: i64) = call @g(%x)\n"
      "  let (%b: i64) = call @h(%x) @9:2\n  return %a + %b\n}\n" +
      long_function("g", kSteps, 1) + long_function("k", kSteps, 3) +
      "func @h \"h\" (%x: i64) -> (i64) {\n  check %x != 77 else ValueError \"{0} is refused\" (%x) "
      "@3:4\n  return %x\n}\n");
  const testing::Outcome outcome = compiled(Slots().add(77));
  EXPECT_EQ(outcome.status, kRaised);
  ASSERT_NE(outcome.context.error, nullptr);
  EXPECT_EQ(outcome.context.error->line, 3);
  EXPECT_EQ(outcome.context.arguments[0], 77);
  ASSERT_EQ(outcome.context.frame_count, 1);
  EXPECT_EQ(outcome.context.frames[0]->line, 9);
}

TEST(Parts, ParallelLoopsOfLongFunctionsRun) {
  std::string text = "func @f (%A: f64[1]) {\n";
  constexpr int kLoops = 200;
  for (int i = 0; i < kLoops; ++i) {
    text += "  for parallel %i in 0 .. %A.shape[0] {\n    %A[%i] = %A[%i] * 0.5 + " + std::to_string(i) + ".0\n  }\n";
  }
  text += "}\n";
  TestRuntime::most_tasks = 0;
  const Compiled compiled(text, {}, true);
  EXPECT_GT(TestRuntime::most_tasks, 1);
  std::vector<double> numbers(37, 1.0);
  double expected = 1.0;
  for (int i = 0; i < kLoops; ++i) expected = expected * 0.5 + i;
  compiled(Slots().add_array(numbers.data(), {37}, {8}));
  EXPECT_EQ(numbers, std::vector<double>(37, expected));
}

TEST(Parts, TheTextsAreOfTheWholeModule) {
  const Compiled compiled(three_functions());
  EXPECT_NE(compiled.kernel().llvm_ir().find("@py.h"), std::string::npos);
  EXPECT_NE(compiled.kernel().assembly().find("py.k"), std::string::npos);
}

}  // namespace
}  // namespace rooftop::backend
