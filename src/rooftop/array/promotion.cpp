// The rules behind promotion.h.
#include "rooftop/array/promotion.h"

#include <algorithm>
#include <array>

namespace rooftop::array {
namespace {

constexpr std::array<std::string_view, 5> kCastingNames = {"no", "equiv", "safe", "same_kind", "unsafe"};

constexpr DType signed_of(std::size_t bytes) {
  return bytes == 1 ? DType::I8 : bytes == 2 ? DType::I16 : bytes == 4 ? DType::I32 : DType::I64;
}

constexpr DType promote_integers(DType a, DType b) {
  if (is_signed(a) == is_signed(b)) return size_of(a) >= size_of(b) ? a : b;
  const DType with_sign = is_signed(a) ? a : b;
  const DType without = is_signed(a) ? b : a;
  if (size_of(with_sign) > size_of(without)) return with_sign;
  return size_of(without) == 8 ? DType::F64 : signed_of(2 * size_of(without));
}

// The smallest float (of float16's or bfloat16's family) that holds every value of an integer type, as NumPy sees it.
constexpr DType float_for(DType integer, DType half) {
  const std::size_t bytes = is_bool(integer) ? 0 : size_of(integer);
  return bytes <= 1 ? half : bytes == 2 ? DType::F32 : DType::F64;
}

constexpr DType promote_floats(DType a, DType b) {
  if (is_half(a) && is_half(b)) return a == b ? a : DType::F32;
  return size_of(a) >= size_of(b) ? a : b;
}

constexpr DType complex_for(DType real) {
  if (is_float(real)) return real == DType::F64 ? DType::C128 : DType::C64;
  return complex_for(float_for(real, DType::F16));
}

int rank_of_kind(DType dtype) {
  if (is_bool(dtype)) return 0;
  if (is_unsigned(dtype)) return 1;
  if (is_signed(dtype)) return 2;
  return is_float(dtype) ? 3 : 4;
}

constexpr DType find_promotion(DType a, DType b) {
  if (a == b || is_bool(b)) return a;
  if (is_bool(a)) return b;
  if (is_integer(a) && is_integer(b)) return promote_integers(a, b);
  if (is_complex(a) || is_complex(b)) {
    const DType x = is_complex(a) ? a : complex_for(a);
    const DType y = is_complex(b) ? b : complex_for(b);
    return std::max(x, y);
  }
  if (is_integer(a)) return promote_floats(float_for(a, is_half(b) ? b : DType::F16), b);
  if (is_integer(b)) return promote_floats(a, float_for(b, is_half(a) ? a : DType::F16));
  return promote_floats(a, b);
}

using Promotions = std::array<std::array<DType, kDTypeCount>, kDTypeCount>;

// Made by the compiler: arrays may be used before the library's own statics are.
constexpr Promotions kPromotions = [] {
  Promotions table{};
  for (std::size_t a = 0; a < kDTypeCount; ++a) {
    for (std::size_t b = 0; b < kDTypeCount; ++b) {
      table[a][b] = find_promotion(static_cast<DType>(a), static_cast<DType>(b));
    }
  }
  return table;
}();

}  // namespace

DType promote(DType a, DType b) { return kPromotions[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)]; }

std::optional<Casting> casting_from_name(std::string_view name) {
  const auto found = std::find(kCastingNames.begin(), kCastingNames.end(), name);
  if (found == kCastingNames.end()) return std::nullopt;
  return static_cast<Casting>(found - kCastingNames.begin());
}

std::string_view name_of(Casting casting) { return kCastingNames[static_cast<std::size_t>(casting)]; }

bool can_cast(DType from, DType to, Casting casting) {
  if (from == to || casting == Casting::Unsafe) return true;
  if (casting < Casting::Safe) return false;
  if (promote(from, to) == to) return true;
  return casting == Casting::SameKind && rank_of_kind(from) <= rank_of_kind(to);
}

DType default_type(Weak weak) {
  switch (weak) {
    case Weak::Complex:
      return DType::C128;
    case Weak::Float:
      return DType::F64;
    case Weak::Int:
    case Weak::None:
      break;
  }
  return DType::I64;
}

DType promote_weak(DType strong, Weak weak) {
  switch (weak) {
    case Weak::None:
      return strong;
    case Weak::Int:
      return is_bool(strong) ? DType::I64 : strong;
    case Weak::Float:
      return is_float(strong) || is_complex(strong) ? strong : DType::F64;
    case Weak::Complex:
      break;
  }
  if (is_complex(strong)) return strong;
  return is_float(strong) ? complex_for(strong) : DType::C128;
}

char kind_of(DType dtype) { return "buifc"[rank_of_kind(dtype)]; }

}  // namespace rooftop::array
