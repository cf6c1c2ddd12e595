// What a type must offer so that the scalar meanings of this folder can be computed with it: the whole vocabulary.
// The same text then yields ir (values are expressions), native vectors (values are lanes) or plain scalars.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace rooftop::ops::meaning {

/// A constant table of floats. Every value is representable in the float type it is looked up as.
struct Table {
  const char* name;
  const double* values;
  std::size_t size;
};

/// Associated types of a float value type T: `Int`, a signed integer of the same width, and `Mask`, a truth value.
/// All three may be one class whose kind is known at run time; nothing below overloads on the difference.
template <class T>
struct MeaningTraits {
  using Int = typename T::Int;
  using Mask = typename T::Mask;
};

template <class T>
using IntOf = typename MeaningTraits<T>::Int;
template <class T>
using MaskOf = typename MeaningTraits<T>::Mask;

/// The vocabulary. Everything is elementwise, so a result never depends on how many lanes a value has.
///
/// Floats are IEEE, round to nearest even, with subnormals; every operation rounds on its own: an implementation
/// neither contracts, reassociates nor otherwise simplifies by rules that do not hold for IEEE values, whatever the
/// floating-point model of the code around. `fma` has one rounding, always.
///
///     a + b, a - b, a * b, a / b, -a     IEEE; -a flips the sign bit
///     fma(a, b, c)                       a * b + c with one rounding
///     sqrt(a), abs(a), copysign(a, b)    abs and copysign act on the sign bit, of NaN too
///     rint(a), trunc(a)                  to an integral value: nearest even, towards zero; zeros keep their sign
///     min(a, b)                          b < a ? b : a, so `a` when either is NaN
///     max(a, b)                          b > a ? b : a, so `a` when either is NaN
///     to_bits(a), from_bits(i)           the same bits as the other type
///     constant(like, d)                  d rounded to the type of the float `like`
///     table_lookup(i, table, like)       table.values[i] as the type of `like`; 0 <= i < table.size in every lane
///
/// Integers have the floats' width and wrap.
///
///     i + j, i - j, i & j, i | j, i ^ j
///     shift_left(i, n), shift_right(i, n), shift_right_logical(i, n)     n is a C++ int; shift_right copies the sign
///     int_constant(like, n)              n as the integer of the width of `like`, a float
///
/// Comparison of two floats (false if either is NaN) or two integers (signed), logic, and choice between two floats or
/// two integers:
///
///     less(a, b), less_equal(a, b), equal(a, b)
///     mask_and(m, n), mask_or(m, n), mask_not(m)
///     select(m, a, b)                    m ? a : b
///     select_rare(m, rare, b)            m ? rare() : b for floats; `rare` is called at most once, and an
///     implementation
///                                        may skip what it computes when no lane needs it
///
/// Operations must not trap: lanes compute values that `select` drops.
template <class T>
concept MeaningValue = requires(const T& x, const IntOf<T>& i, const MaskOf<T>& m, const Table& table, T (&rare)()) {
  { x + x } -> std::convertible_to<T>;
  { x - x } -> std::convertible_to<T>;
  { x* x } -> std::convertible_to<T>;
  { x / x } -> std::convertible_to<T>;
  { -x } -> std::convertible_to<T>;
  { fma(x, x, x) } -> std::convertible_to<T>;
  { sqrt(x) } -> std::convertible_to<T>;
  { abs(x) } -> std::convertible_to<T>;
  { copysign(x, x) } -> std::convertible_to<T>;
  { rint(x) } -> std::convertible_to<T>;
  { trunc(x) } -> std::convertible_to<T>;
  { min(x, x) } -> std::convertible_to<T>;
  { max(x, x) } -> std::convertible_to<T>;
  { to_bits(x) } -> std::convertible_to<IntOf<T>>;
  { from_bits(i) } -> std::convertible_to<T>;
  { constant(x, 1.0) } -> std::convertible_to<T>;
  { table_lookup(i, table, x) } -> std::convertible_to<T>;
  { i + i } -> std::convertible_to<IntOf<T>>;
  { i - i } -> std::convertible_to<IntOf<T>>;
  { i& i } -> std::convertible_to<IntOf<T>>;
  { i | i } -> std::convertible_to<IntOf<T>>;
  { i ^ i } -> std::convertible_to<IntOf<T>>;
  { shift_left(i, 1) } -> std::convertible_to<IntOf<T>>;
  { shift_right(i, 1) } -> std::convertible_to<IntOf<T>>;
  { shift_right_logical(i, 1) } -> std::convertible_to<IntOf<T>>;
  { int_constant(x, std::int64_t{1}) } -> std::convertible_to<IntOf<T>>;
  { less(x, x) } -> std::convertible_to<MaskOf<T>>;
  { less_equal(x, x) } -> std::convertible_to<MaskOf<T>>;
  { equal(x, x) } -> std::convertible_to<MaskOf<T>>;
  { less(i, i) } -> std::convertible_to<MaskOf<T>>;
  { equal(i, i) } -> std::convertible_to<MaskOf<T>>;
  { mask_and(m, m) } -> std::convertible_to<MaskOf<T>>;
  { mask_or(m, m) } -> std::convertible_to<MaskOf<T>>;
  { mask_not(m) } -> std::convertible_to<MaskOf<T>>;
  { select(m, x, x) } -> std::convertible_to<T>;
  { select(m, i, i) } -> std::convertible_to<IntOf<T>>;
  { select_rare(m, rare, x) } -> std::convertible_to<T>;
};

}  // namespace rooftop::ops::meaning
