// Matrix products: vectors become matrices, stacks are walked through.
#include <algorithm>
#include <array>
#include <string>

#include "rooftop/api/creation.h"
#include "rooftop/api/detail/storage.h"
#include "rooftop/api/detail/ufunc_call.h"
#include "rooftop/api/functions.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/lib/products.h"

namespace rooftop {
namespace {

using array::Extents;
using array::View;

/// The leading axes, and the matrices' two.
std::span<const std::int64_t> stack_of(const View& view) { return view.lengths().first(view.lengths().size() - 2); }

/// The matrices of a stack, repeated along the axes of the result's stack.
class Matrices {
 public:
  Matrices(const Array& array, std::span<const std::int64_t> stack) : view_(detail::view_of(array)) {
    const View leading{view_.data, view_.dtype, view_.rank - 2, view_.shape, view_.strides};
    array::broadcast_view(leading, stack, stack_);
  }
  View at(const std::int64_t* place) const {
    View matrix{view_.data, view_.dtype, 2, view_.shape + view_.rank - 2, view_.strides + view_.rank - 2};
    for (int i = 0; i < stack_.rank; ++i) matrix.data += place[i] * stack_.strides[i];
    return matrix;
  }

 private:
  View view_;
  Extents stack_;
};

void multiply_all(const Array& out, const Array& a, const Array& b, const Extents& stack) {
  const Matrices left(a, stack.lengths());
  const Matrices right(b, stack.lengths());
  const Matrices result(out, stack.lengths());
  std::int64_t place[array::kMaxRank] = {};
  const std::int64_t count = stack.view(array::DType::Bool, nullptr).size();
  for (std::int64_t n = 0; n < count; ++n) {
    detail::note_errors(lib::multiply(result.at(place), left.at(place), right.at(place)));
    for (int i = stack.rank; i-- > 0;) {
      if (++place[i] < stack.shape[i]) break;
      place[i] = 0;
    }
  }
}

/// In the product's type, aligned.
Array prepared(const Array& array, array::DType dtype) {
  const Array converted = array.astype(detail::outer(dtype));
  return detail::has(converted, detail::kAligned) ? converted : converted.copy();
}

}  // namespace

Array matmul(const Array& a, const Array& b) {
  const std::string shapes = detail::shape_text(a.shape()) + " and " + detail::shape_text(b.shape());
  if (a.rank() == 0 || b.rank() == 0) throw ValueError("matmul needs at least one axis: the shapes are " + shapes);
  const array::DType dtype = array::promote(detail::inner(a.dtype()), detail::inner(b.dtype()));
  if (!lib::can_multiply(dtype)) {
    throw TypeError("matmul is not defined for " + std::string(array::name_of(dtype)) +
                    ": convert to a float type with astype");
  }
  const Array x = a.rank() == 1 ? prepared(a, dtype)(newaxis, slice()) : prepared(a, dtype);
  const Array y = b.rank() == 1 ? prepared(b, dtype)(slice(), newaxis) : prepared(b, dtype);
  if (x.shape(-1) != y.shape(-2)) throw ShapeError("matmul: the shapes " + shapes + " do not fit each other");
  Extents stack(stack_of(detail::view_of(x)));
  if (!array::broadcast_shape(stack, stack_of(detail::view_of(y)))) {
    throw ShapeError("matmul: the stacks of shapes " + shapes + " cannot be broadcast");
  }
  Extents lengths(stack.lengths());
  lengths.push(x.shape(-2), 0);
  lengths.push(y.shape(-1), 0);
  const Array out = detail::make(dtype, lengths.lengths());
  multiply_all(out, x, y, stack);
  const Array rows = b.rank() == 1 ? out(ellipsis, 0) : out;
  return a.rank() == 1 ? (b.rank() == 1 ? rows(ellipsis, 0) : rows(ellipsis, 0, slice())) : rows;
}

}  // namespace rooftop
