// NumPy's universal functions as an enumeration with their facts and their loops, generated from ops.def.
// What a function computes is written in ir/ufuncs*.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "rooftop/array/dtype.h"

namespace rooftop::ops {

enum class Ufunc : std::uint8_t {
#define ROOFTOP_UFUNC(name, inputs, outputs, domain, signature, identity, errors, flops, traits) name,
#include "rooftop/ops/ops.def"
};

/// The operands' types in the loop of a type T.
enum class Signature : std::uint8_t {
  Same,   ///< T everywhere
  Test,   ///< inputs T, output bool
  Part,   ///< T -> T; complex T -> the type of its parts
  Count,  ///< T -> uint8
  Frexp,  ///< T -> T, int32
  Ldexp,  ///< T, int32 -> T, and T, int64 -> T
};

/// What a reduction of no elements gives.
enum class Identity : std::uint8_t {
  None,
  Zero,  ///< or False
  One,   ///< or True
  AllBits,
  MinusInfinity,
};

/// Where the floating-point errors that NumPy tells of are to be seen. Of the ones below `Hardware` it holds that an
/// output that is NaN where no input is means `invalid`, and what an infinite output of finite inputs means is listed.
enum class FloatErrors : std::uint8_t {
  None,      ///< there are none
  Hardware,  ///< the processor's flags after the kernel's call are exactly NumPy's
  Overflow,  ///< infinite: overflow
  Pole,      ///< infinite: division by zero
  Power,     ///< infinite: division by zero where the base is zero, else overflow
  Quotient,  ///< infinite (floats): division by zero where the divisor is zero, else overflow; integers: the divisor is
             ///< 0
  Modulus,   ///< integers: division by zero where the divisor is 0
};

// Traits, bits of UfuncInfo::traits.
inline constexpr unsigned kCommutative = 1;  ///< the two inputs may be swapped: the same bits, but for NaN's
inline constexpr unsigned kComparison = 2;
inline constexpr unsigned kTakesHalves = 4;  ///< the meaning takes halves as they are; others get and give float32
inline constexpr unsigned kSlowAlone = 8;    ///< elements take several times as long one by one as in vectors
inline constexpr unsigned kTotal = 16;  ///< of real numbers there are no errors, whatever the row says of complex ones

struct UfuncInfo {
  std::string_view name;
  std::uint8_t inputs;
  std::uint8_t outputs;
  std::string_view domain;  ///< letters of ops.def
  Signature signature;
  Identity identity;
  FloatErrors errors;
  std::uint8_t flops;  ///< an element, for the cost model
  unsigned traits;

  bool is_commutative() const { return (traits & kCommutative) != 0; }
  bool is_comparison() const { return (traits & kComparison) != 0; }
  bool is_slow_alone() const { return (traits & kSlowAlone) != 0; }
  bool takes_halves() const { return (traits & kTakesHalves) != 0; }

  FloatErrors errors_of(array::DType input) const {
    return (traits & kTotal) != 0 && !array::is_complex(input) ? FloatErrors::None : errors;
  }
};

inline constexpr int kMaxOperands = 4;

/// The types of one loop's operands: inputs, then outputs; Bool beyond these.
struct Loop {
  std::array<array::DType, kMaxOperands> types{};
  bool operator==(const Loop&) const = default;
};

/// Whether the function takes its inputs as truth values.
constexpr bool is_logical(Ufunc ufunc) {
  return ufunc == Ufunc::logical_and || ufunc == Ufunc::logical_or || ufunc == Ufunc::logical_xor;
}

int ufunc_count();
const UfuncInfo& info(Ufunc ufunc);
std::optional<Ufunc> ufunc_from_name(std::string_view name);

/// In NumPy's order: bool, int8, uint8, …, uint64, float16, bfloat16, float32, float64, complex64, complex128.
std::span<const Loop> loops(Ufunc ufunc);

/// Whether the loop's kernels say if all results are finite (lib/kernels.h): floats whose errors are seen in results.
bool tells_finite(Ufunc ufunc, const Loop& loop);

/// The first loop to whose inputs' type `promoted` can be cast safely, by NumPy's rule (integers of one byte to
/// float16, of two to float32, others to float64); -1 if there is none. Of ldexp it is the first input's type.
int loop_for(Ufunc ufunc, array::DType promoted);

/// Whether the loop has kernels that go on from one result to the next (partial results, elements at given places): two
/// inputs and an output of one type, and few operations, beside which the call of a kernel would count.
bool is_chained(Ufunc ufunc, const Loop& loop);

/// A fold that there is a kernel for: of elements of one type to a result of the same or of a wider one.
struct Reduction {
  Ufunc ufunc;
  array::DType input, output;
};
std::span<const Reduction> reductions();

}  // namespace rooftop::ops
