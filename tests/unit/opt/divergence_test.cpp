// Which values and jumps differ between rounds that run as lanes.
#include "rooftop/opt/divergence.h"

#include <gtest/gtest.h>

#include "loops_text.h"

namespace rooftop::opt {
namespace {

/// The loop over %i of a body, and what differs between its rounds.
class Rounds {
 public:
  explicit Rounds(std::string_view body) : text_("for %i in 0 .. %n {\n" + std::string(body) + "\n}") {}

  bool varies(std::string_view name) const {
    ir::Var found;
    ir::for_each_statement(text_.loop->body, [&](const ir::Stmt& s) {
      if (s->var && s->var->name == name) found = s->var;
    });
    return divergence_.varies(found);
  }
  bool leaves_apart() const { return divergence_.leaves_apart(inner()); }
  bool jumps_apart() const { return divergence_.jumps_apart(inner()); }
  bool rounds_jump_apart() const { return divergence_.jumps_apart(text_.loop); }

 private:
  /// The first loop of the body.
  ir::Stmt inner() const {
    ir::Stmt found;
    ir::for_each_statement(text_.loop->body, [&](const ir::Stmt& s) {
      const bool is_loop = s.is(ir::StmtKind::For) || s.is(ir::StmtKind::While);
      if (is_loop && !found) found = s;
    });
    return found;
  }

  LoopInText text_;
  Divergence divergence_{text_.loop};
};

TEST(Divergence, ValuesOfTheRoundVaryAndOthersDoNot) {
  const Rounds rounds(
      "let %a: f64 = %X[%i]  let %b: f64 = %X[%m] * %x  let %c: f64 = %a + %b  let %d: f64 = %X[%i - %i]");
  EXPECT_TRUE(rounds.varies("a"));
  EXPECT_FALSE(rounds.varies("b"));
  EXPECT_TRUE(rounds.varies("c"));
  EXPECT_TRUE(rounds.varies("d")) << "nobody simplifies here";
}

TEST(Divergence, AVariableAssignedInSomeLanesVaries) {
  const Rounds rounds(
      "var %a: f64 = 0.0  var %b: f64 = 0.0  var %c: f64 = 0.0\n"
      "if %i > 3 { %a := 1.0 }\n"
      "if %n > 3 { %b := 1.0 }\n"
      "%c := %x");
  EXPECT_TRUE(rounds.varies("a"));
  EXPECT_FALSE(rounds.varies("b"));
  EXPECT_FALSE(rounds.varies("c"));
}

TEST(Divergence, AVariableOfTheLanesOfABranchIsUniformThere) {
  const Rounds rounds("if %i > 3 { var %a: f64 = %x  %a := %a * 2.0  %X[%i] = %a }");
  EXPECT_FALSE(rounds.varies("a"));
}

TEST(Divergence, WhatVariesLaterInALoopVariesInItsNextIteration) {
  const Rounds rounds(
      "var %a: f64 = 0.0  var %b: f64 = 0.0\n"
      "for %k in 0 .. %m { %a := %b  %b := %X[%i] }");
  EXPECT_TRUE(rounds.varies("a"));
  EXPECT_FALSE(rounds.leaves_apart());
}

TEST(Divergence, ALoopIsLeftApartByItsConditionItsBoundsOrABreak) {
  EXPECT_TRUE(Rounds("var %a: f64 = %X[%i]  while %a > 1.0 { %a := %a * 0.5 }").leaves_apart());
  EXPECT_FALSE(Rounds("var %a: f64 = %X[%m]  while %a > 1.0 { %a := %a * 0.5 }").leaves_apart());
  EXPECT_TRUE(Rounds("for %k in 0 .. %i { %X[%i] = %x }").leaves_apart());
  EXPECT_TRUE(Rounds("for %k in %i .. %n { %X[%i] = %x }").leaves_apart());
  EXPECT_FALSE(Rounds("for %k in %m .. %n { %X[%i] = %x }").leaves_apart());
  EXPECT_TRUE(Rounds("for %k in 0 .. %m { if %i > %k { break } }").leaves_apart());
  EXPECT_FALSE(Rounds("for %k in 0 .. %m { if %n > %k { break } }").leaves_apart());
  EXPECT_FALSE(Rounds("for %k in 0 .. %m { if %i > %k { continue } }").leaves_apart());
}

TEST(Divergence, AnOwnBeginMakesTheIndexVaryAnOwnEndDoesNot) {
  EXPECT_TRUE(Rounds("for %k in %i .. %n { %X[%i] = %x }").varies("k"));
  EXPECT_FALSE(Rounds("for %k in 0 .. %i { %X[%i] = %x }").varies("k"));
}

TEST(Divergence, AValueOfALoopLeftApartVariesBehindIt) {
  const Rounds rounds("var %a: f64 = 0.0  for %k in 0 .. %i { %a := %a + %x }");
  EXPECT_TRUE(rounds.varies("a")) << "as many additions as the round's number";
}

TEST(Divergence, JumpsOfAllLanesAreUniform) {
  EXPECT_FALSE(Rounds("for %k in 0 .. %m { if %k > %n { continue }  %X[%i] = %x }").jumps_apart());
  EXPECT_TRUE(Rounds("for %k in 0 .. %m { if %k > %i { continue }  %X[%i] = %x }").jumps_apart());
  // Behind a jump of some lanes, even a jump without a condition is one of some.
  EXPECT_TRUE(
      Rounds("for %k in 0 .. %m { if %k > %i { continue }  if %k > %n { break }  %X[%i] = %x }").leaves_apart());
}

TEST(Divergence, AVariableAssignedBehindAJumpOfSomeLanesVaries) {
  const Rounds rounds("var %a: f64 = 0.0  for %k in 0 .. %m { if %k > %i { continue }  %a := %x }");
  EXPECT_TRUE(rounds.varies("a"));
}

TEST(Divergence, RoundsThatEndEarlyJumpApart) {
  EXPECT_TRUE(Rounds("if %i > 3 { continue }  %X[%i] = %x").rounds_jump_apart());
  EXPECT_TRUE(Rounds("if %n > 3 { continue }  %X[%i] = %x").rounds_jump_apart()) << "the strip goes on to its end";
  EXPECT_FALSE(Rounds("%X[%i] = %x").rounds_jump_apart());
}

}  // namespace
}  // namespace rooftop::opt
