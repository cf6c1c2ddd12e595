// Linear forms and the prover over them.
#include "rooftop/opt/linear.h"

#include <gtest/gtest.h>

#include "rooftop/opt/ranges_facts.h"

namespace rooftop::opt {
namespace {

TEST(Linear, AddsTermBySymbol) {
  const Linear a = *Linear::of(1).plus(Linear::of(3), 2)->plus(Linear(5));
  EXPECT_EQ(to_string(a), "#1 + 2*#3 + 5");
  EXPECT_EQ(to_string(*a.minus(Linear::of(1))), "2*#3 + 5");
  EXPECT_EQ(*a.minus(a), Linear());
  EXPECT_EQ(to_string(*a.substitute(3, *Linear::of(1).plus(Linear(-2)))), "3*#1 + 1");
}

TEST(Linear, RefusesWhatLeaves128Bits) {
  const Linear big = *Linear::of(1).times(static_cast<Wide>(1) << 100);
  EXPECT_FALSE(big.times(static_cast<Wide>(1) << 100));
  EXPECT_TRUE(big.times(2));
}

TEST(Linear, ReductionRoundsTheConstantDown) {
  EXPECT_EQ(to_string(Linear::of(0).times(4)->plus(Linear(-3))->reduced()), "#0 - 1");
  EXPECT_EQ(to_string(Linear::of(0).times(4)->plus(Linear(3))->reduced()), "#0");
}

class Prover : public ::testing::Test {
 protected:
  Symbol integer() { return facts.add_symbol(kI64Range); }
  void at_most(const Linear& a, const Linear& b) { facts.assume_nonnegative(*b.minus(a)); }
  bool proves(const Linear& a, const Linear& b) { return facts.is_nonnegative(*b.minus(a)); }
  Facts facts;
};

TEST_F(Prover, ChainsInequalities) {
  const Linear n = Linear::of(integer());
  const Linear i = Linear::of(integer());
  const Linear j = Linear::of(integer());
  at_most(Linear(0), i);
  at_most(i, *n.plus(Linear(-1)));
  at_most(Linear(0), j);
  at_most(j, *i.plus(Linear(-1)));
  EXPECT_TRUE(proves(*j.plus(Linear(2)), n));
  EXPECT_FALSE(proves(*j.plus(Linear(3)), n));
  EXPECT_TRUE(proves(Linear(0), *i.minus(j)));
}

TEST_F(Prover, UsesThatValuesAreIntegers) {
  // mid = (low + high) // 2 lies between low and high.
  const Linear low = Linear::of(integer());
  const Linear high = Linear::of(integer());
  const Linear mid = Linear::of(integer());
  const Linear sum = *low.plus(high);
  at_most(low, high);
  at_most(*mid.times(2), sum);
  at_most(sum, *mid.times(2)->plus(Linear(1)));
  EXPECT_TRUE(proves(low, mid));
  EXPECT_TRUE(proves(mid, high));
  EXPECT_FALSE(proves(*mid.plus(Linear(1)), high));
}

TEST_F(Prover, DistinguishesCases) {
  // wrapped = k < 0 ? k + n : k, with -n <= k < n
  const Linear n = Linear::of(facts.add_symbol({0, INT64_MAX}));
  const Linear k = Linear::of(integer());
  const Symbol wrapped = integer();
  facts.assume_cases(wrapped, {{*k.plus(n), {*Linear(-1).minus(k)}}, {k, {k}}});
  EXPECT_FALSE(proves(Linear(0), Linear::of(wrapped)));
  at_most(*n.times(-1), k);
  EXPECT_TRUE(proves(Linear(0), Linear::of(wrapped)));
  EXPECT_FALSE(proves(Linear::of(wrapped), *n.plus(Linear(-1))));
  at_most(k, *n.plus(Linear(-1)));
  EXPECT_TRUE(proves(Linear::of(wrapped), *n.plus(Linear(-1))));
}

TEST_F(Prover, TakesFactsBack) {
  const Linear n = Linear::of(integer());
  const Linear m = Linear::of(integer());
  const Facts::Mark mark = facts.mark();
  at_most(m, n);
  at_most(Linear(3), m);
  EXPECT_TRUE(proves(Linear(3), n));
  facts.undo(mark);
  EXPECT_FALSE(proves(Linear(3), n));
  EXPECT_FALSE(proves(Linear(3), m));
}

TEST_F(Prover, ExcludesZeroAtTheEndOfAnInterval) {
  const Symbol n = facts.add_symbol({0, INT64_MAX});
  facts.assume_nonzero(Linear::of(n));
  EXPECT_TRUE(proves(Linear(1), Linear::of(n)));
}

TEST_F(Prover, NeverTrustsSumsBeyond128Bits) {
  const Linear a = Linear::of(integer());
  const Linear b = Linear::of(integer());
  const Wide huge = static_cast<Wide>(1) << 110;
  EXPECT_FALSE(facts.is_nonnegative(*a.times(huge)->plus(*b.times(huge))));
}

}  // namespace
}  // namespace rooftop::opt
