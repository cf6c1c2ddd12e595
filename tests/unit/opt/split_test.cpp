// split: which round is cut out of a loop, and which loops stay whole.
#include "rooftop/opt/split.h"

#include <gtest/gtest.h>

#include "loops_text.h"

namespace rooftop::opt {
namespace {

bool is_cut(std::string_view body) {
  return PassedText(split, std::string("assume disjoint(%X, %I)\n") + std::string(body), avx2()).says("runs by itself");
}

TEST(Split, TheRoundThatAllOthersReadRunsByItself) {
  EXPECT_TRUE(is_cut("for %i in 0 .. %n { %X[%i] = %X[%i] + %X[%m] }"));
  EXPECT_TRUE(is_cut("for %i in 0 .. %n { for %j in 0 .. %n { %A[%i, %j] = %A[%i, %j] + %A[%m, %j] } }"));
  EXPECT_TRUE(
      is_cut("for %i in 0 .. %n { for %j in 0 .. %n { %A[%i, %j] = min(%A[%i, %j], %A[%i, %m] + %A[%m, %j]) } }"));
}

TEST(Split, LoopsWithIndependentRoundsStayWhole) {
  EXPECT_FALSE(is_cut("for %i in 0 .. %n { %X[%i] = %X[%i] + %x }"));
  EXPECT_FALSE(is_cut("for %i in 0 .. %n { %A[%i, 1] = %A[%i, 0] }"));
}

TEST(Split, LoopsThatNoCutMakesIndependentStayWhole) {
  EXPECT_FALSE(is_cut("for %i in 1 .. %n { %X[%i] = %X[%i - 1] + %X[%m] }"));
  EXPECT_FALSE(is_cut("for %i in 0 .. %n { %X[%i] = %X[%i] + %X[%m] + %Y[%i] }")) << "Y may be X";
}

TEST(Split, TheRoundMustBeKnownBeforeTheLoop) {
  EXPECT_FALSE(is_cut("for %i in 0 .. %n { let %k: i64 = %I[%i]\n%X[%i] = %X[%i] + %X[%k] }"));
  EXPECT_FALSE(is_cut("for %i in 0 .. %n { %X[%i] = %X[%i] + %X[%I[0]] }")) << "from memory";
}

TEST(Split, LoopsThatMayStopOrCarryValuesStayWhole) {
  EXPECT_FALSE(is_cut("for %i in 0 .. %n { check %i < %m else IndexError \"i\"\n%X[%i] = %X[%i] + %X[%m] }"));
  EXPECT_FALSE(is_cut("for %i in 0 .. %n { if %X[%i] > %x { break }\n%X[%i] = %X[%i] + %X[%m] }"));
  EXPECT_FALSE(is_cut("var %s: f64 = 0.0\nfor %i in 0 .. %n { %X[%i] = %X[%i] + %X[%m]\n%s := %s + %X[%i] }"));
  EXPECT_FALSE(is_cut("for %i in 0 .. %n step 2 { %X[%i] = %X[%i] + %X[%m] }"));
}

}  // namespace
}  // namespace rooftop::opt
