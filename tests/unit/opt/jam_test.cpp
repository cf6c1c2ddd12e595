// jam: which rounds may run together, in which order, and which may not.
#include "rooftop/opt/jam.h"

#include <gtest/gtest.h>

#include "loops_text.h"
#include "rooftop/opt/jam_rows.h"
#include "rooftop/opt/jam_updates.h"

namespace rooftop::opt {
namespace {

constexpr std::string_view kApart =
    "assume disjoint(%A, %B) & disjoint(%A, %X) & disjoint(%A, %Y) & disjoint(%B, %X) & disjoint(%B, %Y) & "
    "disjoint(%X, %Y)\n";

/// Whether `count` rounds of the first loop may run together, each `shift` steps behind the one before.
bool is_legal(std::string_view loop, int count, int shift = 0, std::string_view assumed = kApart) {
  const LoopInText text(std::string(assumed) + std::string(loop));
  auto rows = Rows::match(text.loop);
  if (!rows) return false;
  rows->count = count;
  rows->shift = shift;
  return rows->is_legal(text.facts);
}

TEST(Jam, RoundsOfRowsOfTheirOwnRunTogether) {
  EXPECT_TRUE(is_legal("for %i in 0 .. %n { for %j in 0 .. %m { %X[%i] = %X[%i] + %A[%i, %j] } }", 8));
  EXPECT_TRUE(is_legal("for %i in 0 .. %n { %X[%i] = %x\nfor %j in 0 .. %i { %X[%i] = %X[%i] + %A[%i, %j] } }", 8));
}

TEST(Jam, SumsOfAllRoundsKeepTheirOrder) {
  EXPECT_TRUE(is_legal("for %i in 0 .. %n { for %j in 0 .. %m { %X[%j] = %X[%j] + %A[%i, %j] } }", 8));
  EXPECT_FALSE(is_legal("for %i in 0 .. %n { for %j in 0 .. %m { %X[0] = %X[0] + %A[%i, %j] } }", 2));
}

TEST(Jam, ATriangleWaitsForTheRoundsBefore) {
  // X[i] needs X[j] of all rounds before: those of one strip are after the common steps.
  EXPECT_TRUE(is_legal("for %i in 0 .. %n { for %j in 0 .. %i { %X[%i] = %X[%i] - %A[%i, %j] * %X[%j] } }", 4));
  EXPECT_FALSE(is_legal("for %i in 0 .. %n { for %j in 0 .. %m { %X[%i] = %X[%i] - %A[%i, %j] * %X[%j] } }", 4));
}

TEST(Jam, RelaxationsInPlaceRunWithEachRoundBehind) {
  const std::string_view sweep =
      "for %i in 1 .. %n { for %j in 1 .. %m { %A[%i, %j] = %A[%i - 1, %j + 1] + %A[%i, %j - 1] + %A[%i + 1, %j + 1] } "
      "}";
  EXPECT_FALSE(is_legal(sweep, 4, 0));
  EXPECT_FALSE(is_legal(sweep, 4, 1));
  EXPECT_TRUE(is_legal(sweep, 4, 2));
}

TEST(Jam, ArraysThatMayOverlapStayInOrder) {
  EXPECT_FALSE(is_legal("for %i in 0 .. %n { for %j in 0 .. %m { %X[%i] = %X[%i] + %A[%i, %j] } }", 8, 0, ""));
}

TEST(Jam, RoundsThatStopOrShareVariablesAreNoRows) {
  const auto matches = [](std::string_view loop) { return Rows::match(LoopInText(loop).loop).has_value(); };
  EXPECT_TRUE(matches("for %i in 0 .. %n { for %j in 0 .. %m { %A[%i, %j] = %x } }"));
  EXPECT_FALSE(matches("for %i in 0 .. %n { for %j in 0 .. %m { if %A[%i, %j] > %x { break } } }"));
  EXPECT_FALSE(matches("for %i in 0 .. %n { for %j in 0 .. %i * 2 { %A[%i, %j] = %x } }"));
  EXPECT_FALSE(matches("for %i in 0 .. %n { for %j in 0 .. %I[%i] { %A[%i, %j] = %x } }"));
  EXPECT_FALSE(matches("for %i in 0 .. %n { for %j in 0 .. %m { for %k in 0 .. %m { %A[%i, %j] = %x } } }"));
}

/// Whether rounds that update the same rows run together.
bool are_updates(std::string_view loop, std::string_view assumed = kApart) {
  const LoopInText text(std::string(assumed) + std::string(loop));
  return Updates::match(text.loop, text.facts).has_value();
}

TEST(JamUpdates, EliminationUpdatesARowOnceForSeveralRounds) {
  const LoopInText text(
      "for %k in 0 .. %n { for %i in %k + 1 .. %n { %A[%i, %k] = %A[%i, %k] / %A[%k, %k]\n"
      "for %j in %k + 1 .. %n { %A[%i, %j] = %A[%i, %j] - %A[%i, %k] * %A[%k, %j] } } }");
  const auto found = Updates::match(text.loop, text.facts);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->stores_last);
}

TEST(JamUpdates, RowsThatLaterRoundsReadWholeAreInTheWay) {
  // Round k + 1 reads row k + 1, which round k updates like all others.
  EXPECT_FALSE(
      are_updates("for %k in 0 .. %n { for %i in 0 .. %n { for %j in 0 .. %n {\n"
                  "%A[%i, %j] = min(%A[%i, %j], %A[%i, %k] + %A[%k, %j]) } } }"));
}

TEST(JamUpdates, OtherLoopsAreNone) {
  EXPECT_FALSE(are_updates("for %k in 0 .. %n { for %i in 0 .. %n { for %j in 0 .. %n { %A[%k, %j] = %B[%i, %j] } } }"))
      << "another row in each round";
  EXPECT_FALSE(
      are_updates("for %k in 0 .. %n { for %i in 0 .. %n { for %j in 0 .. %n {\n"
                  "%A[%i, %j] = %A[%i, %j] + %X[%k] * %B[%k, %j] } } }",
                  ""))
      << "B may be A";
}

TEST(JamUpdates, ANameBesideTheStepsThatTheyReadIsInTheWay) {
  EXPECT_FALSE(
      are_updates("for %k in 0 .. %n { for %i in %k + 1 .. %n { let %f: f64 = %A[%i, %k] / %A[%k, %k]\n"
                  "%A[%i, %k] = %f\nfor %j in %k + 1 .. %n { %A[%i, %j] = %A[%i, %j] - %f * %A[%k, %j] } } }"));
}

}  // namespace
}  // namespace rooftop::opt
