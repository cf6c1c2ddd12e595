// Long functions, whose blocks behind `likely` are functions of their own: the same results, memory, errors and frames.
#include <gtest/gtest.h>

#include <string>

#include "both_ways.h"

namespace rooftop::backend {
namespace {

using testing::buffer;
using testing::Buffer;
using testing::Compiled;
using testing::counted;
using testing::run_both_ways;

constexpr int kTimes = 100;  ///< times a block of a dozen statements makes a long function

std::string repeated(const std::string& block) {
  std::string text;
  for (int i = 0; i < kTimes; ++i) text += block;
  return text;
}

std::size_t rare_functions(const std::string& text) {
  const std::string name = "@py.f.rare";
  const std::string ir = Compiled(text).kernel().llvm_ir();
  std::size_t count = 0;
  for (std::size_t at = ir.find(name); at != std::string::npos; at = ir.find(name, at + 1)) {
    count += ir.compare(ir.rfind('\n', at) + 1, 6, "define") == 0 ? 1U : 0U;
  }
  return count;
}

std::vector<Buffer> numbers() { return {buffer(counted<double>(6), {6}, {1})}; }

/// Of @f: reads, assigns and stores what is outside. Runs when %n is not 3.
const std::string kBlock = R"(
  if likely(%n == 3) {
    %k := %k + 1
  } else {
    let %half: f64 = %s * 0.5
    for %i in 0 .. %A.shape[0] {
      let %t: f64 = %A[%i] + %half
      %A[%i] = %t * 0.25
      %s := %s + %t
      if %t > 4.0 {
        %k := %k + %i
      }
      let %z: c128 = complex(%s, %t)
      %c := %c + %z
      var %steps: i64 = 0
      while %steps < 2 {
        %steps := %steps + 1
      }
      let %x: f64 = %B[%i]
      %s := %s - %x
    }
    %B := %A
  }
)";
const std::string kHead = R"(func @f "f" (%A: f64[1], %n: i64) -> (f64, i64, f64, f64) {
  var %s: f64 = 1.0
  var %k: i64 = %n
  var %c: c128 = complex(0.0, 1.0)
  var %B: f64[1] = %A
)";
const std::string kTail = "  return %s, %k, real(%c), imag(%c)\n}\n";

TEST(Outlining, BlocksReadAssignAndStoreWhatIsOutside) {
  const std::string text = kHead + repeated(kBlock) + kTail;
  // One that cannot fail has no status to tell by.
  EXPECT_EQ(rare_functions(text), 0);
  const std::string failing = kHead + "  check %n >= 0 else ValueError \"negative\" @2:1\n" + repeated(kBlock) + kTail;
  EXPECT_EQ(rare_functions(failing), kTimes);
  for (const std::int64_t n : {3, 4, -1}) {
    run_both_ways(text, numbers(), {n});
    run_both_ways(failing, numbers(), {n});
  }
}

TEST(Outlining, ShortFunctionsStayWhole) {
  EXPECT_EQ(rare_functions(kHead + "  check %n >= 0 else ValueError \"negative\" @2:1\n" + kBlock + kTail), 0);
}

TEST(Outlining, BlocksInParallelLoops) {
  const std::string text = R"(func @f "f" (%A: f64[1], %n: i64) {
  for parallel %p in 0 .. %A.shape[0] {)" +
                           repeated(R"(
    if likely(%n == %p) {
      %A[%p] = %A[%p] + 1.0
    } else {
      var %s: f64 = 0.0
      for %j in 0 .. %p {
        let %a: f64 = %s * 0.5
        let %b: f64 = %a + 3.0
        let %c: f64 = %b * %a
        let %d: f64 = %c - %a
        let %e: f64 = %d + 0.125
        %s := %s * 0.25 + %e
        %s := %s * 0.5
      }
      %A[%p] = %A[%p] * 0.5 + %s
    })") + "\n  }\n}\n";
  const std::string ir = Compiled(text).kernel().llvm_ir();
  EXPECT_NE(ir.find("@py.f.parallel.rare"), std::string::npos);
  run_both_ways(text, numbers(), {2});
}

TEST(Outlining, BlocksThatLeaveStay) {
  const std::string leaving = R"(
  for %i in 0 .. %n {
    if likely(%i < 3) {
      %s := %s + 1.0
    } else {
      let %a: f64 = %s * 0.5
      let %b: f64 = %a + 3.0
      let %c: f64 = %b * %a
      let %d: f64 = %c - %a
      let %e: f64 = %d + 0.125
      let %g: f64 = %e + 0.125
      let %h: f64 = %g + 0.125
      let %l: f64 = %h + 0.125
      let %m: f64 = %l + 0.125
      %s := %m
      )";
  const std::string head =
      "func @f \"f\" (%n: i64) -> (f64) {\n  var %s: f64 = 1.0\n"
      "  check %n >= 0 else ValueError \"negative\" @2:1\n";
  for (const std::string last : {"break", "continue", "return %s"}) {
    const std::string text = head + repeated(leaving + last + "\n    }\n  }\n") + "  return %s\n}\n";
    EXPECT_EQ(rare_functions(text), 0) << last;
    for (const std::int64_t n : {0, 3, 6}) run_both_ways(text, {}, {n});
  }
  // A loop's own jumps do not leave the block.
  const std::string own = head + repeated(R"(
  if likely(%n < 3) {
    %s := %s + 1.0
  } else {
    for %i in 0 .. %n {
      if %i > 4 {
        break
      }
      if %i == 2 {
        continue
      }
      let %a: f64 = %s * 0.5
      let %b: f64 = %a + 3.0
      let %c: f64 = %b * 0.125
      let %d: f64 = %c - %a
      %s := %s * 0.5 + %d
    }
  })") + "\n  return %s\n}\n";
  EXPECT_EQ(rare_functions(own), kTimes);
  for (const std::int64_t n : {0, 3, 6}) run_both_ways(own, {}, {n});
}

TEST(Outlining, FailuresKeepTheirPlaceAndFreeMemory) {
  const std::string text = R"(func @f "f" (%A: f64[1], %n: i64) -> (f64) {
  var %s: f64 = 1.0
  let %own: f64[1, C] = allocate(%n + 4)
)" + repeated(R"(
  if likely(%n == 3) {
    %s := %s + 1.0
  } else {
    let %u: f64[1, C] = allocate(%n + 40)
    %u[0] = %s
    for %i in 0 .. %n {
      check %i < %A.shape[0] else IndexError "index {0} is out of bounds for axis {1} with size {2}" (%i, 0, %A.shape[0]) @7:8
      let %a: f64 = %A[%i] * 0.5
      let %b: f64 = %a + %u[0]
      let (%g: f64) = call @g(%b, %n) @8:3
      let %c: f64 = %g * 0.125
      let %d: f64 = %c - %a
      %s := %s * 0.5 + %d
    }
    poll
  })") + R"(
  return %s
}
func @g "g" (%x: f64, %n: i64) -> (f64) {
  check %n != 5 else ValueError "{0} is refused" (%n) @20:1
  return %x + 1.0
}
)";
  EXPECT_EQ(rare_functions(text), kTimes);
  const Compiled compiled(text);
  for (const std::int64_t n : {3, 4, 5, 7}) {
    run_both_ways(text, numbers(), {n});
    const std::vector<double> elements = counted<double>(6);
    const testing::Outcome outcome = compiled(testing::Slots().add(elements).add(n));
    EXPECT_EQ(outcome.status, n == 5 || n == 7 ? kRaised : kOk);
    if (n == 5) {
      ASSERT_EQ(outcome.context.frame_count, 1);
      EXPECT_EQ(outcome.context.frames[0]->line, 8);
    }
    if (n == 7) {
      EXPECT_EQ(outcome.context.error->line, 7);
    }
  }
}

}  // namespace
}  // namespace rooftop::backend
