// A greedy choice, pair by pair; and the best one, over all ways to split each set of operands in two.
#include "rooftop/lib/contraction_path.h"

#include <algorithm>
#include <bit>
#include <tuple>

namespace rooftop::lib {
double element_count(LabelSet labels, const std::int64_t* lengths) {
  double product = 1;
  for (; labels != 0; labels &= labels - 1) product *= static_cast<double>(lengths[std::countr_zero(labels)]);
  return product;
}

LabelSet labels_after(std::span<const LabelSet> operands, const ContractionStep& step, LabelSet result) {
  LabelSet own = 0, needed = result;
  for (std::size_t k = 0; k < operands.size(); ++k) {
    const bool is_in_step = std::find(step.begin(), step.end(), static_cast<int>(k)) != step.end();
    (is_in_step ? own : needed) |= operands[k];
  }
  return own & needed;
}

std::vector<ContractionStep> greedy_path(std::span<const LabelSet> operands, LabelSet result,
                                         const std::int64_t* lengths) {
  std::vector<LabelSet> left(operands.begin(), operands.end());
  std::vector<ContractionStep> path;
  while (left.size() > 1) {
    std::tuple<bool, double, double> best;
    ContractionStep chosen;
    for (int i = 0; i < static_cast<int>(left.size()); ++i) {
      for (int j = i + 1; j < static_cast<int>(left.size()); ++j) {
        const LabelSet x = left[static_cast<std::size_t>(i)], y = left[static_cast<std::size_t>(j)];
        const double growth = element_count(labels_after(left, {i, j}, result), lengths) - element_count(x, lengths) -
                              element_count(y, lengths);
        const std::tuple<bool, double, double> cost((x & y) == 0, growth, element_count(x | y, lengths));
        if (!chosen.empty() && cost >= best) continue;
        best = cost;
        chosen = {i, j};
      }
    }
    const LabelSet made = labels_after(left, chosen, result);
    left.erase(left.begin() + chosen[1]);
    left.erase(left.begin() + chosen[0]);
    left.push_back(made);
    path.push_back(std::move(chosen));
  }
  return path;
}

namespace {

/// Sets of operands are bits; of each, what it costs to make and the half of it that is made first.
class OptimalPath {
 public:
  OptimalPath(std::span<const LabelSet> operands, LabelSet result, const std::int64_t* lengths)
      : operands_(operands), result_(result), lengths_(lengths), made_(std::size_t{1} << operands.size()) {
    for (unsigned set = 1; set < made_.size(); ++set) made_[set] = best_of(set);
  }

  std::vector<ContractionStep> steps() {
    for (unsigned k = 0; k < operands_.size(); ++k) left_.push_back(1U << k);
    add_steps(static_cast<unsigned>(made_.size() - 1));
    return std::move(steps_);
  }

 private:
  struct Made {
    LabelSet labels = 0;
    double cost = 0;
    unsigned half = 0;
  };

  Made best_of(unsigned set) const {
    Made made;
    LabelSet needed = result_;
    for (std::size_t k = 0; k < operands_.size(); ++k) {
      ((set >> k & 1) != 0 ? made.labels : needed) |= operands_[k];
    }
    if (std::has_single_bit(set)) return made;  // with all of its labels: the step that takes it sums them
    made.labels &= needed;
    for (unsigned half = (set - 1) & set; half > (set ^ half); half = (half - 1) & set) {
      const Made &x = made_[half], &y = made_[set ^ half];
      const LabelSet all = x.labels | y.labels;
      const double operations = all == made.labels ? 1 : 2;
      const double cost = x.cost + y.cost + operations * element_count(all, lengths_);
      if (made.half == 0 || cost < made.cost) made.cost = cost, made.half = half;
    }
    return made;
  }

  void add_steps(unsigned set) {
    if (std::has_single_bit(set)) return;
    const unsigned halves[] = {made_[set].half, set ^ made_[set].half};
    for (const unsigned half : halves) add_steps(half);
    ContractionStep step;
    for (const unsigned half : halves) {
      step.push_back(static_cast<int>(std::find(left_.begin(), left_.end(), half) - left_.begin()));
    }
    std::sort(step.begin(), step.end());
    left_.erase(left_.begin() + step[1]);
    left_.erase(left_.begin() + step[0]);
    left_.push_back(set);
    steps_.push_back(std::move(step));
  }

  const std::span<const LabelSet> operands_;
  const LabelSet result_;
  const std::int64_t* const lengths_;
  std::vector<Made> made_;
  std::vector<unsigned> left_;
  std::vector<ContractionStep> steps_;
};

}  // namespace

std::vector<ContractionStep> optimal_path(std::span<const LabelSet> operands, LabelSet result,
                                          const std::int64_t* lengths) {
  return OptimalPath(operands, result, lengths).steps();
}

}  // namespace rooftop::lib
