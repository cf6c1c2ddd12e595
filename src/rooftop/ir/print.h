// The ir as text. What is printed parses back (ir/parse.h) to a module that prints the same.
#pragma once

#include <string>

#include "rooftop/ir/stmt.h"

namespace rooftop::ir {

struct PrintOptions {
  bool locations = false;  ///< append `@line:column-line:column` to statements that have one
};

std::string to_string(const Module& module, PrintOptions options = {});
std::string to_string(const Function& function, PrintOptions options = {});
/// Fragments print free variables by their names.
std::string to_string(const Block& block, PrintOptions options = {});
std::string to_string(const Stmt& stmt, PrintOptions options = {});
std::string to_string(const Expr& e);

/// The word of the text: `strict`, `contract`, `fast`.
std::string_view name_of(FloatModel model);

/// Trees of more nodes than this print their shared parts once, as `#0 = …` lines before the statement.
inline constexpr int kSharePrintedAbove = 300;

}  // namespace rooftop::ir
