// The text's infix operators: which row of ops.def each sign stands for, and how tightly it binds. Read by the printer
// and the parser.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "rooftop/ops/op.h"

namespace rooftop::ir {

// Precedences: a higher one binds tighter. All are left-associative but comparisons, which do not associate.
inline constexpr int kLoosest = 0;
inline constexpr int kComparison = 4;
inline constexpr int kTightest = 8;

struct Infix {
  ops::Op op;
  std::string_view sign;
  int precedence;
};

inline constexpr auto kInfix = std::to_array<Infix>({
    {ops::Op::bit_or, "|", 1},
    {ops::Op::bit_xor, "^", 2},
    {ops::Op::bit_and, "&", 3},
    {ops::Op::eq, "==", kComparison},
    {ops::Op::ne, "!=", kComparison},
    {ops::Op::lt, "<", kComparison},
    {ops::Op::le, "<=", kComparison},
    {ops::Op::gt, ">", kComparison},
    {ops::Op::ge, ">=", kComparison},
    {ops::Op::shl, "<<", 5},
    {ops::Op::shr, ">>", 5},
    {ops::Op::add, "+", 6},
    {ops::Op::sub, "-", 6},
    {ops::Op::mul, "*", 7},
    {ops::Op::div, "/", 7},
});

constexpr std::optional<Infix> infix_of(ops::Op op) {
  for (const Infix& infix : kInfix) {
    if (infix.op == op) return infix;
  }
  return std::nullopt;
}

constexpr std::optional<Infix> infix_of(std::string_view sign) {
  for (const Infix& infix : kInfix) {
    if (infix.sign == sign) return infix;
  }
  return std::nullopt;
}

}  // namespace rooftop::ir
