#include "rooftop/lib/norms.h"

#include "rooftop/array/strided_loop.h"
#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/lapack.h"

namespace rooftop::lib {

SquareSum sum_of_squares(array::DType part, const char* data, std::int64_t stride, std::int64_t n) {
  const LapackInt step = stride / static_cast<std::int64_t>(array::size_of(part));
  const RealRoutines& routines = lapack()->real;
  clear_hardware_errors();
  double value = 0;
  if (part == array::DType::F64) {
    const auto* x = reinterpret_cast<const double*>(data);
    value = routines.dot(&n, x, &step, x, &step);
  } else {
    const auto* x = reinterpret_cast<const float*>(data);
    value = static_cast<double>(routines.dot32(&n, x, &step, x, &step));
  }
  return {value, hardware_errors()};
}

bool is_dense(const array::View& view) {
  if (array::is_row_major(view) || array::is_column_major(view)) return true;
  const array::StridedLoop loop({&view, 1});
  return loop.rows() == 1 && loop.row_stride(0) == static_cast<std::int64_t>(array::size_of(view.dtype));
}

}  // namespace rooftop::lib
