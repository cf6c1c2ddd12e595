// Products: matmul, tensordot, einsum.
#include <algorithm>
#include <string>
#include <vector>

#include "rooftop/api/creation.h"
#include "rooftop/api/detail/storage.h"
#include "rooftop/api/detail/ufunc_call.h"
#include "rooftop/api/functions.h"
#include "rooftop/array/promotion.h"
#include "rooftop/lib/batched_products.h"
#include "rooftop/lib/einsum.h"

namespace rooftop {
namespace {

using array::AxisLabels;
using array::Extents;
using array::LabelsFault;
using array::SubscriptsFault;
using array::View;

/// In the product's type, aligned.
Array prepared(const Array& array, array::DType dtype) {
  const Array converted = detail::inner(array.dtype()) == dtype ? array : array.astype(detail::outer(dtype));
  return detail::has(converted, detail::kAligned) ? converted : converted.copy();
}

std::vector<View> views_of(std::span<const Array> arrays) {
  std::vector<View> views;
  for (const Array& array : arrays) views.push_back(detail::view_of(array));
  return views;
}

array::DType promoted(std::span<const View> views) {
  array::DType dtype = views[0].dtype;
  for (const View& view : views.subspan(1)) dtype = array::promote(dtype, view.dtype);
  return dtype;
}

/// Writes the sums into a new array and returns it.
Array contracted(const AxisLabels& labels, std::span<const View> views, Array out) {
  detail::note_errors(lib::einsum(labels, views, detail::view_of(out)));
  return out;
}

// --- What is wrong with subscripts

void check(const array::Subscripts& subscripts, std::string_view text) {
  const std::string quoted = "einsum: the subscripts '" + std::string(text) + "' ";
  const std::string letter = "'" + std::string(1, subscripts.faulty) + "'";
  switch (subscripts.fault) {
    case SubscriptsFault::None:
      return;
    case SubscriptsFault::Character:
      throw ValueError(quoted + "contain " + letter);
    case SubscriptsFault::Ellipsis:
      throw ValueError(quoted + "have dots that are no ellipsis, or two of them in one term");
    case SubscriptsFault::TooMany:
      throw ValueError(quoted + "have too many terms or letters");
    case SubscriptsFault::UnknownInput:
      throw ValueError(quoted + "have " + letter + " in the result, which no operand has");
    case SubscriptsFault::RepeatedOutput:
      throw ValueError(quoted + "have " + letter + " twice in the result");
  }
}

void check(const AxisLabels& labels, std::span<const View> operands) {
  const std::string number = std::to_string(labels.operand);
  switch (labels.fault) {
    case LabelsFault::None:
      return;
    case LabelsFault::Operands:
      throw ValueError("einsum: subscripts for " + std::to_string(labels.found[0]) + " operands, and " +
                       std::to_string(labels.found[1]) + " given");
    case LabelsFault::Rank:
      throw ShapeError("einsum: operand " + number + " of shape " +
                       detail::shape_text(operands[static_cast<std::size_t>(labels.operand)].lengths()) + " has " +
                       std::to_string(labels.found[1]) + " subscripts");
    case LabelsFault::Lengths:
      throw ShapeError("einsum: '" + std::string(1, labels.letter) + "' has the lengths " +
                       std::to_string(labels.found[0]) + " and " + std::to_string(labels.found[1]) + " in operand " +
                       number);
    case LabelsFault::Ellipsis:
      throw ValueError("einsum: the result has no ellipsis for the operands' axes");
    case LabelsFault::TooMany:
      throw ValueError("einsum: more than " + std::to_string(array::kMaxLabels) + " different axes");
  }
}

// --- tensordot

/// Axes from the start, each once. Throws IndexError, ValueError.
std::vector<int> read_axes(std::span<const int> axes, int rank) {
  std::vector<int> read;
  for (const int axis : axes) {
    read.push_back(detail::read_axis(axis, rank));
    if (std::count(read.begin(), read.end(), read.back()) > 1) throw ValueError("tensordot: an axis is named twice");
  }
  return read;
}

std::vector<int> range(int first, int count) {
  std::vector<int> axes(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) axes[static_cast<std::size_t>(i)] = first + i;
  return axes;
}

}  // namespace

Array matmul(const Array& a, const Array& b) {
  const auto shapes = [&] { return detail::shape_text(a.shape()) + " and " + detail::shape_text(b.shape()); };
  if (a.rank() == 0 || b.rank() == 0) throw ValueError("matmul needs at least one axis: the shapes are " + shapes());
  const lib::MatmulLengths lengths(detail::view_of(a), detail::view_of(b));
  if (!lengths.are_terms_equal) throw ShapeError("matmul: the shapes " + shapes() + " do not fit each other");
  if (!lengths.broadcasts) throw ShapeError("matmul: the stacks of shapes " + shapes() + " cannot be broadcast");
  const array::DType wanted = array::promote(detail::inner(a.dtype()), detail::inner(b.dtype()));
  const array::DType dtype = array::is_half(wanted) ? array::DType::F32 : wanted;
  const Array x = prepared(a, dtype);
  const Array y = prepared(b, dtype);
  const Array out = detail::make(dtype, lengths.result.lengths());
  detail::note_errors(lib::matmul(detail::view_of(x), detail::view_of(y), lengths, detail::view_of(out)));
  return wanted == dtype ? out : out.astype(detail::outer(wanted));
}

Array tensordot(const Array& a, const Array& b, std::span<const int> axes_of_a, std::span<const int> axes_of_b) {
  if (axes_of_a.size() != axes_of_b.size()) throw ValueError("tensordot: each axis of a needs one of b");
  const std::vector<int> left = read_axes(axes_of_a, a.rank()), right = read_axes(axes_of_b, b.rank());
  const View views[] = {detail::view_of(a), detail::view_of(b)};
  AxisLabels labels;
  if (!labels.pair(views[0], left, views[1], right)) {
    throw ShapeError("tensordot: the axes to sum over of shapes " + detail::shape_text(a.shape()) + " and " +
                     detail::shape_text(b.shape()) + " differ");
  }
  Extents extents;
  lib::set_einsum_shape(labels, extents);
  return contracted(labels, views, detail::make(promoted(views), extents.lengths()));
}

Array tensordot(const Array& a, const Array& b, int axes) {
  if (axes < 0 || axes > a.rank() || axes > b.rank()) throw ValueError("tensordot: more axes than the arrays have");
  return tensordot(a, b, range(a.rank() - axes, axes), range(0, axes));
}

Array einsum(std::string_view subscripts, std::span<const Array> operands) {
  const array::Subscripts read(subscripts);
  check(read, subscripts);
  const std::vector<View> views = views_of(operands);
  const AxisLabels labels(read, views);
  check(labels, views);
  Extents extents;
  if (const auto view = lib::einsum_view(labels, views, extents)) {
    return detail::make_view(*view, operands[0], detail::has(operands[0], detail::kWriteable));
  }
  const array::DType dtype = promoted(views);
  lib::set_einsum_shape(labels, extents);
  if (!array::checked_bytes(extents.lengths(), array::size_of(dtype))) {
    throw ValueError("einsum: a result of shape " + detail::shape_text(extents.lengths()) + " is too large");
  }
  lib::set_einsum_layout(labels, views, array::size_of(dtype), extents);
  return contracted(labels, views, detail::make(dtype, extents));
}

}  // namespace rooftop
