// Which element type holds the values of two, and which conversions a caller's casting rule allows. NumPy 2's rules;
// bfloat16 as the package ml_dtypes has it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rooftop/array/dtype.h"

namespace rooftop::array {

/// The smallest type that both convert to safely.
DType promote(DType a, DType b);

enum class Casting : std::uint8_t { No, Equiv, Safe, SameKind, Unsafe };

std::optional<Casting> casting_from_name(std::string_view name);
std::string_view name_of(Casting casting);

bool can_cast(DType from, DType to, Casting casting);

/// A Python number, which takes on the kind of type that it meets: `float32 + 1.5` is float32. Arrays, array scalars
/// and Python's bool are not weak.
enum class Weak : std::uint8_t { None, Int, Float, Complex };

/// The type of a weak number among strong types that promote to `strong`.
DType promote_weak(DType strong, Weak weak);
/// The type of a weak number alone.
DType default_type(Weak weak);

/// 'b', 'u', 'i', 'f' or 'c': NumPy's dtype.kind ('V' for bfloat16, which NumPy takes for a foreign type, is not used).
char kind_of(DType dtype);

}  // namespace rooftop::array
