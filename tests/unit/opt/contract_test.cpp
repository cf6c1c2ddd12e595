// Which nests are contractions, what is refused and why, and what the schedule is made of.
#include "rooftop/opt/contract.h"

#include <gtest/gtest.h>

#include "loops_text.h"
#include "rooftop/opt/contraction.h"
#include "rooftop/opt/contraction_conditions.h"
#include "rooftop/opt/contraction_schedule.h"

namespace rooftop::opt {
namespace {

constexpr std::string_view kApart = "assume disjoint(%A, %C) & disjoint(%B, %C)\n";

std::string product(std::string_view order, std::string_view update) {
  std::string text(kApart);
  for (const char v : order) {
    text += std::string("for %") + v + " in 0 .. " +
            (v == 'i'   ? "%C.shape[0]"
             : v == 'j' ? "%C.shape[1]"
                        : "%A.shape[1]") +
            " {\n";
  }
  text += update;
  return text + std::string(order.size(), '}');
}

constexpr std::string_view kUpdate = "%C[%i, %j] = %C[%i, %j] + %A[%i, %k] * %B[%k, %j]";

std::optional<Contraction> matched(std::string_view body, std::string& why_not) {
  const LoopInText text(body);
  return match_contraction(text.loop, text.facts, why_not);
}
std::string refusal(std::string_view body) {
  std::string why_not;
  EXPECT_FALSE(matched(body, why_not));
  return why_not;
}

class LoopOrder : public ::testing::TestWithParam<const char*> {};

TEST_P(LoopOrder, DoesNotMatter) {
  std::string why_not;
  const auto c = matched(product(GetParam(), kUpdate), why_not);
  ASSERT_TRUE(c) << why_not;
  EXPECT_EQ(c->parallel.size(), 2u);
  ASSERT_EQ(c->reduction.size(), 1u);
  EXPECT_EQ(c->reduction[0].var->name, "k");
  EXPECT_EQ(ir::to_string(c->step), "%value + %A[%i, %k] * %B[%k, %j]");
  EXPECT_FALSE(c->initial);
}
INSTANTIATE_TEST_SUITE_P(All, LoopOrder, ::testing::Values("ijk", "ikj", "jik", "jki", "kij", "kji"));

TEST(Contraction, TakesTheAccumulatorInAVariable) {
  std::string why_not;
  const auto c = matched(product("ij",
                                 "var %s: f64 = 0.5\n"
                                 "for %k in 0 .. %A.shape[1] { let %p: f64 = %A[%i, %k] * %B[%k, %j]\n%s := %p + %s }\n"
                                 "let %r: f64 = max(%s, %x)\n%C[%i, %j] = %r"),
                         why_not);
  ASSERT_TRUE(c) << why_not;
  EXPECT_EQ(ir::to_string(c->initial), "0.5");
  EXPECT_EQ(ir::to_string(c->final_value), "max(%s, %x)");
  EXPECT_FALSE(c->reads_target);
}

TEST(Contraction, KnowsThatAnEpilogueReadsTheOldElement) {
  std::string why_not;
  const auto c = matched(product("ij",
                                 "var %s: f64 = 0.0\n"
                                 "for %k in 0 .. %A.shape[1] { %s := %s + %A[%i, %k] * %B[%k, %j] }\n"
                                 "%C[%i, %j] = %s + %x * %C[%i, %j]"),
                         why_not);
  ASSERT_TRUE(c) << why_not;
  EXPECT_TRUE(c->reads_target);
  const auto plan = plan_contraction(*c, avx2(), why_not);
  ASSERT_TRUE(plan) << why_not;
  EXPECT_TRUE(plan->staged) << "partial sums would overwrite what the epilogue reads";
}

TEST(Contraction, TakesAStartValueOfTheElement) {
  std::string why_not;
  const auto c = matched(product("ij",
                                 "%C[%i, %j] = %x * %C[%i, %j]\n"
                                 "for %k in 0 .. %A.shape[1] { " +
                                     std::string(kUpdate) + " }"),
                         why_not);
  ASSERT_TRUE(c) << why_not;
  EXPECT_TRUE(c->initial);
  EXPECT_FALSE(c->reads_target);
}

TEST(Contraction, RefusesOperandsThatMayBeTheTarget) {
  EXPECT_EQ(refusal("for %i in 0 .. %n { for %j in 0 .. %n { for %k in 0 .. %n { " + std::string(kUpdate) + " } } }"),
            "an operand may overlap the target");
  EXPECT_EQ(refusal(product("ijk", "%C[%i, %j] = %C[%i, %j] + %A[%i, %k] * %C[%k, %j]")),
            "an operand may overlap the target");
}

TEST(Contraction, TestsWhetherOtherPartsOfTheTargetAreRead) {
  std::string why_not;
  const auto c = matched(std::string(kApart) +
                             "for %i in 0 .. %n { for %j in %m .. %n { for %k in 0 .. %m {\n"
                             "%C[%i, %j] = %C[%i, %j] + %A[%i, %k] * %C[%k, %j] } } }",
                         why_not);
  EXPECT_FALSE(c) << "rows 0 to m are written too";
  const auto d = matched(std::string(kApart) +
                             "for %i in %m .. %n { for %j in 0 .. %n { for %k in 0 .. %m {\n"
                             "%C[%i, %j] = %C[%i, %j] + %A[%i, %k] * %C[%k, %j] } } }",
                         why_not);
  ASSERT_TRUE(d) << why_not;
  EXPECT_EQ(d->other_parts.size(), 1u);
  EXPECT_EQ(conditions_of(*d).size(), 1u);
}

TEST(Contraction, TakesAnyStepFromTheValueSoFar) {
  for (const char* update :
       {"%C[%i, %j] = %C[%i, %j] * %B[%k, %j] + %A[%i, %k]", "%C[%i, %j] = %A[%i, %k] - %C[%i, %j]",
        "if %A[%i, %k] < %C[%i, %j] { %C[%i, %j] = %A[%i, %k] }"}) {
    std::string why_not;
    EXPECT_TRUE(matched(product("ijk", update), why_not)) << update << ": " << why_not;
  }
}

TEST(Contraction, DoesNotReadWhatAChoiceGuards) {
  std::string why_not;
  EXPECT_FALSE(matched(product("ijk", "if %k < %n { %C[%i, %j] = %C[%i, %j] + %A[%i, %k] * %B[%k, %j] }"), why_not));
}

TEST(Contraction, TakesTrianglesAsABoxAndLimits) {
  std::string why_not;
  const auto c = matched(std::string(kApart) + "for %i in 0 .. %n { for %j in 0 .. %m { for %k in %i + 1 .. %n { " +
                             std::string(kUpdate) + " } } }",
                         why_not);
  ASSERT_TRUE(c) << why_not;
  EXPECT_EQ(ir::to_string(c->reduction[0].begin), "1");
  EXPECT_EQ(ir::to_string(c->reduction[0].end), "%n");
  ASSERT_EQ(c->limits.size(), 1u);
  EXPECT_EQ(c->limits[0].coefficient(c->reduction[0].var), 1);
  EXPECT_EQ(c->limits[0].coefficient(c->parallel[0].var), -1);
  EXPECT_EQ(ir::to_string(c->limits[0].rest), "-1");
}

TEST(Contraction, RefusesBoundsThatProductsOrMemoryDecide) {
  EXPECT_EQ(refusal(std::string(kApart) + "for %i in 0 .. %n { for %j in 0 .. %n { for %k in 0 .. %i * %j { " +
                    std::string(kUpdate) + " } } }"),
            "the bounds of a loop are no sums of other loops' variables");
  for (const char* bound : {"%I[0]", "floordiv(%n, %m)"}) {
    EXPECT_EQ(refusal(std::string(kApart) + "for %i in 0 .. %n { for %j in 0 .. %n { for %k in 0 .. " + bound + " { " +
                      std::string(kUpdate) + " } } }"),
              "the bounds of a loop read memory or may not exist");
  }
}

TEST(Contraction, RefusesTargetsWithoutAnElementForEachRound) {
  EXPECT_EQ(refusal(product("ijk", "%C[%i, %i] = %C[%i, %i] + %A[%i, %k] * %B[%k, %j]")),
            "a subscript of the target is not a loop variable plus a constant");
  EXPECT_EQ(refusal(product("ijk", "%C[%i, 2 * %j] = %C[%i, 2 * %j] + %A[%i, %k] * %B[%k, %j]")),
            "a subscript of the target is not a loop variable plus a constant");
}

TEST(Contraction, IsNotAnotherElementsUpdate) {
  std::string why_not;
  EXPECT_FALSE(matched(product("ijk", "%C[%i, %j] = %C[%j, %i] + %A[%i, %k] * %B[%k, %j]"), why_not));
  EXPECT_FALSE(matched(product("ijk", "%C[%i, %j] = %A[%i, %k] - %B[%k, %j]"), why_not)) << "nothing is carried";
}

TEST(Contraction, AStartThatIsReadBeforeItsLoopIsNotMovedBehindIt) {
  std::string why_not;
  EXPECT_FALSE(matched(product("ij",
                               "var %s: f64 = %x\nlet %start: f64 = %s\n"
                               "for %k in 0 .. %A.shape[1] { %s := %s + %A[%i, %k] * %B[%k, %j] }\n"
                               "%C[%i, %j] = %s - %start"),
                       why_not));
}

std::optional<ContractionPlan> planned(std::string_view body, const Machine& machine) {
  std::string why_not;
  const auto c = matched(body, why_not);
  return c ? plan_contraction(*c, machine, why_not) : std::nullopt;
}

TEST(Plan, RunsLanesAlongTheTargetAndPacksTheOtherOperand) {
  const auto plan = planned(product("ijk", kUpdate), avx2());
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->lanes, 4);
  EXPECT_EQ(plan->rows * plan->vectors, 12) << "of 16 registers";
  ASSERT_EQ(plan->panels.size(), 1u);
  EXPECT_EQ(ir::to_string(plan->panels[0]), "%B[%k, %j]");
  EXPECT_TRUE(plan->panel_is_direct[0]);
  ASSERT_EQ(plan->slivers.size(), 1u);
  EXPECT_EQ(ir::to_string(plan->slivers[0]), "%A[%i, %k]");
}

TEST(Plan, PacksTransposedAndStridedOperands) {
  const auto plan = planned(product("ijk", "%C[%i, %j] = %C[%i, %j] + %A[%k, %i] * %B[%j, %k]"), avx2());
  ASSERT_TRUE(plan);
  EXPECT_EQ(ir::to_string(plan->panels[0]), "%B[%j, %k]");
  EXPECT_FALSE(plan->panel_is_direct[0]) << "its rows are the columns here";
}

TEST(Plan, BlocksShrinkWithTheCaches) {
  Machine small = avx2();
  small.l1_bytes = 512;
  small.l2_bytes = 2048;
  const auto large = planned(product("ijk", kUpdate), avx2()), tiny = planned(product("ijk", kUpdate), small);
  ASSERT_TRUE(large && tiny);
  EXPECT_EQ(large->reduction_block, 256);
  Machine larger = avx2();
  larger.l1_bytes = 48 * 1024;
  EXPECT_EQ(planned(product("ijk", kUpdate), larger)->reduction_block, 384);
  EXPECT_LT(tiny->reduction_block, 16);
  EXPECT_LT(tiny->column_block, large->column_block);
  EXPECT_EQ(tiny->column_block % (tiny->vectors * tiny->lanes), 0);
}

TEST(Plan, LargeCachesAreNotFilled) {
  const auto block_bytes = [](std::int64_t l2_bytes) {
    Machine machine = avx2();
    machine.l1_bytes = 48 * 1024;
    machine.l2_bytes = l2_bytes;
    const auto plan = planned(product("ijk", kUpdate), machine);
    return plan ? plan->reduction_block * plan->column_block * 8 : 0;
  };
  constexpr std::int64_t kKilobyte = 1024, kMegabyte = 1024 * kKilobyte;
  const auto expect_about = [&](std::int64_t l2_bytes, std::int64_t bytes) {
    EXPECT_LE(block_bytes(l2_bytes), bytes);
    EXPECT_GT(block_bytes(l2_bytes), bytes * 9 / 10);
  };
  expect_about(kMegabyte / 2, 384 * kKilobyte);
  expect_about(kMegabyte, 768 * kKilobyte);
  expect_about(kMegabyte * 5 / 4, 768 * kKilobyte);
  expect_about(2 * kMegabyte, kMegabyte);
}

TEST(Contract, FusesMultiplyAddUnlessStrict) {
  const PassedText strict(contract, product("ijk", kUpdate), avx2()),
      contracted(contract, product("ijk", kUpdate), avx2(), "contract");
  EXPECT_EQ(count(strict.text, "fma("), 0);
  EXPECT_GT(count(contracted.text, "fma("), 12);
}

TEST(Contract, DoesNothingWhereThereAreNoTerms) {
  const PassedText passed(contract, product("ijk", kUpdate), avx2());
  EXPECT_EQ(count(passed.text, "if likely(0 < %C.shape[0] & 0 < %C.shape[1] & 0 < %A.shape[1])"), 1) << passed.text;
  EXPECT_EQ(count(passed.text, "\n  } else {"), 0) << "adding nothing needs no loops";
}

TEST(Contract, SplitsRowsAmongThreads) {
  EXPECT_EQ(count(PassedText(contract, product("ijk", kUpdate), avx2(4)).text, "for parallel"), 2)
      << "few columns, and many";
  EXPECT_EQ(count(PassedText(contract, product("ijk", kUpdate), avx2(1)).text, "for parallel"), 0);
}

TEST(Contract, KeepsSeveralSumsOfAMatrixTimesAVectorGoing) {
  const PassedText passed(contract,
                          "assume disjoint(%X, %A) & disjoint(%X, %Y)\n"
                          "for %i in 0 .. %n { for %k in 0 .. %m { %X[%i] = %X[%i] + %A[%i, %k] * %Y[%k] } }",
                          avx2());
  EXPECT_TRUE(passed.says("8 x 1 elements in registers"));
}

}  // namespace
}  // namespace rooftop::opt
