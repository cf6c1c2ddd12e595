#include "rooftop/lib/nan.h"

#include <algorithm>
#include <cstring>

#include "rooftop/array/half.h"
#include "rooftop/array/strided_loop.h"
#include "rooftop/lib/element.h"
#include "rooftop/lib/parallel_errors.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::StridedLoop;

constexpr std::int64_t kParallelElements = 1 << 16;

struct Row {
  char* out;
  std::int64_t out_stride;
  const char* in;
  std::int64_t in_stride;
  std::int64_t n;
};

/// Elements of `Parts` floats.
template <typename T, int Parts>
void replace(const Row& row, const char* value) {
  for (std::int64_t i = 0; i < row.n; ++i) {
    const char* from = row.in + i * row.in_stride;
    bool is_nan = false;
    for (int part = 0; part < Parts; ++part) {
      const T x = load<T>(from + part * static_cast<std::int64_t>(sizeof(T)));
      is_nan |= x != x;
    }
    std::memcpy(row.out + i * row.out_stride, is_nan ? value : from, Parts * sizeof(T));
  }
}

void replace_half(const Row& row, DType dtype, const char* value) {
  for (std::int64_t i = 0; i < row.n; ++i) {
    const char* from = row.in + i * row.in_stride;
    const double x = array::half_value(load<std::uint16_t>(from), dtype);
    std::memcpy(row.out + i * row.out_stride, x != x ? value : from, sizeof(std::uint16_t));
  }
}

/// Dense floats: a vector's elements are chosen by a comparison of it with itself. Returns how many are done.
template <typename T>
[[gnu::target("avx2")]] std::int64_t replace_avx2(const Row& row, const char* value) {
  typedef T Vector __attribute__((vector_size(32), aligned(1), may_alias));
  constexpr std::int64_t kLanes = 32 / sizeof(T);
  const Vector other = Vector{} + load<T>(value);
  std::int64_t i = 0;
  for (; i + kLanes <= row.n; i += kLanes) {
    const auto offset = i * static_cast<std::int64_t>(sizeof(T));
    const Vector x = *reinterpret_cast<const Vector*>(row.in + offset);
    *reinterpret_cast<Vector*>(row.out + offset) = x == x ? x : other;
  }
  return i;
}

template <typename T>
void replace_real(const Row& row, const char* value) {
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  const bool is_dense = row.in_stride == sizeof(T) && row.out_stride == sizeof(T);
  const std::int64_t done = has_avx2 && is_dense ? replace_avx2<T>(row, value) : 0;
  replace<T, 1>(
      {row.out + done * row.out_stride, row.out_stride, row.in + done * row.in_stride, row.in_stride, row.n - done},
      value);
}

void replace_row(DType dtype, const Row& row, const char* value) {
  switch (dtype) {
    case DType::F64:
      return replace_real<double>(row, value);
    case DType::F32:
      return replace_real<float>(row, value);
    case DType::C128:
      return replace<double, 2>(row, value);
    case DType::C64:
      return replace<float, 2>(row, value);
    default:
      return replace_half(row, dtype, value);
  }
}

}  // namespace

void replace_nan(const array::View& out, const array::View& in, const char* value) {
  const array::View views[] = {out, in};
  const StridedLoop loop{std::span<const array::View>(views)};
  constexpr std::int64_t kBlock = 1 << 14;
  const std::int64_t blocks = (loop.row_length() + kBlock - 1) / kBlock;
  const auto work = [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t unit = begin; unit < end; ++unit) {
      const std::int64_t from = unit % blocks * kBlock;
      loop.run(unit / blocks, unit / blocks + 1, [&](char* const* at) {
        const std::int64_t steps[] = {loop.row_stride(0), loop.row_stride(1)};
        replace_row(in.dtype,
                    {at[0] + from * steps[0], steps[0], at[1] + from * steps[1], steps[1],
                     std::min(kBlock, loop.row_length() - from)},
                    value);
      });
    }
    return 0U;
  };
  const std::int64_t units = loop.rows() * blocks;
  if (in.size() < kParallelElements || units < 2) {
    work(0, units);
  } else {
    parallel_errors(units, std::max<std::int64_t>(1, units / 64), work);
  }
}

}  // namespace rooftop::lib
