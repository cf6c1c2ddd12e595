// A greedy choice, pair by pair.
#include "rooftop/lib/contraction_path.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace rooftop::lib {
namespace {

/// As a float: products of lengths may be larger than what an integer holds.
double elements(LabelSet labels, const std::int64_t* lengths) {
  double product = 1;
  for (int label = 0; labels != 0; ++label, labels >>= 1) {
    if ((labels & 1) != 0) product *= static_cast<double>(lengths[label]);
  }
  return product;
}

}  // namespace

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
        const double growth =
            elements(labels_after(left, {i, j}, result), lengths) - elements(x, lengths) - elements(y, lengths);
        const std::tuple<bool, double, double> cost((x & y) == 0, growth, elements(x | y, lengths));
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
