// The array whose places are named stands still along the axis; the place says how far to go.
#include "rooftop/lib/along_axis.h"

#include <cstring>
#include <vector>

#include "rooftop/array/cast.h"
#include "rooftop/array/strided_loop.h"
#include "rooftop/lib/constant_size.h"
#include "rooftop/lib/places.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::Extents;
using array::View;

/// Calls `move(element of dense, element of placed)` for all places.
template <typename Move>
void for_each_place(const View& dense, const View& placed, const View& places, int axis, Move move) {
  std::vector<std::int64_t> converted;
  Extents extents;
  const View wanted = as_int64(places, converted, extents);
  const std::int64_t length = placed.shape[axis], stride = placed.strides[axis];
  Extents still(dense.lengths());
  for (int k = 0; k < placed.rank; ++k) still.strides[k] = k == axis ? 0 : placed.strides[k];
  const View operands[] = {wanted, dense, still.view(placed.dtype, placed.data)};
  const array::StridedLoop loop(operands);
  const std::int64_t n = loop.row_length();
  const std::int64_t place_step = loop.row_stride(0), dense_step = loop.row_stride(1), line_step = loop.row_stride(2);
  loop.run([&](char* const* at) {
    const char* const first_place = at[0];
    char* const first_dense = at[1];
    char* const first_line = at[2];
    for (std::int64_t i = 0; i < n; ++i) {
      std::int64_t place;
      std::memcpy(&place, first_place + i * place_step, sizeof place);
      move(first_dense + i * dense_step, first_line + i * line_step + (place + (place >> 63 & length)) * stride);
    }
  });
}

}  // namespace

void take_along(const View& out, const View& source, const View& places, int axis) {
  with_size(static_cast<std::int64_t>(array::size_of(out.dtype)), [&](auto bytes) {
    for_each_place(out, source, places, axis, [bytes](char* to, const char* from) { std::memcpy(to, from, bytes); });
  });
}

void put_along(const View& target, const View& values, const View& places, int axis) {
  with_size(static_cast<std::int64_t>(array::size_of(target.dtype)), [&](auto bytes) {
    for_each_place(values, target, places, axis, [bytes](const char* from, char* to) { std::memcpy(to, from, bytes); });
  });
}

}  // namespace rooftop::lib
