// Elements as integers of eight bytes that compare as they do: NaN largest, equal elements equal.
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "rooftop/array/dtype.h"
#include "rooftop/base/errors.h"
#include "rooftop/lib/float_keys.h"

namespace rooftop::lib {

/// Keys in which equal elements are equal: one for both zeros, one for all NaNs.
template <typename Key>
Key float_order_key(Key bits, Key infinity) {
  const Key key = turned(bits);
  if (key > infinity || key < static_cast<Key>(~infinity)) return std::numeric_limits<Key>::max();
  return key == -1 ? Key{0} : key;
}

struct IntegerKey {
  template <typename T>
  std::int64_t operator()(T value) const {
    return static_cast<std::int64_t>(value);
  }
  std::int64_t operator()(std::uint64_t value) const {
    return static_cast<std::int64_t>(value ^ (std::uint64_t{1} << 63));
  }
  static constexpr bool is_nan(std::int64_t) { return false; }
};
template <auto Infinity>
struct FloatKey {
  using Bits = std::remove_const_t<decltype(Infinity)>;
  std::int64_t operator()(Bits bits) const { return float_order_key(bits, Infinity); }
  static constexpr bool is_nan(std::int64_t key) { return key == std::numeric_limits<Bits>::max(); }
};

/// Calls body(T{}, ToKey{}): the type of elements in memory, and what makes a key of one. @pre not complex
template <typename Body>
void with_order_key(array::DType dtype, Body body) {
  using array::DType;
  switch (dtype) {
    case DType::Bool:
    case DType::U8:
      return body(std::uint8_t{}, IntegerKey{});
    case DType::I8:
      return body(std::int8_t{}, IntegerKey{});
    case DType::I16:
      return body(std::int16_t{}, IntegerKey{});
    case DType::U16:
      return body(std::uint16_t{}, IntegerKey{});
    case DType::I32:
      return body(std::int32_t{}, IntegerKey{});
    case DType::U32:
      return body(std::uint32_t{}, IntegerKey{});
    case DType::I64:
      return body(std::int64_t{}, IntegerKey{});
    case DType::U64:
      return body(std::uint64_t{}, IntegerKey{});
    case DType::F16:
      return body(std::int16_t{}, FloatKey<std::int16_t{0x7c00}>{});
    case DType::BF16:
      return body(std::int16_t{}, FloatKey<std::int16_t{0x7f80}>{});
    case DType::F32:
      return body(std::int32_t{}, FloatKey<kInfinityKey<std::int32_t>>{});
    case DType::F64:
      return body(std::int64_t{}, FloatKey<kInfinityKey<std::int64_t>>{});
    case DType::C64:
    case DType::C128:
      break;
  }
  ROOFTOP_UNREACHABLE("complex numbers have no keys");
}

}  // namespace rooftop::lib
