// Which rounds of a loop may run at once, and which in lockstep.
#include "rooftop/opt/dependence.h"

#include <gtest/gtest.h>

#include "loops_text.h"

namespace rooftop::opt {
namespace {

bool independent(std::string_view body) {
  const LoopInText text(body);
  std::string why_not;
  const bool answer = rounds_are_independent(text.loop, text.facts, why_not);
  EXPECT_EQ(answer, why_not.empty()) << "a refusal has a reason: " << why_not;
  return answer;
}

bool lockstep(std::string_view body) {
  const LoopInText text(body);
  std::string why_not;
  return rounds_run_in_lockstep(text.loop, text.facts, why_not);
}

TEST(Independent, RoundsThatTouchTheirOwnElements) {
  EXPECT_TRUE(independent("for %i in 0 .. %n { %X[%i] = %X[%i] + 1.0 }"));
  EXPECT_TRUE(independent("for %i in 0 .. %n { %X[%i + %m] = 2.0 * %X[%i + %m] }"));
  EXPECT_TRUE(independent("for %i in 0 .. %n { for %j in 0 .. %m { %A[%i, %j] = %A[%i, 0] } }"));
}

TEST(Independent, NotWhenARoundReadsWhatAnotherWrites) {
  EXPECT_FALSE(independent("for %i in 0 .. %n { %X[%i] = %X[%i + 1] }"));
  EXPECT_FALSE(independent("for %i in 0 .. %n { %X[0] = %x }"));
  EXPECT_FALSE(independent("for %i in 0 .. %n { %X[%i * 2] = %X[%i] }"));
  EXPECT_FALSE(independent("for %i in 0 .. %n { for %j in 0 .. %m { %A[%j, 0] = cast<f64>(%i) } }"));
  EXPECT_FALSE(independent("for %i in 0 .. %n { for %j in 0 .. %m { %X[%i + %j] = %x } }"));
}

TEST(Independent, InterleavedElementsAreApart) {
  EXPECT_TRUE(independent("for %i in 0 .. %n { %X[2 * %i] = %X[2 * %i + 1] }"));
  EXPECT_TRUE(independent("for %i in 0 .. %n { %X[3 * %i] = %X[3 * %i - 2] }"));
  EXPECT_FALSE(independent("for %i in 0 .. %n { %X[2 * %i] = %X[2 * %i + 4] }"));
}

TEST(Independent, RowsThatAreNeverTheSame) {
  EXPECT_TRUE(independent("for %j in 0 .. %n { %A[0, %j] = %A[1, 0] }"));
  EXPECT_FALSE(independent("for %j in 0 .. %n { %A[%m, %j] = %A[1, 0] }"));
}

TEST(Independent, OnlyWithArraysThatDoNotOverlap) {
  EXPECT_FALSE(independent("for %i in 0 .. %n { %X[%i] = %Y[%i] }"));
  EXPECT_TRUE(independent("assume disjoint(%X, %Y)\nfor %i in 0 .. %n { %X[%i] = %Y[%m] }"));
}

TEST(Independent, OnlyWithDistinctElements) {
  EXPECT_FALSE(independent("for %i in 0 .. %n { %S[%i] = 0.0 }")) << "a stride of zero";
}

TEST(Independent, SubscriptsThroughLets) {
  EXPECT_TRUE(independent("for %i in 0 .. %n { let %t: i64 = %i + %m\nlet %v: f64 = %X[%t]\n%X[%t] = %v }"));
  EXPECT_FALSE(independent("for %i in 0 .. %n { let %t: i64 = floordiv(%i, 2)\n%X[%t] = %x }"));
}

TEST(Independent, NotBySubscriptsFromMemoryOrVariables) {
  EXPECT_FALSE(independent("assume disjoint(%X, %I)\nfor %i in 0 .. %n { %X[%I[%i]] = %x }"));
  EXPECT_FALSE(independent("for %i in 0 .. %n { var %k: i64 = %i\nif %x > 0.0 { %k := 0 }\n%X[%k] = %x }"));
}

TEST(Independent, RowsTakenAsViews) {
  EXPECT_TRUE(
      independent("for %i in 0 .. %n {\n"
                  "let %row: f64[1, C] = view<f64[1, C]>(%A[%i, 0], axis(1, %m, 1))\n"
                  "for %j in 0 .. %m { %row[%j] = %A[%i, %j] + 1.0 } }"));
  EXPECT_FALSE(
      independent("for %i in 0 .. %n {\n"
                  "let %row: f64[1, C] = view<f64[1, C]>(%A[floormod(%i, 2), 0], axis(1, %m, 1))\n"
                  "%row[0] = cast<f64>(%i) }"));
  EXPECT_FALSE(
      independent("for %i in 0 .. %n {\n"
                  "let %row: f64[1, C] = view<f64[1, C]>(%A[%i, 0], axis(1, %m, 1))\n"
                  "%row[0] = %A[%i + 1, 0] }"));
}

TEST(Independent, EachRoundHasTheArrayThatItAllocates) {
  EXPECT_TRUE(independent("for %i in 0 .. %n { let %T: f64[1, C] = allocate(4)\n%T[0] = %x\n%X[%i] = %T[0] }"));
  EXPECT_FALSE(independent("let %T: f64[1, C] = allocate(4)\nfor %i in 0 .. %n { %T[0] = %x\n%X[%i] = %T[0] }"));
}

TEST(Independent, NotWithAnArrayThatChanges) {
  EXPECT_FALSE(independent("for %i in 0 .. %n { var %v: f64[1, C] = %X\nif %x > 0.0 { %v := %Y }\n%v[%i] = %x }"));
}

TEST(Lockstep, ReadingAheadBeforeTheWriteIsInOrder) {
  EXPECT_TRUE(lockstep("for %i in 0 .. %n { %X[%i] = %X[%i + 1] }"));
  EXPECT_TRUE(lockstep("for %i in 0 .. %n { let %v: f64 = %X[%i + 3]\n%X[%i] = %v }"));
  EXPECT_FALSE(lockstep("for %i in 1 .. %n { %X[%i] = %X[%i - 1] }"));
}

TEST(Lockstep, ReadingBehindAfterTheWriteIsInOrder) {
  EXPECT_TRUE(lockstep("assume disjoint(%X, %Y)\nfor %i in 1 .. %n { %X[%i] = %x\n%Y[%i] = %X[%i - 1] }"));
  EXPECT_FALSE(lockstep("assume disjoint(%X, %Y)\nfor %i in 1 .. %n { %Y[%i] = %X[%i - 1]\n%X[%i] = %x }"));
  EXPECT_FALSE(lockstep("assume disjoint(%X, %Y)\nfor %i in 0 .. %n { %X[%i] = %x\n%Y[%i] = %X[%i + 1] }"));
}

TEST(Lockstep, TwoWritesOfOneElementKeepTheirOrder) {
  EXPECT_FALSE(lockstep("for %i in 0 .. %n { %X[%i] = %x\n%X[%i + 1] = 0.0 }"));
  EXPECT_TRUE(lockstep("for %i in 0 .. %n { %X[%i] = %x\n%X[%i] = %X[%i] + 1.0 }"));
}

}  // namespace
}  // namespace rooftop::opt
