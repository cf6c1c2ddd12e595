// What the passes know of arrays: overlap and distinct elements.
#include "rooftop/opt/memory_facts.h"

#include <gtest/gtest.h>

#include "loops_text.h"

namespace rooftop::opt {
namespace {

/// Facts after all statements of the body, and variables by name.
struct After {
  ir::Module module;
  MemoryFacts facts;

  explicit After(std::string_view body) : module(ir::parse(function_text(body))) {
    for (const ir::Stmt& s : module.entry().body) facts.learn(s);
  }
  ir::Var var(std::string_view name) const {
    for (const ir::Var& p : module.entry().parameters) {
      if (p->name == name) return p;
    }
    ir::Var found;
    ir::for_each_statement(module.entry().body, [&](const ir::Stmt& s) {
      if (s->var && s->var->name == name) found = s->var;
    });
    return found;
  }
  bool disjoint(std::string_view a, std::string_view b) const { return facts.disjoint(var(a), var(b)); }
  bool distinct(std::string_view a) const { return facts.has_distinct_elements(var(a)); }
};

TEST(MemoryFacts, ParametersMayOverlap) { EXPECT_FALSE(After("").disjoint("A", "B")); }

TEST(MemoryFacts, AssumptionsHoldInBothOrdersAndConjunctions) {
  const After after("assume disjoint(%A, %B) & (%n > 0 & disjoint(%X, %Y))");
  EXPECT_TRUE(after.disjoint("A", "B"));
  EXPECT_TRUE(after.disjoint("B", "A"));
  EXPECT_TRUE(after.disjoint("Y", "X"));
  EXPECT_FALSE(after.disjoint("A", "X"));
}

TEST(MemoryFacts, AnAllocationOverlapsNothingButItsViews) {
  const After after(
      "let %T: f64[1, C] = allocate(%n)\n"
      "let %v: f64[1] = view<f64[1]>(%T[0], axis(0, %n, 1))\n"
      "let %w: f64[1] = view<f64[1]>(%X[0], axis(0, %n, 1))");
  EXPECT_TRUE(after.disjoint("T", "X"));
  EXPECT_TRUE(after.disjoint("v", "X"));
  EXPECT_TRUE(after.disjoint("v", "w"));
  EXPECT_FALSE(after.disjoint("v", "T"));
  EXPECT_FALSE(after.disjoint("w", "X"));
}

TEST(MemoryFacts, ViewsOfDisjointArraysAreDisjoint) {
  const After after(
      "assume disjoint(%X, %Y)\n"
      "let %v: f64[1] = view<f64[1]>(%X[0], axis(0, %n, 1))\n"
      "let %w: f64[1] = view<f64[1]>(%v[0], axis(0, %n, 1))");
  EXPECT_TRUE(after.disjoint("w", "Y"));
  EXPECT_FALSE(after.disjoint("w", "v"));
  EXPECT_FALSE(after.disjoint("w", "X"));
}

TEST(MemoryFacts, AnAllocationThatAnotherVariableNamesIsSharedFromThenOn) {
  const After after(
      "let %T: f64[1, C] = allocate(%n)\n"
      "var %v: f64[1, C] = %X\n"
      "for %i in 0 .. %n { %v := %T }");
  EXPECT_FALSE(after.disjoint("T", "v"));
  EXPECT_FALSE(after.disjoint("T", "X"));
}

TEST(MemoryFacts, AnAssignedVariableLosesWhatWasAssumed) {
  const After after("var %v: f64[1, C] = %X\nassume disjoint(%v, %Y)\nif %n > 0 { %v := %Y }");
  EXPECT_FALSE(after.disjoint("v", "Y"));
}

TEST(MemoryFacts, ElementsAreDistinctWhereStridesAreKnown) {
  const After after(
      "let %column: f64[1] = view<f64[1]>(%A[0, %m], axis(0, %n, 1))\n"
      "let %turned: f64[2] = view<f64[2]>(%A[0, 0], axis(1, %n, -1), axis(0, %n, 2))\n"
      "let %repeated: f64[2] = view<f64[2]>(%X[0], axis(new, %n, 0), axis(0, %n, 1))\n"
      "let %windows: f64[2] = view<f64[2]>(%X[0], axis(0, %n, 1), axis(0, 3, 1))\n"
      "let %any_step: f64[1] = view<f64[1]>(%X[0], axis(0, %n, %m))\n"
      "let %of_unknown: f64[1] = view<f64[1]>(%S[0], axis(0, %n, 1))");
  EXPECT_TRUE(after.distinct("A"));
  EXPECT_TRUE(after.distinct("column"));
  EXPECT_TRUE(after.distinct("turned"));
  EXPECT_FALSE(after.distinct("S"));
  EXPECT_FALSE(after.distinct("repeated"));
  EXPECT_FALSE(after.distinct("windows"));
  EXPECT_FALSE(after.distinct("any_step"));
  EXPECT_FALSE(after.distinct("of_unknown"));
}

}  // namespace
}  // namespace rooftop::opt
