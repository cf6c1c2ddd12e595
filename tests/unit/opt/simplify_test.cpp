// simplify: what texts cannot say, for a name that a text binds twice is two variables.
#include "rooftop/opt/simplify.h"

#include <gtest/gtest.h>

#include "loops_text.h"

namespace rooftop::opt {
namespace {

TEST(Simplify, AVariableOfTwoVersionsIsReplacedInItsOwnOne) {
  // if %c { let %r = %n  return %r * %r } else { let (%r) = call @g(%n)  return %r * %r }, of one %r.
  const ir::Var c = ir::make_var("c", ir::kBool), n = ir::make_var("n", ir::kI64), r = ir::make_var("r", ir::kI64);
  const ir::Expr square = ir::variable(r) * ir::variable(r);
  const ir::Stmt versions = ir::if_then(ir::variable(c), {ir::let(r, ir::variable(n)), ir::return_values({square})},
                                        {ir::call({r}, "g", {ir::variable(n)}), ir::return_values({square})});
  ir::Module module;
  module.functions.push_back({.name = "f", .python_name = "f", .parameters = {c, n}, .results = {ir::kI64}});
  module.functions[0].body = {versions};
  const ir::Var p = ir::make_var("p", ir::kI64);
  module.functions.push_back({.name = "g", .python_name = "g", .parameters = {p}, .results = {ir::kI64}});
  module.functions[1].body = {ir::return_values({ir::variable(p)})};
  ir::verify(module);
  const ir::Module simple = simplify(module, {});
  ir::verify(simple);
  const std::string text = ir::to_string(simple);
  EXPECT_NE(text.find("return %n * %n"), std::string::npos) << text;
  EXPECT_NE(text.find("return %r * %r"), std::string::npos) << text;
}

}  // namespace
}  // namespace rooftop::opt
