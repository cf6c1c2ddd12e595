// Bounds of loop counts by the shape of the bounds.
#include "rooftop/opt/trip_bound.h"

#include <gtest/gtest.h>

#include "opt_text.h"
#include "rooftop/ir/walk.h"

namespace rooftop::opt {
namespace {

/// The bound of the one loop in a function of %a, %b, %n with the lets before it.
std::optional<std::int64_t> bound(const std::string& lets, const std::string& loop) {
  const ir::Module module = ir::parse("func @f (%a: i64, %b: i64, %n: i64) {\n" + lets + "  for %i in " + loop +
                                      " {\n    check %i < %n else IndexError \"\"\n  }\n  return\n}\n");
  TripBounds bounds;
  std::optional<std::int64_t> result;
  ir::for_each_statement(module.functions[0].body, [&](const ir::Stmt& s) {
    if (s.is(ir::StmtKind::Let)) bounds.note(s);
    if (s.is(ir::StmtKind::For)) result = bounds.of(s);
  });
  return result;
}

TEST(TripBounds, BlocksOfALoop) {
  EXPECT_EQ(bound("", "%a .. min(%a + 256, %n)"), 256);
  EXPECT_EQ(bound("  let %end: i64 = min(%n, %a + 256)\n", "%a .. %end"), 256);
  EXPECT_EQ(bound("  let %end: i64 = min(%n, %a + 256)\n", "%a .. %end step 8"), 32);
  EXPECT_EQ(bound("  let %end: i64 = min(%n, %a + 250)\n", "%a .. %end step 8"), 32);
  EXPECT_EQ(bound("  let %width: i64 = min(%n - (%a + %b * 32), 32)\n", "0 .. %width"), 32);
  EXPECT_EQ(bound("", "%a .. %a - 5"), 0);
}

TEST(TripBounds, WhatAMaskLeavesOver) {
  EXPECT_EQ(bound("  let %middle: i64 = select(%n > 0, %n, 0) & -32\n", "%middle .. %n"), 31);
  EXPECT_EQ(bound("  let %middle: i64 = %a + (select(%a < %n, %n - %a, 0) & -32)\n", "%middle .. %n"), 31);
  EXPECT_EQ(bound("  let %width: i64 = min(%n, 40)\n  let %middle: i64 = select(%width > 0, %width, 0) & -32\n",
                  "0 .. %middle step 32"),
            2);
}

TEST(TripBounds, TheLargerOfAChoice) {
  EXPECT_EQ(bound("", "0 .. select(%a < %b, min(%n, 5), 9)"), 9);
  EXPECT_EQ(bound("  let %rest: i64 = select(%n < 6, min(%n, 5), 0)\n", "%a - %rest .. %a"), 5);
  EXPECT_EQ(bound("", "0 .. select(cast<u64>(%n - %a) < 8:u64, %n - %a, 8)"), 8);
  EXPECT_EQ(bound("", "0 .. select(cast<u64>(%n - %a) < 9:u64, %n - %a, 8)"), std::nullopt);
  EXPECT_EQ(bound("", "0 .. select(%a < %b, %n, 9)"), std::nullopt);
}

TEST(TripBounds, LoopsDown) {
  EXPECT_EQ(bound("", "%a .. max(%a - 100, %n) step -1"), 100);
  EXPECT_EQ(bound("", "%a .. max(%a - 100, %n) step -3"), 34);
}

TEST(TripBounds, NothingIsKnownOfOthers) {
  EXPECT_EQ(bound("", "0 .. %n"), std::nullopt);
  EXPECT_EQ(bound("", "%a .. %n"), std::nullopt);
  EXPECT_EQ(bound("", "%a .. max(%a + 256, %n)"), std::nullopt);
  EXPECT_EQ(bound("", "%a .. min(%b + 256, %n)"), std::nullopt);
  EXPECT_EQ(bound("", "%a .. %n & -32"), std::nullopt);
  EXPECT_EQ(bound("", "%n .. min(%a + 256, %n) step -1"), std::nullopt);
}

}  // namespace
}  // namespace rooftop::opt
