// The rows of ops.def as data.
#include "rooftop/ops/op.h"

#include <array>
#include <string_view>
#include <unordered_map>

namespace rooftop::ops {
namespace {

constexpr auto kRows = std::to_array<OpInfo>({
#define ROOFTOP_OP(name, arity, rule, domain, flops) {#name, arity, Rule::rule, domain, flops, false, nullptr},
#define ROOFTOP_MATH(name, arity, flops, libm) {#name, arity, Rule::Same, "f", flops, true, libm},
#include "rooftop/ops/ops.def"
});

char letter(array::DType dtype) {
  if (array::is_bool(dtype)) return 'b';
  if (array::is_integer(dtype)) return 'i';
  if (array::is_half(dtype)) return 'h';
  return array::is_float(dtype) ? 'f' : 'c';
}

}  // namespace

const OpInfo& info(Op op) { return kRows[static_cast<std::size_t>(op)]; }

int op_count() { return static_cast<int>(kRows.size()); }

std::optional<Op> op_from_name(std::string_view name) {
  static const auto by_name = [] {
    std::unordered_map<std::string_view, Op> map;
    for (std::size_t i = 0; i < kRows.size(); ++i) map.emplace(kRows[i].name, static_cast<Op>(i));
    return map;
  }();
  const auto found = by_name.find(name);
  if (found == by_name.end()) return std::nullopt;
  return found->second;
}

bool accepts(Op op, array::DType dtype) { return info(op).domain.find(letter(dtype)) != std::string_view::npos; }

}  // namespace rooftop::ops
