// Products in the registers of one CPU level, as a template over them. Included by product_level.cpp, product_v3.cpp
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

/// By halves.
template <typename Vector>
[[gnu::always_inline]] inline auto sum_of_lanes(Vector v) {
  constexpr int kLanes = sizeof(Vector) / sizeof(v[0]);
  if constexpr (kLanes == 16) {
    return sum_of_lanes(__builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
                        __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15));
  } else if constexpr (kLanes == 8) {
    return sum_of_lanes(__builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7));
  } else if constexpr (kLanes == 4) {
    return sum_of_lanes(__builtin_shufflevector(v, v, 0, 1) + __builtin_shufflevector(v, v, 2, 3));
  } else {
    return v[0] + v[1];
  }
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
    const std::int64_t height = tiles == 1 ? rows : (rows + tiles - 1) / tiles;  // a division takes as long as a tile
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

/// Registers of elements that lie `Step` apart, one or two.
template <typename Lanes, int Step>
struct Elements {
  using Vector = VectorOf<Lanes>;
  static constexpr std::int64_t kBytes = sizeof(Vector), kAdvance = Step * kBytes;

  static Vector load(const char* from) {
    const auto low = element_at<Vector>(from);
    if constexpr (Step == 1) return low;
    if constexpr (Step == 2) return every_second(low, element_at<Vector>(from + kBytes));
  }
  /// The first `count`, at least one, which is all that may be read; zeros elsewhere.
  static Vector load_first(const char* from, std::int64_t count) {
    if constexpr (Step == 1) return Lanes::load(from, Lanes::first(count));
    const std::int64_t reach = 2 * count - 1;
    if (reach <= Lanes::kLanes) return every_second(Lanes::load(from, Lanes::first(reach)), Vector{});
    return every_second(element_at<Vector>(from), Lanes::load(from + kBytes, Lanes::first(reach - Lanes::kLanes)));
  }

 private:
  static Vector every_second(Vector low, Vector high) {
    if constexpr (Lanes::kLanes == 16) {
      return __builtin_shufflevector(low, high, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    } else if constexpr (Lanes::kLanes == 8) {
      return __builtin_shufflevector(low, high, 0, 2, 4, 6, 8, 10, 12, 14);
    } else if constexpr (Lanes::kLanes == 4) {
      return __builtin_shufflevector(low, high, 0, 2, 4, 6);
    } else {
      return __builtin_shufflevector(low, high, 0, 2);
    }
  }
};

/// sums[i] = the sum of rows[i][p * RowStep] * vector[p * Step], `Registers` of sums for each row: as many additions as
/// can be under way.
template <typename Lanes, int Rows, int Registers, int RowStep, int Step>
void sum_rows(const char* rows, std::int64_t row_stride, const char* vector, std::int64_t n,
              typename Lanes::Element* sums) {
  using Vector = VectorOf<Lanes>;
  using RowElements = Elements<Lanes, RowStep>;
  using VectorElements = Elements<Lanes, Step>;
  constexpr std::int64_t kLanes = Lanes::kLanes;
  // Of elements with gaps, the last one has no neighbour that may be read.
  constexpr std::int64_t kBeyond = RowStep > 1 || Step > 1 ? 1 : 0;
  Vector found[Rows][Registers] = {};
  std::int64_t left = n;
  const auto add = [&](int r) {
    const Vector factor = VectorElements::load(vector);
#pragma GCC unroll 4
    for (int i = 0; i < Rows; ++i) {
      found[i][r] = Lanes::add_product(RowElements::load(rows + i * row_stride), factor, found[i][r]);
    }
    rows += RowElements::kAdvance;
    vector += VectorElements::kAdvance;
    left -= kLanes;
  };
  const auto add_last = [&](int r) {
    const Vector factor = VectorElements::load_first(vector, left);
#pragma GCC unroll 4
    for (int i = 0; i < Rows; ++i) {
      found[i][r] = Lanes::add_product(RowElements::load_first(rows + i * row_stride, left), factor, found[i][r]);
    }
    left = 0;
  };
  while (left >= Registers * kLanes + kBeyond) {
#pragma GCC unroll 8
    for (int r = 0; r < Registers; ++r) add(r);
  }
#pragma GCC unroll 8
  for (int r = 0; r < Registers - 1; ++r) {
    if (left >= kLanes + kBeyond) {
      add(r);
    } else if (kBeyond != 0 && left == kLanes) {
      add_last(r);
    }
  }
  if (left > 0) add_last(Registers - 1);
#pragma GCC unroll 4
  for (int i = 0; i < Rows; ++i) {
#pragma GCC unroll 4
    for (int step = Registers / 2; step > 0; step /= 2) {
#pragma GCC unroll 4
      for (int r = 0; r < step; ++r) found[i][r] += found[i][r + step];
    }
    sums[i] = sum_of_lanes(found[i][0]);
  }
}

template <typename Lanes, int LeftStep, int RightStep>
typename Lanes::Element dot_of_steps(const typename Lanes::Element* a, const typename Lanes::Element* b,
                                     std::int64_t n) {
  using Element = typename Lanes::Element;
  Element sum = 0;
  if (n < 8) {  // emptying registers would take longer
    for (std::int64_t i = 0; i < n; ++i) sum += a[i * LeftStep] * b[i * RightStep];
    return sum;
  }
  const char* const left = reinterpret_cast<const char*>(a);
  const char* const right = reinterpret_cast<const char*>(b);
  // Eight registers keep all additions under way; of few terms it takes longer to add them up than to fill four.
  n < 16 * Lanes::kLanes ? sum_rows<Lanes, 1, 4, LeftStep, RightStep>(left, 0, right, n, &sum)
                         : sum_rows<Lanes, 1, 8, LeftStep, RightStep>(left, 0, right, n, &sum);
  return sum;
}

template <typename Lanes>
typename Lanes::Element dot_in_registers(const typename Lanes::Element* a, int a_step, const typename Lanes::Element* b,
                                         int b_step, std::int64_t n) {
  if (a_step == 1) return dot_of_steps<Lanes, 1, 1>(a, b, n);
  return b_step == 1 ? dot_of_steps<Lanes, 2, 1>(a, b, n) : dot_of_steps<Lanes, 2, 2>(a, b, n);
}

/// Four rows share the vector; those that are left over have the same sums as if they were of four.
template <typename Lanes, int Step>
void sum_rows_of_step(const char* rows, std::int64_t row_stride, std::int64_t count, const char* vector, std::int64_t n,
                      typename Lanes::Element* sums) {
  std::int64_t i = 0;
  for (; i + 4 <= count; i += 4) sum_rows<Lanes, 4, 2, Step, 1>(rows + i * row_stride, row_stride, vector, n, sums + i);
  for (; i < count; ++i) sum_rows<Lanes, 1, 2, Step, 1>(rows + i * row_stride, row_stride, vector, n, sums + i);
}

template <typename Lanes>
void sum_rows_in_registers(const char* rows, std::int64_t row_stride, int step, std::int64_t count,
                           const typename Lanes::Element* vector, std::int64_t n, typename Lanes::Element* sums) {
  const char* const terms = reinterpret_cast<const char*>(vector);
  step == 1 ? sum_rows_of_step<Lanes, 1>(rows, row_stride, count, terms, n, sums)
            : sum_rows_of_step<Lanes, 2>(rows, row_stride, count, terms, n, sums);
}

template <typename Lanes>
constexpr ProductLevel<typename Lanes::Element> product_level_of() {
  return {multiply_in_registers<Lanes>, dot_in_registers<Lanes>, sum_rows_in_registers<Lanes>};
}

}  // namespace
}  // namespace rooftop::lib
