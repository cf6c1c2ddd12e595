// Values at the edges of every element type, as raw array elements.
#pragma once

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "rooftop/array/dtype.h"
#include "rooftop/array/half.h"

namespace rooftop::testing {

using array::DType;

/// Elements of one type, packed as an array keeps them.
struct Elements {
  DType dtype;
  std::vector<unsigned char> bytes;

  std::size_t size() const { return bytes.size() / array::size_of(dtype); }
  const unsigned char* at(std::size_t i) const { return bytes.data() + i * array::size_of(dtype); }
  void push_raw(const unsigned char* element) { bytes.insert(bytes.end(), element, element + array::size_of(dtype)); }
  template <class T>
  void push(T value) {
    const auto* raw = reinterpret_cast<const unsigned char*>(&value);
    bytes.insert(bytes.end(), raw, raw + sizeof value);
  }
  template <class T>
  T get(std::size_t i) const {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof value);
    return value;
  }
};

template <class F>
std::vector<F> float_edges() {
  using Limits = std::numeric_limits<F>;
  return {F(0),
          -F(0),
          F(1),
          F(-1),
          F(0.5),
          F(-1.5),
          F(2.5),
          F(3),
          F(-7.25),
          F(1e-3),
          F(100.75),
          F(1e10),
          F(-3e30),
          Limits::max(),
          Limits::lowest(),
          Limits::min(),
          Limits::denorm_min(),
          Limits::epsilon(),
          Limits::infinity(),
          -Limits::infinity(),
          Limits::quiet_NaN()};
}

template <class I>
std::vector<I> integer_edges() {
  using Limits = std::numeric_limits<I>;
  return {I(0),
          I(1),
          I(2),
          I(3),
          I(7),
          I(10),
          I(100),
          I(-1),
          I(-2),
          I(-3),
          I(-8),
          I(-100),
          Limits::max(),
          Limits::min(),
          I(Limits::max() - 1),
          I(Limits::min() + 1),
          I(Limits::max() / 2),
          I(Limits::max() / 3 + 5)};
}

template <class T>
void push_all(Elements& out, const std::vector<T>& values) {
  for (const T& v : values) out.push(v);
}

template <class F>
void push_complex(Elements& out) {
  const F inf = std::numeric_limits<F>::infinity();
  for (const F re : {F(0), F(1), F(-2.5), F(1e20), inf, std::numeric_limits<F>::quiet_NaN()}) {
    for (const F im : {-F(0), F(3), F(-1e-3), -inf}) {
      out.push(re);
      out.push(im);
    }
  }
}

/// The edges of a half, and values where rounding to one is a tie or overflows.
inline std::vector<double> half_edges() {
  std::vector<double> values = float_edges<double>();
  for (const double x :
       {1 + 0x1p-11, 1 + 0x3p-11, 1 + 0x1p-11 + 0x1p-50, 1 + 0x1p-8, 1 + 0x3p-8, 1 + 0x1p-8 + 0x1p-50, 0x1p-24, 0x1p-25,
        0x1.8p-25, 0x1p-14, 65504.0, 65520.0, 65519.999, 0x1p-133, 0x1p-134, 3.39e38}) {
    values.push_back(x);
    values.push_back(-x);
  }
  return values;
}

inline Elements edge_values(DType dtype) {
  Elements out{dtype, {}};
  switch (dtype) {
    case DType::Bool:
      push_all<unsigned char>(out, {0, 1});
      break;
    case DType::I8:
      push_all(out, integer_edges<std::int8_t>());
      break;
    case DType::I16:
      push_all(out, integer_edges<std::int16_t>());
      break;
    case DType::I32:
      push_all(out, integer_edges<std::int32_t>());
      break;
    case DType::I64:
      push_all(out, integer_edges<std::int64_t>());
      break;
    case DType::U8:
      push_all(out, integer_edges<std::uint8_t>());
      break;
    case DType::U16:
      push_all(out, integer_edges<std::uint16_t>());
      break;
    case DType::U32:
      push_all(out, integer_edges<std::uint32_t>());
      break;
    case DType::U64:
      push_all(out, integer_edges<std::uint64_t>());
      break;
    case DType::F16:
    case DType::BF16:
      for (const double x : half_edges()) out.push(array::half_bits(x, dtype));
      break;
    case DType::F32:
      push_all(out, float_edges<float>());
      break;
    case DType::F64:
      push_all(out, float_edges<double>());
      break;
    case DType::C64:
      push_complex<float>(out);
      break;
    case DType::C128:
      push_complex<double>(out);
      break;
  }
  return out;
}

/// An element as an integer, sign- or zero-extended; integers and bool only.
inline std::int64_t as_integer(const Elements& e, std::size_t i) {
  switch (e.dtype) {
    case DType::I8:
      return e.get<std::int8_t>(i);
    case DType::I16:
      return e.get<std::int16_t>(i);
    case DType::I32:
      return e.get<std::int32_t>(i);
    case DType::U8:
    case DType::Bool:
      return e.get<std::uint8_t>(i);
    case DType::U16:
      return e.get<std::uint16_t>(i);
    case DType::U32:
      return e.get<std::uint32_t>(i);
    default:
      return e.get<std::int64_t>(i);
  }
}

template <class F>
bool same_float(F a, F b) {
  return (std::isnan(a) && std::isnan(b)) || std::memcmp(&a, &b, sizeof a) == 0;
}

/// Bit for bit, any NaN like any other.
inline bool same_element(const Elements& a, const Elements& b, std::size_t i) {
  switch (a.dtype) {
    case DType::F16:
    case DType::BF16:
      return same_float(array::half_value(a.get<std::uint16_t>(i), a.dtype),
                        array::half_value(b.get<std::uint16_t>(i), a.dtype));
    case DType::F32:
      return same_float(a.get<float>(i), b.get<float>(i));
    case DType::F64:
      return same_float(a.get<double>(i), b.get<double>(i));
    case DType::C64:
      return same_float(a.get<float>(2 * i), b.get<float>(2 * i)) &&
             same_float(a.get<float>(2 * i + 1), b.get<float>(2 * i + 1));
    case DType::C128:
      return same_float(a.get<double>(2 * i), b.get<double>(2 * i)) &&
             same_float(a.get<double>(2 * i + 1), b.get<double>(2 * i + 1));
    default:
      return std::memcmp(a.at(i), b.at(i), array::size_of(a.dtype)) == 0;
  }
}

inline std::string to_text(const Elements& e, std::size_t i) {
  switch (e.dtype) {
    case DType::F16:
    case DType::BF16:
      return std::to_string(array::half_value(e.get<std::uint16_t>(i), e.dtype));
    case DType::F32:
      return std::to_string(e.get<float>(i));
    case DType::F64:
      return std::to_string(e.get<double>(i));
    case DType::C64:
      return std::to_string(e.get<float>(2 * i)) + "," + std::to_string(e.get<float>(2 * i + 1));
    case DType::C128:
      return std::to_string(e.get<double>(2 * i)) + "," + std::to_string(e.get<double>(2 * i + 1));
    default:
      return std::to_string(as_integer(e, i));
  }
}

}  // namespace rooftop::testing
