// Products in the registers of one CPU level, as a template over them. Included by small_products.cpp, product_v3.cpp
// and product_v4.cpp alone, each compiled for its level: everything here must have internal linkage, and no header with
// inline functions of its own may be included.
#pragma once

#include <cstdint>

#include "rooftop/lib/product_level.h"

namespace rooftop::lib {
namespace {

// A register type `Lanes` has
//   Element, Vector (a GCC vector of elements), Mask, kLanes;
//   kRows: the rows of a tile two registers wide whose sums stay in registers;
//   first(count): the mask of the first lanes; load(from, mask), zeros elsewhere; store(to, v, mask);
//   add_product(a, b, sum): sum + a * b, rounded once where the processor can.

template <typename Lanes>
using VectorOf = typename Lanes::Vector;

template <typename T>
[[gnu::always_inline]] inline T element_at(const char* at) {
  T value;
  __builtin_memcpy(&value, at, sizeof value);
  return value;
}

/// The tile's last column of registers is masked; terms are added in the order of their index.
template <typename Lanes, int Rows, int Vectors>
void multiply_tile(const SmallProduct<typename Lanes::Element>& product, const char* a, const char* b, char* c,
                   typename Lanes::Mask mask) {
  using Element = typename Lanes::Element;
  using Vector = VectorOf<Lanes>;
  constexpr std::int64_t kBytes = sizeof(Vector);
  Vector sums[Rows][Vectors] = {};
  for (std::int64_t p = 0; p < product.k; ++p, a += product.a_step, b += product.b_row) {
    Vector right[Vectors];
    if constexpr (Vectors == 2) __builtin_memcpy(&right[0], b, sizeof(Vector));
    right[Vectors - 1] = Lanes::load(b + (Vectors - 1) * kBytes, mask);
#pragma GCC unroll 8
    for (int i = 0; i < Rows; ++i) {
      const Vector left = element_at<Element>(a + i * product.a_row) - Vector{};
#pragma GCC unroll 2
      for (int j = 0; j < Vectors; ++j) sums[i][j] = Lanes::add_product(left, right[j], sums[i][j]);
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < Rows; ++i, c += product.c_row) {
    if constexpr (Vectors == 2) __builtin_memcpy(c, &sums[i][0], sizeof(Vector));
    Lanes::store(c + (Vectors - 1) * kBytes, sums[i][Vectors - 1], mask);
  }
}

/// Two registers of columns at a time, or one; rows in tiles of about the same height.
template <typename Lanes, int Vectors>
void multiply_columns(const SmallProduct<typename Lanes::Element>& product, std::int64_t column, std::int64_t columns) {
  constexpr std::int64_t kItem = sizeof(typename Lanes::Element);
  const auto mask = Lanes::first(columns - (Vectors - 1) * Lanes::kLanes);
  const char* a = product.a;
  const char* const b = product.b + column * kItem;
  char* c = product.c + column * kItem;
  std::int64_t tiles = (product.m + Lanes::kRows - 1) / Lanes::kRows;
  for (std::int64_t rows = product.m; rows > 0; --tiles) {
    const std::int64_t height = (rows + tiles - 1) / tiles;
    switch (height) {
#define ROOFTOP_TILE(count)                                                                            \
  case count:                                                                                          \
    if constexpr (count <= Lanes::kRows) multiply_tile<Lanes, count, Vectors>(product, a, b, c, mask); \
    break;
      ROOFTOP_TILE(1)
      ROOFTOP_TILE(2)
      ROOFTOP_TILE(3)
      ROOFTOP_TILE(4)
      ROOFTOP_TILE(5)
      ROOFTOP_TILE(6)
      ROOFTOP_TILE(7)
      ROOFTOP_TILE(8)
#undef ROOFTOP_TILE
      default:
        __builtin_unreachable();
    }
    rows -= height;
    a += height * product.a_row;
    c += height * product.c_row;
  }
}

template <typename Lanes>
void multiply_in_registers(const SmallProduct<typename Lanes::Element>& product) {
  constexpr std::int64_t kLanes = Lanes::kLanes;
  std::int64_t column = 0;
  for (; column + kLanes < product.n; column += 2 * kLanes) {
    const std::int64_t left = product.n - column;
    multiply_columns<Lanes, 2>(product, column, left < 2 * kLanes ? left : 2 * kLanes);
  }
  if (column < product.n) multiply_columns<Lanes, 1>(product, column, product.n - column);
}

/// Eight registers of sums: as many as the additions under way.
template <typename Lanes>
typename Lanes::Element dot_in_registers(const typename Lanes::Element* a, const typename Lanes::Element* b,
                                         std::int64_t n) {
  using Element = typename Lanes::Element;
  using Vector = VectorOf<Lanes>;
  constexpr int kLanes = Lanes::kLanes, kSums = 8;
  if (n < 8) {  // emptying registers would take longer
    Element sum = 0;
    for (std::int64_t i = 0; i < n; ++i) sum += a[i] * b[i];
    return sum;
  }
  Vector sums[kSums] = {};
  std::int64_t i = 0;
  const auto add = [&](Vector& sum) {
    Vector left, right;
    __builtin_memcpy(&left, a + i, sizeof left);
    __builtin_memcpy(&right, b + i, sizeof right);
    sum = Lanes::add_product(left, right, sum);
    i += kLanes;
  };
  while (i + kSums * kLanes <= n) {
#pragma GCC unroll 8
    for (int r = 0; r < kSums; ++r) add(sums[r]);
  }
#pragma GCC unroll 4
  for (int step = kSums / 2; step > 0; step /= 2) {
#pragma GCC unroll 4
    for (int r = 0; r < step; ++r) sums[r] += sums[r + step];
  }
  while (i + kLanes <= n) add(sums[0]);
  if (i < n) {
    const auto mask = Lanes::first(n - i);
    sums[0] = Lanes::add_product(Lanes::load(reinterpret_cast<const char*>(a + i), mask),
                                 Lanes::load(reinterpret_cast<const char*>(b + i), mask), sums[0]);
  }
  Element lanes[kLanes];
  __builtin_memcpy(lanes, &sums[0], sizeof lanes);
#pragma GCC unroll 4
  for (int step = kLanes / 2; step > 0; step /= 2) {
#pragma GCC unroll 8
    for (int lane = 0; lane < step; ++lane) lanes[lane] += lanes[lane + step];
  }
  return lanes[0];
}

template <typename Lanes>
constexpr ProductLevel<typename Lanes::Element> product_level_of() {
  return {multiply_in_registers<Lanes>, dot_in_registers<Lanes>};
}

}  // namespace
}  // namespace rooftop::lib
