// Single operands are folded; of two, labels of one alone are summed first, and what remains is an elementwise product,
// a product of matrices, or sums along labels that both share.
#include "rooftop/lib/contraction.h"

#include <algorithm>
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
  return errors | multiply_labelled(x, y, out);
}

}  // namespace rooftop::lib
