// Scalar expressions over several rounds at once.
#include "rooftop/opt/widen.h"

#include <gtest/gtest.h>

#include "loops_text.h"
#include "rooftop/ir/print.h"

namespace rooftop::opt {
namespace {

/// The value of the store in `for %i … { %X[%i] = value }`, widened over four rounds.
std::string widened(std::string_view value) {
  const LoopInText text("for %i in 0 .. %n { %X[%i] = " + std::string(value) + " }");
  Widener widener(text.loop->var, ir::variable(ir::make_var("base", ir::kI64)), 4);
  return ir::to_string(widener.widen(text.loop->body[0]->value));
}

TEST(Widen, WhatDoesNotChangeIsBroadcast) {
  EXPECT_EQ(widened("%x * 2.0"), "broadcast<4>(%x * 2.0)");
  EXPECT_EQ(widened("%Y[%m]"), "broadcast<4>(%Y[%m])");
}

TEST(Widen, TheLoopsVariableIsARamp) { EXPECT_EQ(widened("cast<f64>(%i)"), "cast<f64>(ramp<4>(%base, 1))"); }

TEST(Widen, ReadsAlongMemoryAreContiguous) {
  EXPECT_EQ(widened("%Y[%i + 1]"), "%Y[ramp<4>(%base + 1, 1)]");
  EXPECT_EQ(widened("%A[%m, %i]"), "%A[%m, ramp<4>(%base, 1)]");
}

TEST(Widen, OtherReadsAreGathers) {
  EXPECT_EQ(widened("%A[%i, %m]"), "%A[ramp<4>(%base, 1), %m]");
  EXPECT_EQ(widened("%Y[%I[%i]]"), "%Y[%I[ramp<4>(%base, 1)]]");
  EXPECT_EQ(widened("%Y[%i * 2]"), "%Y[ramp<4>(%base, 1) * broadcast<4>(2)]");
}

TEST(Widen, ChoicesAreMadeByLane) {
  EXPECT_EQ(widened("select(%i < %n, %x, 0.0)"),
            "select(ramp<4>(%base, 1) < broadcast<4>(%n), broadcast<4>(%x), broadcast<4>(0.0))");
}

TEST(Access, IsKnownByTheLastSubscript) {
  const auto access = [](std::string_view place) {
    const LoopInText text("for %i in 0 .. %n { " + std::string(place) + " = %x }");
    const ir::Stmt& s = text.loop->body[0];
    return access_of(s->array, s->exprs, text.loop->var);
  };
  EXPECT_EQ(access("%X[%i + %m]"), Access::Contiguous);
  EXPECT_EQ(access("%A[%m, %i]"), Access::Contiguous);
  EXPECT_EQ(access("%X[%m]"), Access::Fixed);
  EXPECT_EQ(access("%A[%i, %m]"), Access::Other);
  EXPECT_EQ(access("%A[%i, %i]"), Access::Other);
  EXPECT_EQ(access("%X[%n - %i]"), Access::Other);
  EXPECT_EQ(access("%X[%i * 2]"), Access::Other);
  EXPECT_EQ(access("%S[%i]"), Access::Other) << "an unknown stride";
}

}  // namespace
}  // namespace rooftop::opt
