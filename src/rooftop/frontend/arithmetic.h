// Python's and NumPy's operators on numbers: which type results, what is checked, and the ir that computes it.
#pragma once

#include <optional>
#include <string_view>

#include "rooftop/frontend/emitter.h"

namespace rooftop::frontend {

enum class BinaryOperator : std::uint8_t {
  Add,
  Sub,
  Mult,
  Div,
  FloorDiv,
  Mod,
  Pow,
  LShift,
  RShift,
  BitAnd,
  BitOr,
  BitXor,
  MatMult,
};
enum class UnaryOperator : std::uint8_t { USub, UAdd, Invert };
enum class Comparison : std::uint8_t { Eq, NotEq, Lt, LtE, Gt, GtE };

/// By the operator's class name in `ast`.
std::optional<BinaryOperator> binary_operator(std::string_view name);
std::optional<UnaryOperator> unary_operator(std::string_view name);
std::optional<Comparison> comparison(std::string_view name);
std::string_view symbol(BinaryOperator op);

/// `a op b` of two numbers.
Value binary(Emitter& e, BinaryOperator op, const Value& a, const Value& b);
Value unary(Emitter& e, UnaryOperator op, const Value& a);
/// `a op b` of two numbers: bool of Python numbers, np.bool where a NumPy scalar takes part.
Value compare_numbers(Emitter& e, Comparison op, const Value& a, const Value& b);

/// divmod(a, b).
Value divide_modulo(Emitter& e, const Value& a, const Value& b);
/// abs(a).
Value absolute(Emitter& e, const Value& a);

}  // namespace rooftop::frontend
