// Reads the ir's text; the inverse of ir/print.h. docs/ir.md holds the grammar.
#pragma once

#include <string_view>

#include "rooftop/ir/stmt.h"

namespace rooftop::ir {

/// Throws CompileError at the place in the text that cannot be read. The line `module float_model=…` may be left out
/// (contract). Rules that need more than a statement are the verifier's.
Module parse(std::string_view text, std::string_view file_name = "<text>");

}  // namespace rooftop::ir
