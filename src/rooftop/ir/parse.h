// Reads the ir's text; the inverse of ir/print.h. docs/ir.md holds the grammar.
#pragma once

#include <cstdint>
#include <string_view>

#include "rooftop/ir/stmt.h"

namespace rooftop::ir {

/// Where a statement is that the text gives no location.
enum class Unlocated : std::uint8_t {
  Nowhere,
  InText,  ///< where it stands: for texts that people write
};

/// Throws CompileError at the place in the text that cannot be read. The line `module float_model=…` may be left out
/// (contract). Rules that need more than a statement are the verifier's.
Module parse(std::string_view text, std::string_view file_name = "<text>", Unlocated unlocated = Unlocated::Nowhere);

}  // namespace rooftop::ir
