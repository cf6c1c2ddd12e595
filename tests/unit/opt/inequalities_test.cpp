// Systems without solutions.
#include "rooftop/opt/inequalities.h"

#include <gtest/gtest.h>

namespace rooftop::opt {
namespace {

Linear form(Wide constant, std::initializer_list<std::pair<Symbol, int>> terms) {
  Linear result(constant);
  for (const auto& [symbol, coefficient] : terms) result = *result.plus(Linear::of(symbol), coefficient);
  return result;
}

TEST(Inequalities, AnIntervalWithNothingInIt) {
  Inequalities system;
  system.at_least_zero(form(-3, {{0, 1}}));
  EXPECT_FALSE(system.have_no_solution());
  system.at_least_zero(form(2, {{0, -1}}));
  EXPECT_TRUE(system.have_no_solution());
}

TEST(Inequalities, ChainsThroughSeveralSymbols) {
  Inequalities system;  // a < b < c < a
  system.at_least_zero(form(-1, {{0, -1}, {1, 1}}));
  system.at_least_zero(form(-1, {{1, -1}, {2, 1}}));
  EXPECT_FALSE(system.have_no_solution());
  system.at_least_zero(form(-1, {{2, -1}, {0, 1}}));
  EXPECT_TRUE(system.have_no_solution());
}

TEST(Inequalities, EvenIsNeverOdd) {
  Inequalities system;
  system.equals_zero(form(1, {{0, 2}, {1, -4}}));
  EXPECT_TRUE(system.have_no_solution());
}

TEST(Inequalities, IntegersBetweenFractions) {
  Inequalities system;  // 1 <= 3x <= 2
  system.at_least_zero(form(-1, {{0, 3}}));
  system.at_least_zero(form(2, {{0, -3}}));
  EXPECT_TRUE(system.have_no_solution());
}

TEST(Inequalities, EqualitiesAreSolved) {
  Inequalities system;  // x == y + 1, x == y
  system.equals_zero(form(-1, {{0, 1}, {1, -1}}));
  EXPECT_FALSE(system.have_no_solution());
  system.equals_zero(form(0, {{0, 1}, {1, -1}}));
  EXPECT_TRUE(system.have_no_solution());
}

}  // namespace
}  // namespace rooftop::opt
