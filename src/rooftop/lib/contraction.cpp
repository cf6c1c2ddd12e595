// Single operands are folded; of two, labels of one alone are summed first, and what remains is an elementwise product,
// a product of matrices, or sums along labels that both share.
#include "rooftop/lib/contraction.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "rooftop/lib/contraction_product.h"
#include "rooftop/lib/copy.h"
#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/reduction.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::Extents;
using array::View;
using ops::Ufunc;

Ufunc sum_of(DType dtype) { return array::is_bool(dtype) ? Ufunc::logical_or : Ufunc::add; }
Ufunc product_of(DType dtype) { return array::is_bool(dtype) ? Ufunc::logical_and : Ufunc::multiply; }

void clear(const View& out) {
  alignas(16) static constexpr char kZero[16] = {};
  Extents repeated(out.lengths());
  std::fill_n(repeated.strides, repeated.rank, 0);
  copy(out, repeated.view(out.dtype, const_cast<char*>(kZero)));
}

View with_labels_of(const Labelled& operand, const Labelled& like, Extents& storage) {
  return ordered(operand, like.labels, like.extents.rank, like.extents.shape, storage);
}

/// out = x * y, whose axes are the output's or repeated.
unsigned multiply_elements(const Labelled& x, const Labelled& y, const Labelled& out) {
  Extents storage[2];
  const View inputs[] = {with_labels_of(x, out, storage[0]), with_labels_of(y, out, storage[1])};
  const View outputs[] = {out.view()};
  const Ufunc product = product_of(out.dtype);
  return elementwise(
      {.ufunc = product, .loop = ops::loop_for(product, out.dtype), .inputs = inputs, .outputs = outputs});
}

/// out += x over the labels that the output lacks, or the first such sum.
unsigned fold(const Labelled& x, const Labelled& out, bool continues) {
  std::uint64_t axes = 0;
  std::uint8_t kept[array::kMaxLabels];
  std::int64_t lengths[array::kMaxLabels];
  int count = 0;
  for (int axis = 0; axis < x.extents.rank; ++axis) {
    if (!out.has(x.labels[axis])) {
      axes |= std::uint64_t{1} << axis;
      if (x.extents.shape[axis] == 0) {
        if (!continues) clear(out.view());
        return 0;
      }
      continue;
    }
    kept[count] = x.labels[axis];
    lengths[count++] = x.extents.shape[axis];
  }
  Extents storage;
  return reduce(sum_of(x.dtype), x.view(), x.dtype, axes, ordered(out, kept, count, lengths, storage), continues);
}

/// The operand without the labels that nobody else needs.
const Labelled& without(const Labelled& operand, LabelSet needed, Intermediate& storage, unsigned& errors) {
  if ((operand.set & ~needed) == 0) return operand;
  storage.dtype = operand.dtype;
  for (int axis = 0; axis < operand.extents.rank; ++axis) {
    const int label = operand.labels[axis];
    if ((needed >> label & 1) != 0) storage.push(label, operand.extents.shape[axis], 0);
  }
  storage.allocate();
  errors |= fold(operand, storage, false);
  return storage;
}

/// The least stride of an operand along labels that it has; more than any where there is nothing to walk along.
std::int64_t least_stride(const Labelled& operand, LabelSet labels) {
  std::int64_t least = INT64_MAX;
  for (int axis = 0; axis < operand.extents.rank; ++axis) {
    const bool counts = (labels >> operand.labels[axis] & 1) != 0 && operand.extents.shape[axis] > 1;
    if (counts) least = std::min(least, std::abs(operand.extents.strides[axis]));
  }
  return least;
}

/// Whether results, not the terms of a sum, are neighbours in memory, of operands with the same labels.
bool lies_across(const Labelled& x, const Labelled& y, const Labelled& out) {
  if (x.set != y.set || out.set == 0) return false;
  const LabelSet summed = x.set & ~out.set;
  return least_stride(x, out.set) < least_stride(x, summed) && least_stride(y, out.set) < least_stride(y, summed);
}

/// Elements of products that stay in cache until they are added.
constexpr std::int64_t kStrip = 8192;

/// Products of some terms at a time, added up side by side. @pre lies_across
unsigned sum_strips(const Labelled& x, const Labelled& y, const Labelled& out) {
  Intermediate products;
  products.dtype = out.dtype;
  const int label = std::countr_zero(x.set & ~out.set);
  const std::int64_t length = x.length_of(label),
                     others = std::max<std::int64_t>(x.view().size() / std::max<std::int64_t>(length, 1), 1);
  const std::int64_t strip = std::clamp<std::int64_t>(kStrip / others, 1, std::max<std::int64_t>(length, 1));
  products.push(label, strip, 0);
  for (int axis = 0; axis < x.extents.rank; ++axis) {
    if (!out.has(x.labels[axis]) && x.labels[axis] != label) products.push(x.labels[axis], x.extents.shape[axis], 0);
  }
  for (int axis = 0; axis < out.extents.rank; ++axis) products.push(out.labels[axis], out.extents.shape[axis], 0);
  products.allocate();
  if (length == 0) return fold(x, out, false);
  unsigned errors = 0;
  for (std::int64_t first = 0; first < length; first += strip) {
    Labelled parts[] = {x, y};
    const std::int64_t count = std::min(strip, length - first);
    for (Labelled& part : parts) part.cut(label, first, count);
    products.extents.shape[0] = count;
    errors |= multiply_elements(parts[0], parts[1], products) | fold(products, out, first > 0);
  }
  return errors;
}

}  // namespace

unsigned sum_labels(const Labelled& x, const Labelled& out) {
  if (x.set != out.set) return fold(x, out, false);
  Extents storage;
  return copy(out.view(), with_labels_of(x, out, storage));
}

unsigned contract(const Labelled& left, const Labelled& right, const Labelled& out) {
  unsigned errors = 0;
  Intermediate sums[2];
  const Labelled& x = without(left, right.set | out.set, sums[0], errors);
  const Labelled& y = without(right, left.set | out.set, sums[1], errors);
  const LabelSet summed = (x.set | y.set) & ~out.set;
  if (summed == 0) return errors | multiply_elements(x, y, out);
  return errors | (lies_across(x, y, out) ? sum_strips(x, y, out) : multiply_labelled(x, y, out));
}

}  // namespace rooftop::lib
