// A variable for each column: an addition waits for the one before it in its column alone.
#include "rooftop/lib/narrow_sums.h"

#include <cstring>

#include "rooftop/lib/element.h"

namespace rooftop::lib {
namespace {

using array::DType;

constexpr std::int64_t kMostColumns = 8;

template <typename T, int Columns>
void add(char* to, const char* rows, std::int64_t column_stride, std::int64_t row_stride, std::int64_t count) {
  T sums[Columns];
  std::memcpy(sums, to, sizeof sums);
  for (std::int64_t i = 0; i < count; ++i, rows += row_stride) {
#pragma GCC unroll 8
    for (int j = 0; j < Columns; ++j) sums[j] += load<T>(rows + j * column_stride);
  }
  std::memcpy(to, sums, sizeof sums);
}

template <typename T>
void add_columns(char* to, std::int64_t columns, const char* rows, std::int64_t column_stride, std::int64_t row_stride,
                 std::int64_t count) {
  using Add = void (*)(char*, const char*, std::int64_t, std::int64_t, std::int64_t);
  static constexpr Add kByColumns[kMostColumns] = {add<T, 1>, add<T, 2>, add<T, 3>, add<T, 4>,
                                                   add<T, 5>, add<T, 6>, add<T, 7>, add<T, 8>};
  kByColumns[columns - 1](to, rows, column_stride, row_stride, count);
}

}  // namespace

bool add_narrow_rows(DType type, char* sums, std::int64_t columns, const char* rows, std::int64_t column_stride,
                     std::int64_t row_stride, std::int64_t count) {
  if (columns > kMostColumns || (type != DType::F64 && type != DType::F32)) return false;
  type == DType::F64 ? add_columns<double>(sums, columns, rows, column_stride, row_stride, count)
                     : add_columns<float>(sums, columns, rows, column_stride, row_stride, count);
  return true;
}

}  // namespace rooftop::lib
