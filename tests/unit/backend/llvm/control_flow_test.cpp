// Loops, calls, failures, polls, scratch memory and parallel loops.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "both_ways.h"

namespace rooftop::backend {
namespace {

using testing::buffer;
using testing::Compiled;
using testing::counted;
using testing::Outcome;
using testing::Result;
using testing::run_both_ways;
using testing::Slots;
using testing::TestRuntime;

TEST(ControlFlow, LoopsOfEveryStep) {
  const std::string head = "func @f (%a: i64, %b: i64) -> (i64, i64) {\n  var %n: i64 = 0\n  var %s: i64 = 0\n";
  const std::string tail = " {\n    %n := %n + 1\n    %s := %s * 3 + %i\n  }\n  return %n, %s\n}\n";
  for (const std::int64_t step : {1, -1, 2, 3, 7, -2, -5}) {
    for (const std::int64_t a : {-7, 0, 1, 10}) {
      for (const std::int64_t b : {-7, -6, 0, 1, 2, 10, 11, 24}) {
        run_both_ways(head + "  for %i in %a .. %b step " + std::to_string(step) + tail, {}, {a, b});
      }
    }
  }
  // Near the ends of the range, where begin + step would wrap.
  const std::int64_t top = INT64_MAX;
  run_both_ways(head + "  for %i in %a .. %b step 4" + tail, {}, {top - 9, top});
  run_both_ways(head + "  for %i in %a .. %b" + tail, {}, {top - 3, top});
  run_both_ways(head + "  for %i in %a .. %b step -4" + tail, {}, {-top + 9, -top - 1});
  const Outcome far =
      Compiled(head + "  for %i in %a .. %b step 9223372036854775807" + tail)(Slots().add(-top - 1).add(top));
  EXPECT_EQ(far.integer(), 3);
}

TEST(ControlFlow, BreakAndContinueInNests) {
  run_both_ways(R"(
func @f (%n: i64) -> (i64) {
  var %s: i64 = 0
  var %i: i64 = 0
  while true {
    %i := %i + 1
    if floormod(%i, 3) == 0 {
      continue
    }
    if %i > %n {
      break
    }
    for %j in 0 .. %i {
      if %j == 5 {
        break
      }
      if floormod(%j, 2) == 0 {
        continue
      }
      var %k: i64 = %j
      while %k > 0 {
        %k := %k - 2
        if %k == 1 {
          continue
        }
        %s := %s + %k
      }
    } 
    %s := %s + %i
  }
  return %s
}
)",
                {}, {20});
}

TEST(ControlFlow, ReturnsFromInsideALoopAndBothBranches) {
  for (const std::int64_t n : {-1, 0, 3, 50}) {
    run_both_ways(R"(
func @f (%n: i64) -> (i64) {
  for %i in 0 .. 100 {
    if %i * %i > %n {
      if %i > 2 {
        return %i
      } else {
        return 0 - %i
      }
    }
  }
  return 1000
}
)",
                  {}, {n});
  }
}

TEST(ControlFlow, CallsPassEveryTypeAndViews) {
  run_both_ways(R"(
func @f (%x: f64[2], %c: c128, %b: bool) -> (c128, bool, f64) {
  let (%p: c128, %q: bool, %m: f64[1]) = call @g(%x, %c * %c, !%b)
  let (%t: f64) = call @total(%m)
  call @fill(%m, %t)
  return %p, %q, %t
}
func @g (%x: f64[2], %c: c128, %b: bool) -> (c128, bool, f64[1]) {
  return conj(%c), %b, view<f64[1]>(%x[0, 2], axis(0, %x.shape[0], 1))
}
func @total (%v: f64[1]) -> (f64) {
  var %s: f64 = 0.0
  for %i in 0 .. %v.shape[0] {
    %s := %s + %v[%i]
  }
  return %s
}
func @fill (%v: f64[1], %a: f64) {
  for %i in 0 .. %v.shape[0] {
    %v[%i] = %a
  }
}
)",
                {buffer(counted<double>(12), {4, 3}, {3, 1})}, {0, 0, 1});
}

constexpr const char* kMutual = R"(
func @even "even" (%n: i64) -> (i64) {
  if %n == 0 {
    return 1
  }
  let (%r: i64) = call @odd(%n - 1) @3:4
  return %r
}
func @odd "odd" (%n: i64) -> (i64) {
  if %n == 0 {
    return 0
  }
  let (%r: i64) = call @even(%n - 1) @8:4
  return %r
}
)";

TEST(ControlFlow, MutualRecursion) {
  EXPECT_EQ(Compiled(kMutual)(Slots().add(100)).integer(), 1);
  EXPECT_EQ(Compiled(kMutual)(Slots().add(101)).integer(), 0);
}

TEST(ControlFlow, RecursionTooDeepRaises) {
  const Compiled compiled(kMutual);
  for (int i = 0; i < 3; ++i) {
    const Outcome outcome = compiled(Slots().add(std::int64_t{1} << 60));
    ASSERT_EQ(outcome.status, kRaised);
    EXPECT_EQ(outcome.context.error->kind, ExceptionKind::RecursionError);
    EXPECT_STREQ(outcome.context.error->message, "maximum recursion depth exceeded");
    EXPECT_GT(outcome.context.frame_count, 1000);
    EXPECT_TRUE(outcome.context.frames[0]->line == 3 || outcome.context.frames[0]->line == 8);
  }
}

TEST(ControlFlow, RaiseCarriesSiteArgumentsAndFrames) {
  const std::string text = R"(
func @outer "outer" (%x: f64[1], %i: i64) -> (f64) {
  let (%r: f64) = call @middle(%x, %i) @12:3
  return %r
}
func @middle "Shape.middle" (%x: f64[1], %i: i64) -> (f64) {
  let (%r: f64) = call @inner(%x, %i) @7:9
  return %r
}
func @inner "inner" (%x: f64[1], %i: i64) -> (f64) {
  let %k: i64 = select(%i < 0, %i + %x.shape[0], %i)
  check 0 <= %k & %k < %x.shape[0] else IndexError "index {0} is out of bounds for axis {1} with size {2}: {3:f}" (%i, 0, %x.shape[0], 2.5) @4:16
  if %x[%k] == 3.0 {
    raise ValueError "three" @5:2
  }
  return %x[%k]
}
)";
  for (const std::int64_t i : {0, 2, 4, -1, -5, -6, 5, 99}) {
    run_both_ways(text, {buffer(counted<double>(5), {5}, {1})}, {i});
  }
  const std::vector<double> x = counted<double>(5);
  const Compiled compiled(text);
  const Outcome r = compiled(Slots().add(x).add(-6));
  ASSERT_EQ(r.status, kRaised);
  const Site& site = *r.context.error;
  EXPECT_EQ(site.kind, ExceptionKind::IndexError);
  EXPECT_EQ(site.line, 4);
  EXPECT_EQ(site.column, 16);
  EXPECT_STREQ(site.function, "inner");
  EXPECT_EQ(site.argument_count, 4);
  EXPECT_EQ(r.context.arguments[0], -6);
  EXPECT_EQ(r.context.arguments[2], 5);
  double last = 0;
  std::memcpy(&last, &r.context.arguments[3], sizeof last);
  EXPECT_EQ(last, 2.5);
  ASSERT_EQ(r.context.frame_count, 2);
  EXPECT_EQ(r.context.frames[0]->line, 7);
  EXPECT_STREQ(r.context.frames[0]->function, "Shape.middle");
  EXPECT_EQ(r.context.frames[1]->line, 12);
  EXPECT_STREQ(r.context.frames[1]->function, "outer");
}

TEST(ControlFlow, PollInterruptsAnEndlessLoop) {
  const Compiled compiled(R"(
func @f "f" (%x: f64[1]) {
  while true {
    %x[0] = %x[0] + 1.0
    poll @9:1
  }
}
)");
  std::vector<double> x{0};
  Outcome outcome;
  TestRuntime::interrupt = false;
  TestRuntime::polls = 0;
  TestRuntime::epoch = 0;
  static_assert(sizeof(TestRuntime::epoch) == sizeof(std::uint64_t));
  Compiled shared = compiled;
  shared.set_epoch(reinterpret_cast<const volatile std::uint64_t*>(&TestRuntime::epoch));
  std::thread clock([] {
    for (int i = 0; i < 20; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      if (i == 15) TestRuntime::interrupt = true;
      ++TestRuntime::epoch;
    }
  });
  shared.run(Slots().add(x), outcome);
  clock.join();
  EXPECT_EQ(outcome.status, kInterrupted);
  EXPECT_GE(TestRuntime::polls, 2);
  ASSERT_EQ(outcome.context.frame_count, 1);
  EXPECT_EQ(outcome.context.frames[0]->line, 9);
  EXPECT_GT(x[0], 0);
  TestRuntime::interrupt = false;
}

TEST(ControlFlow, ScratchArraysAreFreedOnEveryWayOut) {
  const std::string text = R"(
func @f (%n: i64, %how: i64) -> (f64) {
  var %s: f64 = 0.0
  for %i in 0 .. 3 {
    let %t: f64[2, C] = allocate(%n, 3)
    for %j in 0 .. %n {
      let %u: f64[1, C] = allocate(%j + 1)
      let %v: f64[1, C] = allocate(4)
      for %k in 0 .. %j + 1 {
        %u[%k] = cast<f64>(%k)
      }
      %v[0] = %u[%j]
      %t[%j, 2] = %v[0]
      if %j == 2 & %how == 1 {
        break
      }
      if %j == 1 & %how == 2 {
        continue
      }
      if %j == 3 & %how == 3 {
        return %s
      }
      check !(%j == 3 & %how == 4) else ValueError "four"
      if %how == 5 {
        let (%r: f64) = call @fails(%u)
        %s := %s + %r
      }
      %s := %s + %t[%j, 2]
    }
  }
  return %s
}
func @fails (%u: f64[1, C]) -> (f64) {
  check %u.shape[0] < 3 else ValueError "long"
  return 1.0
}
)";
  for (std::int64_t how = 0; how <= 5; ++how) run_both_ways(text, {}, {5, how});
  const Compiled compiled(text);
  TestRuntime::fail_allocations_above = 30;
  EXPECT_EQ(compiled(Slots().add(1).add(0)).error(), "ok");
  EXPECT_EQ(compiled(Slots().add(2).add(0)).error().substr(0, 11), "MemoryError");
  EXPECT_EQ(TestRuntime::live_bytes, 0);
  TestRuntime::fail_allocations_above = INT64_MAX;
  EXPECT_EQ(compiled(Slots().add(std::int64_t{1} << 61).add(0)).error().substr(0, 11), "MemoryError");
  EXPECT_EQ(TestRuntime::live_bytes, 0);
}

TEST(ControlFlow, CountedArraysEndWithTheirLastReference) {
  const Compiled compiled(R"(
func @f "f" (%n: i64, %rounds: i64) -> (f64[1, C], i64) {
  let (%first: f64[1, C], %first.owner: i64) = create(%n)
  %first[0] = 1.0
  var %now: f64[1, C] = %first
  var %owner: i64 = %first.owner
  for %i in 0 .. %rounds {
    let (%next: f64[1, C], %o: i64) = create(%n)
    %next[0] = %now[0] * 2.0
    retain %o
    retain 0
    release %owner
    release %o
    %now := %next
    %owner := %o
  }
  return %now, %owner
}
)");
  const Outcome outcome = compiled(Slots().add(4).add(10));
  EXPECT_EQ(outcome.error(), "ok");
  auto* const owner = reinterpret_cast<backend::OwnedArray*>(outcome.integer(3));
  EXPECT_EQ(owner->data, reinterpret_cast<void*>(outcome.integer(0)));
  EXPECT_EQ(*static_cast<double*>(owner->data), 1024.0);
  EXPECT_EQ(owner->references, 1);
  EXPECT_EQ(TestRuntime::live_bytes, 32);
  TestRuntime::release(nullptr, owner);
  EXPECT_EQ(TestRuntime::live_bytes, 0);
  EXPECT_EQ(compiled(Slots().add(std::int64_t{1} << 61).add(0)).error().substr(0, 11), "MemoryError");
}

constexpr const char* kParallel = R"(
func @f "f" (%x: f64[2], %out: f64[1, C], %scale: f64, %b: bool, %c: c64) {
  var %m: i64 = 2
  %m := %m + 1
  let %first: f64[1] = view<f64[1]>(%x[0, 0], axis(0, %x.shape[0], 1))
  for parallel %i in 0 .. %x.shape[0] {
    if floormod(%i, 7) == 6 {
      continue
    }
    let %t: f64[1, C] = allocate(%x.shape[1])
    for %j in 0 .. %x.shape[1] {
      %t[%j] = %x[%i, %j] * %scale
    }
    var %s: f64 = %first[%i]
    for %j in 0 .. %x.shape[1] {
      %s := %s + %t[%j] * cast<f64>(%m)
    }
    %out[%i] = select(%b, %s, cast<f64>(real(%c))) + cast<f64>(imag(%c))
  }
  for parallel %i in 40 .. 2 step -3 {
    %out[%i] = %out[%i] + 0.5
  }
}
)";

TEST(ControlFlow, ParallelLoopsRunInAnyOrderAndOnThreads) {
  const auto x = counted<double>(150);
  const Result run = run_both_ways(
      kParallel, {buffer(x, {50, 3}, {3, 1}), buffer(counted<double>(50), {50}, {1})},
      {std::bit_cast<std::int64_t>(2.5), 1, std::bit_cast<std::int32_t>(1.5f), std::bit_cast<std::int32_t>(2.0f)});
  const Compiled threaded(kParallel, {}, true);
  std::vector<double> out = counted<double>(50);
  const std::int64_t scale = std::bit_cast<std::int64_t>(2.5);
  EXPECT_EQ(threaded(Slots().add(x, 3).add(out).add(scale).add(true).add(1.5f).add(2.0f)).error(), "ok");
  EXPECT_EQ(out, run.elements<double>(1));
}

TEST(ControlFlow, ParallelBodiesFail) {
  const Compiled compiled(R"(
func @f "f" (%out: f64[1, C], %n: i64) {
  for parallel %i in 0 .. %out.shape[0] {
    let %t: f64[1, C] = allocate(%n + %i)
    %t[0] = 1.0
    %out[%i] = %t[0]
  }
}
)");
  std::vector<double> out(8);
  TestRuntime::fail_allocations_above = 72;
  EXPECT_EQ(compiled(Slots().add(out).add(2)).error(), "ok");
  EXPECT_EQ(out[7], 1.0);
  EXPECT_EQ(compiled(Slots().add(out).add(3)).error().substr(0, 11), "MemoryError");
  TestRuntime::fail_allocations_above = INT64_MAX;
  EXPECT_EQ(TestRuntime::live_bytes, 0);
}

TEST(ControlFlow, OverflowChecksShareTheirAddition) {
  const Compiled compiled(R"(
func @f (%a: i64, %b: i64) -> (i64) {
  check !add_overflows(%a, %b) else OverflowError "integer overflow"
  let %s: i64 = %a + %b
  let %d: i64 = %s - %b
  check !sub_overflows(%s, %b) else OverflowError "integer overflow"
  check !mul_overflows(%s, %d) else OverflowError "integer overflow"
  return %s * %d
}
)");
  EXPECT_EQ(compiled(Slots().add(5).add(-7)).integer(), -10);
  EXPECT_EQ(compiled(Slots().add(INT64_MAX).add(1)).status, kRaised);
  EXPECT_EQ(compiled(Slots().add(INT64_MAX).add(0)).status, kRaised);
  const std::string text = compiled.kernel().llvm_ir();
  EXPECT_EQ(text.find(" = add i64"), std::string::npos) << text;
  EXPECT_EQ(text.find(" = sub i64"), std::string::npos) << text;
  EXPECT_EQ(text.find(" = mul i64"), std::string::npos) << text;
}

}  // namespace
}  // namespace rooftop::backend
