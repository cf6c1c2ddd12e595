// distribute: which statements get loops of their own, and which have to stay together.
#include "rooftop/opt/distribute.h"

#include <gtest/gtest.h>

#include "loops_text.h"

namespace rooftop::opt {
namespace {

constexpr std::string_view kApart =
    "assume disjoint(%A, %B) & disjoint(%A, %X) & disjoint(%A, %Y) & disjoint(%B, %X) & disjoint(%B, %Y) & "
    "disjoint(%X, %Y)\n";

/// Loops of the function's outermost level.
std::size_t outer_loops(std::string_view body, std::string_view assumed = kApart) {
  const PassedText passed(distribute, std::string(assumed) + std::string(body), avx2());
  std::size_t count = 0;
  const ir::Module module = ir::parse(passed.text);
  for (const ir::Stmt& s : module.entry().body) count += s.is(ir::StmtKind::For) ? 1 : 0;
  EXPECT_EQ(count > 1, passed.says("one after the other"));
  return count;
}

TEST(Distribute, ASumThatMakesOtherStatementsWaitGetsALoopOfItsOwn) {
  EXPECT_EQ(outer_loops("for %i in 0 .. %n { for %j in 0 .. %m {\n"
                        "%X[%j] = %X[%j] + %A[%i, %j]\n%Y[%i] = %Y[%i] + %A[%i, %j] } }"),
            2U);
}

TEST(Distribute, WhatASumStartsFromStaysWithIt) {
  const PassedText passed(distribute,
                          std::string(kApart) +
                              "for %i in 0 .. %n { %Y[%i] = 0.0\nfor %j in 0 .. %m {\n"
                              "%X[%j] = %X[%j] + %A[%i, %j]\n%Y[%i] = %Y[%i] + %A[%i, %j] } }",
                          avx2());
  const ir::Module module = ir::parse(passed.text);
  const ir::Block& body = module.entry().body;
  ASSERT_EQ(body.size(), 3U) << passed.text;
  EXPECT_EQ(body[1]->body.size(), 2U) << passed.text;
  EXPECT_EQ(body[2]->body.size(), 1U) << passed.text;
}

TEST(Distribute, NamesAreComputedWhereTheyAreUsed) {
  EXPECT_EQ(outer_loops("for %i in 0 .. %n { let %k: i64 = %i * 2\nfor %j in 0 .. %m { let %v: f64 = %A[%i, %j]\n"
                        "%X[%j] = %X[%j] + %v * cast<f64>(%k)\n%Y[%i] = %Y[%i] + %v } }"),
            2U);
}

TEST(Distribute, LoopsThatNeedNotWaitStay) {
  // Rounds of the outer loop can run at once.
  EXPECT_EQ(outer_loops("for %i in 0 .. %n { for %j in 0 .. %m {\n"
                        "%B[%i, %j] = %A[%i, %j]\n%Y[%i] = %Y[%i] + %A[%i, %j] } }"),
            1U);
  EXPECT_EQ(outer_loops("for %i in 0 .. %n { for %j in 0 .. %m {\n"
                        "%X[%j] = %X[%j] + %A[%i, %j]\n%Y[%j] = %Y[%j] - %A[%i, %j] } }"),
            1U);
}

TEST(Distribute, LoopsWhosePartsWouldWaitTooStay) {
  EXPECT_EQ(outer_loops("for %i in 0 .. %n { for %j in 0 .. %m {\n"
                        "%X[%j] = %X[%j] + %A[%i, %j]\n%Y[0] = %Y[0] + %A[%i, %j] } }"),
            1U)
      << "a sum over both loops";
}

TEST(Distribute, StatementsThatNeedEachOtherStayTogether) {
  EXPECT_EQ(outer_loops("for %i in 0 .. %n { for %j in 0 .. %m {\n"
                        "%X[%j] = %X[%j] + %Y[%i]\n%Y[%i] = %Y[%i] + %X[%j] } }"),
            1U);
  EXPECT_EQ(outer_loops("for %i in 0 .. %n { for %j in 0 .. %m {\nlet %v: f64 = %X[%j]\n"
                        "%X[%j] = %v + %A[%i, %j]\n%Y[%i] = %Y[%i] + %v } }"),
            1U)
      << "the name is of an element that is written";
}

TEST(Distribute, WhatMayOverlapOrRaiseStays) {
  const std::string_view body =
      "for %i in 0 .. %n { for %j in 0 .. %m {\n%X[%j] = %X[%j] + %A[%i, %j]\n%Y[%i] = %Y[%i] + %A[%i, %j] } }";
  EXPECT_EQ(outer_loops(body, "assume disjoint(%A, %X) & disjoint(%A, %Y)\n"), 1U);
  EXPECT_EQ(outer_loops("for %i in 0 .. %n { for %j in 0 .. %m {\n%X[%j] = %X[%j] + %A[%i, %j]\n"
                        "check %A[%i, %j] > 0.0 else ValueError \"a\"\n%Y[%i] = %Y[%i] + %A[%i, %j] } }"),
            1U);
}

TEST(Distribute, LaterRoundsSeeWhatEarlierOnesStored) {
  // X[j] of round i reads what round i - 1 made of Y, so its loop cannot come first; Y needs X of this round.
  EXPECT_EQ(outer_loops("for %i in 1 .. %n { for %j in 0 .. %m {\n"
                        "%X[%j] = %X[%j] + %Y[%i - 1]\n%Y[%i] = %Y[%i] + %X[%j] } }"),
            1U);
  // Here nothing comes back: all of Y first.
  EXPECT_EQ(outer_loops("for %i in 1 .. %n { for %j in 0 .. %m {\n"
                        "%X[%j] = %X[%j] + %Y[%i - 1]\n%Y[%i] = %Y[%i] + %A[%i, %j] } }"),
            2U);
}

}  // namespace
}  // namespace rooftop::opt
