// Exact text of constants, strings and names.
#include "rooftop/ir/literal.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

#include "rooftop/base/errors.h"

namespace rooftop::ir {
namespace {

template <typename Float>
std::string shortest(Float value) {
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  std::string text(buffer, end);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

std::string suffix(DType dtype) { return ':' + std::string(array::short_name_of(dtype)); }

}  // namespace

std::string float_literal(double value, bool single) {
  if (std::isnan(value)) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    if (bits == std::bit_cast<std::uint64_t>(std::numeric_limits<double>::quiet_NaN())) return "nan";
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "nan(0x%016llx)", static_cast<unsigned long long>(bits));
    return buffer;
  }
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  return single ? shortest(static_cast<float>(value)) : shortest(value);
}

std::string literal(const Constant& value, DType dtype) {
  switch (dtype) {
    case DType::Bool:
      return value.integer != 0 ? "true" : "false";
    case DType::I64:
      return std::to_string(value.integer);
    case DType::U64:
      return std::to_string(static_cast<std::uint64_t>(value.integer)) + suffix(dtype);
    case DType::I8:
    case DType::I16:
    case DType::I32:
    case DType::U8:
    case DType::U16:
    case DType::U32:
      return std::to_string(value.integer) + suffix(dtype);
    case DType::F16:
    case DType::BF16:
    case DType::F32:
      return float_literal(value.real, true) + suffix(dtype);
    case DType::F64:
      return float_literal(value.real);
    case DType::C64:
    case DType::C128: {
      const bool single = dtype == DType::C64;
      return std::string(array::short_name_of(dtype)) + "(" + float_literal(value.real, single) + ", " +
             float_literal(value.imag, single) + ")";
    }
  }
  ROOFTOP_UNREACHABLE("constant of an unknown type");
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7F) {
      char buffer[8];
      std::snprintf(buffer, sizeof buffer, "\\x%02x", byte);
      out += buffer;
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string variable_name(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool inner_point = name[i] == '.' && i > 0 && i + 1 < name.size() && is_name_character(name[i + 1]);
    out += is_name_character(name[i]) || inner_point ? name[i] : '_';
  }
  // `%a.shape[0]` is a length: such a part must not end a name.
  for (const std::string_view part : {std::string_view(".shape"), std::string_view(".strides")}) {
    for (std::size_t at = out.find(part); at != std::string::npos; at = out.find(part, at)) out[at] = '_';
  }
  return out.empty() ? "_" : out;
}

std::string symbol(std::string_view name) {
  bool plain = !name.empty() && !(name[0] >= '0' && name[0] <= '9');
  for (const char c : name) plain &= is_name_character(c) || c == '.';
  return '@' + (plain ? std::string(name) : quoted(name));
}

}  // namespace rooftop::ir
