// Subscripts as affine functions of loop variables.
#include "rooftop/opt/affine.h"

#include <gtest/gtest.h>

#include "rooftop/ir/print.h"
#include "rooftop/ir/walk.h"

namespace rooftop::opt {
namespace {

using ir::Expr;

class AffineForm : public ::testing::Test {
 protected:
  static Expr integer(std::int64_t v) { return ir::int_constant(v); }
  std::optional<Affine> form(const Expr& e) const { return affine(e, {i, j}); }

  ir::Var i = ir::make_var("i", ir::kI64), j = ir::make_var("j", ir::kI64), n = ir::make_var("n", ir::kI64);
  Expr I = ir::variable(i), J = ir::variable(j), N = ir::variable(n);
};

TEST_F(AffineForm, CollectsCoefficients) {
  const auto f = form((I + J + N + integer(2)) * integer(3) - I + integer(1));
  ASSERT_TRUE(f);
  EXPECT_EQ(f->coefficient(i), 2);
  EXPECT_EQ(f->coefficient(j), 3);
  EXPECT_EQ(ir::to_string(f->rest), "%n * 3 + 7");
}

TEST_F(AffineForm, VariablesThatCancelAreGone) {
  const auto f = form(I + J - I);
  ASSERT_TRUE(f);
  EXPECT_FALSE(f->depends_on(i));
  EXPECT_EQ(f->coefficients.size(), 1u);
  EXPECT_TRUE(form(I * integer(0))->coefficients.empty());
}

TEST_F(AffineForm, ProductsOfVariablesAreNone) {
  EXPECT_FALSE(form(I * J));
  EXPECT_FALSE(form(I * N));
  EXPECT_FALSE(form(ir::operation(ir::Op::floordiv, {I, integer(2)})));
}

TEST_F(AffineForm, CoefficientsThatCouldLeave64BitsAreNone) {
  const Expr large = integer(std::int64_t{1} << 30);
  EXPECT_TRUE(form(I * large));
  EXPECT_FALSE(form(I * large * large));
  EXPECT_FALSE(form(I * large + I * large));
  EXPECT_FALSE(form(I * integer(INT64_MIN)));
}

TEST_F(AffineForm, ConstantsWrapAsTheExpressionDoes) {
  const auto f = form(I + integer(INT64_MAX) + integer(1));
  ASSERT_TRUE(f);
  EXPECT_TRUE(ir::is_int_constant(f->rest, INT64_MIN));
}

TEST_F(AffineForm, DifferencesOfRestsAreFoundThroughSums) {
  const auto a = form(N + I + integer(1)), b = form(N + integer(-2) + I);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(constant_difference(*a, *b), 3);
  EXPECT_FALSE(constant_difference(*a, *form(I)));
}

TEST_F(AffineForm, AGraphOfSharedSumsTakesNoTime) {
  Expr e = I;
  for (int k = 0; k < 29; ++k) e = e + e;
  EXPECT_EQ(form(e)->coefficient(i), 1 << 29);
}

}  // namespace
}  // namespace rooftop::opt
