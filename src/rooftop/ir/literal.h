// How the ir's text writes literals and names: constants that read back to the same bits, quoted strings, identifiers.
// Shared by the printer, the interpreter's messages and rooftop-opt.
#pragma once

#include <string>
#include <string_view>

#include "rooftop/ir/expr.h"

namespace rooftop::ir {

/// The constant as the text writes it: `3`, `3:i32`, `0.5`, `0.5:f32`, `true`, `inf`, `nan`, `nan(0x7ff8…1)`,
/// `c128(1.0, -2.0)`. i64, f64 and bool carry no suffix.
std::string literal(const Constant& value, DType dtype);

/// The shortest decimal that reads back to the same value of that width; always has a point, an exponent or is a name.
std::string float_literal(double value, bool single = false);

/// In double quotes, with escapes for what is not printable ASCII or UTF-8.
std::string quoted(std::string_view text);

/// `name` with every character that a variable's name cannot have replaced by `_`; never empty.
std::string variable_name(std::string_view name);

/// `@name`, quoted where it has other characters than letters, digits, `_` and `.`.
std::string symbol(std::string_view name);

/// Letters, digits, `_` and bytes of non-ASCII characters.
constexpr bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace rooftop::ir
