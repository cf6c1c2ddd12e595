// Arguments become native lanes, the row's kernel runs, the lanes become a constant.
#include "rooftop/ir/evaluate.h"

#include <array>
#include <cstring>
#include <vector>

#include "rooftop/ir/lane_kernels.h"

namespace rooftop::ir {
namespace {

using Lanes = std::vector<std::uint64_t>;  // 8-byte aligned storage

Lanes storage(Type type) {
  return Lanes((array::size_of(type.dtype()) * static_cast<std::size_t>(type.lanes()) + 7) / 8);
}

std::optional<Lanes> lanes_of(const Expr& e);

std::optional<Lanes> run(Op op, Type result, std::span<const Expr> args) {
  const bool choice = ops::info(op).rule == ops::Rule::Select;
  const LaneKernel kernel = lane_kernel(op, args[choice ? 1 : 0].dtype(), result.dtype());
  if (kernel == nullptr || args.size() > 3) return std::nullopt;
  std::array<Lanes, 3> values;
  std::array<const void*, 3> pointers{};
  for (std::size_t i = 0; i < args.size(); ++i) {
    auto lanes = lanes_of(args[i]);
    if (!lanes) return std::nullopt;
    values[i] = std::move(*lanes);
    pointers[i] = values[i].data();
  }
  Lanes out = storage(result);
  const bool narrow = ops::info(op).rule == ops::Rule::Narrow;
  if (kernel(out.data(), pointers.data(), narrow ? args[0].lanes() : result.lanes()) != Outcome::Defined) {
    return std::nullopt;
  }
  return out;
}

/// Constants, and broadcasts and ramps of them: what constant vectors are made of.
std::optional<Lanes> lanes_of(const Expr& e) {
  if (e.is_constant()) {
    Lanes out = storage(e.type());
    write_lane(e.constant(), e.dtype(), out.data());
    return out;
  }
  if (e.is_op(Op::broadcast) || e.is_op(Op::ramp)) return run(e.op(), e.type(), e.args());
  return std::nullopt;
}

}  // namespace

std::optional<Constant> evaluate(Op op, Type result, std::span<const Expr> args) {
  if (ops::info(op).is_math || op == Op::threads || args.empty()) return std::nullopt;
  const auto lanes = run(op, result, args);
  if (!lanes) return std::nullopt;
  const std::size_t size = array::size_of(result.dtype());
  const char* const bytes = reinterpret_cast<const char*>(lanes->data());
  for (int i = 1; i < result.lanes(); ++i) {
    if (std::memcmp(bytes, bytes + static_cast<std::size_t>(i) * size, size) != 0) return std::nullopt;
  }
  return read_lane(result.dtype(), bytes);
}

Expr fold(const Expr& e) {
  // A broadcast constant is already what folding makes of vectors.
  if (!e.is(ExprKind::Operation) || e.is_op(Op::broadcast)) return e;
  const auto value = evaluate(e.op(), e.type(), e.args());
  return value ? constant(e.type(), *value) : e;
}

}  // namespace rooftop::ir
