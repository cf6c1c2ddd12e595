// What remarks become for people, and where the roofline is.
#include "rooftop/profile/explain.h"

#include <gtest/gtest.h>

#include "rooftop/ir/parse.h"
#include "rooftop/profile/ceilings.h"
#include "rooftop/profile/memory_loops.h"
#include "rooftop/profile/quantity.h"

namespace rooftop::profile {
namespace {

using opt::Remark;

constexpr const char* kNest = R"(
func @f "f" (%A: f64[2, C]) @"m.py":1:0-4:30 {
  for %i in 0 .. %A.shape[0] @2:2-4:30 {
    for %j in 0 .. %A.shape[1] @3:4-4:30 { %A[%i, %j] = 0.0 @4:6-4:30 }
  }
})";

const SourceLocation kOuter = location_in("m.py", 2, 2, 4, 30);
const SourceLocation kInner = location_in("m.py", 3, 4, 4, 30);

Remark done(std::string_view pass, const SourceLocation& at, std::string text) {
  return {Remark::Kind::Done, pass, at, std::move(text)};
}
Remark missed(std::string_view pass, const SourceLocation& at, std::string text) {
  return {Remark::Kind::Missed, pass, at, std::move(text)};
}

/// "LINE +what: text" for each note.
std::vector<std::string> notes(const std::vector<Remark>& remarks, const char* source = kNest) {
  const ir::Module module = ir::parse(source);
  std::vector<std::string> texts;
  for (const NotedLine& line : notes_of(remarks, module, module, opt::Machine{})) {
    for (const Note& note : line.notes) {
      texts.push_back(std::to_string(line.location.line) + (note.done ? " +" : " -") + note.what + ": " + note.text);
    }
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST(Notes, WhatOneVersionOfALoopBecameOutweighsTheOthersReason) {
  EXPECT_EQ(notes({missed("vectorise", kInner, "it may raise"), done("vectorise", kInner, "8 rounds at once")}),
            Texts{"3 +vectorised: 8 rounds at once"});
}

TEST(Notes, OfSeveralReasonsTheFirstIsGiven) {
  EXPECT_EQ(notes({missed("vectorise", kInner, "first"), missed("vectorise", kInner, "second")}),
            Texts{"3 -not vectorised: first"});
}

TEST(Notes, OneReasonForTwoThingsIsGivenOnce) {
  EXPECT_EQ(notes({missed("parallel", kInner, "why"), missed("vectorise", kInner, "why")}),
            Texts{"3 -not parallel, not vectorised: why"});
}

TEST(Notes, InsideAParallelLoopNothingElseNeedsToBeParallel) {
  EXPECT_EQ(notes({done("parallel", kOuter, "yes"), missed("parallel", kInner, "no")}), Texts{"2 +parallel: yes"});
}

TEST(Notes, OfANestThatIsScheduledWholeOnlyTheScheduleCounts) {
  EXPECT_EQ(
      notes({done("contract", kOuter, "tiles"), missed("vectorise", kInner, "no"), done("ranges", kOuter, "gone")}),
      (Texts{"2 +: tiles", "2 +: gone"}));
}

TEST(Notes, PassesThatNobodyNamedGoByTheirNames) {
  EXPECT_EQ(notes({done("tile", kOuter, "32 x 32"), missed("fuse", kOuter, "why")}),
            (Texts{"2 +tile: 32 x 32", "2 -no fuse: why"}));
}

TEST(Notes, LinesComeInTheirOrder) {
  const auto texts = notes({missed("vectorise", kInner, "b"), missed("parallel", kOuter, "a")});
  EXPECT_EQ(texts, (Texts{"2 -not parallel: a", "3 -not vectorised: b"}));
}

TEST(Notes, AnInnermostLoopThatNoPassSpokeOfIsExplainedByItself) {
  const char* source = R"(
func @f "f" (%x: f64) @"m.py":1:0-3:20 {
  var %y: f64 = %x
  while %y > 1.0 @2:2-3:20 { %y := %y * 0.5 @3:4-3:20 }
})";
  EXPECT_EQ(notes({}, source), Texts{"2 -not vectorised: each round of a while loop decides whether there is another"});
}

Counts counts(double flops, double read, double written) {
  Counts c;
  c.flops.f64 = flops;
  c.traffic = {{0, read, written, false}};
  return c;
}

TEST(Roofline, TheSlowerOfComputeAndMemoryIsTheLimit) {
  const Ceilings ceilings{1, 1e9, 0, 1e9, 1e9, 4e9};
  const Roofline compute = roofline(counts(2e9, 1e9, 0), ceilings);
  EXPECT_EQ(compute.limit, Roofline::Limit::Compute);
  EXPECT_DOUBLE_EQ(compute.seconds, 2);
  const Roofline memory = roofline(counts(1e9, 3e9, 0), ceilings);
  EXPECT_EQ(memory.limit, Roofline::Limit::Memory);
  EXPECT_DOUBLE_EQ(memory.seconds, 3);
}

TEST(Roofline, WritesCostWhatTheTriadTakesBeyondItsReads) {
  const Ceilings ceilings{1, 0, 0, 2e9, 1e9, 0};  // three streams in 3 s, two of them read in 1 s
  EXPECT_DOUBLE_EQ(roofline(counts(0, 2e9, 1e9), ceilings).seconds, 3);
}

TEST(Roofline, ArraysInTheCacheDoNotWaitForMemory) {
  const Ceilings ceilings{1, 1e12, 0, 1e9, 1e9, 4e9};
  const Roofline cache = roofline(counts(10, 4000, 4000), ceilings);
  EXPECT_EQ(cache.limit, Roofline::Limit::Cache);
  EXPECT_DOUBLE_EQ(cache.seconds, 2e-6);
}

TEST(Roofline, NothingToCountHasNoLimit) {
  EXPECT_EQ(roofline(counts(0, 0, 0), {1, 1, 1, 1, 1, 1}).limit, Roofline::Limit::None);
}

TEST(Quantity, ThreeDigitsAndAPrefix) {
  EXPECT_EQ(quantity(0, "flop"), "0 flop");
  EXPECT_EQ(quantity(999, "B"), "999 B");
  EXPECT_EQ(quantity(2.147e9, "flop"), "2.15 Gflop");
  EXPECT_EQ(quantity(24e6, "B"), "24 MB");
  EXPECT_EQ(quantity(999600, "B"), "1.00 MB");
  EXPECT_EQ(duration(85e-9), "85 ns");
  EXPECT_EQ(duration(0.00192), "1.92 ms");
  EXPECT_EQ(percentage(0.834), "83%");
  EXPECT_EQ(percentage(0.0045), "0.45%");
}

TEST(Explain, LinesQuoteTheSourceAndFold) {
  const std::string text = explain(
      {"f", "(int)", {{kInner, {{false, "not vectorised", std::string(60, 'a') + " " + std::string(60, 'b')}}}}, {}},
      [](std::string_view file, int line) { return std::string(file) + " has line " + std::to_string(line); });
  EXPECT_EQ(text, "f(int)\n  m.py:3: m.py has line 3\n    - not vectorised: " + std::string(60, 'a') + "\n      " +
                      std::string(60, 'b') + "\n  not called yet: no call to count and to time\n");
}

TEST(MemoryLoops, CachedReadsSum) {
  struct alignas(64) Block {
    double values[4 * kCacheBlock];
  };
  Block block;
  for (std::size_t i = 0; i < 4 * kCacheBlock; ++i) block.values[i] = static_cast<double>(i);
  EXPECT_EQ(read_cache(block.values, 4 * kCacheBlock), 255 * 256 / 2);
}

TEST(Ceilings, SmallArraysAreReadFasterThanMemory) {
  const double cached = measure_cache(16 << 10, 1);
  EXPECT_GT(cached, 1e9);
  EXPECT_LT(cached, 1e13);
}

}  // namespace
}  // namespace rooftop::profile
