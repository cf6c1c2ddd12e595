// Types of the loop language: scalars and vectors of an element type, and arrays with symbolic shape and strides.
// A Type is a small value; two equal types compare equal member by member.
#pragma once

#include <cstdint>
#include <string>

#include "rooftop/array/dtype.h"

namespace rooftop::ir {

using array::DType;

/// What is known of an array's strides when compiling. Each line implies the ones before it.
enum class Layout : std::uint8_t {
  Strided,  ///< nothing: every stride is read at run time, in bytes, any sign
  Inner,    ///< the last dimension's stride is the element size
  C,        ///< row-major without gaps: all strides follow from the shape
};

class Type {
 public:
  enum class Kind : std::uint8_t { Void, Scalar, Array };

  constexpr Type() = default;
  static constexpr Type scalar(DType dtype) { return vector(dtype, 1); }
  static constexpr Type vector(DType dtype, int lanes) {
    Type t;
    t.kind_ = Kind::Scalar;
    t.dtype_ = dtype;
    t.lanes_ = static_cast<std::uint16_t>(lanes);
    return t;
  }
  static constexpr Type array(DType dtype, int rank, Layout layout = Layout::Strided, bool read_only = false) {
    Type t;
    t.kind_ = Kind::Array;
    t.dtype_ = dtype;
    t.rank_ = static_cast<std::uint8_t>(rank);
    t.layout_ = layout;
    t.read_only_ = read_only;
    return t;
  }

  constexpr Kind kind() const { return kind_; }
  constexpr bool is_void() const { return kind_ == Kind::Void; }
  constexpr bool is_scalar() const { return kind_ == Kind::Scalar; }  ///< one lane or several
  constexpr bool is_vector() const { return is_scalar() && lanes_ > 1; }
  constexpr bool is_array() const { return kind_ == Kind::Array; }
  constexpr DType dtype() const { return dtype_; }
  constexpr int lanes() const { return lanes_; }
  constexpr int rank() const { return rank_; }
  constexpr Layout layout() const { return layout_; }
  constexpr bool read_only() const { return read_only_; }

  constexpr Type element() const { return scalar(dtype_); }
  constexpr Type with_lanes(int lanes) const { return vector(dtype_, lanes); }
  constexpr Type with_dtype(DType dtype) const {
    Type t = *this;
    t.dtype_ = dtype;
    return t;
  }
  constexpr bool operator==(const Type&) const = default;

 private:
  Kind kind_ = Kind::Void;
  DType dtype_ = DType::Bool;
  std::uint16_t lanes_ = 1;
  std::uint8_t rank_ = 0;
  Layout layout_ = Layout::Strided;
  bool read_only_ = false;
};

inline constexpr Type kBool = Type::scalar(DType::Bool);
inline constexpr Type kI64 = Type::scalar(DType::I64);
inline constexpr Type kF64 = Type::scalar(DType::F64);

/// The type as the ir's text writes it: `f64`, `f64x8`, `f64[2]`, `f64[2, C]`, `f64[2, inner, readonly]`.
std::string to_string(const Type& type);

}  // namespace rooftop::ir
