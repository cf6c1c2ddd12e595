// sweeps: what tiles over time lose at their ends, and which steps are none.
#include "rooftop/opt/sweeps.h"

#include <gtest/gtest.h>

#include "loops_text.h"
#include "rooftop/opt/sweeps_match.h"

namespace rooftop::opt {
namespace {

using Rows = std::vector<std::int64_t>;

constexpr std::string_view kApart =
    "assume disjoint(%A, %B) & disjoint(%A, %C) & disjoint(%B, %C) & disjoint(%X, %Y)\n";

std::optional<TimeSteps> steps_of(std::string_view sweeps, std::string_view assumed = kApart) {
  const LoopInText text(std::string(assumed) + "for %t in 0 .. %m {\n" + std::string(sweeps) + "\n}");
  return TimeSteps::match(text.loop, text.facts);
}

TEST(Sweeps, EachSweepLosesWhatItReadsBesideItsElement) {
  const auto found = steps_of(
      "for %i in 1 .. %n { %Y[%i] = %X[%i - 1] + %X[%i] + %X[%i + 1] }\n"
      "for %i in 1 .. %n { %X[%i] = %Y[%i - 1] + %Y[%i] + %Y[%i + 1] }");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->low_lost, (Rows{0, 1}));
  EXPECT_EQ(found->high_lost, (Rows{0, 1}));
  EXPECT_EQ(found->low_slope, 2);
  EXPECT_EQ(found->high_slope, 2);
  EXPECT_EQ(found->loss(), 4);
  EXPECT_FALSE(found->has_rows());
}

TEST(Sweeps, NothingIsLostOnASideThatIsNotRead) {
  const auto found = steps_of(
      "for %i in 1 .. %n { for %j in 0 .. %n { %A[%i, %j] = %A[%i, %j] - %C[%i, %j] + %C[%i - 1, %j] } }\n"
      "for %i in 1 .. %n { for %j in 1 .. %n { %B[%i, %j] = %B[%i, %j] - %C[%i, %j] + %C[%i, %j - 1] } }\n"
      "for %i in 1 .. %n { for %j in 1 .. %n { %C[%i, %j] = %C[%i, %j] - %A[%i + 1, %j] + %A[%i, %j] - %B[%i, %j] } }");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->low_lost, (Rows{0, 0, 0}));
  EXPECT_EQ(found->high_lost, (Rows{0, 0, 1}));
  EXPECT_EQ(found->low_slope, 1);
  EXPECT_EQ(found->high_slope, 1);
  EXPECT_TRUE(found->has_rows());
}

TEST(Sweeps, WhatIsOverwrittenTooSoonCountsToo) {
  // X[i + 2] is read before the second sweep writes it: that must not run ahead at the low end.
  const auto found = steps_of(
      "for %i in 1 .. %n { %Y[%i] = %X[%i + 2] }\n"
      "for %i in 1 .. %n { %X[%i] = %x }");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->low_lost, (Rows{0, 2}));
  EXPECT_EQ(found->high_lost, (Rows{0, 0}));
}

TEST(Sweeps, ARowThatIsSetIsASweepOverItAlone) {
  const auto found = steps_of(
      "for %j in 0 .. %n { %A[0, %j] = %x }\n"
      "for %i in 1 .. %n { for %j in 0 .. %n { %B[%i, %j] = %A[%i - 1, %j] } }\n"
      "for %i in 1 .. %n { for %j in 0 .. %n { %A[%i, %j] = %B[%i, %j] } }");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->sweeps[0]->body.size(), 1U);
  EXPECT_TRUE(found->sweeps[0]->body[0].is(ir::StmtKind::For));
}

TEST(Sweeps, RowsThatAreFarApartAreRefused) {
  EXPECT_FALSE(steps_of("for %i in 3 .. %n { %Y[%i] = %X[%i - 3] }\nfor %i in 3 .. %n { %X[%i] = %Y[%i] }"));
  EXPECT_FALSE(steps_of("for %i in 1 .. %n { %Y[%i] = %X[0] }\nfor %i in 0 .. %n { %X[%i] = %Y[%i] }"));
  EXPECT_FALSE(steps_of("for %i in 1 .. %n { %Y[%i] = %X[%n - %i] }\nfor %i in 0 .. %n { %X[%i] = %Y[%i] }"));
}

TEST(Sweeps, SweepsWhoseRoundsDependOnEachOtherAreRefused) {
  EXPECT_FALSE(steps_of("for %i in 1 .. %n { %Y[%i] = %Y[%i - 1] }\nfor %i in 1 .. %n { %X[%i] = %Y[%i] }"));
}

TEST(Sweeps, OtherStatementsOverlapsAndChangingBoundsAreRefused) {
  const std::string_view pair = "for %i in 1 .. %n { %Y[%i] = %X[%i] }\nfor %i in 1 .. %n { %X[%i] = %Y[%i] }";
  EXPECT_TRUE(steps_of(pair));
  EXPECT_FALSE(steps_of(pair, "")) << "X may be Y";
  EXPECT_FALSE(steps_of(std::string("%Y[0] = %x\n") + std::string(pair)));
  EXPECT_FALSE(steps_of("for %i in 1 .. %n { %Y[%i] = %X[%i] }\nfor %i in 1 .. %t { %X[%i] = %Y[%i] }"));
  EXPECT_FALSE(steps_of("for %i in 1 .. %n { %Y[%i] = %X[%i] }"));
  EXPECT_FALSE(
      steps_of("for %i in 1 .. %n { check %X[%i] > %x else ValueError \"x\"\n%Y[%i] = %X[%i] }\n"
               "for %i in 1 .. %n { %X[%i] = %Y[%i] }"));
}

}  // namespace
}  // namespace rooftop::opt
