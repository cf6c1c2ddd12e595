// Operands are labelled and converted, then contracted pair by pair.
#include "rooftop/lib/einsum.h"

#include <algorithm>
#include <array>
#include <functional>

#include "rooftop/array/layout.h"
#include "rooftop/lib/contraction.h"
#include "rooftop/lib/contraction_sequence.h"
#include "rooftop/lib/copy.h"

namespace rooftop::lib {
namespace {

using array::AxisLabels;
using array::DType;
using array::Extents;
using array::View;

/// An operand as contractions take it.
class Operand {
 public:
  void read(const View& view, const AxisLabels& labels, int at, DType dtype) {
    if (view.dtype == dtype && array::is_aligned(view)) {
      label_operand(view, labels.axes[at], labels.lengths, operand_);
      return;
    }
    const Extents dense = array::layout_like(view, array::size_of(dtype));
    converted_.emplace(std::max<std::int64_t>(view.size(), 1) * static_cast<std::int64_t>(array::size_of(dtype)));
    const View copied = dense.view(dtype, converted_->data());
    copy(copied, view);
    label_operand(copied, labels.axes[at], labels.lengths, operand_);
  }
  const Labelled& labelled() const { return operand_; }

 private:
  Labelled operand_;
  std::optional<Workspace<char>> converted_;
};

void label_result(const View& out, const AxisLabels& labels, Labelled& to) {
  to.data = out.data;
  to.dtype = out.dtype;
  for (int axis = 0; axis < out.rank; ++axis) to.push(labels.result[axis], out.shape[axis], out.strides[axis]);
}

unsigned contract_operands(std::span<const Operand> operands, const AxisLabels& labels, const Labelled& out,
                           const std::vector<ContractionStep>* path) {
  if (path == nullptr && operands.size() == 1) return sum_labels(operands[0].labelled(), out);
  if (path == nullptr && operands.size() == 2) {
    return contract(operands[0].labelled(), operands[1].labelled(), out);
  }
  std::vector<const Labelled*> labelled;
  for (const Operand& operand : operands) labelled.push_back(&operand.labelled());
  return path != nullptr ? contract_by_path(labelled, labels.lengths, *path, out)
                         : contract_all(labelled, labels.lengths, out);
}

unsigned einsum_typed(const AxisLabels& labels, std::span<const View> views, const View& out,
                      const std::vector<ContractionStep>* path) {
  Labelled result;
  label_result(out, labels, result);
  constexpr std::size_t kFew = 2;
  std::array<Operand, kFew> few;
  std::vector<Operand> many(views.size() > kFew ? views.size() : 0);
  const std::span<Operand> operands = many.empty() ? std::span<Operand>(few).first(views.size()) : many;
  for (std::size_t k = 0; k < views.size(); ++k) operands[k].read(views[k], labels, static_cast<int>(k), out.dtype);
  return contract_operands(operands, labels, result, path);
}

}  // namespace

std::optional<View> einsum_view(const AxisLabels& labels, std::span<const View> operands, Extents& storage) {
  if (operands.size() != 1) return std::nullopt;
  Labelled operand;
  label_operand(operands[0], labels.axes[0], labels.lengths, operand);
  if (operand.extents.rank != labels.result_rank) return std::nullopt;
  Extents shape;
  set_einsum_shape(labels, shape);
  return ordered(operand, labels.result, labels.result_rank, shape.shape, storage);
}

void set_einsum_shape(const AxisLabels& labels, Extents& shape) {
  shape.rank = 0;
  for (int axis = 0; axis < labels.result_rank; ++axis) shape.push(labels.lengths[labels.result[axis]], 0);
}

void set_einsum_layout(const AxisLabels& labels, std::span<const View> operands, std::size_t item_size,
                       Extents& layout) {
  set_einsum_shape(labels, layout);
  if (layout.rank < 2) return layout.set_row_major(item_size);
  // The walk has the labels that are summed as its last axes: they decide with the others on the order of memory.
  std::uint8_t all[array::kMaxLabels];
  std::int64_t lengths[array::kMaxLabels];
  std::copy_n(labels.result, labels.result_rank, all);
  int count = labels.result_rank;
  for (int label = 0; label < labels.count; ++label) {
    if (std::find(all, all + labels.result_rank, label) == all + labels.result_rank) {
      all[count++] = static_cast<std::uint8_t>(label);
    }
  }
  // Of lengths it matters only whether there is something to walk along; their product could be too large.
  for (int axis = 0; axis < count; ++axis) lengths[axis] = std::min<std::int64_t>(labels.lengths[all[axis]], 2);
  std::array<Extents, array::kMaxTerms> storage;
  std::array<View, array::kMaxTerms> views;
  for (std::size_t k = 0; k < operands.size(); ++k) {
    Labelled operand;
    label_operand(operands[k], labels.axes[k], labels.lengths, operand);
    views[k] = ordered(operand, all, count, lengths, storage[k]);
  }
  const Extents walk = array::layout_of_result(std::span<const View>(views).first(operands.size()),
                                               {lengths, static_cast<std::size_t>(count)}, item_size);
  std::copy_n(walk.strides, layout.rank, layout.strides);
  if (std::is_sorted(layout.strides, layout.strides + layout.rank, std::greater<>())) {
    return layout.set_row_major(item_size);
  }
  layout = array::layout_like(layout.view(DType::Bool, nullptr), item_size);
}

unsigned einsum(const AxisLabels& labels, std::span<const View> operands, const View& out,
                const std::vector<ContractionStep>* path) {
  if (!array::is_half(out.dtype)) return einsum_typed(labels, operands, out, path);
  const Extents dense = array::layout_like(out, sizeof(float));
  const Workspace<float> sums(out.size());
  const View wide = dense.view(DType::F32, reinterpret_cast<char*>(sums.data()));
  const unsigned errors = einsum_typed(labels, operands, wide, path);
  copy(out, wide);
  return errors;
}

std::vector<ContractionStep> optimal_einsum_path(const AxisLabels& labels, std::span<const View> operands) {
  std::vector<LabelSet> sets;
  LabelSet result = 0;
  for (std::size_t k = 0; k < operands.size(); ++k) {
    LabelSet& set = sets.emplace_back(0);
    for (int axis = 0; axis < operands[k].rank; ++axis) set |= LabelSet{1} << labels.axes[k][axis];
  }
  for (int axis = 0; axis < labels.result_rank; ++axis) result |= LabelSet{1} << labels.result[axis];
  return optimal_path(sets, result, labels.lengths);
}

}  // namespace rooftop::lib
