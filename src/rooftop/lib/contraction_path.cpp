// A greedy choice, pair by pair.
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

}  // namespace rooftop::lib
