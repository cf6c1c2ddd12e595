// fuse: which neighbouring loops become one, and what has to hold for it.
#include "rooftop/opt/fuse.h"

#include <gtest/gtest.h>

#include "loops_text.h"
#include "rooftop/opt/fuse_loops.h"

namespace rooftop::opt {
namespace {

constexpr std::string_view kApart =
    "assume disjoint(%A, %B) & disjoint(%A, %C) & disjoint(%B, %C) & disjoint(%X, %Y)\n";

PassedText fused(std::string_view body, std::string_view assumed = kApart) {
  return {fuse, std::string(assumed) + std::string(body), avx2()};
}

std::size_t loops_in(const PassedText& passed) {
  const ir::Module module = ir::parse(passed.text);
  std::size_t count = 0;
  ir::for_each_statement(module.entry().body, [&](const ir::Stmt& s) { count += s.is(ir::StmtKind::For) ? 1 : 0; });
  return count;
}

std::size_t loops_after(std::string_view body, std::string_view assumed = kApart) {
  return loops_in(fused(body, assumed));
}

TEST(Fuse, LoopsOverTheSameRoundsThatShareAnArrayBecomeOne) {
  EXPECT_EQ(loops_after("for %i in 0 .. %n { %X[%i] = %x }\nfor %i in 0 .. %n { %Y[%i] = %X[%i] }"), 1U);
  const PassedText three = fused(
      "for %i in 0 .. %n { %X[%i] = %x }\nfor %k in 0 .. %n { %Y[%k] = %X[%k] }\n"
      "for %i in 0 .. %n { %X[%i] = %Y[%i] + %X[%i] }");
  EXPECT_EQ(loops_in(three), 1U);
  EXPECT_TRUE(three.says("3 loops become one"));
}

TEST(Fuse, LoopsInsideBecomeOneToo) {
  EXPECT_EQ(loops_after("for %i in 0 .. %n { for %j in 0 .. %m { %A[%i, %j] = %x } }\n"
                        "for %i in 0 .. %n { for %j in 0 .. %m { %B[%i, %j] = %A[%i, %j] } }"),
            2U);
  EXPECT_EQ(loops_after("for %i in 0 .. %n { for %j in 0 .. %m { %A[%i, %j] = %x } }\n"
                        "for %i in 0 .. %n { for %j in 1 .. %m { %B[%i, %j] = %A[%i, %j] } }"),
            3U)
      << "other rounds inside: a row after the other";
  EXPECT_EQ(loops_after("for %i in 0 .. %n { for %j in 0 .. %m { %A[%i, %j] = %x } }\n"
                        "for %i in 0 .. %n { for %j in 0 .. %m { %B[%i, %j] = %A[%i, %m - %j - 1] } }"),
            3U)
      << "a row is needed whole";
}

TEST(Fuse, RoundsThatNeedLaterOnesStayBehindThem) {
  EXPECT_EQ(loops_after("for %i in 0 .. %n { %X[%i] = %x }\nfor %i in 0 .. %n { %Y[%i] = %X[%i + 1] }"), 2U);
  EXPECT_EQ(loops_after("for %i in 0 .. %n { %Y[%i] = %X[%i + 1] }\nfor %i in 0 .. %n { %X[%i] = %x }"), 2U)
      << "what is overwritten is read a round before, if no thread runs ahead";
  EXPECT_EQ(loops_after("for %i in 1 .. %n { %Y[%i] = %X[%i - 1] }\nfor %i in 1 .. %n { %X[%i] = %x }"), 2U)
      << "what is overwritten is read a round later";
}

TEST(Fuse, RoundsStayIndependent) {
  EXPECT_EQ(loops_after("for %i in 1 .. %n { %X[%i] = %x }\nfor %i in 1 .. %n { %Y[%i] = %X[%i - 1] }"), 2U)
      << "legal, but each round would wait for the one before";
  EXPECT_EQ(loops_after("for %i in 1 .. %n { %X[%i] = %X[%i - 1] }\nfor %i in 1 .. %n { %Y[%i] = %X[%i] }"), 2U);
}

TEST(Fuse, OtherRoundsOtherArraysAndStatementsBetweenKeepLoopsApart) {
  EXPECT_EQ(loops_after("for %i in 0 .. %n { %X[%i] = %x }\nfor %i in 1 .. %n { %Y[%i] = %X[%i] }"), 2U);
  EXPECT_EQ(loops_after("for %i in 0 .. %n { %X[%i] = %x }\nfor %i in 0 .. %n { %Y[%i] = %x }"), 2U);
  EXPECT_EQ(loops_after("for %i in 0 .. %n { %X[%i] = %x }\n%X[0] = 1.0\nfor %i in 0 .. %n { %Y[%i] = %X[%i] }"), 2U);
  EXPECT_EQ(loops_after("for %i in 0 .. %n { %X[%i] = %x }\nlet %v: f64 = %X[0]\n"
                        "for %i in 0 .. %n { %Y[%i] = %X[%i] + %v }"),
            2U);
  EXPECT_EQ(loops_after("for %i in 0 .. %n { %X[%i] = %x }\n"
                        "for %i in 0 .. %n { check %X[%i] > 0.0 else ValueError \"x\"\n%Y[%i] = %X[%i] }"),
            2U);
}

TEST(Fuse, ArraysThatMayOverlapAreTested) {
  const PassedText passed =
      fused("for %i in 0 .. %n { %X[%i] = %x }\nfor %i in 0 .. %n { %Y[%i] = %X[%i] }", "assume %n > 0\n");
  EXPECT_EQ(loops_in(passed), 3U);
  EXPECT_NE(passed.text.find("if likely(disjoint(%X, %Y))"), std::string::npos) << passed.text;
}

TEST(Fuse, LoopsBehindTestsAreFusedBehindAllOfThem) {
  const std::string_view guarded =
      "let %safe: bool = %X.shape[0] >= %n\n"
      "if likely(%safe) { for %i in 0 .. %n { %X[%i] = %x } } else {\n"
      "for %i in 0 .. %n { check %i < %X.shape[0] else IndexError \"i\"\n%X[%i] = %x } }\n"
      "let %safe2: bool = %Y.shape[0] >= %n\n"
      "if likely(%safe2) { for %i in 0 .. %n { %Y[%i] = %X[%i] } } else {\n"
      "for %i in 0 .. %n { check %i < %Y.shape[0] else IndexError \"i\"\n%Y[%i] = %X[%i] } }";
  const PassedText passed = fused(guarded);
  EXPECT_NE(passed.text.find("if likely(%safe & %safe2)"), std::string::npos) << passed.text;
  EXPECT_EQ(loops_in(passed), 5U) << "the one loop, and all as they were";
}

TEST(Fuse, SweepsOfTimeStepsAreLeftToTheirOwnSchedule) {
  EXPECT_EQ(loops_after("for %t in 0 .. %m { for %i in 0 .. %n { %X[%i] = %Y[%i] * %x }\n"
                        "for %i in 0 .. %n { %Y[%i] = %X[%i] * %x } }"),
            3U);
}

TEST(Fuse, MatrixProductsStayByThemselves) {
  EXPECT_EQ(loops_after("for %i in 0 .. %n { for %j in 0 .. %n { for %k in 0 .. %n {\n"
                        "%A[%i, %j] = %A[%i, %j] + %B[%i, %k] * %C[%k, %j] } } }\n"
                        "for %i in 0 .. %n { for %j in 0 .. %n { %A[%i, %j] = %A[%i, %j] * %x } }"),
            5U);
}

}  // namespace
}  // namespace rooftop::opt
