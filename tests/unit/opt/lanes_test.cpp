// Rounds as lanes under masks: one behaviour each. What they compute is tested by tests/ir/passes/lanes*.ir and
// fuzz_ir.
#include "rooftop/opt/lanes.h"

#include <gtest/gtest.h>

#include "loops_text.h"
#include "rooftop/opt/vectorise.h"

namespace rooftop::opt {
namespace {

/// The body of a loop over %i that writes %Y, which overlaps nothing, and may read %X, %I, %A.
class Lanes {
 public:
  explicit Lanes(const std::string& body, const Machine& machine = avx2())
      : passed_(vectorise,
                "assume disjoint(%Y, %X) & disjoint(%Y, %I) & disjoint(%Y, %A) & disjoint(%Y, %B) & disjoint(%B, "
                "%X)\nfor %i in 0 .. %n {\n" +
                    body + "\n}",
                machine) {}

  bool done(const std::string& lanes = "") const { return passed_.says(lanes + " rounds at once as lanes"); }
  bool says(std::string_view what) const { return passed_.says(what); }
  /// Whether the strips' part has the text.
  bool has(std::string_view what) const { return strips().find(what) != std::string::npos; }
  std::string strips() const {
    const std::size_t begin = passed_.text.find("{\n", passed_.text.find(" step ")),
                      end = passed_.text.rfind("\n  for ");
    return begin == std::string::npos ? "" : passed_.text.substr(begin, end - begin);
  }
  const std::string& text() const { return passed_.text; }

 private:
  PassedText passed_;
};

const std::string kHalving = "while %v > 1.0 { %v := %v * 0.5 }\n";
const std::string kWork = "while %v > 1.0 { %v := %v * 0.5 + sqrt(%X[%i] + 1.0) + sqrt(%X[%i] + 2.0) }\n";
const std::string kValue = "var %v: f64 = %X[%i]\n";
const std::string kResult = "%Y[%i] = %v\n";

TEST(Lanes, ALoopOnDataRunsWhileALaneIsInIt) {
  const Lanes lanes(kValue + kHalving + kResult);
  EXPECT_TRUE(lanes.done("8"));
  EXPECT_TRUE(lanes.has("while reduce_or(%live) {"));
  EXPECT_TRUE(lanes.has("%v := select(%on.1, %v * broadcast<8>(0.5), %v)"));
}

TEST(Lanes, TheirNumberFollowsTheMachineAndTheWidestElement) {
  const Machine avx512{.vector_bytes = 64, .vector_registers = 32};
  EXPECT_TRUE(Lanes(kValue + kWork + kResult, avx512).done("16"));
  EXPECT_TRUE(Lanes("let %a: f64 = %X[%i]  if %a > 1.0 { %Y[%i] = 1.0 / sqrt(%a) }").done("4"))
      << "one register without loops";
}

TEST(Lanes, FourRegistersOfThemWhereIterationsWaitForEachOther) {
  const Machine avx512{.vector_bytes = 64, .vector_registers = 32}, few{.vector_bytes = 64, .vector_registers = 6};
  EXPECT_TRUE(Lanes(kValue + kHalving + kResult, avx512).done("32"));
  EXPECT_TRUE(Lanes(kValue + kHalving + kResult, few).done("16")) << "they would not fit";
  EXPECT_TRUE(Lanes(kValue + kWork + kResult, avx512).done("16")) << "there is work enough for two";
}

TEST(Lanes, ALastStripThatIsNotFullIsMasked) {
  const Lanes lanes(kValue + kHalving + kResult);
  EXPECT_TRUE(lanes.has("let %on: boolx8 = ramp<8>(0:u64, 1:u64) < broadcast<8>(cast<u64>(%n - %i))"));
  EXPECT_TRUE(lanes.has("%X[ramp<8>(%i, 1); %on]"));
  EXPECT_EQ(lanes.text().find("\n  for "), lanes.text().rfind("\n  for ")) << "no rounds are left";
}

TEST(Lanes, AFewRoundsThatDoNotPayForAStripAreDoneOneByOne) {
  const auto text = [](const std::string& loop, double margin) {
    const Lanes lanes(kValue + loop + kResult, {.vector_bytes = 32, .vector_registers = 16, .strip_margin = margin});
    EXPECT_TRUE(lanes.done());
    return lanes.text();
  };
  const auto has = [](const std::string& whole, const char* part) { return whole.find(part) != std::string::npos; };
  const std::string some = text(kHalving, 1), all = text(kHalving, 9);
  EXPECT_TRUE(has(some, "let %rest: i64 = select((%rounds & 7) < 2, min(%rounds & 7, 1), 0)")) << some;
  EXPECT_TRUE(has(some, "%X[ramp<8>(%i, 1); %on]")) << "what is left is a strip";
  EXPECT_TRUE(has(all, "select(%rounds < 1")) << all;
  EXPECT_FALSE(has(all, "broadcast<8>(cast<u64>(%n - %i))")) << "all strips are whole";
  const std::string straight = text("if %v > 1.0 { %v := sqrt(%v) / 3.0 }\n", 9);
  EXPECT_TRUE(has(straight, "%X[ramp<4>(%i, 1); %on]")) << "without loops one more strip waits for nothing";
  for (const std::string& one : {some, all, straight}) EXPECT_TRUE(has(one, "for %i in %rest_from .. %n {")) << one;
}

TEST(Lanes, ABreakTakesSomeLanesOutOfTheLoop) {
  const Lanes lanes(kValue + "for %k in 0 .. 20 { if %v > 9.0 { break }  %v := %v * 1.5 }\n" + kResult);
  EXPECT_TRUE(lanes.done());
  EXPECT_TRUE(lanes.has("%live := %live & !%then"));
  EXPECT_TRUE(lanes.has("if !reduce_or(%live) {\n        break"));
}

TEST(Lanes, AContinueTakesSomeLanesOutOfTheIteration) {
  const Lanes lanes(kValue + "for %k in 0 .. 20 { if %v > 9.0 { continue }  %v := %v * 1.5 }\n" + kResult);
  EXPECT_TRUE(lanes.done());
  EXPECT_TRUE(lanes.has("%iterating := %iterating & !%then"));
  EXPECT_FALSE(lanes.has("%live"));
}

TEST(Lanes, BreakAndContinueOfNestedLoopsHaveMasksOfTheirOwn) {
  const Lanes lanes(
      kValue +
      "for %k in 0 .. 20 {\n"
      "  while %v > 1.0 { %v := %v * 0.5  if %v > 7.0 { continue }  if %v < 2.0 { break }  %v := %v - 1.0 }\n"
      "  if %v < 0.0 { break }\n"
      "  %v := %v + 3.0\n"
      "}\n" +
      kResult);
  EXPECT_TRUE(lanes.done());
  EXPECT_TRUE(lanes.has("%live.1 := %live.1 & !"));
  EXPECT_TRUE(lanes.has("%live := %live & !"));
  EXPECT_TRUE(lanes.has("var %iterating"));
}

TEST(Lanes, AJumpThatAllTakeStaysAJump) {
  const Lanes lanes(kValue + "for %k in 0 .. 20 { if %k > %m { break }  if %v > 1.0 { %v := %v * 0.5 } }\n" + kResult);
  EXPECT_TRUE(lanes.done());
  EXPECT_TRUE(lanes.has("if %k > %m {\n        break\n      }"));
  EXPECT_FALSE(lanes.has("%live"));
}

TEST(Lanes, ALoopWithAnOwnEndCountsForAllToTheFurthest) {
  const Lanes lanes(kValue + "for %k in 0 .. %i { %v := %v * 0.5 + 1.0 }\n" + kResult);
  EXPECT_TRUE(lanes.done());
  EXPECT_TRUE(lanes.has("for %k in 0 .. reduce_max(select(%on, %end, broadcast<8>(0)))"));
  EXPECT_TRUE(lanes.has("broadcast<8>(%k) < %end"));
}

TEST(Lanes, ALoopWithAnOwnBeginHasAnOwnIndex) {
  const Lanes lanes(kValue + "for %k in %i .. %m { %v := %v * 0.5 + cast<f64>(%k) }\n" + kResult);
  EXPECT_TRUE(lanes.done());
  EXPECT_TRUE(lanes.has("var %k: i64x8 = ramp<8>(%i, 1)"));
  EXPECT_TRUE(lanes.has("%k := %k.1 + broadcast<8>(1)"));
}

TEST(Lanes, WhatIsTheSameInAllRoundsStaysScalar) {
  const Lanes lanes(kValue +
                    "var %t: f64 = %x\nfor %k in 0 .. %m { %t := %t * 0.5  if %t > 2.0 { %v := sqrt(%v) } }\n" +
                    kHalving + kResult);
  EXPECT_TRUE(lanes.done());
  EXPECT_TRUE(lanes.has("%t := %t * 0.5"));
  EXPECT_TRUE(lanes.has("if %t > 2.0 {"));
}

TEST(Lanes, BranchesAreMasksAndStoresAreUnderThem) {
  const Lanes lanes("let %v: f64 = %X[%i]\nif %v > 0.0 { %Y[%i] = 1.0 / sqrt(%v)  %Y[%i + 1 - 1] = %x }");
  EXPECT_TRUE(lanes.done());
  EXPECT_TRUE(lanes.has("; %then] ="));
}

TEST(Lanes, StoresToOneElementAreMadeAtTheEnd) {
  const Lanes lanes(
      "let %v: f64 = %X[%i]\n"
      "if %v > 0.0 { %Y[%i] = 1.0 / sqrt(%v) } else { check %v > -9.0 else ValueError \"v\"  %Y[%i] = 1.0 / (%v - 1.0) "
      "}");
  EXPECT_TRUE(lanes.done());
  EXPECT_TRUE(lanes.has("%Y[ramp<4>(%i, 1); %on] = %stored"));
}

TEST(Lanes, ScalarLoadsOfABranchAreNotReadForNobody) {
  const Lanes lanes(kValue + "if %v > 0.0 { check 0 <= %m & %m < %X.shape[0] else IndexError \"i\"  %v := %X[%m] }\n" +
                    kHalving + kResult);
  EXPECT_TRUE(lanes.done());
  EXPECT_TRUE(lanes.has("if reduce_or(%then) {")) << lanes.text();
}

TEST(Lanes, AFailedCheckRetriesTheStripOneByOne) {
  const Lanes lanes(kValue + "while %v > 1.0 { check %v < 99.0 else ValueError \"large\"  %v := %v * 0.5 }\n" +
                    kResult);
  EXPECT_TRUE(lanes.done());
  EXPECT_TRUE(lanes.has("%retry_from := %i\n        %failed := true\n        break"));
  EXPECT_TRUE(lanes.has("if %failed {\n      break"));
  EXPECT_NE(lanes.text().find("in %retry_from .. %n {"), std::string::npos);
  EXPECT_FALSE(lanes.has("check "));
}

TEST(Lanes, ARoundThatMayRaiseAfterItHasWrittenStaysAlone) {
  const std::string check = "check %v < 99.0 else ValueError \"large\"\n";
  EXPECT_TRUE(Lanes(kValue + kHalving + kResult + check).says("may raise an exception after it has written"));
  EXPECT_TRUE(Lanes(kValue + "while %v > 1.0 { " + check + kResult + " %v := %v * 0.5 }").says("after it has written"))
      << "the next iteration's check comes after this one's write";
  EXPECT_TRUE(Lanes(kValue + check + kHalving + kResult).done());
}

TEST(Lanes, AVariableThatGoesFromRoundToRoundKeepsTheOrder) {
  const PassedText passed(vectorise,
                          "assume disjoint(%Y, %X)\nvar %s: f64 = 0.0\n"
                          "for %i in 0 .. %n { if %X[%i] > 0.0 { %s := %s + %X[%i] }  %Y[%i] = %s }",
                          avx2());
  EXPECT_TRUE(passed.says("'s' carries a value from round to round"));
}

TEST(Lanes, RoundsThatTouchEachOthersElementsKeepTheOrder) {
  EXPECT_TRUE(Lanes("var %v: f64 = %Y[%i + 1]\n" + kHalving + kResult).says("that another one writes"));
  EXPECT_TRUE(Lanes(kValue + kHalving + "%Y[%I[%i]] = %v").says("write"));
  EXPECT_TRUE(Lanes("var %v: f64 = %S[%i]\n" + kHalving + kResult).says("'Y' and 'S' may overlap"));
}

TEST(Lanes, ARoundThatEndsTheLoopKeepsTheOrder) {
  EXPECT_TRUE(Lanes(kValue + kHalving + "if %v < 0.0 { break }\n" + kResult).says("a round may end the loop"));
}

TEST(Lanes, OnlyWherePartsOfMemoryAreReadTogetherDoTheyPay) {
  EXPECT_TRUE(Lanes("if %I[%i] > 1 { %Y[%i] = 1.0 / sqrt(%X[%i]) }").done());
  EXPECT_TRUE(Lanes("if %I[%i * 2] > 1 { %Y[%i] = %X[%I[%i * 2]] }").says("would not be faster"));
}

TEST(Lanes, ProductsWithAConstantAreCheckedByComparing) {
  const Lanes lanes(
      "var %k: i64 = %I[%i]\n"
      "while %k < 100 { check !mul_overflows(%k, 3) else OverflowError \"o\"  %k := %k * 3 + 7 }\n%Y[%i] = "
      "cast<f64>(%k)",
      {.vector_bytes = 64, .vector_registers = 32});
  EXPECT_TRUE(lanes.done());
  EXPECT_FALSE(lanes.has("mul_overflows"));
}

}  // namespace
}  // namespace rooftop::opt
