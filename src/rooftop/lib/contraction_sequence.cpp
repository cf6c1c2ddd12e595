// Steps with their intermediate results, and terms in parts where those would take too much memory.
#include "rooftop/lib/contraction_sequence.h"

#include <algorithm>
#include <bit>
#include <memory>

#include "rooftop/lib/contraction.h"
#include "rooftop/lib/elementwise.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::View;
using Operands = std::vector<const Labelled*>;

/// Elements that an intermediate result may always have, and how many times those of the largest operand or output.
constexpr double kGranted = 1 << 20, kGrantedTimes = 4;

std::vector<LabelSet> sets_of(const Operands& operands) {
  std::vector<LabelSet> sets;
  for (const Labelled* operand : operands) sets.push_back(operand->set);
  return sets;
}

/// The operands that are left, and what they were made of.
class Contractions {
 public:
  Contractions(Operands operands, const std::int64_t* lengths) : lengths_(lengths), left_(std::move(operands)) {}

  /// @pre the path leaves one operand
  unsigned run(const std::vector<ContractionStep>& path, const Labelled& out) {
    for (std::size_t k = 0; k < path.size(); ++k) {
      const std::vector<LabelSet> sets = sets_of(left_);
      const LabelSet needed = labels_after(sets, path[k], out.set);
      step(take(path[k]), needed, k + 1 == path.size() ? &out : nullptr);
    }
    return errors_;
  }

 private:
  Operands take(ContractionStep places) {
    std::sort(places.begin(), places.end());
    Operands taken;
    for (const int place : places) taken.push_back(left_[static_cast<std::size_t>(place)]);
    for (std::size_t k = places.size(); k-- > 0;) left_.erase(left_.begin() + places[k]);
    return taken;
  }

  // The result goes to `out`, or to the end of the list. More than two operands are contracted by a path of their own.
  void step(Operands taken, LabelSet needed, const Labelled* out) {
    while (taken.size() > 2) {
      const std::vector<LabelSet> sets = sets_of(taken);
      const ContractionStep pair = greedy_path(sets, needed, lengths_).front();
      const Labelled& made = intermediate(labels_after(sets, pair, needed), taken[0]->dtype);
      const auto i = static_cast<std::size_t>(pair[0]), j = static_cast<std::size_t>(pair[1]);
      errors_ |= contract(*taken[i], *taken[j], made);
      taken.erase(taken.begin() + pair[1]);
      taken.erase(taken.begin() + pair[0]);
      taken.push_back(&made);
    }
    const Labelled& to = out != nullptr ? *out : intermediate(needed, taken[0]->dtype);
    errors_ |= taken.size() == 1 ? sum_labels(*taken[0], to) : contract(*taken[0], *taken[1], to);
    if (out == nullptr) left_.push_back(&to);
  }

  const Labelled& intermediate(LabelSet labels, DType dtype) {
    made_.push_back(std::make_unique<Intermediate>());
    Intermediate& made = *made_.back();
    made.dtype = dtype;
    for (int label = 0; label < array::kMaxLabels; ++label) {
      if ((labels >> label & 1) != 0) made.push(label, lengths_[label], 0);
    }
    made.allocate();
    return made;
  }

  const std::int64_t* lengths_;
  Operands left_;
  std::vector<std::unique_ptr<Intermediate>> made_;
  unsigned errors_ = 0;
};

/// The labels of the largest result of a path's steps but the last.
LabelSet largest_intermediate(std::vector<LabelSet> sets, const std::vector<ContractionStep>& path, LabelSet result,
                              const std::int64_t* lengths) {
  LabelSet largest = 0;
  for (std::size_t k = 0; k + 1 < path.size(); ++k) {
    const LabelSet made = labels_after(sets, path[k], result);
    if (element_count(made, lengths) > element_count(largest, lengths)) largest = made;
    for (std::size_t i = path[k].size(); i-- > 0;) sets.erase(sets.begin() + path[k][i]);
    sets.push_back(made);
  }
  return largest;
}

int longest_label(LabelSet labels, const std::int64_t* lengths) {
  int longest = -1;
  for (; labels != 0; labels &= labels - 1) {
    const int label = std::countr_zero(labels);
    if (longest < 0 || lengths[label] > lengths[longest]) longest = label;
  }
  return longest;
}

void add_to(const Labelled& out, const Labelled& part) {
  const View views[] = {out.view(), part.view()};
  const auto sum = array::is_bool(out.dtype) ? ops::Ufunc::logical_or : ops::Ufunc::add;
  elementwise({.ufunc = sum,
               .loop = ops::loop_for(sum, out.dtype),
               .inputs = views,
               .outputs = std::span<const View>(views).first(1)});
}

/// The sums over parts of a label, one after the other.
unsigned contract_in_parts(const Operands& operands, const std::int64_t* lengths, const Labelled& out, int label,
                           std::int64_t part) {
  std::int64_t shorter[array::kMaxLabels];
  std::copy_n(lengths, array::kMaxLabels, shorter);
  Intermediate sums;
  sums.dtype = out.dtype;
  for (int axis = 0; axis < out.extents.rank; ++axis) sums.push(out.labels[axis], out.extents.shape[axis], 0);
  sums.allocate();
  std::vector<Labelled> cut(operands.size());
  unsigned errors = 0;
  for (std::int64_t first = 0; first < lengths[label]; first += part) {
    shorter[label] = std::min(part, lengths[label] - first);
    Operands parts;
    for (std::size_t k = 0; k < operands.size(); ++k) {
      cut[k] = *operands[k];
      if (cut[k].has(label)) cut[k].cut(label, first, shorter[label]);
      parts.push_back(&cut[k]);
    }
    errors |= contract_all(parts, shorter, first == 0 ? out : sums);
    if (first > 0) add_to(out, sums);
  }
  return errors;
}

}  // namespace

unsigned contract_by_path(const Operands& operands, const std::int64_t* lengths,
                          const std::vector<ContractionStep>& path, const Labelled& out) {
  return Contractions(operands, lengths).run(path, out);
}

unsigned contract_all(const Operands& operands, const std::int64_t* lengths, const Labelled& out) {
  const std::vector<LabelSet> sets = sets_of(operands);
  const std::vector<ContractionStep> path = greedy_path(sets, out.set, lengths);
  const LabelSet largest = largest_intermediate(sets, path, out.set, lengths);
  double known = element_count(out.set, lengths);
  for (const LabelSet set : sets) known = std::max(known, element_count(set, lengths));
  const double excess = element_count(largest, lengths) / std::max(kGranted, kGrantedTimes * known);
  const int label = excess > 1 ? longest_label(largest & ~out.set, lengths) : -1;
  if (label < 0 || lengths[label] == 1) return contract_by_path(operands, lengths, path, out);
  const auto part = static_cast<std::int64_t>(static_cast<double>(lengths[label]) / excess);
  return contract_in_parts(operands, lengths, out, label, std::max<std::int64_t>(part, 1));
}

}  // namespace rooftop::lib
