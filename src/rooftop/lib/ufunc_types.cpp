// Promotion, and where NumPy's functions have rules of their own.
#include "rooftop/lib/ufunc_types.h"

#include <algorithm>
#include <array>

#include "rooftop/array/cast.h"
#include "rooftop/array/strided_loop.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::Weak;
using ops::Ufunc;

/// ops::loop_for, looked up once.
int known_loop(Ufunc ufunc, DType promoted) {
  using Loops = std::array<std::array<std::int16_t, array::kDTypeCount>, 256>;
  static const Loops loops = [] {
    Loops table{};
    for (int u = 0; u < ops::ufunc_count(); ++u) {
      for (int d = 0; d < array::kDTypeCount; ++d) {
        table[static_cast<std::size_t>(u)][static_cast<std::size_t>(d)] =
            static_cast<std::int16_t>(ops::loop_for(static_cast<Ufunc>(u), static_cast<DType>(d)));
      }
    }
    return table;
  }();
  return loops[static_cast<std::size_t>(ufunc)][static_cast<std::size_t>(promoted)];
}

/// The first loop whose inputs' types hold those given.
int first_loop(Ufunc ufunc, DType first, DType second) {
  const std::span<const ops::Loop> loops = ops::loops(ufunc);
  for (std::size_t i = 0; i < loops.size(); ++i) {
    if (array::can_cast(first, loops[i].types[0], array::Casting::Safe) &&
        array::can_cast(second, loops[i].types[1], array::Casting::Safe)) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

bool refuses_bool(Ufunc ufunc) {
  constexpr auto kRefusing =
      std::to_array<Ufunc>({Ufunc::subtract, Ufunc::negative, Ufunc::positive, Ufunc::sign, Ufunc::gcd, Ufunc::lcm});
  return std::find(kRefusing.begin(), kRefusing.end(), ufunc) != kRefusing.end();
}

/// Signed and unsigned integers that no integer type holds both of: compared by value, not as floats.
bool is_mixed_comparison(Ufunc ufunc, std::span<const OperandType> inputs) {
  return ops::info(ufunc).is_comparison() && inputs[0].weak == Weak::None && inputs[1].weak == Weak::None &&
         array::is_integer(inputs[0].dtype) && array::is_integer(inputs[1].dtype) &&
         array::is_float(array::promote(inputs[0].dtype, inputs[1].dtype));
}

/// Integers that meet in a function of floats go to the float that holds each, not to the one that holds their common
/// type: int8 and uint8 to float16.
int narrower_float(Ufunc ufunc, std::span<const OperandType> inputs, int loop) {
  if (inputs.size() < 2 || ufunc == Ufunc::divide) return loop;
  if (!array::is_float(ops::loops(ufunc)[static_cast<std::size_t>(loop)].types[0])) return loop;
  int widest = -1;
  bool has_number = false, all_bool = true;
  for (const OperandType& input : inputs) {
    if (input.weak != Weak::None) {
      has_number = true;
      continue;
    }
    all_bool &= array::is_bool(input.dtype);
    widest = std::max(widest, known_loop(ufunc, input.dtype));
  }
  if (has_number && all_bool) return loop;  // a bool and an int meet as an int64, which is no type of either
  return widest >= 0 ? widest : loop;
}

DType promote_all(std::span<const OperandType> inputs) {
  bool has_strong = false;
  Weak widest = Weak::None;
  DType promoted = DType::Bool;
  for (const OperandType& input : inputs) {
    if (input.weak != Weak::None) {
      widest = std::max(widest, input.weak);
      continue;
    }
    promoted = has_strong ? array::promote(promoted, input.dtype) : input.dtype;
    has_strong = true;
  }
  return has_strong ? array::promote_weak(promoted, widest) : array::default_type(widest);
}

/// The exponents of ldexp are integers whatever the first input is.
std::optional<UfuncTypes> types_of_ldexp(std::span<const OperandType> inputs, bool asks_for_dtype) {
  if (asks_for_dtype || inputs[1].weak > Weak::Int) return std::nullopt;
  DType first = inputs[0].weak == Weak::None ? inputs[0].dtype : array::default_type(inputs[0].weak);
  // NumPy takes an int beside exponents of any integer type for the smallest.
  const bool meets_integers = inputs[1].weak == Weak::None && array::is_integer(inputs[1].dtype);
  if (inputs[0].weak == Weak::Int && meets_integers) first = DType::I8;
  const DType second = inputs[1].weak == Weak::None ? inputs[1].dtype : DType::I32;  // a number must fit
  const int loop = first_loop(Ufunc::ldexp, first, second);
  if (loop < 0) return std::nullopt;
  return UfuncTypes{loop, second};
}

}  // namespace

std::optional<UfuncTypes> find_types(Ufunc ufunc, std::span<const OperandType> inputs, std::optional<DType> dtype,
                                     array::Casting casting) {
  const ops::UfuncInfo& info = ops::info(ufunc);
  if (ufunc == Ufunc::ldexp) return types_of_ldexp(inputs, dtype.has_value());
  DType promoted = promote_all(inputs);
  if (!dtype && is_mixed_comparison(ufunc, inputs)) {
    return UfuncTypes{first_loop(ufunc, inputs[0].dtype, inputs[1].dtype), promoted};
  }
  if (array::is_bool(promoted) && refuses_bool(ufunc)) return std::nullopt;
  if (ufunc == Ufunc::divide && !array::is_float(promoted) && !array::is_complex(promoted)) promoted = DType::F64;
  if (dtype) {
    if (info.signature != ops::Signature::Same || !array::can_cast(promoted, *dtype, casting)) return std::nullopt;
    promoted = *dtype;
  }
  int loop = known_loop(ufunc, promoted);
  if (loop < 0) return std::nullopt;
  if (!dtype && array::is_integer(promoted)) loop = narrower_float(ufunc, inputs, loop);
  const DType result = ops::loops(ufunc)[static_cast<std::size_t>(loop)].types[info.inputs];
  if (dtype && result != *dtype) return std::nullopt;
  return UfuncTypes{loop, promoted};
}

bool has_negative(const array::View& view) {
  if (!array::is_signed(view.dtype) || view.size() == 0) return false;
  const array::StridedLoop loop({&view, 1});
  const array::CastLoop widen = array::cast_loop(view.dtype, DType::I64);
  constexpr std::int64_t kBlock = 512;
  const std::int64_t stride = loop.row_stride(0);
  bool found = false;
  loop.run([&](char* const* at) {
    std::int64_t values[kBlock];
    for (std::int64_t i = 0; i < loop.row_length() && !found; i += kBlock) {
      const std::int64_t n = std::min(kBlock, loop.row_length() - i);
      widen(reinterpret_cast<char*>(values), sizeof(std::int64_t), at[0] + i * stride, stride, n);
      found = std::any_of(values, values + n, [](std::int64_t value) { return value < 0; });
    }
  });
  return found;
}

}  // namespace rooftop::lib
