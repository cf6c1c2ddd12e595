// A wide array's rows are reduced to one, that one's parts to the result, and the rows that are left over after them.
#include "rooftop/lib/narrow_reduction.h"

#include <vector>

#include "rooftop/array/strided_loop.h"
#include "rooftop/lib/reduction.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::StridedLoop;
using array::View;

/// Elements up to which a row is narrow, and of a wide one.
constexpr std::int64_t kNarrow = 64;
constexpr std::int64_t kWide = 512;
/// Wide rows from which that pays.
constexpr std::int64_t kLeastRows = 4;

/// Whether the result is the same in any order, to the last bit.
bool is_free(ops::Ufunc ufunc, DType in, DType accumulator, DType out) {
  using ops::Ufunc;
  switch (ufunc) {
    case Ufunc::maximum:
    case Ufunc::minimum:
    case Ufunc::fmax:
    case Ufunc::fmin:
      return in == out && !array::is_complex(out);
    case Ufunc::logical_and:
    case Ufunc::logical_or:
    case Ufunc::bitwise_and:
    case Ufunc::bitwise_or:
    case Ufunc::bitwise_xor:
      return true;
    case Ufunc::add:
    case Ufunc::multiply:
      return accumulator == out && array::is_integer(out);
    default:
      return false;
  }
}

}  // namespace

std::optional<unsigned> reduce_narrow(ops::Ufunc ufunc, const View& in, DType accumulator, std::uint64_t axes,
                                      const View& out, bool continues) {
  if (in.size() < kLeastRows * kWide || !is_free(ufunc, in.dtype, accumulator, out.dtype)) return std::nullopt;
  array::Extents kept_storage, reduced_storage;
  const View kept = array::select_axes(in, ~axes, kept_storage);
  const View reduced = array::select_axes(in, axes, reduced_storage);
  const View kept_views[] = {out, kept};
  const StridedLoop results(kept_views), rows(std::span<const View>(&reduced, 1));
  const std::int64_t columns = results.row_length(), count = rows.row_length();
  const auto item = static_cast<std::int64_t>(array::size_of(in.dtype));
  const bool lie_together = rows.row_stride(0) == columns * item && (columns == 1 || results.row_stride(1) == item);
  const std::int64_t together = kWide / columns;
  if (results.rows() != 1 || rows.rows() != 1 || columns < 2 || columns > kNarrow || !lie_together ||
      count < kLeastRows * together) {
    return std::nullopt;
  }
  const std::int64_t wide = together * columns, wide_rows = count / together;
  const auto out_item = static_cast<std::int64_t>(array::size_of(out.dtype));
  std::vector<char> memory(static_cast<std::size_t>(wide * out_item));
  const std::int64_t wide_shape[] = {wide_rows, wide}, wide_strides[] = {wide * item, item};
  const std::int64_t row_shape[] = {wide}, row_strides[] = {out_item};
  const std::int64_t parts_shape[] = {together, columns}, parts_strides[] = {columns * out_item, out_item};
  const std::int64_t out_shape[] = {columns}, out_strides[] = {results.row_stride(0)};
  const View row{memory.data(), out.dtype, 1, row_shape, row_strides};
  const View result{out.data, out.dtype, 1, out_shape, out_strides};
  unsigned errors = reduce(ufunc, {in.data, in.dtype, 2, wide_shape, wide_strides}, accumulator, 1, row, false);
  errors |= reduce(ufunc, {memory.data(), out.dtype, 2, parts_shape, parts_strides}, out.dtype, 1, result, continues);
  const std::int64_t left = count - wide_rows * together;
  if (left == 0) return errors;
  const std::int64_t left_shape[] = {left, columns}, left_strides[] = {columns * item, item};
  const View rest{in.data + wide_rows * wide * item, in.dtype, 2, left_shape, left_strides};
  return errors | reduce(ufunc, rest, accumulator, 1, result, true);
}

}  // namespace rooftop::lib
