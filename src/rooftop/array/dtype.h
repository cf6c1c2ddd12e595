// Element types: the closed list that arrays, the ir and every backend share.
// Storage facts only (size, kind, names); promotion and casting rules live beside the arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rooftop::array {

enum class DType : std::uint8_t {
  Bool,
  I8,
  I16,
  I32,
  I64,
  U8,
  U16,
  U32,
  U64,
  F16,
  BF16,
  F32,
  F64,
  C64,
  C128,
};

inline constexpr int kDTypeCount = 15;

inline constexpr std::uint8_t kSizes[kDTypeCount] = {1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 2, 4, 8, 8, 16};

/// Bytes of one element in memory.
constexpr std::size_t size_of(DType dtype) { return kSizes[static_cast<std::size_t>(dtype)]; }

/// NumPy's name: "bool", "int8" … "complex128"; "bfloat16" is the name of the package ml_dtypes.
std::string_view name_of(DType dtype);

/// The short name used by the ir's text: "bool", "i8", "u64", "f32", "c128".
std::string_view short_name_of(DType dtype);

std::optional<DType> dtype_from_name(std::string_view name);
std::optional<DType> dtype_from_short_name(std::string_view name);

constexpr bool is_bool(DType d) { return d == DType::Bool; }
constexpr bool is_signed(DType d) { return d >= DType::I8 && d <= DType::I64; }
constexpr bool is_unsigned(DType d) { return d >= DType::U8 && d <= DType::U64; }
constexpr bool is_integer(DType d) { return d >= DType::I8 && d <= DType::U64; }
constexpr bool is_float(DType d) { return d >= DType::F16 && d <= DType::F64; }
/// Floats of two bytes: stored as such, computed with as float32.
constexpr bool is_half(DType d) { return d == DType::F16 || d == DType::BF16; }
constexpr bool is_complex(DType d) { return d == DType::C64 || d == DType::C128; }

/// The type of a complex type's parts; any other type is its own part.
constexpr DType part_of(DType d) { return d == DType::C64 ? DType::F32 : d == DType::C128 ? DType::F64 : d; }

/// Bits of the value: 1 for bool, else 8 x size_of.
int bits_of(DType dtype);

}  // namespace rooftop::array
