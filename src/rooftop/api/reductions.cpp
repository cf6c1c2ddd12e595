// Types, axes and empty arrays of reductions.
#include "rooftop/api/reductions.h"

#include <string>

#include "rooftop/api/creation.h"
#include "rooftop/api/detail/storage.h"
#include "rooftop/api/detail/ufunc_call.h"
#include "rooftop/api/operators.h"
#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/kernels.h"
#include "rooftop/lib/pairwise.h"
#include "rooftop/lib/reduction.h"
#include "rooftop/lib/selection.h"

namespace rooftop {

using array::Extents;
using array::View;
using ops::Ufunc;

namespace {

/// Elements up to which one call of a kernel on one core is what is fastest.
constexpr std::int64_t kSmallSize = 4096;

std::uint64_t axes_of(const Array& array, const Axes& axes) {
  const int rank = array.rank();
  if (axes.is_all()) return rank == array::kMaxRank ? ~std::uint64_t{0} : (std::uint64_t{1} << rank) - 1;
  std::uint64_t set = 0;
  for (const std::int64_t given : axes.list()) {
    const int axis = detail::read_axis(given, rank);
    if ((set >> axis & 1) != 0) throw ValueError("duplicate axes: " + detail::shape_text(axes.list()));
    set |= std::uint64_t{1} << axis;
  }
  return set;
}

/// Lengths of the result: without the reduced axes, and as they are shown.
struct Lengths {
  Extents kept, shown;
  bool is_empty = false;  ///< nothing to fold for an element of the result

  Lengths(const Array& array, std::uint64_t axes, bool keep_dims) {
    for (int i = 0; i < array.rank(); ++i) {
      const std::int64_t length = array.shape()[static_cast<std::size_t>(i)];
      if ((axes >> i & 1) == 0) {
        kept.push(length, 0);
        shown.push(length, 0);
      } else {
        is_empty |= length == 0;
        if (keep_dims) shown.push(1, 0);
      }
    }
  }
};

Array identity_of(Ufunc ufunc, array::DType output, const Lengths& lengths) {
  const ops::Identity identity = ops::info(ufunc).identity;
  if (identity != ops::Identity::Zero && identity != ops::Identity::One) {
    throw ValueError("the " + std::string(ops::info(ufunc).name) + " of an array without elements is not defined");
  }
  Array result = detail::make(output, lengths.shown.lengths());
  result.assign(identity == ops::Identity::One ? 1 : 0);
  return result;
}

/// All elements of a small array by one call of a kernel; false where that is not the way.
bool fold_small(Ufunc ufunc, const Array& array, array::DType output, char* to) {
  const detail::Block& block = array.block();
  const bool is_plain = detail::has(array, detail::kRowMajor | detail::kAligned);
  if (!is_plain || block.size == 0 || block.size > kSmallSize) return false;
  const array::DType own = detail::inner(block.dtype);
  const auto item = static_cast<std::int64_t>(size_of(block.dtype));
  const bool is_inexact = array::is_float(own) || array::is_complex(own);
  lib::clear_hardware_errors();
  if (ufunc == Ufunc::add && is_inexact) {
    lib::pairwise_sum(own, block.data, item, block.size, to);
    lib::add_zero(own, to, 1);
  } else {
    const lib::ReductionSet* const set = lib::reduction(ufunc, own, output);
    if (set == nullptr) return false;
    lib::call_fold(set->contiguous, block.data, block.size, item, to);
  }
  if (is_inexact && (ufunc == Ufunc::add || ufunc == Ufunc::multiply)) detail::note_errors(lib::hardware_errors());
  return true;
}

/// `output`: the type of the result; `accumulator`: what elements are converted to first.
Array reduce(Ufunc ufunc, const Array& array, const Axes& axes, bool keep_dims, array::DType accumulator,
             array::DType output) {
  const std::uint64_t set = axes_of(array, axes);
  Lengths lengths(array, set, keep_dims);
  if (lengths.is_empty && lengths.kept.view(output, nullptr).size() > 0) return identity_of(ufunc, output, lengths);
  Array result = detail::make(output, lengths.shown.lengths());
  if (array.size() == 0) return result;
  lengths.kept.set_row_major(array::size_of(output));
  const unsigned errors =
      lib::reduce(ufunc, detail::view_of(array), accumulator, set, lengths.kept.view(output, result.raw_block()->data));
  if (ufunc == Ufunc::add || ufunc == Ufunc::multiply) detail::note_errors(errors);
  return result;
}

Array reduce(Ufunc ufunc, const Array& array, const Axes& axes, bool keep_dims) {
  const array::DType own = detail::inner(array.dtype());
  const array::DType output = lib::output_of_reduction(ufunc, own);
  if (axes.is_all() && !keep_dims) {
    const Array result = detail::make(output, std::span<const std::int64_t>());
    if (fold_small(ufunc, array, output, result.raw_block()->data)) return result;
  }
  return reduce(ufunc, array, axes, keep_dims, own, output);
}

/// The sum in this type. @pre the type holds what the array's own holds
Array sum_in(array::DType dtype, const Array& array, const Axes& axes, bool keep_dims) {
  return reduce(Ufunc::add, array, axes, keep_dims, dtype, dtype);
}

/// The sum that means are made of: of integers in float64.
Array sum_of_numbers(const Array& array, const Axes& axes, bool keep_dims) {
  const array::DType own = detail::inner(array.dtype());
  const bool is_whole = array::is_integer(own) || array::is_bool(own);
  return is_whole ? sum_in(array::DType::F64, array, axes, keep_dims) : sum(array, axes, keep_dims);
}

/// How many elements are folded into one.
double folded(const Array& array, const Axes& axes) {
  const std::uint64_t set = axes_of(array, axes);
  double count = 1;
  for (int i = 0; i < array.rank(); ++i) {
    if ((set >> i & 1) != 0) count *= static_cast<double>(array.shape()[static_cast<std::size_t>(i)]);
  }
  return count;
}

/// As NumPy divides sums: by an integer of 64 bits, so in float64, and then to the sum's own type.
Array divided(const Array& sum, double count) {
  const bool is_single = sum.dtype() == DType::Float32 || sum.dtype() == DType::Complex64;
  return is_single ? (sum / scalar(count)).astype(sum.dtype()) : sum / count;
}

Array place_of_extreme(const Array& array, std::optional<int> axis, bool keep_dims, bool largest) {
  const char* const name = largest ? "argmax" : "argmin";
  if (array::is_complex(detail::inner(array.dtype())))
    throw TypeError(std::string(name) + " is not defined for complex numbers");
  if (!axis) {
    if (array.size() == 0) throw ValueError(std::string(name) + " of an array without elements is not defined");
    const std::int64_t place = lib::find_extreme(detail::view_of(array.contiguous()), largest);
    Extents ones;
    for (int i = 0; keep_dims && i < array.rank(); ++i) ones.push(1, 0);
    Array result = detail::make(array::DType::I64, ones.lengths());
    result.assign(place);
    return result;
  }
  const int along = detail::read_axis(*axis, array.rank());
  const Lengths lengths(array, std::uint64_t{1} << along, keep_dims);
  Array result = detail::make(array::DType::I64, lengths.shown.lengths());
  if (lengths.is_empty && result.size() > 0) {
    throw ValueError(std::string(name) + " along axis " + std::to_string(along) + " of length 0 is not defined");
  }
  std::vector<std::int64_t> order;
  for (int i = 0; i < array.rank(); ++i) {
    if (i != along) order.push_back(i);
  }
  order.push_back(along);
  const Array rows = array.transpose(order).contiguous();
  const std::int64_t length = array.shape(along);
  const std::int64_t stride = static_cast<std::int64_t>(size_of(rows.dtype()));
  auto* to = result.data<std::int64_t>();
  for (std::int64_t i = 0; i < result.size(); ++i) {
    char* const row = rows.raw_block()->data + i * length * stride;
    to[i] = lib::find_extreme({row, detail::inner(rows.dtype()), 1, &length, &stride}, largest);
  }
  return result;
}

}  // namespace

Array sum(const Array& array, const Axes& axes, bool keep_dims) { return reduce(Ufunc::add, array, axes, keep_dims); }
Array prod(const Array& array, const Axes& axes, bool keep_dims) {
  return reduce(Ufunc::multiply, array, axes, keep_dims);
}
Array min(const Array& array, const Axes& axes, bool keep_dims) {
  return reduce(Ufunc::minimum, array, axes, keep_dims);
}
Array max(const Array& array, const Axes& axes, bool keep_dims) {
  return reduce(Ufunc::maximum, array, axes, keep_dims);
}
Array all(const Array& array, const Axes& axes, bool keep_dims) {
  return reduce(Ufunc::logical_and, array, axes, keep_dims);
}
Array any(const Array& array, const Axes& axes, bool keep_dims) {
  return reduce(Ufunc::logical_or, array, axes, keep_dims);
}

Array mean(const Array& array, const Axes& axes, bool keep_dims) {
  if (array.dtype() != DType::Float16) return divided(sum_of_numbers(array, axes, keep_dims), folded(array, axes));
  // As NumPy: added and divided in float32.
  return divided(sum_in(array::DType::F32, array, axes, keep_dims), folded(array, axes)).astype(DType::Float16);
}

Array var(const Array& array, const Axes& axes, bool keep_dims, double ddof) {
  const Array distances = array - divided(sum_of_numbers(array, axes, true), folded(array, axes));
  const bool is_complex = array::is_complex(detail::inner(array.dtype()));
  const Array part = is_complex ? detail::real_part(distances) : distances;
  const Array squares = part * part;
  if (is_complex) squares += square(detail::imaginary_part(distances));
  const double count = folded(array, axes) - ddof;
  return divided(sum(squares, axes, keep_dims), count > 0 ? count : 0.0);
}

Array stddev(const Array& array, const Axes& axes, bool keep_dims, double ddof) {
  return sqrt(var(array, axes, keep_dims, ddof));
}

Array count_nonzero(const Array& array, const Axes& axes, bool keep_dims) {
  return sum(array.dtype() == DType::Bool ? array : not_equal(array, 0), axes, keep_dims);
}

Array argmax(const Array& array, std::optional<int> axis, bool keep_dims) {
  return place_of_extreme(array, axis, keep_dims, true);
}
Array argmin(const Array& array, std::optional<int> axis, bool keep_dims) {
  return place_of_extreme(array, axis, keep_dims, false);
}

}  // namespace rooftop
