// Labels of both that the output has number the matrices; those that it lacks are summed over; those of one operand
// alone are the rows or the columns. Operands are used where they lie: only where labels of a group do not make one
// axis together they are packed first.
#include "rooftop/lib/contraction_product.h"

#include <algorithm>
#include <cstdlib>

#include "rooftop/lib/batched_products.h"
#include "rooftop/lib/contraction_groups.h"
#include "rooftop/lib/copy.h"

namespace rooftop::lib {
namespace {

using array::Extents;
using array::View;

/// The label that runs fastest in memory; -1 of a single element.
int fastest_label(const Labelled& operand) {
  int found = -1;
  std::int64_t least = 0;
  for (int axis = 0; axis < operand.extents.rank; ++axis) {
    const std::int64_t stride = std::abs(operand.extents.strides[axis]);
    if (operand.extents.shape[axis] < 2 || (found >= 0 && stride >= least)) continue;
    found = operand.labels[axis];
    least = stride;
  }
  return found;
}

/// An operand as a stack of matrices, packed where it must be.
class MatrixStack {
 public:
  /// The labels of `stack` that the operand lacks repeat its matrices.
  MatrixStack(const Labelled& operand, const LabelGroup& stack, const std::int64_t* lengths, const LabelGroup& rows,
              const LabelGroup& columns) {
    std::int64_t strides[2];
    const Labelled* from = &operand;
    if (!joins(rows, operand, strides[0]) || !joins(columns, operand, strides[1])) {
      pack(operand, {&stack, &rows, &columns}, packed_);
      from = &packed_;
      joins(rows, packed_, strides[0]);
      joins(columns, packed_, strides[1]);
    }
    for (int i = 0; i < stack.count; ++i) extents_.push(lengths[i], from->stride_of(stack.labels[i]));
    push_matrix(rows.length, columns.length, strides, static_cast<std::int64_t>(array::size_of(operand.dtype)));
    view_ = extents_.view(from->dtype, from->data);
  }
  MatrixStack(const MatrixStack&) = delete;
  MatrixStack& operator=(const MatrixStack&) = delete;

  const View& view() const { return view_; }

 private:
  // Rows and columns that there is one of have strides that no other would meet: kernels ask.
  void push_matrix(std::int64_t rows, std::int64_t columns, std::int64_t* strides, std::int64_t item_size) {
    if (columns == 1) strides[1] = rows == 1 ? item_size : rows * strides[0];
    if (rows == 1) strides[0] = columns * strides[1];
    extents_.push(rows, strides[0]);
    extents_.push(columns, strides[1]);
  }

  Intermediate packed_;
  Extents extents_;
  View view_;
};

struct Roles {
  const Labelled& x;
  const Labelled& y;
  const Labelled& out;
  LabelGroup stack;    ///< of all three
  LabelGroup rows;     ///< of x and the output
  LabelGroup columns;  ///< of y and the output
  LabelGroup terms;    ///< of x and y

  Roles(const Labelled& left, const Labelled& right, const Labelled& result)
      : x(left),
        y(right),
        out(result),
        stack(left.set & right.set & result.set, result),
        rows(left.set & result.set & ~right.set, result),
        columns(right.set & result.set & ~left.set, result),
        terms(left.set & ~result.set, terms_lie_well(left, right, result) ? left : right) {}

 private:
  // Whether the order of the terms in x makes them one axis in y, too; else y's order is as good as x's.
  static bool terms_lie_well(const Labelled& left, const Labelled& right, const Labelled& result) {
    std::int64_t stride;
    return joins(LabelGroup(left.set & ~result.set, left), right, stride);
  }
};

/// Whether matrices can be written where the output lies: neighbours in a row are neighbours in memory.
bool takes_rows(const Roles& roles) {
  std::int64_t strides[2];
  const auto item_size = static_cast<std::int64_t>(array::size_of(roles.out.dtype));
  return joins(roles.rows, roles.out, strides[0]) && joins(roles.columns, roles.out, strides[1]) &&
         (roles.columns.length == 1 || strides[1] == item_size);
}

unsigned multiply_into(const Roles& roles, const Labelled& out) {
  std::int64_t lengths[array::kMaxLabels];
  for (int i = 0; i < roles.stack.count; ++i) lengths[i] = out.length_of(roles.stack.labels[i]);
  const MatrixStack a(roles.x, roles.stack, lengths, roles.rows, roles.terms);
  const MatrixStack b(roles.y, roles.stack, lengths, roles.terms, roles.columns);
  const MatrixStack c(out, roles.stack, lengths, roles.rows, roles.columns);
  return multiply_stacks(c.view(), a.view(), b.view());
}

}  // namespace

unsigned multiply_labelled(const Labelled& x, const Labelled& y, const Labelled& out) {
  const int fastest = fastest_label(out);
  // The transpose of a product is that of the transposed factors, exchanged.
  const bool is_turned = fastest >= 0 && !y.has(fastest);
  const Roles roles(is_turned ? y : x, is_turned ? x : y, out);
  if (takes_rows(roles)) return multiply_into(roles, out);
  Intermediate product;
  product.dtype = out.dtype;
  for (const LabelGroup* group : {&roles.stack, &roles.rows, &roles.columns}) {
    for (int i = 0; i < group->count; ++i) product.push(group->labels[i], out.length_of(group->labels[i]), 0);
  }
  product.allocate();
  const unsigned errors = multiply_into(roles, product);
  Extents storage;
  copy(out.view(), ordered(product, out.labels, out.extents.rank, out.extents.shape, storage));
  return errors;
}

}  // namespace rooftop::lib
