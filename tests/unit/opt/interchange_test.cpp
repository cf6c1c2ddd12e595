// interchange: which loop becomes the innermost one, and which orders are refused.
#include "rooftop/opt/interchange.h"

#include <gtest/gtest.h>

#include "loops_text.h"

namespace rooftop::opt {
namespace {

constexpr std::string_view kApart = "assume disjoint(%A, %B) & disjoint(%A, %X) & disjoint(%B, %X)\n";

PassedText interchanged(std::string_view body) {
  return {interchange, std::string(kApart) + std::string(body), avx2()};
}

/// The variables of the nest's loops, outermost first.
std::string order(std::string_view body) {
  std::string names;
  for (const std::string& line : lines_of(interchanged(body).text)) {
    if (line.starts_with("for %")) names += line[5];
  }
  return names;
}

TEST(Interchange, TheLoopAlongMemoryIsInnermost) {
  EXPECT_EQ(order("for %j in 0 .. %m { for %i in 0 .. %n { %A[%i, %j] = %B[%i, %j] } }"), "ij");
  EXPECT_EQ(order("for %i in 0 .. %m { for %j in 0 .. %n { %A[%i, %j] = %B[%i, %j] } }"), "ij");
  EXPECT_EQ(order("for %j in 0 .. %m { for %i in 0 .. %n { for %k in 0 .. %n { %A[%i, %j] = %A[%i, %j] + %x } } }"),
            "ikj");
}

TEST(Interchange, EquallyGoodOrdersStayTheSources) {
  EXPECT_EQ(order("for %i in 0 .. %m { for %j in 0 .. %n { %A[%i, %j] = %B[%j, %i] } }"), "ij");
  EXPECT_EQ(order("for %j in 0 .. %m { for %i in 0 .. %n { %A[%i, %j] = %B[%j, %i] } }"), "ji");
}

TEST(Interchange, SumsKeepTheOrderOfTheirTerms) {
  EXPECT_EQ(order("for %j in 0 .. %m { for %i in 0 .. %n { %X[%j] = %X[%j] + %A[%i, %j] } }"), "ij");
  EXPECT_EQ(order("for %j in 0 .. %m { for %i in 0 .. %n { %X[0] = %X[0] + %A[%i, %j] } }"), "ji");
}

TEST(Interchange, AChainRunsAlongMemoryWhereRoundsOfAnotherLoopCanRunBesideIt) {
  EXPECT_EQ(order("for %j in 1 .. %m { for %i in 0 .. %n { %A[%i, %j] = %A[%i, %j - 1] * %x } }"), "ij");
  EXPECT_EQ(order("for %j in 1 .. %m { for %i in 0 .. %n { %X[%i] = %X[%i] + %A[%j, %i] } }"), "ji");
}

TEST(Interchange, DependencesAcrossBothLoopsKeepTheOrder) {
  EXPECT_EQ(
      order("for %j in 1 .. %m { for %i in 0 .. %n { %A[%i, %j] = %A[%i + 1, %j - 1] * %B[%i, %j] * %B[%i, %j + 1] * "
            "%B[%i, %j + 2] * %B[%i, %j + 3] } }"),
      "ji");
  EXPECT_EQ(order("for %j in 0 .. %m { for %i in 0 .. %n { %C[%i, %j] = %A[%i, %j] } }"), "ji") << "C may be A";
}

TEST(Interchange, OnlyRectanglesOfRoundsThatCannotStop) {
  EXPECT_EQ(order("for %j in 0 .. %m { for %i in 0 .. %j { %A[%i, %j] = %x } }"), "ji");
  EXPECT_EQ(order("for %j in 0 .. %m { let %t: i64 = %j * 2\nfor %i in 0 .. %t { %A[%i, %j] = %x } }"), "ji");
  EXPECT_EQ(order("for %j in 0 .. %m { for %i in 0 .. %I[0] { %A[%i, %j] = %x } }"), "ji");
  EXPECT_EQ(order("for %j in 0 .. %m { for %i in 0 .. %n { check %i < %j else IndexError \"i\"\n%A[%i, %j] = %x } }"),
            "ji");
  EXPECT_EQ(order("for %j in 0 .. %m { for %i in 0 .. %n { if %i == %j { break }\n%A[%i, %j] = %x } }"), "ji");
  EXPECT_EQ(order("var %s: f64 = 0.0\nfor %j in 0 .. %m { for %i in 0 .. %n { %s := %s + %A[%i, %j] } }\n%X[0] = %s"),
            "ji");
}

TEST(Interchange, LetsBetweenTheLoopsMoveInside) {
  const PassedText passed =
      interchanged("for %j in 0 .. %m { let %t: i64 = %j + 1\nfor %i in 0 .. %n { %A[%i, %t] = %B[%i, %j] } }");
  EXPECT_LT(passed.text.find("for %i"), passed.text.find("for %j"));
  EXPECT_LT(passed.text.find("for %j"), passed.text.find("let %t"));
}

TEST(Interchange, ChoicesInsideARoundMoveWithIt) {
  EXPECT_EQ(order("for %j in 0 .. %m { for %i in 0 .. %n { if %B[%i, %j] > 0.0 { %A[%i, %j] = %x } } }"), "ij");
}

}  // namespace
}  // namespace rooftop::opt
