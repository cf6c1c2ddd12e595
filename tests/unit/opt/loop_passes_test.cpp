// What guards, unswitch, motion, parallel, vectorise and polls make of loops, and what they leave alone.
#include <gtest/gtest.h>

#include "loops_text.h"
#include "rooftop/opt/guards.h"
#include "rooftop/opt/motion.h"
#include "rooftop/opt/parallel.h"
#include "rooftop/opt/polls.h"
#include "rooftop/opt/unswitch.h"
#include "rooftop/opt/vectorise.h"

namespace rooftop::opt {
namespace {

constexpr std::string_view kApart = "assume disjoint(%X, %Y)\n";

// ---------------------------------------------------------------------------------------------- vectorise

PassedText vectorised(std::string_view body) { return {vectorise, std::string(kApart) + std::string(body), avx2()}; }
bool is_vectorised(std::string_view body) { return count(vectorised(body).text, "step ") > 0; }

TEST(Vectorise, RunsWholeVectorsAndThenTheRest) {
  const PassedText passed = vectorised("for %i in 1 .. %n { %X[%i] = %Y[%i - 1] * %x }");
  EXPECT_EQ(count(passed.text, "ramp<16>"), 2);
  EXPECT_EQ(count(passed.text, "select(1 < %n, %n - 1, 0) & -16"), 1) << "right for bounds anywhere in 64 bits";
  EXPECT_EQ(count(passed.text, "for %i in %middle .. %n"), 1);
  EXPECT_TRUE(passed.says("16 rounds at once"));
}

TEST(Vectorise, LooksThroughNamesOfSubscripts) {
  EXPECT_TRUE(is_vectorised("for %i in 0 .. %n { let %t: i64 = %m * 8\nlet %u: i64 = %t + %i\n%X[%u] = %Y[%u] }"));
}

TEST(Vectorise, NeverComputesASubscriptFromANameThatIsGone) {
  EXPECT_FALSE(is_vectorised("for %i in 0 .. %n { let %t: i64 = %I[%m]\n%X[%t + %i] = %x }"));
  const PassedText gather = vectorised("for %i in 0 .. %n { let %t: i64 = %I[%m]\n%X[%i] = %Y[%t + %i] }");
  EXPECT_EQ(count(gather.text, "let %t: i64x16"), 0) << "X may be I";
}

TEST(Vectorise, KeepsTheOrderOfRoundsThatDependOnEachOther) {
  EXPECT_FALSE(is_vectorised("for %i in 1 .. %n { %X[%i] = %X[%i - 1] + 1.0 }"));
  EXPECT_FALSE(is_vectorised("for %i in 1 .. %n { %X[0] = %X[0] + %Y[%i] }"));
  EXPECT_TRUE(is_vectorised("for %i in 0 .. %n { %X[%i] = %X[%i + 1] + 1.0 }"));
}

TEST(Vectorise, GoesOnByOneFromTheVectorInWhichACheckFails) {
  const PassedText passed = vectorised("for %i in 0 .. %n { check %i < %m else IndexError \"i\"\n%X[%i] = %Y[%i] }");
  EXPECT_EQ(count(passed.text, "var %scalar_from: i64 = %middle"), 1);
  EXPECT_EQ(count(passed.text, "if !reduce_and("), 1);
  EXPECT_LT(passed.text.find("if !reduce_and("), passed.text.find("%Y[ramp")) << "before what the check protects";
  EXPECT_EQ(count(passed.text, "check %i < %m"), 1) << "in the rounds by one";
}

TEST(Vectorise, NeverStoresBeforeACheckThatMayFail) {
  EXPECT_FALSE(is_vectorised("for %i in 0 .. %n { %X[%i] = 0.0\ncheck %i < %m else IndexError \"i\" }"));
  EXPECT_FALSE(
      is_vectorised("for %i in 0 .. %n { %X[%i] = 0.0\ncheck %Y[%i] > 0.0 else ValueError \"y\"\n%X[%i] = %Y[%i] }"));
}

TEST(Vectorise, LeavesLoopsThatEndEarly) {
  EXPECT_FALSE(is_vectorised("for %i in 0 .. %n { if %Y[%i] > 0.0 { break }\n%X[%i] = 0.0 }"));
  EXPECT_FALSE(is_vectorised("for %i in 0 .. %n { if %Y[%i] > 0.0 { return }\n%X[%i] = 0.0 }"));
}

TEST(Vectorise, SpareVersionsStayScalarInFunctionsOfManyLoops) {
  const auto vectors = [](int others) {
    std::string body;
    for (int i = 0; i < others; ++i) body += "for %i in 0 .. %n { let %unused: i64 = %i }\n";
    body +=
        "if likely(%n < %m) { for %i in 0 .. %n { %X[%i] = 0.0 } } else {\n"
        "for %i in 0 .. %n { %X[%i] = 0.0 } }";
    return count(vectorised(body).text, "ramp<16>");
  };
  EXPECT_EQ(vectors(1), 2);
  EXPECT_EQ(vectors(70), 1);
}

TEST(Vectorise, LeavesStepsOtherThanOneAndStoresAcrossMemory) {
  EXPECT_EQ(vectorised("for %i in 0 .. %n step 2 { %X[%i] = 0.0 }").text.find("ramp"), std::string::npos);
  EXPECT_TRUE(vectorised("for %i in 0 .. %n { %A[%i, 0] = 0.0 }").says("does not write along memory"));
  EXPECT_TRUE(vectorised("for %i in 0 .. %n { %S[%i] = 0.0 }").says("may be one"));
}

// ---------------------------------------------------------------------------------------------- parallel

bool is_parallel(std::string_view body) {
  return count(PassedText(parallel, std::string(kApart) + std::string(body), avx2(2)).text, "for parallel") > 0;
}

TEST(Parallel, TakesTheOutermostLoopWithIndependentRounds) {
  const PassedText passed(parallel, "for %i in 0 .. %n { for %j in 0 .. %m { %A[%i, %j] = %x } }", avx2(2));
  EXPECT_EQ(count(passed.text, "for parallel %t"), 1);
  EXPECT_EQ(count(passed.text, "for %i in %first .. %last"), 1);
  EXPECT_TRUE(is_parallel("for %i in 0 .. %n { for %j in 1 .. %m { %A[%i, %j] = %A[%i, %j - 1] } }"));
}

TEST(Parallel, DoesNothingForOneThread) {
  EXPECT_EQ(count(PassedText(parallel, "for %i in 0 .. %n { %X[%i] = %x }", avx2(1)).text, "parallel"), 0);
}

TEST(Parallel, LeavesWhatMustHappenInOrder) {
  EXPECT_FALSE(is_parallel("for %i in 1 .. %n { %X[%i] = %X[%i - 1] }"));
  EXPECT_FALSE(is_parallel("var %s: f64 = 0.0\nfor %i in 0 .. %n { %s := %s + %Y[%i]\n%X[%i] = %s }"));
  EXPECT_FALSE(is_parallel("for %i in 0 .. %n { check %X[%i] < 5.0 else IndexError \"i\"\n%X[%i] = 0.0 }"));
  EXPECT_FALSE(is_parallel("for %i in 0 .. %n { if %Y[%i] > 0.0 { break }\n%X[%i] = 0.0 }"));
  EXPECT_FALSE(is_parallel("for %i in 0 .. %n { if %Y[%i] > 0.0 { return }\n%X[%i] = 0.0 }"));
}

TEST(Parallel, ChecksThatReadNothingWrittenComeFirst) {
  EXPECT_TRUE(is_parallel("for %i in 0 .. %n { check %i < 5 else IndexError \"i\"\n%X[%i] = 0.0 }"));
  EXPECT_FALSE(
      is_parallel("for %i in 0 .. %n { check %Y[%i] < 5.0 & %Y[%i] > 1.0 & %Y[%i] != 2.0 else IndexError \"i\"\n"
                  "%X[%i] = 0.0 }"))
      << "as much work as the round";
}

TEST(Parallel, ChecksOfWhatRoundsComputeAreMadeWithCopiesOfWhatIsWritten) {
  const auto passed = [](const std::string& body) {
    return PassedText(parallel, std::string(kApart) + body, avx2(2)).text;
  };
  const std::string text =
      passed("for %i in 0 .. %n { while %x > 1.0 { check %i < 5 else IndexError \"i\" }\n%X[%i] = 0.0 }");
  EXPECT_EQ(count(text, "for parallel"), 1);
  EXPECT_EQ(count(text, "otherwise"), 1);
  EXPECT_EQ(count(text, "allocate("), 1);
  EXPECT_FALSE(
      is_parallel("for %i in 1 .. %n { while %x > 1.0 { check %i < 5 else IndexError \"i\" }\n"
                  "%X[%i] = %X[%i - 1] }"));
}

TEST(Parallel, NeverEvaluatesAnInnerBoundThatMayNotExist) {
  const PassedText passed(parallel, "for %i in 0 .. %n { for %j in 0 .. floordiv(%m, %n) { %A[%i, %j] = %x } }",
                          avx2(2));
  EXPECT_EQ(count(passed.text, "for parallel"), 1);
  EXPECT_EQ(count(passed.text, "floordiv(%m, %n)"), 1) << "only where the inner loop stands";
}

// ---------------------------------------------------------------------------------------------- guards

PassedText guarded(std::string_view body) { return {guards, body, avx2()}; }

TEST(Guards, OneTestTakesThePlaceOfAffineChecks) {
  const PassedText passed =
      guarded("for %i in %m .. %n { check %i >= 0 & %i < %X.shape[0] else IndexError \"i\"\n%X[%i] = 0.0 }");
  EXPECT_EQ(count(passed.text, "let %safe"), 1);
  EXPECT_EQ(count(passed.text, "check "), 1) << "in the version for the other case";
}

TEST(Guards, SubscriptsAreUnwrappedInTheFastVersion) {
  const PassedText passed = guarded(
      "for %i in %m .. %n { let %w: i64 = select(%i < 0, %i + %X.shape[0], %i)\n"
      "check %w >= 0 & %w < %X.shape[0] else IndexError \"i\"\n"
      "let %v: i64 = select(%i < 0, %i + %X.shape[0], %i)\n%X[%v] = %X[%w] }");
  EXPECT_EQ(count(passed.text, "let %v: i64 = %i\n"), 1) << "though the check is of the other name\n" << passed.text;
  EXPECT_EQ(count(passed.text, "let %w: i64 = %i\n"), 1);
}

TEST(Guards, ArraysAreToldApartOnce) {
  const PassedText passed = guarded("for %i in 0 .. %n { %X[%i] = %Y[%i] }");
  EXPECT_EQ(count(passed.text, "assume disjoint(%X, %Y)"), 1);
  EXPECT_EQ(count(guarded("assume disjoint(%X, %Y)\nfor %i in 0 .. %n { %X[%i] = %Y[%i] }").text, "let %safe"), 0);
}

TEST(Guards, ChecksThatDependOnTheLoopStay) {
  const PassedText passed = guarded(
      "for %i in 0 .. %I.shape[0] { let %k: i64 = %I[%i]\n"
      "check %k < %X.shape[0] else IndexError \"k\"\n%I[%i] = 0 }");
  EXPECT_EQ(count(passed.text, "let %safe"), 0);
  EXPECT_TRUE(passed.says("its condition depends on values that the loop computes"));
}

// ---------------------------------------------------------------------------------------------- unswitch

std::string unswitched(std::string_view body) { return PassedText(unswitch, body, avx2()).text; }

TEST(Unswitch, AChoiceThatIsTheSameInEachRoundLeavesTheLoop) {
  const std::string text = unswitched("for %i in 0 .. %n { if %x > 0.0 { %X[%i] = %x } else { %Y[%i] = %x } }");
  EXPECT_EQ(count(text, "for %i in 0 .. %n"), 2);
  EXPECT_LT(text.find("if %x > 0.0"), text.find("for %i"));
}

TEST(Unswitch, LeavesNestsFromTheInside) {
  const std::string text = unswitched("for %i in 0 .. %n { for %j in 0 .. %m { if %x > 0.0 { %A[%i, %j] = %x } } }");
  EXPECT_LT(text.find("if %x > 0.0"), text.find("for %i"));
  EXPECT_EQ(count(text, "else"), 0);
}

TEST(Unswitch, ChoicesThatChangeStay) {
  EXPECT_LT(unswitched("for %i in 0 .. %n { if %i > 3 { %X[%i] = %x } }").find("for"),
            unswitched("for %i in 0 .. %n { if %i > 3 { %X[%i] = %x } }").find("if"));
  const std::string assigned =
      unswitched("var %on: bool = true\nfor %i in 0 .. %n { if %on { %X[%i] = %x\n%on := %x > 1.0 } }");
  EXPECT_LT(assigned.find("for"), assigned.find("if"));
}

TEST(Unswitch, ConditionsThatReadMemoryOrMayNotExistStay) {
  for (const char* condition : {"%Y[%m] > 0.0", "floordiv(%n, %m) > 2"}) {
    const std::string text = unswitched("for %i in 0 .. %n { if " + std::string(condition) + " { %X[%i] = %x } }");
    EXPECT_LT(text.find("for"), text.find("if"));
  }
}

// ---------------------------------------------------------------------------------------------- motion

std::string moved(std::string_view body) {
  return PassedText(motion, std::string(kApart) + std::string(body), avx2()).text;
}

TEST(Motion, InvariantsLeaveTheLoop) {
  EXPECT_EQ(count(moved("for %i in 0 .. %n { %X[%i] = sqrt(%x) }"), "%X[%i] = %fixed"), 1);
  EXPECT_EQ(count(moved("for %i in 0 .. %n { %X[%i] = sqrt(cast<f64>(%i)) }"), "fixed"), 0);
}

TEST(Motion, ReadsLeaveOnlyLoopsThatDoNotWriteThem) {
  EXPECT_EQ(count(moved("for %i in 0 .. %n { %X[%i] = %Y[%m] }"), "if %n > 0"), 1) << "reads only what the loop reads";
  EXPECT_EQ(count(moved("for %i in 0 .. %n { %X[%i] = %X[%m] }"), "fixed"), 0);
  EXPECT_EQ(count(moved("for %i in 0 .. %n { %X[%i] = %A[%m, 0] }"), "fixed"), 0) << "X may be a part of A";
}

TEST(Motion, ReadsBehindACheckStay) {
  EXPECT_EQ(
      count(moved("for %i in 0 .. %n { check %m < %Y.shape[0] else IndexError \"m\"\n%X[%i] = %Y[%m] }"), "fixed"), 0);
}

TEST(Motion, AccumulatorsBecomeVariables) {
  EXPECT_EQ(count(moved("for %i in 0 .. %n { %X[0] = %X[0] + %Y[%i] }"), "var %X_element"), 1);
  EXPECT_EQ(count(moved("for %i in 0 .. %n { %X[0] = %X[0] + %X[%i] }"), "X_element"), 0) << "the element itself";
  EXPECT_EQ(count(moved("for %i in 0 .. %n { check %Y[%i] > 0.0 else ValueError \"y\"\n%X[0] = %X[0] + %Y[%i] }"),
                  "X_element"),
            0)
      << "an exception shows it";
}

// ---------------------------------------------------------------------------------------------- polls

std::string polled(std::string_view body) { return PassedText(polls, body, avx2()).text; }

TEST(Polls, CutLightLoopsIntoStrips) {
  const std::string text = polled("for %i in 0 .. %n { %X[%i] = 0.0 }");
  EXPECT_EQ(count(text, "poll"), 1);
  EXPECT_EQ(count(text, "for "), 2);
}

TEST(Polls, LeaveShortLoopsAlone) { EXPECT_EQ(count(polled("for %i in 0 .. 8 { %X[%i] = 0.0 }"), "poll"), 0); }

TEST(Polls, StandInEachRoundOfAWhile) {
  EXPECT_EQ(count(polled("var %k: i64 = %n\nwhile %k > 0 { %k := %k - 1 }"), "poll"), 1);
}

}  // namespace
}  // namespace rooftop::opt
