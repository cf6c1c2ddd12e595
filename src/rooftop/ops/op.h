// The operations as an enumeration with their facts, generated from ops.def.
// Nothing here knows the ir: a row says what an operation is, backends and ops/meaning say how it is done.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rooftop/array/dtype.h"

namespace rooftop::ops {

enum class Op : std::uint8_t {
#define ROOFTOP_OP(name, arity, rule, domain, flops) name,
#define ROOFTOP_MATH(name, arity, flops, libm) name,
#include "rooftop/ops/ops.def"
};

/// How an operation's result type follows from its arguments'.
enum class Rule : std::uint8_t {
  Same,         ///< all arguments and the result have one type
  Test,         ///< arguments of one type, result bool
  Select,       ///< (bool, T, T) -> T
  Target,       ///< the node names its type
  MakeComplex,  ///< (f32, f32) -> c64, (f64, f64) -> c128
  Part,         ///< c64 -> f32, c128 -> f64
  Widen,        ///< scalars of one type -> vector; the node names its lanes
  Zip,          ///< two vectors of one type, their lanes an even number; the result has that type
  Blocks,       ///< two vectors of one type and a constant, of whose double their lanes are a multiple: that type
  Narrow,       ///< vector -> scalar of the same element type
};

struct OpInfo {
  std::string_view name;
  std::uint8_t arity;
  Rule rule;
  std::string_view domain;  ///< letters b, i, h, f, c
  std::uint8_t flops;
  bool is_math;      ///< has a meaning under ops/meaning
  const char* libm;  ///< the C library's function, or null
};

const OpInfo& info(Op op);
std::optional<Op> op_from_name(std::string_view name);
int op_count();

/// Whether the operation accepts this element type.
bool accepts(Op op, array::DType dtype);

}  // namespace rooftop::ops
