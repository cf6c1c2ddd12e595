// Which accesses can be one element in different rounds, by the bounds of the loops around them.
#include "rooftop/opt/meeting.h"

#include <gtest/gtest.h>

#include "loops_text.h"

namespace rooftop::opt {
namespace {

bool independent(std::string_view body) {
  const LoopInText text(body);
  std::string why_not;
  return rounds_are_independent(text.loop, text.facts, why_not);
}

TEST(Meeting, BoundsKeepRowsApart) {
  EXPECT_TRUE(independent("for %i in 1 .. %n { for %j in 0 .. %m { %A[%i, %j] = %A[%i, %j] + %A[0, %j] } }"));
  EXPECT_TRUE(independent("for %i in 4 .. %n { %X[%i] = %X[3] }"));
  EXPECT_FALSE(independent("for %i in 3 .. %n { %X[%i] = %X[3] }"));
}

TEST(Meeting, BoundsOfInnerLoops) {
  EXPECT_TRUE(independent("for %i in 0 .. %n { for %k in 0 .. %m { %A[%i, %m] = %A[%i, %m] - %A[%i, %k] } }"));
  EXPECT_TRUE(independent("for %i in 0 .. %n { for %j in %i + 1 .. %n { %A[%i, %j] = %A[%i, %i] } }"));
  EXPECT_TRUE(independent("for %i in 0 .. %n { for %j in %i .. %n { %A[%j, %i] = %A[%i, %j] } }")) << "triangles";
  EXPECT_FALSE(independent("for %i in 0 .. %n { for %j in 0 .. %n { %A[%j, %i] = %A[%i, %j] } }"));
}

TEST(Meeting, StepsKeepElementsApart) {
  EXPECT_TRUE(independent("for %i in 0 .. %n step 2 { %X[%i] = %x\n%X[%i + 1] = %X[%i] }"));
  EXPECT_FALSE(independent("for %i in 0 .. %n step 2 { %X[%i] = %X[%i + 2] }"));
}

TEST(Meeting, BoundsThatMayWrapSayNothing) {
  EXPECT_FALSE(independent("let %e: i64 = %m + 9\nfor %i in %e .. %n { %X[%i] = %X[%m] }")) << "m + 9 may be below m";
}

TEST(Meeting, AssumptionsAndLetsAreKnown) {
  EXPECT_TRUE(independent("assume %m < 1000\nlet %e: i64 = %m + 9\nfor %i in %e .. %n { %X[%i] = %X[%m] }"));
  EXPECT_FALSE(independent("var %e: i64 = %m\nif %x > 0.0 { %e := 0 }\nfor %i in 1 .. %n { %X[%e] = %X[%i] }"));
}

TEST(Meeting, TheSmallerOfTwoEndsHolds) {
  EXPECT_TRUE(independent("for %i in 0 .. min(%n, 7) { %X[%i] = %X[7] }"));
  EXPECT_FALSE(independent("for %i in 0 .. max(%n, 7) { %X[%i] = %X[7] }"));
}

}  // namespace
}  // namespace rooftop::opt
