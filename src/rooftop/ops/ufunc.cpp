// The rows of ops.def that are universal functions, and the loops that follow from them.
#include "rooftop/ops/ufunc.h"

#include <unordered_map>
#include <vector>

#include "rooftop/array/promotion.h"

namespace rooftop::ops {
namespace {

using array::DType;

constexpr auto kRows = std::to_array<UfuncInfo>({
#define ROOFTOP_UFUNC(name, inputs, outputs, domain, signature, identity, errors, flops, traits) \
  {#name, inputs, outputs, domain, Signature::signature, Identity::identity, FloatErrors::errors, flops, traits},
#include "rooftop/ops/ops.def"
});

constexpr auto kOrder = std::to_array<DType>({
    DType::Bool,
    DType::I8,
    DType::U8,
    DType::I16,
    DType::U16,
    DType::I32,
    DType::U32,
    DType::I64,
    DType::U64,
    DType::F16,
    DType::BF16,
    DType::F32,
    DType::F64,
    DType::C64,
    DType::C128,
});

bool has(const UfuncInfo& row, DType d) {
  const auto letter = [&](char c) { return row.domain.find(c) != std::string_view::npos; };
  if (array::is_bool(d)) return letter('b');
  if (array::is_integer(d)) return letter('i');
  if (array::is_half(d)) return letter('h');
  if (array::is_float(d)) return letter('f') || (d == DType::F64 && letter('d'));
  return letter('c') || (d == DType::C128 && letter('z'));
}

void add_loops(const UfuncInfo& row, DType d, std::vector<Loop>& out) {
  Loop loop;
  for (int i = 0; i < row.inputs + row.outputs; ++i) loop.types[static_cast<std::size_t>(i)] = d;
  DType& result = loop.types[row.inputs];
  switch (row.signature) {
    case Signature::Same:
      break;
    case Signature::Test:
      result = DType::Bool;
      break;
    case Signature::Part:
      result = array::part_of(d);
      break;
    case Signature::Count:
      result = DType::U8;
      break;
    case Signature::Frexp:
      loop.types[2] = DType::I32;
      break;
    case Signature::Ldexp:
      loop.types[1] = DType::I32;
      out.push_back(loop);
      loop.types[1] = DType::I64;
      break;
  }
  out.push_back(loop);
}

std::vector<std::vector<Loop>> all_loops() {
  std::vector<std::vector<Loop>> all;
  for (const UfuncInfo& row : kRows) {
    std::vector<Loop>& list = all.emplace_back();
    for (const DType d : kOrder) {
      if (has(row, d)) add_loops(row, d, list);
      if (d != DType::U64 || !row.is_comparison()) continue;
      // NumPy compares int64 with uint64 by value: no type holds both.
      list.push_back({{DType::I64, DType::U64, DType::Bool}});
      list.push_back({{DType::U64, DType::I64, DType::Bool}});
    }
  }
  return all;
}

std::vector<Reduction> all_reductions() {
  std::vector<Reduction> all;
  for (const Ufunc ufunc : {Ufunc::add, Ufunc::multiply}) {
    for (const DType d : kOrder) {
      all.push_back({ufunc, d, d});
      // Sums and products of narrow numbers are asked for in wide ones.
      if (array::is_half(d)) all.push_back({ufunc, d, DType::F32});
      if ((array::is_signed(d) || array::is_bool(d)) && d != DType::I64) all.push_back({ufunc, d, DType::I64});
      if (array::is_unsigned(d) && d != DType::U64) all.push_back({ufunc, d, DType::U64});
    }
  }
  for (const Ufunc ufunc : {Ufunc::minimum, Ufunc::maximum, Ufunc::fmin, Ufunc::fmax}) {
    for (const DType d : kOrder) all.push_back({ufunc, d, d});
  }
  for (const Ufunc ufunc : {Ufunc::logical_and, Ufunc::logical_or}) {
    for (const DType d : kOrder) all.push_back({ufunc, d, DType::Bool});
  }
  for (const Ufunc ufunc : {Ufunc::bitwise_and, Ufunc::bitwise_or, Ufunc::bitwise_xor}) {
    for (const DType d : kOrder) {
      if (array::is_bool(d) || array::is_integer(d)) all.push_back({ufunc, d, d});
    }
  }
  return all;
}

}  // namespace

int ufunc_count() { return static_cast<int>(kRows.size()); }

const UfuncInfo& info(Ufunc ufunc) { return kRows[static_cast<std::size_t>(ufunc)]; }

std::optional<Ufunc> ufunc_from_name(std::string_view name) {
  static const auto by_name = [] {
    std::unordered_map<std::string_view, Ufunc> map;
    for (std::size_t i = 0; i < kRows.size(); ++i) map.emplace(kRows[i].name, static_cast<Ufunc>(i));
    return map;
  }();
  const auto found = by_name.find(name);
  if (found == by_name.end()) return std::nullopt;
  return found->second;
}

std::span<const Loop> loops(Ufunc ufunc) {
  static const std::vector<std::vector<Loop>> all = all_loops();
  return all[static_cast<std::size_t>(ufunc)];
}

std::span<const Reduction> reductions() {
  static const std::vector<Reduction> all = all_reductions();
  return all;
}

bool is_chained(Ufunc ufunc, const Loop& loop) {
  constexpr int kMostOperations = 8;
  const UfuncInfo& row = info(ufunc);
  return row.inputs == 2 && row.outputs == 1 && row.flops <= kMostOperations && loop.types[0] == loop.types[1] &&
         loop.types[1] == loop.types[2];
}

int loop_for(Ufunc ufunc, DType promoted) {
  const std::span<const Loop> list = loops(ufunc);
  const UfuncInfo& row = info(ufunc);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const bool is_even = row.inputs == 1 || row.signature == Signature::Ldexp || list[i].types[0] == list[i].types[1];
    if (is_even && array::can_cast(promoted, list[i].types[0], array::Casting::Safe)) return static_cast<int>(i);
  }
  return -1;
}

bool tells_finite(Ufunc ufunc, const Loop& loop) {
  const UfuncInfo& row = info(ufunc);
  const FloatErrors errors = row.errors_of(loop.types[0]);
  if (errors == FloatErrors::None || errors == FloatErrors::Hardware) return false;
  const auto is_plain = [](DType dtype) { return dtype == DType::F32 || dtype == DType::F64; };
  if (!is_plain(loop.types[0]) || !is_plain(loop.types[row.inputs])) return false;
  // Outputs after the first are floats of its type, or integers, which tell nothing.
  for (std::size_t k = row.inputs + 1U; k < std::size_t{row.inputs} + row.outputs; ++k) {
    if (loop.types[k] != loop.types[row.inputs] && !array::is_integer(loop.types[k])) return false;
  }
  return true;
}

}  // namespace rooftop::ops
